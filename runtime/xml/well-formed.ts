import type { LineMap } from './lines.js';

/** What is known when the parser finds a violation. */
export interface Violation {
  text: string;
  /** Of the last character read. */
  offset: number;
  /** Offsets of the `<` of the elements that are open, the root's first. */
  openedAt: readonly number[];
  /** Offset of the `<` of the element that was closed last. */
  closedAt: number;
  lines: LineMap;
}

/** Puts the parser's short messages into words that say what to look at, and moves the place to where that is. */
export function describeError(message: string, at: Violation): { message: string; offset: number } {
  const { text, offset, openedAt, closedAt, lines } = at;
  const innermost = openedAt.at(-1);
  const opened = (from: number): string => {
    const { line, column } = lines.at(from);
    return `<${tagName(text, from)}> (line ${line}, column ${column})`;
  };
  if (message.startsWith('unmatched closing tag')) {
    const start = text.lastIndexOf('</', offset);
    return { message: `closing tag </${tagName(text, start + 1)}> has no opening tag`, offset: start };
  }
  if (message.startsWith('unexpected close tag')) {
    const start = text.lastIndexOf('</', offset);
    return { message: `closing tag </${tagName(text, start + 1)}> does not match ${opened(closedAt)}`, offset: start };
  }
  const duplicate = /^duplicate attribute: (.*?)\.?$/.exec(message)?.[1];
  if (duplicate !== undefined) {
    const tag = text.lastIndexOf('<', offset);
    const mentions = [...text.slice(tag, offset).matchAll(new RegExp(`\\s${escaped(duplicate)}\\s*=`, 'g'))];
    const second = mentions.at(-1)?.index;
    return {
      message: `the attribute ${duplicate} stands twice`,
      offset: second === undefined ? offset : tag + second + 1,
    };
  }
  const bare = message.startsWith('unclosed tag') ? bareAmpersand(text) : -1;
  if (bare >= 0) return { message: 'a bare & is not allowed; write it as &amp;', offset: bare };
  if (message.startsWith('unclosed tag') && innermost !== undefined) {
    return { message: `<${tagName(text, innermost)}> is never closed`, offset: innermost };
  }
  if (message.startsWith('document type')) {
    return { message: `a ${message}`, offset: Math.max(0, text.lastIndexOf('<!DOCTYPE', offset)) };
  }
  const prefix = /^unbound namespace prefix: "(.*)"/.exec(message)?.[1];
  if (prefix !== undefined) {
    return { message: `namespace prefix '${prefix}' is not declared`, offset: innermost ?? offset };
  }
  if (message === 'undefined entity.' || message === 'disallowed character in entity name.') {
    const start = text.lastIndexOf('&', offset);
    const entity = /^&[^\s;<]*;?/.exec(text.slice(start, start + 40))?.[0] ?? '&';
    return { message: `entity ${entity} is not defined; write a bare & as &amp;`, offset: start };
  }
  if (message.startsWith('text data outside')) {
    const start = text.lastIndexOf('>', offset - 1) + 1;
    return { message: 'text outside of the root element', offset: start + leadingBlanks(text, start) };
  }
  if (message.startsWith('documents may contain only one root')) {
    return { message: 'there is a second root element', offset: text.lastIndexOf('<', offset) };
  }
  if (message.startsWith('document must contain')) return { message: 'there is no root element', offset };
  return { message: message.replace(/\.$/, ''), offset };
}

function tagName(text: string, from: number): string {
  return /^[^\s/>]*/.exec(text.slice(from + 1, from + 200))?.[0] ?? '';
}

function leadingBlanks(text: string, from: number): number {
  return /^\s*/.exec(text.slice(from))?.[0].length ?? 0;
}

/** A `&` that begins no entity makes the parser swallow what follows; it is the likelier cause of what is then missing. */
function bareAmpersand(text: string): number {
  const mark = /<!--|<!\[CDATA\[|&(?!#?\w+;)/g;
  // What is never closed hides nothing, and neither does anything of its kind behind it.
  const unclosed = new Set<string>();
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    if (found[0] === '&') return found.index;
    const close = found[0] === '<!--' ? '-->' : ']]>';
    const end = unclosed.has(close) ? -1 : text.indexOf(close, mark.lastIndex);
    if (end < 0) unclosed.add(close);
    else mark.lastIndex = end + close.length;
  }
  return -1;
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
