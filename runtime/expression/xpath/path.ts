import { spend } from '../../limit/time-limit.js';
import type { Namespaces } from '../expression.js';
import { reverseAxes, walks } from './axis.js';
import { keepTexts } from './compare.js';
import type { Evaluate, Focus } from './focus.js';
import { compileNodeTest } from './node-test.js';
import { rootOf } from './nodes.js';
import { inDocumentOrder, mayRepeat, type Order, orderAfter } from './order.js';
import type { PathTree, StepTree, XPathTree } from './syntax.js';
import { booleanOf, positionOf } from './values.js';

/** Keeps the items of a list for which a predicate holds. */
type Keep = (items: unknown[], focus: Focus) => unknown[];
type Step = (items: readonly unknown[], order: Order, focus: Focus) => { items: unknown[]; order: Order };

/**
 * Compiles a location path. Its result is in document order, each node once.
 * @param compile compiles the expressions inside: the path's start and its predicates
 */
export function compilePath(path: PathTree, namespaces: Namespaces, compile: (tree: XPathTree) => Evaluate): Evaluate {
  const steps = shortened(path.steps).map((step) => compileStep(step, namespaces, compile));
  const start = path.base ? compile(path.base) : path.absolute ? rootOfFocus : itemOfFocus;
  const evaluate: Evaluate = (focus) => {
    const from = start(focus);
    let items: unknown[] = Array.isArray(from) ? from : [from];
    let order: Order = 'mixed';
    for (const step of steps) {
      if (items.length === 0) return items;
      ({ items, order } = step(items, items.length === 1 ? 'single' : order, focus));
    }
    return order === 'mixed' && items.length > 1 ? inDocumentOrder(items) : items;
  };
  return path.absolute && !path.base ? onceInPredicates(evaluate) : evaluate;
}

/** An absolute path gives the same for all items of a tree: a predicate evaluates it once, not for each of them. */
function onceInPredicates(evaluate: Evaluate): Evaluate {
  return (focus) => {
    if (!focus.isInner) return evaluate(focus);
    const root = rootOf(focus.item);
    const known = focus.shared.get(evaluate) as { root: unknown; found: unknown } | undefined;
    if (known && known.root === root) return known.found;
    const found = evaluate(focus);
    if (Array.isArray(found)) keepTexts(found);
    focus.shared.set(evaluate, { root, found });
    return found;
  };
}

const itemOfFocus: Evaluate = (focus) => focus.item;
const rootOfFocus: Evaluate = (focus) => rootOf(focus.item);

/** `//a[b]` as `descendant::a[b]`: the same nodes as long as no predicate counts positions among siblings. */
function shortened(steps: readonly StepTree[]): StepTree[] {
  const short: StepTree[] = [];
  for (const step of steps) {
    const last = short.at(-1);
    const joins = last?.axis === 'descendant-or-self' && last.test.type === 'node' && last.predicates.length === 0;
    if (joins && step.axis === 'child' && !step.predicates.some(mayCount)) {
      short[short.length - 1] = { ...step, axis: 'descendant' };
    } else short.push(step);
  }
  return short;
}

const booleanFunctions = new Set(['not', 'boolean', 'contains', 'starts-with', 'ends-with', 'true', 'false', 'lang']);

/** Whether a predicate's outcome may depend on positions: it may be a number, or it asks for `position()` or `last()`. */
function mayCount(predicate: XPathTree): boolean {
  switch (predicate.type) {
    case 'path':
    case 'literal':
      return false;
    case 'binary':
      if (['+', '-', '*', 'div', 'mod'].includes(predicate.operator)) return true;
      return asksPosition(predicate.left) || asksPosition(predicate.right);
    case 'call':
      return !booleanFunctions.has(predicate.name) || predicate.args.some(asksPosition);
    default:
      return true;
  }
}

function asksPosition(tree: XPathTree): boolean {
  switch (tree.type) {
    case 'call':
      return ['position', 'last', 'evaluate'].includes(tree.name) || tree.args.some(asksPosition);
    case 'negate':
      return asksPosition(tree.operand);
    case 'binary':
      return asksPosition(tree.left) || asksPosition(tree.right);
    case 'filter':
      return asksPosition(tree.base);
    case 'path':
      return tree.base !== undefined && asksPosition(tree.base);
    default:
      return false;
  }
}

function compileStep(step: StepTree, namespaces: Namespaces, compile: (tree: XPathTree) => Evaluate): Step {
  const { axis } = step;
  const walk = walks[axis];
  const accepts = compileNodeTest(step.test, axis, namespaces);
  const predicates = step.predicates.map((tree) => compilePredicate(tree, compile));
  const reverse = reverseAxes.has(axis);
  return (items, order, focus) => {
    let selected: unknown[] = [];
    const distinct = mayRepeat(axis, order) ? new Set<unknown>() : undefined;
    for (const item of items) {
      let found: unknown[] = [];
      let visited = 1;
      walk(item, (one) => {
        visited++;
        if (accepts(one)) found.push(one);
      });
      spend(visited);
      for (const keep of predicates) found = keep(found, focus);
      if (distinct) for (const one of found) distinct.add(one);
      else if (items.length === 1) selected = found;
      else for (const one of found) selected.push(one);
    }
    if (distinct) selected = [...distinct];
    return { items: reverse ? selected.reverse() : selected, order: orderAfter(axis, order) };
  };
}

/**
 * Compiles a predicate. A number, of whatever Java type, is a position, cut to a whole number: `[1.9]` is `[1]`;
 * anything else counts as true or false.
 */
export function compilePredicate(tree: XPathTree, compile: (tree: XPathTree) => Evaluate): Keep {
  if (tree.type === 'number') {
    const index = Math.trunc(tree.value) - 1;
    return (items) => (index >= 0 && index < items.length ? [items[index]] : []);
  }
  const evaluate = compile(tree);
  return (items, focus) => {
    const inner = focus.inner(items.length);
    spend(items.length);
    return items.filter((item, index) => {
      inner.item = item;
      inner.position = index + 1;
      const value = evaluate(inner);
      const position = positionOf(value);
      return position === undefined ? booleanOf(value) : position === inner.position;
    });
  };
}
