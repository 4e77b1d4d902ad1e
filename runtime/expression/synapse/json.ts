import { WholeNumber } from '../../java/value.js';
import type { JsonScan } from '../../json/scan.js';
import { JsonElement, JsonNumber, type JsonValue } from '../../json/value.js';
import { Fault } from '../../message/fault.js';
import { remembering } from '../cache.js';
import { ExpressionSyntaxError } from '../expression.js';
import { PathNotFoundError } from '../jsonpath/errors.js';
import { compileJsonPath, type JsonPath, type JsonPathResult } from '../jsonpath/jsonpath.js';
import { EvaluationError, MemberNumber, type Result } from './value.js';

const compiled = remembering((text): JsonPath => {
  try {
    return compileJsonPath(text);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) throw new Fault(`the path ${text} is invalid: ${error.message}`);
    throw error;
  }
});

/**
 * Reads a JSONPath. A path that leads nowhere is an evaluation error; one that is malformed or does not fit the JSON is
 * a fault (message-model 3.6 "Results").
 */
export function readPath(text: string, root: JsonValue): Result {
  return readBy(compiled(text), (path) => path.read(root));
}

/**
 * {@link readPath} in a body.
 * @param scanned makes the scan, which only paths that can use it ask for
 * @param parsed the whole of it, for what a scan does not tell
 */
export function readBodyPath(text: string, scanned: () => JsonScan | undefined, parsed: () => JsonValue): Result {
  const readScanned = scannedReader(text);
  const scan = readScanned && scanned();
  if (!scan) return readPath(text, parsed());
  return readBy(compiled(text), (path) => readScanned(scan) ?? path.read(parsed()));
}

/** None for a path that does not compile either: what is wrong with the body is told first. */
function scannedReader(text: string): JsonPath['readScanned'] {
  try {
    return compiled(text).readScanned;
  } catch {
    return undefined;
  }
}

function readBy(path: JsonPath, read: (path: JsonPath) => JsonPathResult): Result {
  try {
    const { value, isMember } = read(path);
    if (!(value instanceof JsonNumber)) return toResult(value);
    if (path.endsInFunction !== undefined) return functionResult(value);
    return new JsonElement(isMember ? new MemberNumber(value.literal) : value);
  } catch (error) {
    if (error instanceof PathNotFoundError) throw new EvaluationError(error.message);
    throw error;
  }
}

/** A JSON value as a result: null is no value. */
export const toResult = (value: JsonValue): Result => (value === null ? null : new JsonElement(value));

/** JSONPath functions give Java numbers: a Long, or a Double (message-model 3.6). */
function functionResult({ literal }: JsonNumber): Result {
  return /^-?[0-9]+$/.test(literal) ? WholeNumber.long(BigInt(literal)) : Number(literal);
}
