import { ExpressionSyntaxError } from '../runtime/expression/expression.js';
import { PathNotFoundError } from '../runtime/expression/jsonpath/errors.js';
import { compileJsonPath, type JsonPath } from '../runtime/expression/jsonpath/jsonpath.js';
import { copyJson } from '../runtime/json/copy.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { jsonText } from '../runtime/json/text.js';
import { JsonElement, type JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { bodyToChange } from './enrich-json.js';
import type { EnrichSource, EnrichTarget } from './enrich-parts.js';

const ignoresMissing = 'synapse.jsonpath.ignore.not.found.error';

/**
 * `action="remove"` on JSON (mediators 6.2): the custom source lists paths, separated by commas, that are removed from
 * the body or a property. A property becomes a text.
 */
export function compileRemoval(source: EnrichSource, target: EnrichTarget): (message: Message) => void {
  const text = source.type === 'custom' ? source.path.source.slice('json-eval('.length, -1) : '';
  const paths = text.split(',').map((path) => compiled(path.trim()));
  const remove = (message: Message, root: JsonValue): JsonValue | undefined => {
    for (const path of paths) {
      if (path === undefined) throw new Fault(`action="remove" cannot read its paths: ${text}`);
      if (path.isRoot) return undefined;
      removeAt(message, path, root);
    }
    return root;
  };
  if (target.type !== 'property') {
    return (message) => {
      const left = remove(message, bodyToChange(message));
      message.payload.setJsonText(left === undefined ? '{}' : jsonText(left, { htmlSafe: true }));
    };
  }
  return (message) => {
    const left = remove(message, jsonOf(message, target.property));
    message.setProperty(target.property, left === undefined ? '' : jsonText(left, { htmlSafe: true }));
  };
}

/** Commas inside of brackets split, too; the halves are no paths, which faults for every message. */
function compiled(path: string): JsonPath | undefined {
  try {
    return compileJsonPath(path === '$.' ? '$' : path);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return undefined;
    throw error;
  }
}

/** A path that may find several values may also find none. */
function removeAt(message: Message, path: JsonPath, root: JsonValue): void {
  if (/\[\s*-/.test(path.source)) throw new Fault(`${path.source} has a negative index, which cannot be removed`);
  try {
    path.remove(root);
  } catch (error) {
    if (!(error instanceof PathNotFoundError)) throw error;
    if (path.definite && message.environment.property(ignoresMissing)?.toLowerCase() !== 'true') throw error;
    message.environment.logger.log('INFO', 'EnrichMediator', `${path.source} finds nothing to remove`);
  }
}

function jsonOf(message: Message, property: string): JsonValue {
  const value = message.properties.get(property);
  if (value instanceof JsonElement) return copyJson(value.value);
  if (typeof value !== 'string') throw new Fault(`The property ${property} holds no JSON to remove something from`);
  try {
    return parseLenientJson(value);
  } catch (error) {
    throw new Fault(`The property ${property} holds no JSON to remove something from`, { cause: error });
  }
}
