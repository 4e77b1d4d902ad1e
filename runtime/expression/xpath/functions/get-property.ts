import { type Evaluate, XPathError } from '../focus.js';
import type { XPathTree } from '../syntax.js';
import { stringOf } from '../values.js';
import { isScope, type PropertyReader, propertyReader } from './property-scopes.js';

/**
 * `get-property(name)`, `(scope, name)`, `(name, dateFormat)`, `(scope, name, dateFormat)`. With a literal scope and
 * name, the usual case, nothing is left to decide at run time (message-model 3.2).
 */
export function compileGetProperty(trees: readonly XPathTree[], args: readonly Evaluate[]): Evaluate {
  const [first, second, third] = args;
  if (!first) return () => '';
  if (args.length > 3) {
    return () => {
      throw new XPathError('get-property() takes a name, a scope and a name, or these and a date format');
    };
  }
  if (!second) return compileOneName(trees[0], first);
  const scope = trees[0]?.type === 'literal' ? trees[0].value : undefined;
  if (third) {
    return (focus) =>
      propertyReader(stringOf(first(focus)))(focus.message, stringOf(second(focus)), stringOf(third(focus)));
  }
  if (scope === undefined) {
    return (focus) => readTwo(stringOf(first(focus)), stringOf(second(focus)), focus.message);
  }
  if (!isScope(scope)) return (focus) => inDefaultScope(focus.message, scope, stringOf(second(focus)));
  const read = propertyReader(scope);
  const name = trees[1]?.type === 'literal' ? trees[1].value : undefined;
  if (name !== undefined) return ({ message }) => read(message, name, undefined);
  return (focus) => read(focus.message, stringOf(second(focus)), undefined);
}

const inDefaultScope = propertyReader('default');

function compileOneName(tree: XPathTree | undefined, name: Evaluate): Evaluate {
  if (tree?.type === 'literal') {
    const { value } = tree;
    return ({ message }) => inDefaultScope(message, value, undefined);
  }
  return (focus) => inDefaultScope(focus.message, stringOf(name(focus)), undefined);
}

function readTwo(first: string, second: string, message: Parameters<PropertyReader>[0]): unknown {
  return isScope(first) ? propertyReader(first)(message, second, undefined) : inDefaultScope(message, first, second);
}
