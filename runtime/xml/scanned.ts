/** What the name of an element says. Elements of one name share it. */
export interface ElementKind {
  /** As written. */
  readonly name: string;
  readonly localName: string;
  /** Empty for none. */
  readonly namespace: string;
}

/** An attribute of a scanned element, namespace declarations included. */
export interface ScannedAttribute {
  readonly name: string;
  readonly value: string;
  readonly namespace: string;
}

/** What {@link XmlScan} is made of. */
export interface Scanned {
  readonly kinds: readonly ElementKind[];
  /** {@link WIDTH} numbers for each element, in document order. */
  readonly table: Int32Array;
  /** Attributes of the elements that have some. */
  readonly attributes: ReadonlyMap<number, readonly ScannedAttribute[]>;
  readonly verbatim: boolean;
}

/** How many numbers the table holds of an element, and which they are. */
export const WIDTH = 6;
export const [KIND, PARENT, START, CONTENT, CONTENT_END, END] = [0, 1, 2, 3, 4, 5];

/**
 * Where everything stands in a document. An element is its number in document order, the root is 0; offsets count
 * characters of the text.
 */
export class XmlScan {
  /** Kinds of elements; two of them may be alike. */
  readonly kinds: readonly ElementKind[];
  readonly attributes: ReadonlyMap<number, readonly ScannedAttribute[]>;
  /** A tree of this document, unchanged, is written exactly as it stands in the text. */
  readonly verbatim: boolean;
  readonly #table: Int32Array;

  constructor(
    readonly text: string,
    { kinds, table, attributes, verbatim }: Scanned,
    readonly declaredEncoding: string | undefined,
  ) {
    this.kinds = kinds;
    this.attributes = attributes;
    this.verbatim = verbatim;
    this.#table = table;
  }

  /** How many elements there are. */
  get size(): number {
    return this.#table.length / WIDTH;
  }

  /** What the element's name says. */
  kind(element: number): ElementKind {
    return this.kinds[this.kindNumber(element)] as ElementKind;
  }

  /** Where its kind stands in {@link kinds}. */
  kindNumber(element: number): number {
    return this.#table[element * WIDTH + KIND] as number;
  }

  /** Number of the parent; -1 for the root, undefined behind the last element. */
  parent(element: number): number | undefined {
    return this.#table[element * WIDTH + PARENT];
  }

  /** Offset of the `<`. */
  start(element: number): number {
    return this.#table[element * WIDTH + START] as number;
  }

  /** Offset behind the start tag. */
  content(element: number): number {
    return this.#table[element * WIDTH + CONTENT] as number;
  }

  /** Offset of the `<` of the end tag; behind the tag of an empty element. */
  contentEnd(element: number): number {
    return this.#table[element * WIDTH + CONTENT_END] as number;
  }

  /** Offset behind the end tag. */
  end(element: number): number {
    return this.#table[element * WIDTH + END] as number;
  }

  /** The text between two offsets, its references resolved. */
  textBetween(from: number, to: number): string {
    return resolved(this.text.slice(from, to));
  }
}

/** A text whose references are `&lt;` and `&amp;`, resolved. */
export function resolved(text: string): string {
  return text.includes('&') ? text.replace(/&(lt|amp);/g, (_, name) => (name === 'lt' ? '<' : '&')) : text;
}
