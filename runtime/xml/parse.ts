import type { Document, Element, Node } from '@xmldom/xmldom';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { addAttribute, appendNew, createElement, newDocument } from './create.js';
import { DoctypeError, XmlError } from './error.js';
import { LineMap, type Placed } from './lines.js';
import { scanXml } from './scan.js';
import { fillScanned, scannedRoot } from './scan-tree.js';
import type { XmlScan } from './scanned.js';
import { describeError } from './well-formed.js';

/** Characters that the first step of an incremental read hands to the parser. */
const FIRST_CHUNK = 512;

/** Elements may be nested this deep, as the reference's parser allows; what walks a tree may recurse. */
export const MAX_DEPTH = 1000;

export interface XmlReaderOptions {
  /** Notes line and column on every element and attribute, for configuration files. */
  positions?: boolean;
  /** Lets a document type pass. Its declarations are not read, so that its entities stay undefined. */
  allowDoctype?: boolean;
  /** Leaves processing instructions out, as SOAP does not have them. */
  skipInstructions?: boolean;
}

/** The event parser of one {@link XmlReader}. */
class TreeParser extends SaxesParser<{ xmlns: true; position: true }> {
  constructor(readonly reader: XmlReader) {
    super({ xmlns: true, position: true });
  }
}

/**
 * Reads a text into a DOM tree, strictly: a document type, an undeclared prefix or any other violation of XML 1.0 with
 * namespaces is an {@link XmlError}; entities are never expanded. Comments, processing instructions and CDATA sections
 * are kept. It can stop after the root's start tag, as a message is built (message-model 4.1), and go on later.
 */
export class XmlReader {
  #document: Document | undefined;
  readonly #text: string;
  /** Where everything stands in a plain document, which the parser then need not read; null when it is not plain. */
  readonly #scan: XmlScan | null;
  #strict: TreeParser | undefined;
  readonly #lines: LineMap | undefined;
  readonly #options: XmlReaderOptions;
  readonly #openedAt: number[] = [];
  #closedAt = 0;
  #attributesAt: [name: string, offset: number][] = [];
  /** Undefined outside of the root. */
  #current: Element | undefined;
  #root: Element | undefined;
  #read = 0;
  #complete = false;
  #error: XmlError | undefined;

  constructor(text: string, options: XmlReaderOptions = {}) {
    this.#options = options;
    this.#text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    this.#lines = options.positions ? new LineMap(this.#text) : undefined;
    this.#scan = options.positions ? null : (scanXml(this.#text) ?? null);
  }

  /** The document that the tree is made in. */
  get document(): Document {
    this.#document ??= newDocument();
    return this.#document;
  }

  /** The document as it was scanned; undefined when it is not plain or has become a tree. */
  get scan(): XmlScan | undefined {
    return this.#complete ? undefined : (this.#scan ?? undefined);
  }

