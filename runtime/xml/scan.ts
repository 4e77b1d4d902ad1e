import { XML_NAMESPACE, XMLNS_NAMESPACE } from './create.js';

/** An attribute of a scanned element, namespace declarations included. */
export interface ScannedAttribute {
  readonly name: string;
  readonly value: string;
  readonly namespace: string;
}

/**
 * Where everything stands in a document: an element is its number in document order, and each list holds one property of
 * all of them. Offsets count characters of the text.
 */
export interface XmlScan {
  readonly text: string;
  /** Qualified names as written. */
  readonly names: readonly string[];
  readonly localNames: readonly string[];
  /** Empty for none. */
  readonly namespaces: readonly string[];
  /** Number of the parent; -1 for the root. */
  readonly parents: readonly number[];
  /** Of the `<`. */
  readonly starts: readonly number[];
  /** Behind the start tag. */
  readonly contents: readonly number[];
  /** Of the `<` of the end tag; behind the tag of an empty element. */
  readonly contentEnds: readonly number[];
  /** Behind the end tag. */
  readonly ends: readonly number[];
  /** Attributes of the elements that have some. */
  readonly attributes: ReadonlyMap<number, readonly ScannedAttribute[]>;
  readonly declaredEncoding: string | undefined;
  /** A tree of this document, unchanged, is written exactly as it stands in the text. */
  readonly verbatim: boolean;
}

const declaration =
  /^<\?xml version=(["'])1\.0\1(?: encoding=(["'])([A-Za-z][\w.-]*)\2)?(?: standalone=(["'])(?:yes|no)\4)?\s*\?>/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
const unusualCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/;
const otherReference = /&(?!(?:lt|amp);)/;

const deepest = 1000;
const [lessThan, slash, greaterThan, equals, colon, doubleQuote, singleQuote] = [
  0x3c, 0x2f, 0x3e, 0x3d, 0x3a, 0x22, 0x27,
];
const blanks = new Set([0x20, 0x09, 0x0a]);

/** 1 for what may begin a name, 2 for what may only go on with it; ASCII, without the colon. */
const nameCodes = new Uint8Array(128);
for (const range of ['AZ', 'az', '__']) nameCodes.fill(1, range.charCodeAt(0), range.charCodeAt(1) + 1);
for (const range of ['09', '--', '..']) nameCodes.fill(2, range.charCodeAt(0), range.charCodeAt(1) + 1);

/**
 * Reads a document of the plain kind that messages are: elements, attributes and text, no more. Undefined for anything
 * else, be it unusual or malformed: the strict parser then finds out. It reads several times faster than that one, and
 * makes no tree.
 */
export function scanXml(text: string): XmlScan | undefined {
  const found = declaration.exec(text);
  const from = found ? found[0].length : 0;
  if (isBeyondScan(from === 0 ? text : text.slice(from))) return undefined;
  return new Scanner(text, found?.[3]).scan(from);
}

/**
 * Whether there is what takes more than a scan: what XML forbids, what is escaped or replaced, the end of a section, other
 * references. (Declarations, sections and comments begin like no element; the scan stops there.) An expression of
 * alternatives would take several times longer, for it looks at each character as often.
 */
function isBeyondScan(text: string): boolean {
  return unusualCharacter.test(text) || text.includes(']]>') || (text.includes('&') && otherReference.test(text));
}

/** The text between two offsets, its references resolved. */
export function scannedText(text: string, from: number, to: number): string {
  const piece = text.slice(from, to);
  return piece.includes('&') ? piece.replace(/&(lt|amp);/g, (_, name) => (name === 'lt' ? '<' : '&')) : piece;
}

class Scanner implements XmlScan {
  readonly names: string[] = [];
  readonly localNames: string[] = [];
  readonly namespaces: string[] = [];
  readonly parents: number[] = [];
  readonly starts: number[] = [];
  readonly contents: number[] = [];
  readonly contentEnds: number[] = [];
  readonly ends: number[] = [];
  readonly attributes = new Map<number, ScannedAttribute[]>();
  verbatim = true;
  /** Prefixes in force, the innermost last. */
  readonly #bound: { prefix: string; namespace: string; element: number }[] = [];
  #default = '';
  #depth = 0;

  constructor(
    readonly text: string,
    readonly declaredEncoding: string | undefined,
  ) {}

  scan(from: number): XmlScan | undefined {
    const { text } = this;
    let at = this.#pastBlanks(from);
    let current = -1;
    do {
      if (text.charCodeAt(at) !== lessThan) return undefined;
      if (text.charCodeAt(at + 1) === slash) {
        at = this.#close(current, at);
        if (at < 0) return undefined;
        current = this.parents[current] as number;
      } else {
        const opened = this.names.length;
        at = this.#open(current, at);
        if (at < 0) return undefined;
        if (this.ends[opened] === 0) current = opened;
      }
      if (current >= 0) at = text.indexOf('<', at);
    } while (current >= 0 && at >= 0);
    return at >= 0 && this.#pastBlanks(at) === text.length ? this : undefined;
  }

