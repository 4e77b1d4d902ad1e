import type { Attr, Element, Node } from '@xmldom/xmldom';
import type { Placed } from '../xml/lines.js';
import { ConfigurationError, type Problem } from './problem.js';

export const SYNAPSE_NAMESPACE = 'http://ws.apache.org/ns/synapse';

/** Where something stands in a file; lines and columns count from 1. */
export interface Position {
  line: number;
  column: number;
}

/**
 * An element of a configuration file with its position. All reading of XML configuration goes through this class, so
 * that every problem can say where it is.
 */
export class ConfigElement {
  #children: ConfigElement[] | undefined;

  constructor(
    readonly node: Element,
    readonly file: string,
    readonly parent: ConfigElement | undefined,
  ) {}

  get localName(): string {
    return this.node.localName ?? this.node.nodeName;
  }

  get namespace(): string {
    return this.node.namespaceURI ?? '';
  }

  get line(): number {
    return positionOf(this.node).line;
  }

  get column(): number {
    return positionOf(this.node).column;
  }

  /** The attribute's text as written, or undefined. Attributes are in no namespace. */
  attribute(name: string): string | undefined {
    return this.node.getAttributeNode(name)?.value;
  }

  /** Attributes in document order, namespace declarations left out. */
  attributes(): { name: string; value: string }[] {
    return Array.from(this.node.attributes as unknown as Iterable<Attr>)
      .filter((attr) => attr.name !== 'xmlns' && attr.prefix !== 'xmlns')
      .map((attr) => ({ name: attr.name, value: attr.value }));
  }

  /** Child elements in document order, all namespaces. */
  elements(): ConfigElement[] {
    this.#children ??= childNodes(this.node)
      .filter((node): node is Element => node.nodeType === 1)
      .map((node) => new ConfigElement(node, this.file, this));
    return this.#children;
  }

  /** First child element of that local name (in the Synapse namespace or none, as deployed files mix both). */
  element(name: string): ConfigElement | undefined {
    return this.elements().find((child) => child.localName === name);
  }

  /** Concatenated direct text, CDATA included, as written. */
  get text(): string {
    return childNodes(this.node)
      .map((node) => writtenText(node) ?? '')
      .join('');
  }

  /** Child elements and comments in document order: both occupy a mediator position (mediators 2.1). */
  elementsAndComments(): (ConfigElement | 'comment')[] {
    const elements = new Map(this.elements().map((child) => [child.node as Node, child]));
    return childNodes(this.node).flatMap((node): (ConfigElement | 'comment')[] => {
      if (node.nodeType === 8) return ['comment'];
      const element = elements.get(node);
      return element ? [element] : [];
    });
  }

  /** Prefixes in scope here; the outermost declaration of a prefix wins (message-model 3.1). */
  namespaces(): Map<string, string> {
    const found = new Map<string, string>();
    for (let node: Node | null = this.node; node && node.nodeType === 1; node = node.parentNode) {
      for (const attr of Array.from((node as Element).attributes as unknown as Iterable<Attr>)) {
        if (attr.prefix === 'xmlns') found.set(attr.localName ?? '', attr.value);
      }
    }
    return found;
  }

  /** Position of an attribute's value, or of the element when the attribute is absent. */
  attributePosition(name: string): Position {
    const attr = this.node.getAttributeNode(name);
    return attr ? positionOf(attr, this) : { line: this.line, column: this.column };
  }

  /**
   * Position of a character of the direct {@link text}. Where the text was written in several pieces, or with entities
   * other than those that have to be, the column is that of the nearest piece.
   */
  textPosition(offset: number): Position {
    const { contentLineNumber, contentColumnNumber } = this.node as Placed;
    if (contentLineNumber === undefined || contentColumnNumber === undefined) return this;
    let line = contentLineNumber;
    let column = contentColumnNumber;
    let left = offset;
    for (const node of childNodes(this.node)) {
      const written = writtenText(node);
      if (written === undefined) continue;
      const isPlain = node.nodeType === 3;
      if (!isPlain) column += cdataStart.length;
      for (const character of written) {
        if (left <= 0) return { line, column };
        left -= character.length;
        if (character === '\n') [line, column] = [line + 1, 1];
        else column += (isPlain && escapedLength[character]) || character.length;
      }
      if (left <= 0) return { line, column };
      if (!isPlain) column += cdataEnd.length;
    }
    return { line, column };
  }

  /** A problem at this element, at one of its attributes, or at a character of its text. */
  problem(
    code: string,
    message: string,
    options: {
      attribute?: string;
      textOffset?: number;
      hint?: string;
      severity?: Problem['severity'];
      columnOffset?: number;
    } = {},
  ): Problem {
    const { line, column } = this.#positionOf(options);
    return {
      file: this.file,
      line,
      column: column + (options.columnOffset ?? 0),
      severity: options.severity ?? 'error',
      code,
      message,
      ...(options.hint === undefined ? {} : { hint: options.hint }),
    };
  }

  #positionOf({ attribute, textOffset }: { attribute?: string; textOffset?: number }): Position {
    if (attribute) return this.attributePosition(attribute);
    return textOffset === undefined ? this : this.textPosition(textOffset);
  }

  /** Refuses the artifact because of this element. */
  fail(code: string, message: string, options: { attribute?: string; hint?: string } = {}): never {
    throw new ConfigurationError(this.problem(code, message, options));
  }
}

const cdataStart = '<![CDATA[';
const cdataEnd = ']]>';
/** Characters that a text cannot hold as they are. */
const escapedLength: Readonly<Record<string, number>> = { '&': '&amp;'.length, '<': '&lt;'.length };

/** Of a text or CDATA section. */
function writtenText(node: Node): string | undefined {
  return node.nodeType === 3 || node.nodeType === 4 ? (node.nodeValue ?? '') : undefined;
}

function childNodes(node: Node): Node[] {
  const found: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

function positionOf(node: Node, fallback?: Position): Position {
  const at = node as Placed;
  return { line: at.lineNumber ?? fallback?.line ?? 1, column: at.columnNumber ?? fallback?.column ?? 1 };
}
