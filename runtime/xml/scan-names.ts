import { XML_NAMESPACE } from './create.js';
import { BEGINS_NAME, flags, IN_NAME } from './scan-characters.js';

const colon = 0x3a;

/** A qualified name that occurs in a document. */
export class ScannedName {
  readonly localName: string;
  /** Empty for none. */
  readonly prefix: string;
  /** The kind of elements of this name while the bindings of prefixes are those of `epoch`. */
  kind = -1;
  epoch = -1;
  /** Another name in the same place of the table. */
  next: ScannedName | undefined;

  constructor(
    readonly text: string,
    readonly hash: number,
    /** Where it was first seen. */
    readonly first: number,
  ) {
    const split = text.indexOf(':');
    this.prefix = split < 0 ? '' : text.slice(0, split);
    this.localName = split < 0 ? text : text.slice(split + 1);
  }
}

/** More names than that, and whoever makes them up decides how long the search for one takes. */
const MOST_NAMES = 1024;
const PLACES = 64;

/** The names of a document, each of which is made a string once. */
export class ScannedNames {
  /** Offset behind the name that was read last. */
  end = 0;
  #count = 0;
  readonly #places: (ScannedName | undefined)[] = new Array(PLACES);

  constructor(
    private readonly text: string,
    private readonly codes: Uint16Array,
  ) {}

  /** The name at an offset, with at most one colon; undefined where none begins, or when there are too many. */
  read(from: number): ScannedName | undefined {
    const { codes } = this;
    const flagsOf = flags;
    let at = from;
    let hash = 0;
    let colons = 0;
    if (!begins(codes, at)) return undefined;
    for (;;) {
      const code = codes[at] as number;
      if (((flagsOf[code] as number) & IN_NAME) === 0) {
        if (code !== colon || colons > 0 || !begins(codes, at + 1)) break;
        colons++;
      }
      hash = (Math.imul(hash, 31) + code) | 0;
      at++;
    }
    this.end = at;
    return this.#find(from, at, hash);
  }

  #find(from: number, to: number, hash: number): ScannedName | undefined {
    const place = (hash ^ (hash >>> 6)) & (PLACES - 1);
    const first = this.#places[place];
    for (let name = first; name; name = name.next) {
      if (name.hash === hash && name.text.length === to - from && this.#isSame(name.first, from, to)) return name;
    }
    if (++this.#count > MOST_NAMES) return undefined;
    const name = new ScannedName(this.text.slice(from, to), hash, from);
    name.next = first;
    this.#places[place] = name;
    return name;
  }

  #isSame(first: number, from: number, to: number): boolean {
    const { codes } = this;
    for (let at = from; at < to; at++) if (codes[at] !== codes[first + at - from]) return false;
    return true;
  }
}

function begins(codes: Uint16Array, at: number): boolean {
  return ((flags[codes[at] as number] as number) & BEGINS_NAME) !== 0;
}

/** Prefixes in force, the default namespace (an empty prefix) included. */
export class Bindings {
  /** Changes whenever a name may mean another namespace than before. */
  epoch = 0;
  /** The innermost last. */
  readonly #bound: { prefix: string; namespace: string; element: number }[] = [];

  /** How many are in force, or hidden by others. */
  get size(): number {
    return this.#bound.length;
  }

  /** The namespace of a prefix; undefined when it is not bound. */
  namespaceOf(prefix: string): string | undefined {
    for (let index = this.#bound.length - 1; index >= 0; index--) {
      const bound = this.#bound[index];
      if (bound?.prefix === prefix) return bound.namespace;
    }
    if (prefix === '') return '';
    return prefix === 'xml' ? XML_NAMESPACE : undefined;
  }

  bind(element: number, prefix: string, namespace: string): void {
    this.#bound.push({ prefix, namespace, element });
    this.epoch++;
  }

  /** What an element has bound is no longer in force. */
  leave(element: number): void {
    while (this.#bound.length > 0 && this.#bound.at(-1)?.element === element) {
      this.#bound.pop();
      this.epoch++;
    }
  }
}
