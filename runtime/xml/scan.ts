import { charsOf, grownTable, tableRoom } from '../java/scan-room.js';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from './create.js';
import { BLANK, flags, STOPS } from './scan-characters.js';
import { Bindings, type ScannedName, ScannedNames } from './scan-names.js';
import {
  CONTENT,
  CONTENT_END,
  type ElementKind,
  END,
  KIND,
  PARENT,
  resolved,
  type ScannedAttribute,
  START,
  WIDTH,
  XmlScan,
} from './scanned.js';

const declaration =
  /^<\?xml version=(["'])1\.0\1(?: encoding=(["'])([A-Za-z][\w.-]*)\2)?(?: standalone=(["'])(?:yes|no)\4)?\s*\?>/;

/**
 * Reads a document of the plain kind that messages are: elements, attributes and text, no more. Undefined for anything
 * else, be it unusual or malformed: the strict parser then finds out. It reads many times faster than that one, and
 * makes no tree.
 */
export function scanXml(text: string): XmlScan | undefined {
  const found = declaration.exec(text);
  return new Scanner(text).scan(found ? found[0].length : 0, found?.[3]);
}

const deepest = 1000;
/** Those of one element, and declarations in force: with more of them, looking for one takes too long. */
const mostAttributes = 100;
const mostBindings = 200;

const blank = 0x20;
const doubleQuote = 0x22;
const ampersand = 0x26;
const singleQuote = 0x27;
const slash = 0x2f;
const lessThan = 0x3c;
const equals = 0x3d;
const greaterThan = 0x3e;
const closeBracket = 0x5d;

/** A name and a value as they stand in a start tag. */
interface RawAttribute {
  readonly name: ScannedName;
  readonly value: string;
}

class Scanner {
  readonly #text: string;
  readonly #codes: Uint16Array;
  readonly #names: ScannedNames;
  readonly #bindings = new Bindings();
  readonly #kinds: ElementKind[] = [];
  readonly #attributes = new Map<number, ScannedAttribute[]>();
  #table = tableRoom();
  #size = 0;
  #depth = 0;
  #verbatim = true;

  constructor(text: string) {
    this.#text = text;
    this.#codes = charsOf(text);
    this.#names = new ScannedNames(text, this.#codes);
  }

