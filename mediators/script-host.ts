import { ExpressionSyntaxError } from '../runtime/expression/expression.js';
import { compileXPath } from '../runtime/expression/xpath/compile.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { toJs } from '../runtime/json/plain.js';
import { JsonElement, type JsonValue } from '../runtime/json/value.js';
import type { Addressing } from '../runtime/message/addressing.js';
import { serializeEnvelope } from '../runtime/message/envelope.js';
import { Fault } from '../runtime/message/fault.js';
import type { LogLevel } from '../runtime/message/logger.js';
import type { Environment, Message } from '../runtime/message/message.js';
import { setAttribute } from '../runtime/xml/create.js';
import { parseElement } from '../runtime/xml/parse.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import { adopt } from '../runtime/xml/walk.js';
import { entryOf, entryText } from './entry.js';
import { scopeAccess } from './property-scope.js';
import { fromScript, toScript } from './script-values.js';

/** Property that keeps the JSON of the last script that saw some, as the reference engine does. */
const jsonProperty = 'JSON_OBJECT';

type Operation = (message: Message, values: unknown[]) => unknown;

/** What the `mc` of a script can ask of the message, by the operation's name (mediators 6.11). */
export const scriptOperations: Readonly<Record<string, Operation>> = {
  payloadJson,
  setPayloadJson: (message, [json]) => {
    message.payload.setJsonText(String(json));
    keepJson(message);
  },
  // The reference empties the body when it is read; here it stays.
  payloadXml: ({ payload }) => firstElementText(payload.clone()),
  setPayloadXml: ({ payload }, [xml]) => payload.setElement(parsed(xml)),
  payloadText: ({ payload }) => payload.jsonText ?? payload.text ?? firstElementText(payload),
  envelope: ({ payload }) => serializeEnvelope(payload.envelope()),
  setEnvelope: ({ payload }, [xml]) => payload.setEnvelope(parsed(xml)),
  property: (message, [name]) => toScript(message.properties.get(String(name))),
  setProperty: (message, [name, value, scope]) => setProperty(message, String(name), value, scope ?? 'default'),
  removeProperty: (message, [name, scope]) => removeProperty(message, String(name), scope ?? 'default'),
  propertyNames: (message) => [...message.properties.keys()],
  variable: (message, [name]) => toScript(message.variables.get(String(name))),
  setVariable: (message, [name, value]) => message.setVariable(String(name), fromScript(value)),
  removeVariable: (message, [name]) => message.variables.delete(String(name)),
  variableNames: (message) => [...message.variables.keys()],
  addHeader,
  address: (message, [field]) => message.addressing[field as keyof Addressing] ?? null,
  setAddress: (message, [field, value]) => {
    message.addressing[field as keyof Addressing] = value === null ? undefined : String(value);
  },
  messageId: (message) => message.id,
  setMessageId: (message, [id]) => {
    message.id = String(id);
  },
  flag: (message, [name]) => flags[String(name)]?.(message) ?? false,
  setResponse: (message, [value]) => {
    message.response = value === true;
  },
  entry: ({ environment }, [key]) => entryOrNull(environment, String(key)),
  sequence: (message, [key]) => message.sequence(String(key))?.name ?? null,
  template: (message, [name]) => message.sequenceTemplate(String(name))?.name ?? null,
  endpoint: (message, [key]) => (message.endpoint(String(key)) ? String(key) : null),
  parseXml: (_message, [xml]) => serializeElement(parsed(xml)),
  xpath: (message, [expression]) => xpathResult(message, String(expression)),
  faults: (message) => message.faultStack.length,
  log: ({ environment, artifactName }, [level, text]) => {
    const context = artifactName === undefined ? undefined : { artifact: artifactName };
    environment.logger.log(level as LogLevel, 'ScriptMediator', String(text), context);
  },
};

const flags: Readonly<Record<string, (message: Message) => boolean>> = {
  response: (message) => message.isResponse,
  fault: (message) => message.payload.isFault,
  pox: (message) => message.properties.get('IsClientDoingREST') === true,
  get: (message) => message.axis2Property('HTTP_METHOD') === 'GET',
  soap11: (message) => message.payload.soapVersion === '1.1',
};

/** Scopes that scripts write to; others are ignored, as in the reference engine. */
const scopes = new Set(['default', 'axis2', 'transport', 'operation']);

/** The script's JSON: what {@link keepJson} found, now or before an earlier script, else nothing. */
function payloadJson(message: Message): unknown {
  const kept = message.properties.get(jsonProperty);
  return kept instanceof JsonElement ? toJs(kept.value) : {};
}

/** Remembers the JSON of the body, else of the axis2 text `JSON_STRING`, for {@link payloadJson}; called before a script runs. */
export function keepJson(message: Message): void {
  const { payload } = message;
  const text = payload.isJson ? undefined : message.axis2Text('JSON_STRING');
  if (!payload.isJson && text === undefined) return;
  message.properties.set(jsonProperty, new JsonElement(text === undefined ? payload.json() : jsonOf(text)));
}

function jsonOf(text: string): JsonValue {
  try {
    return parseLenientJson(text);
  } catch (error) {
    throw new Fault(`JSON_STRING holds no JSON: ${(error as Error).message}`, { cause: error });
  }
}

function setProperty(message: Message, name: string, value: unknown, scope: unknown): void {
  if (typeof scope !== 'string' || !scopes.has(scope)) return;
  scopeAccess[scope as 'axis2'].set(message, name, fromScript(value));
}

function removeProperty(message: Message, name: string, scope: unknown): void {
  if (typeof scope === 'string' && scopes.has(scope)) scopeAccess[scope as 'axis2'].remove(message, name);
}

function entryOrNull(environment: Environment, key: string): string | null {
  return entryOf(environment, key) === undefined ? null : entryText(environment, key);
}

function firstElementText(payload: Message['payload']): string | null {
  const first = payload.firstElement();
  return first ? serializeElement(first) : null;
}

function parsed(xml: unknown) {
  try {
    return parseElement(String(xml));
  } catch (error) {
    throw new Fault(`the text is no XML: ${(error as Error).message}`, { cause: error });
  }
}

function addHeader(message: Message, [mustUnderstand, xml]: unknown[]): void {
  const header = message.payload.header(true);
  if (!header) return;
  const block = adopt(parsed(xml), header);
  if (mustUnderstand !== true) return;
  const prefix = header.prefix ?? 'soapenv';
  setAttribute(block, `${prefix}:mustUnderstand`, '1', header.namespaceURI ?? '');
}

function xpathResult(message: Message, expression: string): string | null {
  try {
    return compileXPath(expression, new Map()).text(message);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) throw new Fault(`${expression} is no XPath: ${error.message}`);
    throw error;
  }
}
