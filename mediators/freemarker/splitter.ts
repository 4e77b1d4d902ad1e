import { syntaxError } from './error.js';
import { closingQuote } from './lexer.js';

/** A part of a template: text, `${…}`, `<#name …>` or `</#name>`. Offsets are those of the inside. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly start: number; readonly end: number }
  | { readonly kind: 'open' | 'close'; readonly name: string; readonly start: number; readonly end: number };

interface Located {
  readonly part: Part;
  readonly from: number;
  readonly to: number;
}

/**
 * Splits a template. Lines that hold nothing but directives and comments vanish with their indentation and line break,
 * as FreeMarker's white-space stripping has it.
 * @throws FreemarkerSyntaxError for what is not closed.
 */
export function splitTemplate(template: string): Part[] {
  const located: Located[] = [];
  let offset = 0;
  while (offset < template.length) {
    const next = nextTag(template, offset);
    if (next > offset)
      located.push({ part: { kind: 'text', text: template.slice(offset, next) }, from: offset, to: next });
    if (next === template.length) break;
    const tag = readTag(template, next);
    located.push({ part: tag.part, from: next, to: tag.to });
    offset = tag.to;
  }
  return stripped(template, located);
}

function nextTag(template: string, from: number): number {
  const found = /\$\{|<\/?#/g;
  found.lastIndex = from;
  return found.exec(template)?.index ?? template.length;
}

/** A comment is a part without text. */
function readTag(template: string, at: number): { part: Part; to: number } {
  if (template.startsWith('<#--', at)) {
    const end = template.indexOf('-->', at);
    if (end < 0) throw syntaxError('A comment is not closed', template, at);
    return { part: { kind: 'text', text: '' }, to: end + 3 };
  }
  if (template.startsWith('${', at)) {
    const end = closing(template, at + 2, '}');
    return { part: { kind: 'value', start: at + 2, end }, to: end + 1 };
  }
  if (template.startsWith('<#noparse>', at)) {
    const end = template.indexOf('</#noparse>', at);
    if (end < 0) throw syntaxError('<#noparse> is not closed', template, at);
    return { part: { kind: 'text', text: template.slice(at + 10, end) }, to: end + 11 };
  }
  const isClose = template[at + 1] === '/';
  const nameStart = at + (isClose ? 3 : 2);
  const name = /^\w+/.exec(template.slice(nameStart))?.[0] ?? '';
  const start = nameStart + name.length;
  const end = closing(template, start, '>');
  const inside = template[end - 1] === '/' ? end - 1 : end;
  return { part: { kind: isClose ? 'close' : 'open', name, start, end: inside }, to: end + 1 };
}

/** Offset of the bracket that ends a tag; those inside strings and brackets do not count. */
function closing(template: string, from: number, bracket: '}' | '>'): number {
  let depth = 0;
  for (let index = from; index < template.length; index++) {
    const character = template[index] as string;
    if (character === bracket && depth === 0 && !(bracket === '>' && template[index - 1] === '-')) return index;
    if (character === '"' || character === "'") {
      const close = closingQuote(template, index);
      if (close < 0) break;
      index = close;
    } else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
  }
  throw syntaxError(bracket === '}' ? 'A ${ is not closed' : 'A directive is not closed', template, from);
}

function stripped(template: string, located: readonly Located[]): Part[] {
  const cuts = directiveLines(template, located);
  let next = 0;
  return located.flatMap(({ part, from, to }): Part[] => {
    if (part.kind !== 'text' || part.text === '') return part.kind === 'text' ? [] : [part];
    if (to - from !== part.text.length) return [part];
    let text = '';
    let at = from;
    for (let cut = cuts[next]; cut && cut.from < to; cut = cuts[++next]) {
      text += template.slice(at, Math.max(at, cut.from));
      at = Math.max(at, cut.to);
      if (cut.to > to) break;
    }
    text += template.slice(at, Math.max(at, to));
    return text === '' ? [] : [{ kind: 'text', text }];
  });
}

/** The lines on which only directives and comments stand. */
function directiveLines(template: string, located: readonly Located[]): { from: number; to: number }[] {
  const lines: { from: number; to: number }[] = [];
  let first = 0;
  for (let from = 0; from < template.length; ) {
    const newline = template.indexOf('\n', from);
    const to = newline < 0 ? template.length : newline + 1;
    while ((located[first]?.to ?? template.length + 1) <= from) first++;
    const inLine: Located[] = [];
    for (let at = first, one = located[at]; one && one.from < to; one = located[++at]) inLine.push(one);
    const others = inLine.filter(({ part }) => part.kind !== 'text' || part.text === '');
    const texts = inLine.filter(({ part }) => part.kind === 'text' && part.text !== '');
    const blank = texts.every((one) => template.slice(Math.max(one.from, from), Math.min(one.to, to)).trim() === '');
    const whole = others.every((one) => one.from >= from && one.to <= to);
    if (blank && whole && others.length > 0 && others.every(({ part }) => part.kind !== 'value'))
      lines.push({ from, to });
    from = to;
  }
  return lines;
}
