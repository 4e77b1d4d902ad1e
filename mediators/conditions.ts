import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { javaText } from '../runtime/java/text.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { choiceAttribute, regexAttribute, requiredAttribute } from './attribute.js';

/** A condition of conditionalRouter or rewrite. `url` is what `type="url"` and `type="param"` look at. */
export type Condition = (message: Message, url: string) => boolean;

type Source = (message: Message, url: string) => string | null;

/**
 * Compiles `<and>`, `<or>`, `<not>`, `<equal>` or `<match>` (mediators 4.12 "Evaluators").
 * @throws ConfigurationError for another element or a missing attribute.
 */
export function compileCondition(element: ConfigElement, context: CompileContext): Condition {
  const children = () => element.elements().map((child) => compileCondition(child, context));
  switch (element.localName) {
    case 'and': {
      const all = children();
      return (message, url) => all.every((test) => test(message, url));
    }
    case 'or': {
      const any = children();
      return (message, url) => any.some((test) => test(message, url));
    }
    case 'not': {
      const [negated] = children();
      if (!negated)
        return element.fail('missing-element', '<not> needs a condition', { hint: 'put <equal> or <match> into it' });
      return (message, url) => !negated(message, url);
    }
    case 'equal':
      return equal(element, context);
    case 'match':
      return match(element, context);
    default:
      return element.fail('unknown-element', `<${element.localName}> is no condition`, {
        hint: 'use and, or, not, equal or match',
      });
  }
}

function equal(element: ConfigElement, context: CompileContext): Condition {
  const expected = element.attribute('value');
  if (expected === undefined) return requiredAttribute(element, 'value') as never;
  const source = compileSource(element, context);
  return (message, url) => source(message, url)?.toLowerCase() === expected.toLowerCase();
}

function match(element: ConfigElement, context: CompileContext): Condition {
  // An empty one matches what is there and empty.
  if (element.attribute('regex') === undefined) requiredAttribute(element, 'regex');
  const regex = regexAttribute(element, 'regex');
  const source = compileSource(element, context);
  return (message, url) => {
    const text = source(message, url);
    return text !== null && regex.test(text);
  };
}

function compileSource(element: ConfigElement, context: CompileContext): Source {
  const type = choiceAttribute(element, 'type', ['header', 'param', 'url', 'property', 'soap'], 'header');
  if (type === 'url') return urlPart(element);
  const name = requiredAttribute(element, 'source');
  switch (type) {
    case 'header':
      // The evaluator compares header names exactly, unlike everything else that reads headers.
      return (message) => [...message.headers].find(([key]) => key === name)?.[1]?.toString() ?? null;
    case 'param':
      return (_message, url) => queryParameter(url, name);
    case 'property':
      return (message) => {
        const value = message.properties.get(name);
        return value === undefined || value === null ? null : javaText(value);
      };
    default: {
      const expression = context.expression(element, 'source');
      return (message) => expression.text(message);
    }
  }
}

const urlParts = ['protocol', 'user', 'host', 'port', 'path', 'query', 'ref', 'full'] as const;

function urlPart(element: ConfigElement): Source {
  const part = choiceAttribute(element, 'source', urlParts, 'full');
  return (_message, url) => {
    if (part === 'full') return url;
    const [, protocol, user, host, port, path, query, ref] = splitUrl(url);
    return { protocol, user, host, port, path, query, ref }[part] ?? null;
  };
}

const urlPattern =
  /^(?:([a-z][a-z0-9+.-]*):\/\/(?:([^@/?#]*)@)?([^:/?#]*)(?::(\d+))?)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i;

function splitUrl(url: string): (string | undefined)[] {
  const parts = urlPattern.exec(url);
  if (!parts) throw new Fault(`The To address ${url} is not a URL`);
  return parts;
}

function queryParameter(url: string, name: string): string | null {
  const query = splitUrl(url)[6];
  for (const piece of query?.split('&') ?? []) {
    const [key, value] = piece.split('=', 2);
    if (key === name) return value ?? null;
  }
  return null;
}

/** Attributes of the parts of a `<condition>`, by their paths. */
export const conditionAttributes: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  ['condition', 'and', 'or', 'not'].flatMap((parent) =>
    Object.entries({
      and: [],
      or: [],
      not: [],
      equal: ['type', 'source', 'value'],
      match: ['type', 'source', 'regex'],
    }).map(([name, attributes]) => [`${parent}/${name}`, attributes]),
  ),
);
