import type { Document, Element } from '@xmldom/xmldom';
import { addAttribute, appendNew, createElement, setAttribute, XMLNS_NAMESPACE } from '../../xml/create.js';
import { MAX_DEPTH } from '../../xml/parse.js';
import { JsonScanner, type Scalar } from './json-scanner.js';
import { elementName } from './names.js';
import { type ConversionOptions, defaultConversion } from './options.js';

/**
 * Expands JSON text to its wrapper element, `jsonObject` or `jsonArray` (message-model 4.4). Text behind the root value
 * and a missing end of an object are let pass, as the reference's reader does.
 * @throws SyntaxError when the text is malformed or nested too deeply
 */
export function jsonToXml(text: string, document: Document, options: ConversionOptions = defaultConversion): Element {
  return new Expansion(text, document, options).root();
}

/** The element under construction. */
interface Frame {
  readonly element: Element;
  /** Prefixes that `@xmlns…` members have bound, inherited. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** Whether something other than attributes has been read. */
  hasContent: boolean;
}

class Expansion {
  readonly #scanner: JsonScanner;
  #depth = 0;

  constructor(
    text: string,
    readonly document: Document,
    readonly options: ConversionOptions,
  ) {
    this.#scanner = new JsonScanner(text);
  }

  root(): Element {
    const isArray = this.#scanner.peek() === '[';
    const frame = this.#open(isArray ? 'jsonArray' : 'jsonObject', undefined);
    if (isArray) this.#items('jsonElement', frame);
    else this.#members(frame);
    return frame.element;
  }

  #open(name: string, parent: Frame | undefined): Frame {
    if (++this.#depth > MAX_DEPTH) throw this.#scanner.error(`Nested deeper than ${MAX_DEPTH} elements`);
    const namespaces = parent?.namespaces ?? new Map<string, string>();
    const colon = name.indexOf(':');
    const namespace = namespaces.get(colon === -1 ? '' : name.slice(0, colon)) ?? '';
    const element = createElement(this.document, name, namespace);
    if (parent) {
      parent.hasContent = true;
      appendNew(parent.element, element);
    }
    return { element, namespaces, hasContent: false };
  }

  /** The value of a member or item, whose element is named `name`, under `parent`. */
  #value(name: string, parent: Frame): void {
    const next = this.#scanner.peek();
    const frame = this.#open(name, parent);
    if (next === '{') this.#members(frame);
    else if (next === '[') {
      const inner = this.#open('jsonArray', frame);
      this.#items('jsonElement', inner);
      this.#depth--;
    } else this.#text(this.#scanner.scalar(), frame.element);
    this.#depth--;
  }

  #members(frame: Frame): void {
    const scanner = this.#scanner;
    scanner.expect('{');
    if (scanner.take('}')) return;
    let current = frame;
    do {
      const key = scanner.string();
      scanner.expect(':');
      current = this.#member(key, current);
    } while (scanner.take(','));
    if (scanner.peek() !== '') scanner.expect('}');
  }

  /** Reads one member; a namespace declaration gives a frame with the new scope. */
  #member(key: string, frame: Frame): Frame {
    if (key === '$') {
      frame.hasContent = true;
      this.#text(this.#simple('$'), frame.element, true);
      return frame;
    }
    if (key.charAt(0) === '@') return this.#attribute(key.slice(1), frame);
    const name = elementName(key, this.options.validNames);
    if (this.#scanner.peek() === '[') this.#items(name, frame);
    else this.#value(name, frame);
    return frame;
  }

  #items(name: string, parent: Frame): void {
    const scanner = this.#scanner;
    scanner.expect('[');
    if (this.options.writeInstructions) {
      appendNew(parent.element, this.document.createProcessingInstruction('xml-multiple', name));
    }
    if (scanner.take(']')) return;
    do this.#value(name, parent);
    while (scanner.take(','));
    scanner.expect(']');
  }

  #attribute(name: string, frame: Frame): Frame {
    if (name === '') throw this.#scanner.error(`The key '@' names no attribute`);
    if (this.#scanner.peek() === '{') return this.#attributesOf(frame);
    const value = this.#simple(`@${name}`);
    if (name === 'xmlns' || name.startsWith('xmlns:')) return this.#declare(name.slice(6), value.text, frame);
    // An attribute that is null leaves an element with content, but writes nothing.
    if (value.kind === 'literal' && value.text === 'null') this.#markNotEmpty(frame);
    else this.#setAttribute(name, value.text, frame);
    return frame;
  }

  /** `"@id": {"x": 1}`: the inner members become attributes of the parent. */
  #attributesOf(frame: Frame): Frame {
    const scanner = this.#scanner;
    scanner.expect('{');
    if (scanner.take('}')) return frame;
    let current = frame;
    do {
      const key = scanner.string();
      scanner.expect(':');
      current = this.#attribute(key.replace(/^@/, ''), current);
    } while (scanner.take(','));
    scanner.expect('}');
    return current;
  }

  #setAttribute(name: string, value: string, { element, namespaces }: Frame): void {
    const colon = name.indexOf(':');
    const namespace = colon === -1 ? '' : (namespaces.get(name.slice(0, colon)) ?? '');
    setAttribute(element, name, value, namespace);
  }

  #declare(prefix: string, namespace: string, frame: Frame): Frame {
    if (frame.hasContent) throw this.#scanner.error('A namespace declaration has to stand before other members');
    const { element } = frame;
    addAttribute(element, prefix === '' ? 'xmlns' : `xmlns:${prefix}`, namespace, XMLNS_NAMESPACE);
    const own = element.nodeName.includes(':') ? element.nodeName.slice(0, element.nodeName.indexOf(':')) : '';
    if (own === prefix) renameInto(element, namespace);
    return { element, namespaces: new Map(frame.namespaces).set(prefix, namespace), hasContent: false };
  }

  #simple(key: string): Scalar {
    const next = this.#scanner.peek();
    if (next === '{' || next === '[') throw this.#scanner.error(`The value of '${key}' has to be a scalar`);
    return this.#scanner.scalar();
  }

  #text(value: Scalar, element: Element, ofParent = false): void {
    if (value.kind === 'literal' && value.text === 'null') {
      if (ofParent) appendNew(element, this.document.createTextNode(''));
      else if (this.options.nil) setAttribute(element, 'nil', 'true');
      return;
    }
    appendNew(element, this.document.createTextNode(value.text));
  }

  #markNotEmpty({ element }: Frame): void {
    if (!element.firstChild) appendNew(element, this.document.createTextNode(''));
  }
}

/** The element turns out to be in a namespace: its declaration is its first member. */
function renameInto(element: Element, namespace: string): void {
  const colon = element.nodeName.indexOf(':');
  const target = element as { namespaceURI: string | null; prefix: string | null; localName: string | null };
  target.namespaceURI = namespace === '' ? null : namespace;
  target.prefix = colon === -1 ? null : element.nodeName.slice(0, colon);
  target.localName = element.nodeName.slice(colon + 1);
}
