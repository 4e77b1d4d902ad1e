import { javaText } from '../../java/text.js';
import { DeferredParameter } from '../../message/deferred.js';
import type { Message } from '../../message/message.js';
import type { Expression, Namespaces } from '../expression.js';
import { type Evaluate, XPathError } from './focus.js';
import { functionParameter } from './functions/property-scopes.js';
import { queryParameter } from './query-parameter.js';

const envelopeParts: Record<string, (message: Message) => unknown> = {
  body: (message) => message.payload.body(),
  header: (message) => message.payload.header() ?? null,
  env: (message) => message.payload.envelope(),
};

/** `$prefix:name` by prefix. Null: no such property, which is not "" (message-model 3.2). */
const scopes: Record<string, (message: Message, name: string) => unknown> = {
  ctx: (message, name) => message.properties.get(name) ?? null,
  var: (message, name) => message.variables.get(name) ?? null,
  axis2: (message, name) => message.axis2Property(name) ?? null,
  trp: (message, name) => message.headers.get(name) ?? null,
  operation: (message, name) => message.operation.get(name) ?? null,
  func: (message, name) => parameterValue(functionParameter(message, name), message),
  url: (message, name) => queryParameter(message.addressing.to ?? '', name),
  sys: (message, name) => message.environment.systemProperties.get(name) ?? '',
};

const variableHint = `variables are $body, $header, $env, and ${Object.keys(scopes)
  .map((scope) => `$${scope}:NAME`)
  .join(', ')}`;

/**
 * Compiles a variable. `$body`, `$header` and `$env` are known under any prefix that is not bound to a namespace; a
 * prefix that names no scope may name a property that holds a map.
 */
export function compileVariable(prefix: string, name: string, namespaces: Namespaces): Evaluate {
  const uri = prefix === '' ? undefined : namespaces.get(prefix);
  if (uri !== undefined) return unresolvable(`{${uri}}:${name}`);
  const part = Object.hasOwn(envelopeParts, name) ? envelopeParts[name] : undefined;
  if (part) return ({ message }) => part(message);
  const scope = Object.hasOwn(scopes, prefix) ? scopes[prefix] : undefined;
  if (scope) return ({ message }) => scope(message, name);
  if (prefix === '') return unresolvable(name);
  return ({ message }) => {
    const map = message.properties.get(prefix);
    const value: unknown = map instanceof Map ? map.get(name) : undefined;
    if (value === null || value === undefined) throw new XPathError(`Variable ${prefix}:${name}`, variableHint);
    return javaText(value);
  };
}

function unresolvable(name: string): Evaluate {
  return () => {
    throw new XPathError(`Variable ${name}`, variableHint);
  };
}

/**
 * A parameter that is an XPath expression is evaluated now, on the envelope alone: it may read the body, but neither
 * properties nor other variables. One deferred otherwise reads as "" (mediators 8.1).
 */
function parameterValue(value: unknown, message: Message): unknown {
  if (value instanceof DeferredParameter) return '';
  if (!isExpression(value)) return value ?? null;
  if (/\$(?!(?:body|header|env)\b)|get-property\s*\(/.test(value.source)) {
    throw new XPathError(`the deferred template parameter {{${value.source}}} can read the body only, not properties`);
  }
  return value.select(message);
}

export function isExpression(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && 'contentAware' in value && 'select' in value;
}
