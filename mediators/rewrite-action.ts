import type { ConfigElement } from '../runtime/configuration/element.js';
import { type JavaRegex, javaPattern } from '../runtime/java/regex.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { booleanAttribute, choiceAttribute, requiredAttribute, xpathAttribute } from './attribute.js';
import { parseUri, type UriParts } from './rewrite-uri.js';

/** An `<action>` of a rewrite rule: changes parts of the URI. @throws Fault when a value does not fit */
export type RewriteAction = (message: Message, uri: UriParts) => void;

const types = ['set', 'append', 'prepend', 'replace', 'remove', 'remove-query-param'] as const;
const fragments = ['full', 'protocol', 'user', 'host', 'port', 'path', 'query', 'ref'] as const;
type ActionType = (typeof types)[number];

/** Compiles `<action type fragment value|xpath regex resolve/>` (mediators 6.10). */
export function compileAction(element: ConfigElement): RewriteAction {
  const type = choiceAttribute(element, 'type', types, 'set');
  const fragment = choiceAttribute(element, 'fragment', fragments, 'full');
  if (type === 'remove-query-param' && fragment !== 'query') {
    element.fail('invalid-attribute-value', 'type="remove-query-param" works on the query alone', {
      attribute: 'type',
      hint: 'add fragment="query"',
    });
  }
  const value = actionValue(element, type);
  if (fragment === 'full') return setAll(value);
  if (fragment === 'port') return (message, uri) => setPort(uri, value(message));
  const change = changeOf(element, type, fragment === 'query' ? '&' : '');
  return (message, uri) => {
    uri[fragment] = change(uri[fragment], value(message));
  };
}

/** The text that an action works with, null for `remove`. */
function actionValue(element: ConfigElement, type: ActionType): (message: Message) => string | null {
  const path = xpathAttribute(element, 'xpath');
  const literal = element.attribute('value');
  if (!path && literal === undefined) {
    if (type === 'remove') return () => null;
    element.fail('missing-attribute', `an <action> of type ${type} needs "value" or "xpath"`, {
      hint: 'add value="…"',
    });
  }
  const read = path ? (message: Message) => path.text(message) : () => literal ?? null;
  const resolved = booleanAttribute(element, 'resolve') ? (message: Message) => resolve(message, read(message)) : read;
  return type === 'remove' ? () => null : resolved;
}

/** Replaces `{name}` by properties that are texts; with one that is missing there is no value. */
function resolve(message: Message, text: string | null): string {
  let isComplete = true;
  const resolved = (text ?? '').replace(/\{([^{}]+)\}/g, (_placeholder, name: string) => {
    const value = message.properties.get(name);
    if (typeof value === 'string') return value;
    message.environment.logger.log('ERROR', 'URLRewriteMediator', `There is no property ${name} for a rewrite rule`);
    isComplete = false;
    return '';
  });
  return isComplete ? resolved : '';
}

/** The whole URI is set, whatever the type says. */
function setAll(value: (message: Message) => string | null): RewriteAction {
  return (message, uri) => {
    const parts = parseUri(value(message) ?? '');
    for (const name of fragments) if (name !== 'full') uri[name] = undefined;
    Object.assign(uri, parts);
  };
}

/** The port is set, whatever the type says; -1 is none. */
function setPort(uri: UriParts, text: string | null): void {
  if (text !== null && !/^[+-]?\d{1,9}$/.test(text)) throw new Fault(`"${text}" is no port`);
  const port = text === null ? -1 : Number(text);
  uri.port = port === -1 ? undefined : port;
}

type Change = (current: string | undefined, value: string | null) => string | undefined;

function changeOf(element: ConfigElement, type: ActionType, separator: string): Change {
  const join = (first: string, second: string) =>
    first === '' || second === '' ? first + second : `${first}${separator}${second}`;
  switch (type) {
    case 'set':
      return (_current, value) => value ?? undefined;
    case 'append':
      return (current, value) => join(current ?? '', value ?? '');
    case 'prepend':
      return (current, value) => join(value ?? '', current ?? '');
    case 'replace':
      return replacing(requiredRegex(element));
    case 'remove':
      return () => undefined;
    case 'remove-query-param':
      return withoutParameter;
  }
}

function requiredRegex(element: ConfigElement): JavaRegex {
  const text = requiredAttribute(element, 'regex');
  try {
    return javaPattern(text);
  } catch (error) {
    return element.fail('invalid-regex', `regex="${text}" is not a regular expression: ${(error as Error).message}`, {
      attribute: 'regex',
      hint: 'Java regular expression syntax is expected',
    });
  }
}

function replacing(regex: JavaRegex): Change {
  return (current, value) => (current === undefined ? undefined : regex.replace(current, value ?? ''));
}

/** Drops the first parameter of that name. */
function withoutParameter(current: string | undefined, name: string | null): string | undefined {
  const parameters = current?.split('&') ?? [];
  const index = parameters.findIndex((parameter) => parameter.startsWith(`${name ?? ''}=`));
  if (index >= 0) parameters.splice(index, 1);
  return parameters.length === 0 ? undefined : parameters.join('&');
}
