import type { Attr, Element, Node } from '@xmldom/xmldom';
import { canonicalDecimalText } from '../../java/decimal.js';
import { shortEscapes } from '../../json/text.js';
import { xmlSafeText } from '../../xml/illegal-text.js';
import { directText } from '../../xml/walk.js';
import { keyOfElement } from './names.js';
import { type ConversionOptions, defaultConversion } from './options.js';

/** An element that JSON cannot hold, e.g. one with mixed content (message-model 4.5 rule 7). */
export class ConversionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConversionError';
  }
}

/** Wrappers that leave no trace in JSON (message-model 4.5 rule 1). */
const TRANSPARENT = new Set(['jsonObject', 'jsonArray', 'jsonElement']);
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
/** Blank is what Java trims: everything up to U+0020. */
const NOT_BLANK = /[!-\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what JSON has to escape
const SPECIAL = /["\\\u0000-\u001f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const SPECIALS = /["\\\u0000-\u001f]/g;

/**
 * The element as compact JSON text (message-model 4.5). The tree is left as it is.
 * @param preserveSpaces keeps blank text that is all an element holds (`PRESERVE_SPACES`)
 * @throws ConversionError for mixed content and attributes that differ in their namespace only
 */
export function xmlToJson(
  element: Element,
  options: ConversionOptions = defaultConversion,
  preserveSpaces = false,
): string {
  const writer = new Writer(options, preserveSpaces);
  const name = element.localName ?? element.nodeName;
  if (name === 'jsonValue') return rawValue(element);
  const value = writer.value(element);
  return TRANSPARENT.has(name) ? value : `{${quote(writer.key(element))}:${value}}`;
}

function rawValue(element: Element): string {
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 1) throw new ConversionError('jsonValue holds an element instead of a scalar');
  }
  return directText(element);
}

/** Consecutive siblings of one key. */
interface Group {
  readonly key: string;
  readonly elements: Element[];
  /** Announced by `<?xml-multiple?>`: an array whatever its length. */
  isArray: boolean;
}

class Writer {
  constructor(
    private readonly options: ConversionOptions,
    private readonly preserveSpaces: boolean,
  ) {}

  key(node: Element | Attr): string {
    const { options } = this;
    const local = node.localName ?? node.nodeName;
    if (!node.prefix || !options.preserveNamespace) {
      // A colon in a name without namespace came from a JSON key.
      const name = node.namespaceURI || node.nodeType === 2 ? local : node.nodeName;
      return keyOfElement(name, options.validNames);
    }
    return `${node.prefix}${options.namespaceSeparator}${keyOfElement(local, options.validNames)}`;
  }

  value(element: Element): string {
    if (this.options.nil && isNil(element)) return 'null';
    const members = this.attributes(element);
    const groups: Group[] = [];
    const text = this.content(element, groups);
    if (groups.length > 0) {
      if (text !== '') throw new ConversionError(`Mixed content is not supported: <${element.nodeName}>`);
      return this.object(members, groups);
    }
    if (members.length === 0) return text === '' ? this.empty() : this.primitive(text);
    if (text !== '') members.push(`"$":${this.primitive(text)}`);
    return `{${members.join(',')}}`;
  }

  private object(members: string[], groups: Group[]): string {
    const [first] = groups;
    if (first && members.length === 0 && groups.length === 1 && TRANSPARENT.has(first.key)) return this.group(first);
    for (const group of groups) members.push(`${quote(group.key)}:${this.group(group)}`);
    return `{${members.join(',')}}`;
  }

  private group({ elements, isArray }: Group): string {
    const [only] = elements;
    if (only && elements.length === 1 && !isArray) return this.value(only);
    return `[${elements.map((element) => this.value(element)).join(',')}]`;
  }

  /** Sorts the child elements into groups and returns the text between them, blank nodes left out. */
  private content(element: Element, groups: Group[]): string {
    const { autoArray, multipleInstructions } = this.options;
    let text = '';
    let announced: string | undefined;
    for (let child = element.firstChild; child; child = child.nextSibling) {
      if (child.nodeType === 3 || child.nodeType === 4) text += this.keptText(child, element);
      else if (child.nodeType === 7 && multipleInstructions && child.nodeName === 'xml-multiple') {
        announced = this.announce(child, groups);
      } else if (child.nodeType === 1) {
        const key = this.key(child as Element);
        const last = groups.at(-1);
        if (last && last.key === key && (autoArray || last.isArray)) last.elements.push(child as Element);
        else groups.push({ key, elements: [child as Element], isArray: announced === '' });
        announced = undefined;
      }
    }
    return text;
  }

  /** Opens the array that a processing instruction names; without a name it is the next element's. */
  private announce(instruction: Node, groups: Group[]): string | undefined {
    const name = (instruction.nodeValue ?? '').trim();
    if (name === '') return '';
    const key = keyOfElement(name.slice(name.lastIndexOf('/') + 1), this.options.validNames);
    if (groups.at(-1)?.key !== key) groups.push({ key, elements: [], isArray: true });
    return undefined;
  }

  private keptText(node: Node, parent: Element): string {
    const text = xmlSafeText(node.nodeValue ?? '');
    if (NOT_BLANK.test(text)) return text;
    return this.preserveSpaces && parent.firstChild === node && !node.nextSibling ? text : '';
  }

  private attributes(element: Element): string[] {
    const { attributes } = element;
    if (attributes.length === 0) return [];
    const declarations: string[] = [];
    const members: string[] = [];
    const seen = new Set<string>();
    for (let i = 0; i < attributes.length; i++) {
      const attr = attributes.item(i) as Attr;
      if (attr.nodeName === 'xmlns' || attr.prefix === 'xmlns') {
        if (this.showsDeclarations) declarations.push(this.declaration(attr));
        continue;
      }
      const key = this.key(attr);
      if (seen.has(key)) throw new ConversionError(`<${element.nodeName}> has two attributes that become '@${key}'`);
      seen.add(key);
      members.push(`${quote(`@${key}`)}:${quote(xmlSafeText(attr.value))}`);
    }
    return declarations.concat(members);
  }

  private get showsDeclarations(): boolean {
    return this.options.preserveNamespace && this.options.namespaceDeclarations;
  }

  private declaration(attr: Attr): string {
    const prefix = attr.nodeName === 'xmlns' ? '' : `${this.options.namespaceSeparator}${attr.localName}`;
    return `${quote(`@xmlns${prefix}`)}:${quote(attr.value)}`;
  }

  private empty(): string {
    return this.options.emptyToNull ? 'null' : '""';
  }

  /** Auto-primitive (message-model 4.5 rule 5): literals, canonical numbers, else a string. */
  private primitive(text: string): string {
    const { autoPrimitive, stringPattern, replacePattern, replacement } = this.options;
    if (!autoPrimitive || stringPattern?.test(text)) return quote(text);
    if (replacePattern?.test(text)) return quote(replacePattern.replace(text, replacement));
    if (text === 'true' || text === 'false' || text === 'null') return text;
    return NUMBER.test(text) ? canonicalDecimalText(text) : quote(text);
  }
}

function isNil(element: Element): boolean {
  const { attributes } = element;
  for (let i = 0; i < attributes.length; i++) {
    const attr = attributes.item(i) as Attr;
    if (attr.localName === 'nil' && attr.value === 'true') return true;
  }
  return false;
}

/** Escapes `"` `\` and control characters; `/` and letters beyond ASCII stay (message-model 4.5 rule 10). */
function quote(text: string): string {
  return SPECIAL.test(text) ? `"${text.replace(SPECIALS, escaped)}"` : `"${text}"`;
}

function escaped(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
