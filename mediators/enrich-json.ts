import type { Expression } from '../runtime/expression/expression.js';
import { compileJsonPath, type JsonPath } from '../runtime/expression/jsonpath/jsonpath.js';
import { copyJson } from '../runtime/json/copy.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { jsonText } from '../runtime/json/text.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import type { EnrichSource, EnrichTarget } from './enrich-parts.js';
import { renameKey } from './enrich-rename.js';
import { noteSavedBody } from './enrich-saved-body.js';
import { jsonOfProperty } from './enrich-value.js';

/** What a source gives: a value, and the body from which it has been taken when it does not stay there. */
interface Taken {
  readonly value: JsonValue;
  readonly body?: JsonValue;
}

type Reader = (message: Message) => Taken;
type Writer = (message: Message, taken: Taken) => void;

/** What a path operation writes is escaped as the engine's JSON library does by default (message-model 3.4.3). */
const rewritten = { htmlSafe: true };

/** Enrich while both sides are JSON (mediators 6.2 "JSON mode"). Works on a copy: a fault leaves the body as it was. */
export function compileJsonEnrichment(source: EnrichSource, target: EnrichTarget): (message: Message) => void {
  const read = compileReader(source);
  const write = compileWriter(source, target);
  return (message) => write(message, read(message));
}

/** The JSON body, to be changed. @throws Fault when it is malformed */
export function bodyToChange(message: Message): JsonValue {
  return copyJson(bodyJson(message));
}

function bodyJson(message: Message): JsonValue {
  try {
    return message.payload.json();
  } catch (error) {
    throw new Fault('The body is no JSON that enrich could read', { cause: error });
  }
}

/** The path inside of `json-eval(…)`; undefined for XPath, which never gets here. */
export function jsonPathOf(path: Expression): JsonPath | undefined {
  if (path.language !== 'jsonpath') return undefined;
  const text = path.source.slice('json-eval('.length, -1).replace(/\.$/, '');
  return text.startsWith('$ctx:') || text.startsWith('$trp:') || text.startsWith('$axis2:')
    ? undefined
    : compileJsonPath(text);
}

function compileReader(source: EnrichSource): Reader {
  switch (source.type) {
    case 'custom':
      return pathReader(source.path, source.copies);
    case 'body':
      return (message) => ({ value: bodyJson(message) });
    case 'inline':
      return (message) => ({ value: inlineJson(source.inline.value(message)) });
    case 'property':
      return (message) => {
        const value = jsonOfProperty(message.properties.get(source.property));
        if (value === undefined) throw noSource(`The property ${source.property} holds no JSON`);
        return { value };
      };
    default:
      throw new TypeError('the envelope is no JSON');
  }
}

function pathReader(expression: Expression, copies: boolean): Reader {
  const path = jsonPathOf(expression);
  if (!path) return (message) => ({ value: jsonOfProperty(expression.text(message)) ?? null });
  const read = (root: JsonValue): JsonValue => path.read(root).value;
  if (copies) return (message) => ({ value: read(bodyJson(message)) });
  return (message) => {
    const body = bodyToChange(message);
    const value = copyJson(read(body));
    path.remove(body);
    return { value, body };
  };
}

/** The reference's words, which fault sequences pass on. */
function noSource(detail: string): Fault {
  return new Fault('Failed to get the source for Enriching : ', { detail });
}

function inlineJson(content: unknown): JsonValue {
  if (typeof content !== 'string') throw noSource('The entry of an inline <source> is missing, or it is XML');
  try {
    return parseLenientJson(content);
  } catch (error) {
    throw new Fault('The values of an inline <source> make its text no JSON', { cause: error });
  }
}

function compileWriter(source: EnrichSource, target: EnrichTarget): Writer {
  switch (target.type) {
    case 'custom':
      return pathWriter(target.path, target.action);
    case 'body':
      return target.action === 'replace' ? replaceBody : refuses(`The body takes no ${target.action} of JSON`);
    case 'property':
      return propertyWriter(source, target);
    case 'key':
      return keyWriter(target.path);
    default:
      throw new TypeError('the envelope is no JSON');
  }
}

function pathWriter(expression: Expression, action: EnrichTarget['action']): Writer {
  const path = jsonPathOf(expression);
  if (!path) return refuses(`${expression.source} is no place in the body`);
  if (action === 'sibling') return refuses('A path of JSON takes no sibling; use action="child"');
  return (message, { value, body = bodyToChange(message) }) => {
    if (action === 'replace') path.set(body, copyJson(value));
    else appendAt(message, path, body, value);
    message.payload.setJsonText(jsonText(body, action === 'replace' ? rewritten : undefined));
  };
}

/** Appends to the array or merges into the object there, to each of them when the path finds several. */
function appendAt(message: Message, path: JsonPath, body: JsonValue, value: JsonValue): void {
  const found = path.read(body).value;
  const places = !path.definite && isJsonArray(found) ? found : [found];
  for (const place of places) {
    if (isJsonArray(place)) place.push(value === null ? 'null' : copyJson(value));
    else if (isJsonObject(place) && isJsonObject(value)) {
      for (const [name, member] of value) place.set(name, copyJson(member));
    } else
      logError(message, `Nothing can be added to what ${path.source} finds: it is no array, or not both are objects`);
  }
}

const replaceBody: Writer = (message, { value, body }) => {
  if (isJsonObject(value) || isJsonArray(value)) {
    message.payload.setJsonText(jsonText(value));
    return;
  }
  if (body !== undefined) message.payload.setJsonText(jsonText(body, rewritten));
  logError(message, 'The body can only be replaced by a JSON object or array');
};

function propertyWriter(source: EnrichSource, { action, property }: { action: string; property: string }): Writer {
  if (action === 'sibling') return refuses(`The property ${property} takes no sibling of JSON`);
  return (message, { value, body }) => {
    if (body !== undefined) message.payload.setJsonText(jsonText(body, rewritten));
    if (action === 'replace') {
      const text = jsonText(value);
      message.setProperty(property, text);
      if (source.type === 'body') noteSavedBody(message, property, text);
      return;
    }
    const present = jsonOfProperty(message.properties.get(property));
    if (isJsonArray(present)) message.setProperty(property, jsonText([...present, value === null ? 'null' : value]));
    else logError(message, `The property ${property} holds no JSON array to which something could be added`);
  };
}

function keyWriter(expression: Expression): Writer {
  const rename = renameKey(expression.source);
  return (message, { value, body = bodyToChange(message) }) => {
    if (typeof value === 'object' && !(value instanceof JsonNumber)) {
      throw new Fault('A key can only be renamed to a text, a number or a boolean');
    }
    rename(body, value instanceof JsonNumber ? value.literal : String(value));
    message.payload.setJsonText(jsonText(body, rewritten));
  };
}

function refuses(reason: string): Writer {
  return (message, { body }) => {
    if (body !== undefined) message.payload.setJsonText(jsonText(body, rewritten));
    logError(message, reason);
  };
}

/** What the reference only writes to its log leaves the message as it is. */
function logError(message: Message, text: string): void {
  const artifact = message.artifactName;
  message.environment.logger.log('ERROR', 'EnrichMediator', text, artifact === undefined ? undefined : { artifact });
}
