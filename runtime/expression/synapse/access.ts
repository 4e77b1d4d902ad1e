import { javaText } from '../../java/text.js';
import { FloatNumber, WholeNumber } from '../../java/value.js';
import { JsonSyntaxError, parseLenientJson } from '../../json/parse.js';
import { JsonElement, type JsonValue } from '../../json/value.js';
import { Fault } from '../../message/fault.js';
import type { Message } from '../../message/message.js';
import type { Payload } from '../../message/payload.js';
import { isNode } from '../xpath/nodes.js';
import type { Evaluate } from './context.js';
import { readBodyPath, readPath, toResult } from './json.js';
import { type Compile, compilePath } from './paste.js';
import type { PathSyntax } from './syntax.js';
import { EvaluationError, type Result, textOf } from './value.js';

/** `payload…` and `$…`: a JSONPath into the body, which is converted to JSON when it is something else. */
export function compilePayload(path: PathSyntax, compile: Compile): Evaluate {
  const pathOf = compilePath(path, compile);
  return (context) => {
    const { message } = context;
    const { payload } = message;
    const scanned = () => (payload.isJson ? payload.scannedJson : undefined);
    return readBodyPath(pathOf(context), scanned, () => bodyOf(message));
  };
}

function bodyOf({ payload }: Message): JsonValue {
  const json = payload.isJson ? payload.asJson() : convertedBody(payload);
  if (json === undefined) throw new EvaluationError('the payload is empty');
  return json;
}

/** What cannot be converted to JSON counts as empty, while JSON that does not parse is a fault. */
function convertedBody(payload: Payload): JsonValue | undefined {
  try {
    return payload.asJson();
  } catch (error) {
    if (error instanceof Fault) throw new EvaluationError(`the payload has no JSON form: ${error.message}`);
    throw error;
  }
}

/** `registry(…)`, `object(…)`, `array(…)` with a path behind them. */
export function compileTail(evaluate: Evaluate, path: PathSyntax, compile: Compile): Evaluate {
  const pathOf = compilePath(path, compile);
  return (context) => {
    const text = rooted(pathOf(context));
    const value = evaluate(context);
    if (value === null) throw new EvaluationError('there is no JSON to navigate');
    return readPath(text, value instanceof JsonElement ? value.value : parsed(textOf(value)));
  };
}

/** Paths into a variable begin with a dot or a bracket. */
const rooted = (path: string): string => (path.startsWith('.') ? `$${path}` : `$.${path}`);

/** `vars.name`, `vars["name"]`, `vars.["name"]`, each with or without a path (message-model 3.5, 3.6). */
export function compileVariable(path: PathSyntax, compile: Compile): Evaluate {
  const pathOf = compilePath(path, compile);
  return (context) => {
    const { name, rest } = split(pathOf(context));
    const value = context.message.variables.get(name);
    if (value === undefined || value === null) throw new EvaluationError(`the variable "${name}" is not defined`);
    if (rest === '') return asResult(value);
    return value instanceof Map ? fromMap(value, rest) : navigate(value, rest);
  };
}

/** Cuts `vars.name.path` in two, by the text as the engine does: single-quoted names are not understood. */
function split(text: string): { name: string; rest: string } {
  const quoted = /^vars\.?\["([\s\S]*?)"\]([\s\S]*)$/.exec(text);
  if (quoted) return { name: quoted[1] ?? '', rest: quoted[2] ?? '' };
  const dotted = /^vars\.([^.[]*)([\s\S]*)$/.exec(text);
  if (dotted) return { name: dotted[1] ?? '', rest: dotted[2] ?? '' };
  throw new Fault(`${text}: the name of a variable in brackets needs double quotes`);
}

/** The first segment names an entry of the map; the rest is a path into that entry, which must be JSON. */
function fromMap(map: Map<string, unknown>, path: string): Result {
  const { name, rest } = split(path.startsWith('.') ? `vars${path}` : `vars.${path}`);
  const value = map.get(name);
  if (value === undefined || value === null) throw new EvaluationError(`the variable has no entry "${name}"`);
  if (rest === '') return asResult(value);
  if (!(value instanceof JsonElement)) throw new EvaluationError(`the entry "${name}" is not JSON`);
  return readPath(rooted(rest), value.value);
}

function navigate(value: unknown, path: string): Result {
  if (value instanceof JsonElement) return readPath(rooted(path), value.value);
  const items: unknown[] = Array.isArray(value) ? value : [value];
  if (items.some(isNode)) throw new EvaluationError('a variable that holds XML has no JSON path');
  return readPath(rooted(path), parsed(javaText(value)));
}

/** A text as JSON, leniently. Malformed text is a fault, unlike a missing path (message-model 3.6 "Results"). */
function parsed(text: string): JsonValue {
  if (text === '') throw new Fault('an empty text has no JSON path');
  try {
    return parseLenientJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new Fault(`the text is no JSON: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A variable's value as it is. Types that expressions do not know read as null. */
function asResult(value: unknown): Result {
  if (value instanceof FloatNumber || (value instanceof WholeNumber && value.type === 'Short')) {
    throw new Fault(`a ${value instanceof FloatNumber ? 'Float' : 'Short'} cannot be used in an expression`);
  }
  if (value instanceof JsonElement) return toResult(value.value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof WholeNumber || Array.isArray(value) || isNode(value)) return value;
  return null;
}
