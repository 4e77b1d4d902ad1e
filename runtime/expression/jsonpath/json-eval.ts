import { parseBoolean } from '../../java/boolean.js';
import { javaText } from '../../java/text.js';
import { parseLenientJson } from '../../json/parse.js';
import { jsonText } from '../../json/text.js';
import {
  isJsonArray,
  isJsonObject,
  JsonElement,
  JsonNumber,
  type JsonObject,
  type JsonValue,
} from '../../json/value.js';
import { limited, TimeLimitError } from '../../limit/time-limit.js';
import { errorCode, Fault } from '../../message/fault.js';
import type { Message } from '../../message/message.js';
import { remembering } from '../cache.js';
import { type Expression, ExpressionSyntaxError, type Namespaces, withinText } from '../expression.js';
import { compileXPath } from '../xpath/compile.js';
import { compileInlineParts } from './inline-parts.js';
import { compileJsonPath, type JsonPath } from './jsonpath.js';

const opening = 'json-eval(';
const propertyPrefix = /^\$(ctx|trp|axis2):([a-zA-Z0-9_-]+)/;
const noNamespaces: Namespaces = new Map();

/** Where the JSON comes from: the body, or a property. */
type Source = { readonly kind: 'body' } | PropertySource;
type PropertySource = { readonly kind: 'ctx' | 'trp' | 'axis2'; readonly name: string };

/**
 * Compiles `json-eval(path)`, given whole (message-model 3.1 rule 1, 3.4). The last character is dropped whatever it is,
 * as the reference engine does.
 *
 * @param namespaces prefixes for XPath expressions inside `{…}`
 * @throws ExpressionSyntaxError with the column within `text`
 */
export function compileJsonEval(text: string, namespaces: Namespaces = noNamespaces): Expression {
  const path = text.slice(opening.length, -1).replace(/\.$/, '');
  const prefix = propertyPrefix.exec(path);
  const source: Source = prefix
    ? { kind: prefix[1] as PropertySource['kind'], name: prefix[2] ?? '' }
    : { kind: 'body' };
  const ownPath = prefix ? `$${path.slice(prefix[0].length)}` : path;
  const compiled = withHint(path, () =>
    withinText(opening.length + path.length - ownPath.length, () => compileJsonPath(ownPath)),
  );
  const currentPath = compileInlineParts(ownPath, (part) => compilePart(part, namespaces));
  const pathFor = currentPath ? (message: Message) => recompiled(currentPath(message)) : () => compiled;
  const stringValue = (message: Message): string =>
    limited(() =>
      source.kind === 'body' ? bodyText(message, pathFor(message)) : propertyText(message, source, pathFor(message)),
    );
  return {
    source: text,
    language: 'jsonpath',
    contentAware: true,
    text: stringValue,
    test: (message) => parseBoolean(stringValue(message)),
    object: () => null,
    // Lists are read by the path as it was deployed: parts in braces are not replaced (message-model 3.4.1).
    select: (message) => items(message, source, compiled),
  };
}

/** Says what to write instead of a path that does not compile. */
function withHint(path: string, compile: () => JsonPath): JsonPath {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    const isCompared = /\)\s*(?:[=!<>+*/-]|and\b|or\b)/.test(path);
    const hint = isCompared
      ? 'json-eval(…) is an expression as a whole; ${payload.a == 1} compares and computes'
      : (error.hint ?? "paths are written $.a.b, $.a[0], $['a b'], $..a, $.a[*].b, $.a[?(@.b == 1)]");
    throw new ExpressionSyntaxError(error.message, error.column, hint);
  }
}

/** A part in braces is another json-eval or an XPath; one that is neither stays as it is. */
function compilePart(part: string, namespaces: Namespaces): Expression | undefined {
  try {
    return part.startsWith(opening) ? compileJsonEval(part, namespaces) : compileXPath(part, namespaces);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return undefined;
    throw error;
  }
}

/** The path that the parts in braces give for a message. */
const recompiled = remembering((path): JsonPath => {
  try {
    return compileJsonPath(path);
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    throw new Fault(`Invalid JSONPath ${path}: ${error.message}`, { cause: error });
  }
});

/**
 * What cannot be read is the empty text, and a log line; only the whole of a body of XML that does not parse, and a path
 * that takes too long, is a fault (mediators 2.2, api-management 4.1).
 */