  get #parser(): TreeParser {
    if (!this.#strict) {
      this.#strict = new TreeParser(this);
      this.#listen(this.#strict);
    }
    return this.#strict;
  }

  /**
   * Reads as far as the root's start tag. The element fills up when the rest is read; an error that lies behind the tag
   * is left to {@link finish}.
   * @throws XmlError when there is no root
   */
  root(): Element {
    if (this.#scan) this.#root ??= scannedRoot(this.#scan, this.document);
    for (let size = FIRST_CHUNK; this.#root === undefined && this.#read < this.#text.length; size *= 4) {
      try {
        this.#write(this.#text.slice(this.#read, this.#read + size));
      } catch (error) {
        if (this.#root === undefined) throw error;
      }
    }
    if (this.#root === undefined) this.#close();
    return this.#root as unknown as Element;
  }

  /** Name of the root, for which a plain document needs no tree. @throws XmlError when there is no root */
  rootName(): { readonly localName: string; readonly namespace: string } {
    const scan = this.#scan;
    if (scan) return scan.kind(0);
    const root = this.root();
    return { localName: root.localName ?? root.nodeName, namespace: root.namespaceURI ?? '' };
  }

  /** A reader of the same text that has read nothing yet. */
  restarted(): XmlReader {
    return new XmlReader(this.#text, this.#options);
  }

  /** The encoding that the XML declaration names; known once the root is. */
  get declaredEncoding(): string | undefined {
    return this.#scan ? this.#scan.declaredEncoding : this.#parser.xmlDecl.encoding;
  }

  /** Whether everything has been read. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Reads the rest and returns the whole document. */
  finish(): Document {
    if (!this.#complete && this.#scan) {
      fillScanned(this.#scan, this.root());
      this.#complete = true;
    } else if (!this.#complete) {
      if (this.#error) throw this.#error;
      if (this.#read < this.#text.length) this.#write(this.#text.slice(this.#read));
      this.#close();
    }
    return this.document;
  }

  #write(chunk: string): void {
    if (this.#error) throw this.#error;
    this.#read += chunk.length;
    this.#parser.write(chunk);
  }

  #close(): void {
    if (this.#error) throw this.#error;
    this.#parser.close();
    this.#complete = true;
  }

  #listen(parser: TreeParser): void {
    parser.on('opentagstart', () => {
      this.#openedAt.push(this.#text.lastIndexOf('<', parser.position - 1));
      if (this.#openedAt.length > MAX_DEPTH) this.#fail(`elements are nested more than ${MAX_DEPTH} deep`);
    });
    if (this.#lines) {
      parser.on('attribute', (attribute) => {
        this.#attributesAt.push([attribute.name, this.#attributeStart(parser.position)]);
      });
    }
    parser.on('opentag', (tag) => this.#open(tag));
    parser.on('closetag', () => {
      this.#closedAt = this.#openedAt.pop() ?? 0;
      this.#current = this.#openedAt.length > 0 ? (this.#current?.parentNode as Element) : undefined;
    });
    parser.on('text', (text) => {
      if (this.#openedAt.length > 0) this.#append(this.document.createTextNode(text));
    });
    parser.on('error', (error) => this.#fail(error.message.replace(/^\d+:\d+: /, '')));
  }

  static {
    // What is rare is listened to by the prototype: V8 makes slow objects of parsers with more than six handlers of their
    // own, and then of all parsers in the process; they read at a quarter of the speed.
    const rare = TreeParser.prototype;
    rare.on('cdata', function (this: TreeParser, text) {
      this.reader.#append(this.reader.document.createCDATASection(text));
    });
    rare.on('comment', function (this: TreeParser, text) {
      this.reader.#append(this.reader.document.createComment(text));
    });
    rare.on('processinginstruction', function (this: TreeParser, { target, body }) {
      const { reader } = this;
      if (reader.#options.skipInstructions) return;
      reader.#append(reader.document.createProcessingInstruction(target, body));
    });
    rare.on('doctype', function (this: TreeParser) {
      const { reader } = this;
      if (!reader.#options.allowDoctype) reader.#fail('document type (DOCTYPE) is not allowed', DoctypeError);
    });
  }

  #open(tag: SaxesTagNS): void {
    const element = createElement(this.document, tag.name, tag.uri);
    for (const name in tag.attributes) {
      const attribute = tag.attributes[name];
      if (attribute) addAttribute(element, attribute.name, attribute.value, attribute.uri);
    }
    if (this.#lines) this.#place(element);
    this.#append(element);
    this.#current = element;
    this.#root ??= element;
  }

  #place(element: Element): void {
    const lines = this.#lines as LineMap;
    lines.mark(element as Placed, this.#openedAt.at(-1) ?? 0);
    lines.markContent(element as Placed, this.#parser.position);
    for (const [name, offset] of this.#attributesAt)
      lines.mark(element.getAttributeNode(name) as Placed | null, offset);
    this.#attributesAt = [];
  }

  /** Where the value starts whose closing quote has just been read. */
  #attributeStart(end: number): number {
    const quote = this.#text.charAt(end - 1);
    return this.#text.lastIndexOf(quote, end - 2) + 1;
  }

  #append(node: Node): void {
    if (this.#current) appendNew(this.#current, node);
    else this.document.appendChild(node);
  }

  #fail(message: string, kind = XmlError): never {
    const lines = this.#lines ?? new LineMap(this.#text);
    const found = describeError(message, {
      text: this.#text,
      offset: Math.max(0, this.#parser.position - 1),
      openedAt: this.#openedAt,
      closedAt: this.#closedAt,
      lines,
    });
    const { line, column } = lines.at(found.offset);
    this.#error = new kind(found.message, line, column);
    throw this.#error;
  }
}

/**
 * Parses a whole document.
 * @throws XmlError with the place of the first violation
 */
export function parseXml(text: string, options: XmlReaderOptions = {}): Document {
  return new XmlReader(text, options).finish();
}

/** Parses a document and returns its root element. @throws XmlError */
export function parseElement(text: string): Element {
  return parseXml(text).documentElement as Element;
}