  #pastBlanks(from: number): number {
    let at = from;
    while (blanks.has(this.text.charCodeAt(at))) at++;
    return at;
  }

  /** @returns the offset behind the end tag; -1 when it does not fit */
  #close(element: number, at: number): number {
    const name = this.names[element];
    if (name === undefined) return -1;
    const end = at + 3 + name.length;
    if (!this.text.startsWith(name, at + 2) || this.text.charCodeAt(end - 1) !== greaterThan) return -1;
    // Without content it is written as an empty element.
    if (at === this.contents[element]) this.verbatim = false;
    this.contentEnds[element] = at;
    this.ends[element] = end;
    this.#leave(element);
    return end;
  }

  #leave(element: number): void {
    this.#depth--;
    if (this.#bound.length === 0 || this.#bound.at(-1)?.element !== element) return;
    while (this.#bound.at(-1)?.element === element) this.#bound.pop();
    this.#default = this.#namespaceOf('') ?? '';
  }

  /** @returns the offset behind the start tag; -1 when it is not plain */
  #open(parent: number, at: number): number {
    const { text } = this;
    const element = this.names.length;
    let end = this.#nameEnd(at + 1);
    if (end < 0 || ++this.#depth > deepest) return -1;
    const name = text.slice(at + 1, end);
    this.names.push(name);
    this.parents.push(parent);
    this.starts.push(at);
    this.ends.push(0);
    this.contentEnds.push(0);
    const next = text.charCodeAt(end);
    if (next !== greaterThan && next !== slash) end = this.#attributes(element, end);
    if (end < 0 || !this.#resolve(name)) return -1;
    const empty = text.charCodeAt(end) === slash;
    if (empty && text.charCodeAt(end + 1) !== greaterThan) return -1;
    end += empty ? 2 : 1;
    this.contents.push(end);
    if (empty) {
      this.contentEnds[element] = end;
      this.ends[element] = end;
      this.#leave(element);
    }
    return end;
  }

  /** The offset behind a name with at most one colon; -1 where none begins. */
  #nameEnd(from: number): number {
    const { text } = this;
    if (nameCodes[text.charCodeAt(from)] !== 1) return -1;
    let at = from + 1;
    while ((nameCodes[text.charCodeAt(at)] ?? 0) > 0) at++;
    if (text.charCodeAt(at) !== colon) return at < text.length && text.charCodeAt(at) > 127 ? -1 : at;
    if (nameCodes[text.charCodeAt(++at)] !== 1) return -1;
    while ((nameCodes[text.charCodeAt(at)] ?? 0) > 0) at++;
    return text.charCodeAt(at) === colon || text.charCodeAt(at) > 127 ? -1 : at;
  }

  #resolve(name: string): boolean {
    const split = name.indexOf(':');
    this.localNames.push(split < 0 ? name : name.slice(split + 1));
    const namespace = split < 0 ? this.#default : this.#namespaceOf(name.slice(0, split));
    if (namespace === undefined) return false;
    this.namespaces.push(namespace);
    return true;
  }

  #namespaceOf(prefix: string): string | undefined {
    for (let index = this.#bound.length - 1; index >= 0; index--) {
      const bound = this.#bound[index];
      if (bound?.prefix === prefix) return bound.namespace;
    }
    return prefix === 'xml' ? XML_NAMESPACE : undefined;
  }

  /** Reads attributes from the blank before the first one. @returns the offset of `>` or `/`; -1 when not plain */
  #attributes(element: number, from: number): number {
    const { text } = this;
    const raw: { name: string; value: string }[] = [];
    let at = from;
    for (;;) {
      const start = this.#pastBlanks(at);
      const code = text.charCodeAt(start);
      if (code === greaterThan || code === slash) {
        if (start !== at) this.verbatim = false;
        if (!this.#take(element, raw)) return -1;
        return start;
      }
      if (start === at) return -1;
      if (start !== at + 1 || text.charCodeAt(at) !== 0x20) this.verbatim = false;
      const end = this.#nameEnd(start);
      const quote = text.charCodeAt(end + 1);
      if (end < 0 || text.charCodeAt(end) !== equals || (quote !== doubleQuote && quote !== singleQuote)) return -1;
      const close = text.indexOf(quote === doubleQuote ? '"' : "'", end + 2);
      const value = text.slice(end + 2, close);
      if (close < 0 || /[<\t\n]/.test(value)) return -1;
      if (quote === singleQuote) this.verbatim = false;
      raw.push({ name: text.slice(start, end), value: scannedText(value, 0, value.length) });
      at = close + 1;
    }
  }

  /** Binds what is declared, then finds the namespaces of the others. False for what is better read strictly. */
  #take(element: number, raw: readonly { name: string; value: string }[]): boolean {
    let others = false;
    for (const { name, value } of raw) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) {
        others = true;
        continue;
      }
      // Declarations are written in front of the others.
      if (others) this.verbatim = false;
      if (!this.#bind(element, name === 'xmlns' ? '' : name.slice(6), value)) return false;
    }
    const found: ScannedAttribute[] = [];
    for (const { name, value } of raw) {
      const namespace = this.#attributeNamespace(name);
      if (namespace === undefined || found.some((other) => localPart(other.name) === localPart(name))) return false;
      found.push({ name, value, namespace });
    }
    if (found.length > 0) this.attributes.set(element, found);
    return true;
  }

  #bind(element: number, prefix: string, namespace: string): boolean {
    if (prefix.toLowerCase().startsWith('xml') || (namespace === '' && prefix !== '')) return false;
    if (namespace.includes(' ')) return false;
    if (namespace === XML_NAMESPACE || namespace === XMLNS_NAMESPACE) return false;
    if ((this.#namespaceOf(prefix) ?? (prefix === '' ? '' : undefined)) === namespace) this.verbatim = false;
    this.#bound.push({ prefix, namespace, element });
    if (prefix === '') this.#default = namespace;
    return true;
  }

  #attributeNamespace(name: string): string | undefined {
    const split = name.indexOf(':');
    if (name === 'xmlns' || name.startsWith('xmlns:')) return XMLNS_NAMESPACE;
    return split < 0 ? '' : this.#namespaceOf(name.slice(0, split));
  }
}

const localPart = (name: string): string => name.slice(name.indexOf(':') + 1);
