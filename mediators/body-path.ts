import { ExpressionSyntaxError } from '../runtime/expression/expression.js';
import { compileJsonPath, type JsonPath } from '../runtime/expression/jsonpath/jsonpath.js';
import { copyJson } from '../runtime/json/copy.js';
import { jsonText } from '../runtime/json/text.js';
import type { JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Payload } from '../runtime/message/payload.js';

/** The path of a `json-eval(…)` into the body; undefined for one that reads a property. */
export function bodyPath(source: string): JsonPath | undefined {
  const path = source.slice('json-eval('.length, -1);
  return /^\$(?:ctx|trp|axis2):/.test(path) ? undefined : compileJsonPath(path);
}

/** The path of a `${payload…}`; undefined when it is no path into the body that can be written to. */
export function payloadPath(source: string): JsonPath | undefined {
  const inside = /^\$\{\s*payload([\s\S]*?)\s*\}$/.exec(source)?.[1];
  if (inside === undefined || (inside !== '' && !/^[.[]/.test(inside))) return undefined;
  try {
    return compileJsonPath(`$${inside}`);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return undefined;
    throw error;
  }
}

/** The body as JSON. @throws Fault when it is none or empty. */
export function bodyJson(payload: Payload): JsonValue {
  try {
    const value = payload.asJson();
    if (value !== undefined) return value;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`The body is not JSON: ${(error as Error).message}`, { cause: error });
  }
  throw new Fault('The body is empty where JSON is expected');
}

/** Sets the value of every match in the document; the whole document for `$`. Returns the changed document. */
export function withValue(root: JsonValue, path: JsonPath, value: JsonValue): JsonValue {
  if (path.isRoot) return value;
  const changed = copyJson(root);
  path.set(changed, value);
  return changed;
}

/** Replaces what the path selects in the body. */
export function writeBody(payload: Payload, path: JsonPath, value: JsonValue): void {
  payload.setJsonText(jsonText(withValue(bodyJson(payload), path, value)));
}
