import { reviewPattern } from '../../java/regex.js';
import { Fault } from '../../message/fault.js';
import type { Context, Evaluate } from './context.js';
import type { PathIndex, PathSyntax, SliceBound } from './syntax.js';
import { doubleOf, intOf, isDouble, isInteger, isString, type Result, textOf } from './value.js';

/** What compiles a node; handed in, because the nodes inside a path are compiled like any other. */
export type Compile = (node: import('./syntax.js').Node) => Evaluate;

/** The text that replaces a bracket's contents; undefined leaves them as they are. */
type Paste = (context: Context) => string | undefined;

interface Part {
  readonly text: string;
  readonly paste: Paste;
}

/** `=~ /…/` in a filter. */
const filterPattern = /=~\s*\/((?:[^/\\]|\\.)*)\//g;

/**
 * Compiles the bracket contents of a path and returns what gives the path's text on a message. A path whose brackets
 * hold literals only comes out once and for all.
 *
 * The engine works on text, and so does this: the value of each part replaces the *first* occurrence of the part's own
 * text, and equal texts count once. The replacement is read as Java's `replaceFirst` reads it, so a backslash vanishes
 * and a dollar sign faults (message-model 3.6: `payload["$id"]`).
 */
export function compilePath(path: PathSyntax, compile: Compile): (context: Context) => string {
  const whole = path.text.startsWith('payload') ? `$${path.text.slice('payload'.length)}` : path.text;
  for (const [, pattern = ''] of whole.matchAll(filterPattern)) reviewPattern(pattern);
  const parts = new Map(path.parts.map(({ text, index }) => [text, { text, paste: compileIndex(index, compile) }]));
  const pasted = (context: Context) => pasteAll(whole, [...parts.values()], context);
  if (!path.parts.every(({ index }) => isConstant(index))) return pasted;
  let known: string | undefined;
  return (context) => {
    known ??= pasted(context);
    return known;
  };
}

function isConstant(index: PathIndex): boolean {
  switch (index.kind) {
    case 'expression':
      return isLiteral(index.node.kind);
    case 'union':
      return index.items.every((node) => isLiteral(node.kind));
    case 'slice':
      return index.items.every((bound) => bound === undefined || isLiteral(bound.node.kind));
    case 'filter':
      return index.parts.length === 0;
  }
}

const isLiteral = (kind: string): boolean => kind === 'number' || kind === 'string';

function compileIndex(index: PathIndex, compile: Compile): Paste {
  switch (index.kind) {
    case 'expression':
      return quotedValue(compile(index.node));
    case 'union':
      return joined(
        index.items.map((node) => compile(node)),
        ',',
      );
    case 'slice':
      return joined(
        index.items.map((bound) => compileBound(bound, compile)),
        ':',
      );
    case 'filter':
      return compileFilter(index, compile);
  }
}

/** Strings are pasted in double quotes. */
function quotedValue(evaluate: Evaluate): Paste {
  return (context) => {
    const value = evaluate(context);
    if (value === null) return undefined;
    return isString(value) ? `"${textOf(value)}"` : textOf(value);
  };
}

/** Items of a union or bounds of a slice, without any double quotes; nulls are left out. */
function joined(items: readonly (Evaluate | undefined)[], separator: string): Paste {
  return (context) => {
    const texts: string[] = [];
    for (const item of items) {
      const value = item ? item(context) : '';
      if (value !== null) texts.push(textOf(value));
    }
    return texts.join(separator).replaceAll('"', '');
  };
}

function compileBound(bound: SliceBound, compile: Compile): Evaluate | undefined {
  if (!bound) return undefined;
  const evaluate = compile(bound.node);
  return bound.negative ? (context) => negated(evaluate(context)) : evaluate;
}

function negated(value: Result): Result {
  if (isInteger(value)) return `${-intOf(value)}`;
  if (isDouble(value)) return -doubleOf(value);
  throw new Fault('the bound of a slice has to be a number to be negated');
}

function compileFilter(filter: PathIndex & { kind: 'filter' }, compile: Compile): Paste {
  const parts = new Map(filter.parts.map(({ text, node }) => [text, { text, paste: quotedValue(compile(node)) }]));
  return (context) => `?(${pasteAll(filter.text, [...parts.values()], context)})`;
}

function pasteAll(text: string, parts: readonly Part[], context: Context): string {
  let path = text;
  for (const part of parts) {
    const value = part.paste(context);
    if (value !== undefined) path = replaceFirst(path, part.text, value);
  }
  return path;
}

/** Java's `String.replaceFirst` with a literal pattern. */
function replaceFirst(text: string, part: string, replacement: string): string {
  const at = text.indexOf(part);
  if (at < 0) return text;
  return text.slice(0, at) + expanded(replacement, part) + text.slice(at + part.length);
}

function expanded(replacement: string, match: string): string {
  if (!/[\\$]/.test(replacement)) return replacement;
  return replacement.replace(/\\([\s\S])|\$0+|[\\$]/g, (reference, escapedCharacter?: string) => {
    if (escapedCharacter !== undefined) return escapedCharacter;
    if (reference.startsWith('$0')) return match;
    throw new Fault(`a value pasted into a path cannot contain "${reference}"`);
  });
}
