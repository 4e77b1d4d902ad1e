import type { Attr, Element, Node } from '@xmldom/xmldom';
import { XML_NAMESPACE } from './create.js';
import { xmlSafeText } from './illegal-text.js';

/** Prefixes that the text written so far has bound; each element that declares something has its own map. */
type Scope = ReadonlyMap<string, string>;

const EMPTY_SCOPE: Scope = new Map([['', '']]);

/**
 * Writes an element so that it can stand alone, as the reference's serialiser does (message-model 3.3 rule 4, 4.4
 * rule 5): declarations that are missing are added in front of the attributes, those that repeat what is in force are
 * left out; an element without children is `<a/>`, one with empty text `<a></a>`; CDATA becomes escaped text; a
 * processing instruction gets two blanks. Attributes keep their order.
 */
export function serializeElement(element: Element): string {
  return writeElement(element, EMPTY_SCOPE);
}

/** Writes any node: an element as {@link serializeElement}, other nodes as they stand inside of one. */
export function serializeNode(node: Node): string {
  return writeNode(node, EMPTY_SCOPE);
}

function writeNode(node: Node, scope: Scope): string {
  switch (node.nodeType) {
    case 1:
      return writeElement(node as Element, scope);
    case 3:
    case 4:
      return escapeText(node.nodeValue ?? '');
    case 7:
      return writeInstruction(node, '  ');
    case 8:
      return `<!--${node.nodeValue ?? ''}-->`;
    case 9:
    case 11:
      return writeChildren(node, scope);
    default:
      return '';
  }
}

/** A processing instruction, its target and data apart by `gap`. */
export function writeInstruction(node: Node, gap: string): string {
  return `<?${node.nodeName}${node.nodeValue ? `${gap}${node.nodeValue}` : ''}?>`;
}

function writeElement(element: Element, outer: Scope): string {
  const { attributes, nodeName } = element;
  const own = element.namespaceURI ?? '';
  if (attributes.length === 0 && (own === (outer.get(element.prefix ?? '') ?? '') || isUnbound(element, own))) {
    return finish(element, `<${nodeName}`, outer);
  }
  let scope = outer;
  let declarations = '';
  let rest = '';
  const declare = (prefix: string, namespace: string): void => {
    if ((scope.get(prefix) ?? (prefix === '' ? '' : undefined)) === namespace) return;
    if (scope === outer) scope = new Map(outer);
    (scope as Map<string, string>).set(prefix, namespace);
    declarations += ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(namespace)}"`;
  };
  for (let i = 0; i < attributes.length; i++) {
    const attr = attributes.item(i) as Attr;
    if (attr.nodeName === 'xmlns') {
      // An element built without a namespace beats a stale default declaration that was copied along with it.
      if (attr.value === own || element.prefix) declare('', attr.value);
    } else if (attr.prefix === 'xmlns') declare(attr.localName ?? '', attr.value);
    else rest += ` ${attr.nodeName}="${escapeAttribute(attr.value)}"`;
  }
  if (!isUnbound(element, own)) declare(element.prefix ?? '', own);
  for (let i = 0; i < attributes.length; i++) {
    const { prefix, namespaceURI } = attributes.item(i) as Attr;
    if (prefix && namespaceURI && prefix !== 'xmlns' && namespaceURI !== XML_NAMESPACE) declare(prefix, namespaceURI);
  }
  return finish(element, `<${nodeName}${declarations}${rest}`, scope);
}

function finish(element: Element, start: string, scope: Scope): string {
  return element.firstChild ? `${start}>${writeChildren(element, scope)}</${element.nodeName}>` : `${start}/>`;
}

/** A JSON key with a colon makes a name whose prefix means nothing (message-model 4.4). */
function isUnbound(element: Element, namespace: string): boolean {
  return namespace === '' && element.nodeName.includes(':');
}

function writeChildren(parent: Node, scope: Scope): string {
  let text = '';
  for (let child = parent.firstChild; child; child = child.nextSibling) text += writeNode(child, scope);
  return text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const TEXT_SPECIAL = /[<&\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]|\]\]>/;
const TEXT_SPECIALS = /[<&\r\u007f-\u009f\ufffe\uffff]|\]\]>/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const ATTRIBUTE_SPECIAL = /[<&"\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;
const ATTRIBUTE_SPECIALS = /[<&"\t\n\r\u007f-\u009f\ufffe\uffff]/g;

const NAMED: Record<string, string> = { '<': '&lt;', '&': '&amp;', '"': '&quot;', ']]>': ']]&gt;' };

const reference = (found: string): string => NAMED[found] ?? `&#x${found.charCodeAt(0).toString(16)};`;

/**
 * Character data: `<`, `&`, the `>` of `]]>`, carriage returns and DEL to U+009F are escaped, as recorded. Text with
 * characters that XML forbids is written as {@link xmlSafeText} makes it.
 */
export function escapeText(text: string): string {
  return TEXT_SPECIAL.test(text) ? xmlSafeText(text).replace(TEXT_SPECIALS, reference) : text;
}

/** Text of an attribute in double quotes; tabs and line ends as character references. */
export function escapeAttribute(text: string): string {
  return ATTRIBUTE_SPECIAL.test(text) ? xmlSafeText(text).replace(ATTRIBUTE_SPECIALS, reference) : text;
}
