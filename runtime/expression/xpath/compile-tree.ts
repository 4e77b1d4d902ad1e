import { WholeNumber } from '../../java/value.js';
import type { Namespaces } from '../expression.js';
import { isEqual, relation } from './compare.js';
import { type Evaluate, located, XPathError } from './focus.js';
import { compileCall } from './functions/call.js';
import { inDocumentOrder } from './order.js';
import { compilePath, compilePredicate } from './path.js';
import type { Operator, XPathTree } from './syntax.js';
import { booleanOf, numberOf } from './values.js';
import { compileVariable } from './variables.js';

/** Compiles a parsed XPath expression to a closure. Nothing of the tree is looked at again when it runs. */
export function compileTree(tree: XPathTree, namespaces: Namespaces): Evaluate {
  const compile = (inner: XPathTree): Evaluate => compileTree(inner, namespaces);
  switch (tree.type) {
    case 'number':
    case 'literal':
      return () => tree.value;
    case 'variable':
      return located(tree.at, compileVariable(tree.prefix, tree.name, namespaces));
    case 'call':
      return located(tree.at, compileCall(tree, namespaces, compile));
    case 'negate': {
      const operand = compile(tree.operand);
      return (focus) => -numberOf(operand(focus));
    }
    case 'binary':
      if (tree.operator === '-' && isSystemTime(tree.left)) return compileAge(compile(tree.left), compile(tree.right));
      return compileBinary(tree.operator, compile(tree.left), compile(tree.right));
    case 'filter':
      return compileFilter(compile(tree.base), tree.predicates, compile);
    case 'path':
      return compilePath(tree, namespaces, compile);
  }
}

/** `get-property('SYSTEM_TIME')` */
function isSystemTime(tree: XPathTree): boolean {
  const argument =
    tree.type === 'call' && tree.name === 'get-property' && tree.args.length === 1 ? tree.args[0] : undefined;
  return argument?.type === 'literal' && argument.value === 'SYSTEM_TIME';
}

/**
 * The time since a moment that a property holds. A property of type LONG counts as the number that it is, which it does
 * nowhere else in arithmetic: published flows compute the age of their token so (api-management 4.1 C12).
 */
function compileAge(now: Evaluate, since: Evaluate): Evaluate {
  return (focus) => {
    const moment = since(focus);
    return numberOf(now(focus)) - (moment instanceof WholeNumber ? Number(moment.value) : numberOf(moment));
  };
}

function compileBinary(operator: Operator, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case 'or':
      return (focus) => booleanOf(left(focus)) || booleanOf(right(focus));
    case 'and':
      return (focus) => booleanOf(left(focus)) && booleanOf(right(focus));
    case '=':
      return (focus) => isEqual(left(focus), right(focus), false);
    case '!=':
      return (focus) => isEqual(left(focus), right(focus), true);
    case '|':
      return compileUnion(left, right);
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const test = relation(operator);
      return (focus) => test(left(focus), right(focus));
    }
    default: {
      const calculate = arithmetic[operator];
      return (focus) => calculate(numberOf(left(focus)), numberOf(right(focus)));
    }
  }
}

const arithmetic = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
  div: (left: number, right: number) => left / right,
  mod: (left: number, right: number) => left % right,
};

/** Single objects, `$body` among them, are no node-sets: a union with one is a fault (message-model 3.2). */
function compileUnion(left: Evaluate, right: Evaluate): Evaluate {
  return (focus) => {
    const ones = left(focus);
    const others = right(focus);
    if (!Array.isArray(ones) || !Array.isArray(others)) {
      throw new XPathError('Unions are only allowed over node-sets');
    }
    return inDocumentOrder([...ones, ...others]);
  };
}

/** Predicates on a single object are not looked at. */
function compileFilter(
  base: Evaluate,
  predicates: readonly XPathTree[],
  compile: (tree: XPathTree) => Evaluate,
): Evaluate {
  const keeps = predicates.map((tree) => compilePredicate(tree, compile));
  return (focus) => {
    const items = base(focus);
    return Array.isArray(items) ? keeps.reduce((kept, keep) => keep(kept, focus), items as unknown[]) : items;
  };
}