function bodyText(message: Message, path: JsonPath): string {
  try {
    if (path.isRoot) {
      const text = message.payload.asJsonText();
      return text?.trim() ? text : emptyBody(message);
    }
    const scan = path.readScanned && message.payload.scannedJson;
    const read = scan && path.readScanned?.(scan);
    if (read) return resultText(path, read.value);
    const json = message.payload.asJson();
    const root = json === undefined ? emptyRoot(message) : json;
    return root === undefined ? emptyBody(message) : resultText(path, path.read(root).value);
  } catch (error) {
    if (error instanceof TimeLimitError) {
      throw new Fault(`The JSONPath ${path.canonical} cannot be evaluated: ${error.message}`, { cause: error });
    }
    if (path.isRoot && error instanceof Fault && error.code === errorCode.parsing) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    log(message, 'ERROR', `Error evaluating JSON Path <${path.canonical}>. Returning empty result. Error>>> ${reason}`);
    return '';
  }
}

/** A request that could have had a body but has an empty one reads as null; one without is no document at all. */
function emptyRoot(message: Message): JsonValue | undefined {
  const couldHaveBody = message.payload.isEmpty && message.axis2Property('NO_ENTITY_BODY') !== true;
  return couldHaveBody && message.axis2Text('ContentType') ? null : undefined;
}

function emptyBody(message: Message): string {
  log(message, 'WARN', 'Json Payload is empty.');
  return '';
}

function log(message: Message, level: 'WARN' | 'ERROR', text: string): void {
  const { logger } = message.environment;
  if (!logger.enabled(level)) return;
  const artifact = message.artifactName;
  logger.log(level, 'SynapseJsonPath', text, artifact === undefined ? undefined : { artifact });
}

/** An unset property is the empty text; in a set one everything that cannot be read is a fault. */
function propertyText(message: Message, source: PropertySource, path: JsonPath): string {
  const value = propertyValue(message, source);
  if (value === undefined) return '';
  return path.isRoot ? value : resultText(path, path.read(parsedProperty(value, source)).value);
}

function propertyValue(message: Message, source: PropertySource): string | undefined {
  const { name } = source;
  const value =
    source.kind === 'ctx'
      ? message.properties.get(name)
      : source.kind === 'trp'
        ? message.headers.get(name)
        : message.axis2Property(name);
  return value === null || value === undefined ? undefined : javaText(value);
}

function parsedProperty(text: string, source: PropertySource): JsonValue {
  const place = `property $${source.kind}:${source.name}`;
  if (text === '') throw new Fault(`The ${place} is empty: a JSONPath cannot be applied to it`);
  try {
    return parseLenientJson(text);
  } catch (error) {
    throw new Fault(`The ${place} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** The string value of message-model 3.4.2. */
function resultText(path: JsonPath, value: JsonValue): string {
  if (!path.definite) return jsonText(value);
  // The engine has no text for strings and nulls that a function made.
  if (path.endsInFunction !== undefined && (value === null || typeof value === 'string')) return '';
  if (typeof value === 'string') return value;
  if (value instanceof JsonNumber) return value.literal;
  return jsonText(isJsonObject(value) ? unwrapped(value) : value);
}

/** An object with a member `members`, or else `elements`, shows as that member only. */
function unwrapped(object: JsonObject): JsonValue {
  for (const name of ['members', 'elements']) {
    const member = object.get(name);
    if (member !== undefined) return member;
  }
  return object;
}

/** The list value of message-model 3.4.2, last column: JSON elements. */
function items(message: Message, source: Source, path: JsonPath): JsonElement[] {
  const root = source.kind === 'body' ? bodyJson(message) : propertyJson(message, source);
  if (root === undefined) return [];
  const { value } = path.read(root);
  if (value === null) return [];
  return isJsonArray(value) ? value.map((item) => new JsonElement(item)) : [new JsonElement(value)];
}

function bodyJson(message: Message): JsonValue | undefined {
  try {
    return message.payload.asJson();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`The body is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function propertyJson(message: Message, source: PropertySource): JsonValue | undefined {
  const text = propertyValue(message, source);
  return text === undefined ? undefined : parsedProperty(text, source);
}
