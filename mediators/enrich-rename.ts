import { ExpressionSyntaxError } from '../runtime/expression/expression.js';
import { compileJsonPath } from '../runtime/expression/jsonpath/jsonpath.js';
import type { JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';

/**
 * Renames the member that a `json-eval(parent.key)` ends in, in every object that the parent finds; it moves to the end
 * (mediators 6.2). What stands behind the last dot is the key, so that brackets cannot name it.
 */
export function renameKey(source: string): (root: JsonValue, name: string) => void {
  const text = source.slice('json-eval('.length, -1);
  const dot = text.lastIndexOf('.');
  const reject = () => {
    throw new Fault(`${source} names no key that could be renamed: it has to end in ".key"`);
  };
  if (dot < 0 || text.charAt(dot - 1) === '.') return reject;
  try {
    const parent = compileJsonPath(text.slice(0, dot));
    const key = text.slice(dot + 1);
    return (root, name) => parent.renameKey(root, key, name);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return reject;
    throw error;
  }
}
