import type { Node } from '@xmldom/xmldom';
import type { ConfigElement } from '../configuration/element.js';
import { serializeNode } from '../xml/serialize.js';
import { PolicyFault } from './fault.js';
import { textOf } from './value.js';

/** What a template reads: the flow. */
export interface Variables {
  get(name: string): unknown;
}

/** A compiled message template (api-management 2.5). */
export interface Template {
  /** Names of the variables in it. */
  readonly variables: readonly string[];
  /**
   * @param ignoreUnresolved true: a variable without a value is the empty string
   * @throws PolicyFault `entities.UnresolvedVariable` otherwise
   */
  render(variables: Variables, ignoreUnresolved: boolean): string;
}

export interface TemplateOptions {
  /** Delimiters of a variable; `{` and `}` when absent. */
  prefix?: string | undefined;
  suffix?: string | undefined;
}

/**
 * Compiles a template: `{name}` is the variable, `\{` a brace. What stands between the delimiters and cannot be the name
 * of a variable, as in JSON, is left alone.
 */
export function compileTemplate(text: string, { prefix = '{', suffix = '}' }: TemplateOptions = {}): Template {
  const parts: (string | { readonly variable: string })[] = [];
  let literal = '';
  let at = 0;
  for (const match of text.matchAll(placeholders(prefix, suffix))) {
    literal += text.slice(at, match.index);
    at = match.index + match[0].length;
    const variable = match[1];
    if (variable === undefined) {
      literal += match[0].slice(1);
      continue;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push({ variable });
  }
  literal += text.slice(at);
  if (literal !== '') parts.push(literal);
  return {
    variables: parts.flatMap((part) => (typeof part === 'string' ? [] : [part.variable])),
    render: (variables, ignoreUnresolved) => {
      let result = '';
      for (const part of parts) {
        result += typeof part === 'string' ? part : resolvedText(variables, part.variable, ignoreUnresolved);
      }
      return result;
    },
  };
}

/** The text of a variable. @throws PolicyFault `entities.UnresolvedVariable` unless that is to be ignored */
export function resolvedText(variables: Variables, name: string, ignoreUnresolved: boolean): string {
  const text = textOf(variables.get(name));
  if (text !== undefined) return text;
  if (ignoreUnresolved) return '';
  throw new PolicyFault({ code: 'entities.UnresolvedVariable', text: `Unresolved variable : ${name}` });
}

/** An escaped delimiter, or a variable between the delimiters. */
function placeholders(prefix: string, suffix: string): RegExp {
  const [open, close] = [literally(prefix), literally(suffix)];
  const name = `[A-Za-z_](?:(?!${close})[^\\s{}"',;:()])*`;
  return new RegExp(`\\\\(?:${open}|${close})|${open}(${name})${close}`, 'g');
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/**
 * Text of an element that holds a template: as written, or its child elements as XML (api-management 2.5).
 */
export function templateText(element: ConfigElement): string {
  if (element.elements().length === 0) return element.text;
  let text = '';
  for (let child: Node | null = element.node.firstChild; child; child = child.nextSibling) text += serializeNode(child);
  return text.trim();
}