  scan(from: number, declaredEncoding: string | undefined): XmlScan | undefined {
    const codes = this.#codes;
    let at = this.#pastBlanks(from);
    let current = -1;
    do {
      if (codes[at] !== lessThan) return undefined;
      if (codes[at + 1] === slash) {
        at = this.#close(current, at);
        if (at < 0) return undefined;
        current = this.#table[current * WIDTH + PARENT] as number;
      } else {
        const opened = this.#size;
        at = this.#open(current, at);
        if (at < 0) return undefined;
        if (this.#table[opened * WIDTH + END] === 0) current = opened;
      }
      if (current >= 0) at = this.#pastText(at);
    } while (current >= 0 && at >= 0);
    if (at < 0 || this.#pastBlanks(at) !== this.#text.length) return undefined;
    const table = this.#table.slice(0, this.#size * WIDTH);
    const scanned = { kinds: this.#kinds, table, attributes: this.#attributes, verbatim: this.#verbatim };
    return new XmlScan(this.#text, scanned, declaredEncoding);
  }

  #pastBlanks(from: number): number {
    let at = from;
    while (((flags[this.#codes[at] as number] as number) & BLANK) !== 0) at++;
    return at;
  }

  /** The offset of the next `<`; -1 when something comes before it that takes more than a scan. */
  #pastText(from: number): number {
    const codes = this.#codes;
    // V8 reads an import anew for each character.
    const flagsOf = flags;
    let at = from;
    for (;;) {
      while (((flagsOf[codes[at] as number] as number) & STOPS) === 0) at++;
      const code = codes[at];
      if (code === lessThan) return at;
      if (!this.#isPlain(at)) return -1;
      at++;
    }
  }

  /** Whether `&` begins a reference that is written again as it is, and `]` no end of a section. */
  #isPlain(at: number): boolean {
    const codes = this.#codes;
    if (codes[at] === closeBracket) return codes[at + 1] !== closeBracket || codes[at + 2] !== greaterThan;
    return codes[at] === ampersand && (stands('lt;', codes, at + 1) || stands('amp;', codes, at + 1));
  }

  /** @returns the offset behind the end tag; -1 when it does not fit */
  #close(element: number, at: number): number {
    if (element < 0) return -1;
    const codes = this.#codes;
    const table = this.#table;
    const row = element * WIDTH;
    const { length } = (this.#kinds[table[row + KIND] as number] as ElementKind).name;
    const name = (table[row + START] as number) + 1;
    for (let index = 0; index < length; index++) if (codes[at + 2 + index] !== codes[name + index]) return -1;
    const end = at + 3 + length;
    if (codes[end - 1] !== greaterThan) return -1;
    // Without content it is written as an empty element.
    if (at === table[row + CONTENT]) this.#verbatim = false;
    table[row + CONTENT_END] = at;
    table[row + END] = end;
    this.#leave(element);
    return end;
  }

  #leave(element: number): void {
    this.#depth--;
    this.#bindings.leave(element);
  }

  /** @returns the offset behind the start tag; -1 when it is not plain */
  #open(parent: number, at: number): number {
    const codes = this.#codes;
    const name = this.#names.read(at + 1);
    if (!name || ++this.#depth > deepest) return -1;
    const element = this.#size++;
    const row = element * WIDTH;
    if (row + WIDTH > this.#table.length) this.#table = grownTable(this.#table);
    const table = this.#table;
    table[row + PARENT] = parent;
    table[row + START] = at;
    table[row + END] = 0;
    let end = this.#names.end;
    if (codes[end] !== greaterThan && codes[end] !== slash) end = this.#readAttributes(element, end);
    if (end < 0) return -1;
    if (name.epoch !== this.#bindings.epoch && !this.#resolve(name)) return -1;
    table[row + KIND] = name.kind;
    const empty = codes[end] === slash;
    if (empty && codes[++end] !== greaterThan) return -1;
    end++;
    table[row + CONTENT] = end;
    if (empty) {
      table[row + CONTENT_END] = end;
      table[row + END] = end;
      this.#leave(element);
    }
    return end;
  }

  /** Finds the kind of elements of a name. False when its prefix is not bound. */
  #resolve(name: ScannedName): boolean {
    const namespace = this.#bindings.namespaceOf(name.prefix);
    if (namespace === undefined) return false;
    if (name.kind < 0 || this.#kinds[name.kind]?.namespace !== namespace) {
      name.kind = this.#kinds.length;
      this.#kinds.push({ name: name.text, localName: name.localName, namespace });
    }
    name.epoch = this.#bindings.epoch;
    return true;
  }

  /** Reads attributes from the blank before the first one. @returns the offset of `>` or `/`; -1 when not plain */
  #readAttributes(element: number, from: number): number {
    const codes = this.#codes;
    const raw: RawAttribute[] = [];
    let at = from;
    for (;;) {
      const start = this.#pastBlanks(at);
      const code = codes[start];
      if (code === greaterThan || code === slash) {
        if (start !== at) this.#verbatim = false;
        return this.#take(element, raw) ? start : -1;
      }
      if (start === at) return -1;
      if (start !== at + 1 || codes[at] !== blank) this.#verbatim = false;
      const name = this.#names.read(start);
      if (!name || raw.length >= mostAttributes) return -1;
      const opening = this.#names.end + 1;
      const close = codes[opening - 1] === equals ? this.#closingQuote(opening) : -1;
      if (close < 0) return -1;
      raw.push({ name, value: resolved(this.#text.slice(opening + 1, close)) });
      at = close + 1;
    }
  }

  /** Where the value ends that begins with a quote; -1 when there is none, or the value takes more than a scan. */
  #closingQuote(opening: number): number {
    const codes = this.#codes;
    const quote = codes[opening];
    if (quote !== doubleQuote && quote !== singleQuote) return -1;
    if (quote === singleQuote) this.#verbatim = false;
    for (let at = opening + 1; ; at++) {
      const code = codes[at] as number;
      if (code === quote) return at;
      const flag = flags[code] as number;
      if ((flag & STOPS) !== 0 && !this.#isPlain(at)) return -1;
      // Tabs and line feeds become blanks.
      if ((flag & BLANK) !== 0 && code !== blank) return -1;
    }
  }

  /** Binds what is declared, then finds the namespaces of the others. False for what is better read strictly. */
  #take(element: number, raw: readonly RawAttribute[]): boolean {
    let others = false;
    for (const { name, value } of raw) {
      if (!isDeclaration(name)) {
        others = true;
        continue;
      }
      // Declarations are written in front of the others.
      if (others) this.#verbatim = false;
      if (!this.#bind(element, name.prefix === '' ? '' : name.localName, value)) return false;
    }
    const found: ScannedAttribute[] = [];
    for (const { name, value } of raw) {
      const namespace = this.#attributeNamespace(name);
      const { text, localName } = name;
      if (namespace === undefined || found.some((other) => localPart(other.name) === localName)) return false;
      found.push({ name: text, value, namespace });
    }
    if (found.length > 0) this.#attributes.set(element, found);
    return true;
  }

  #bind(element: number, prefix: string, namespace: string): boolean {
    if (prefix.toLowerCase().startsWith('xml') || (namespace === '' && prefix !== '')) return false;
    if (namespace.includes(' ') || this.#bindings.size >= mostBindings) return false;
    if (namespace === XML_NAMESPACE || namespace === XMLNS_NAMESPACE) return false;
    if (this.#bindings.namespaceOf(prefix) === namespace) this.#verbatim = false;
    this.#bindings.bind(element, prefix, namespace);
    return true;
  }

  #attributeNamespace(name: ScannedName): string | undefined {
    if (isDeclaration(name)) return XMLNS_NAMESPACE;
    return name.prefix === '' ? '' : this.#bindings.namespaceOf(name.prefix);
  }
}

const isDeclaration = ({ text, prefix }: ScannedName): boolean => text === 'xmlns' || prefix === 'xmlns';

function stands(expected: string, codes: Uint16Array, at: number): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (codes[at + index] !== expected.charCodeAt(index)) return false;
  }
  return true;
}

const localPart = (name: string): string => name.slice(name.indexOf(':') + 1);
