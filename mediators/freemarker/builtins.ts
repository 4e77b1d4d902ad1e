import { spend } from '../../runtime/limit/time-limit.js';
import { FreemarkerError, MissingValueError } from './error.js';
import {
  booleanOf,
  type Callable,
  computerText,
  itemsOf,
  NodeList,
  numberOf,
  numberText,
  textOf,
  type Value,
} from './model.js';
import { numberPattern } from './number-pattern.js';
import { type Evaluate, valueOrMissing } from './scope.js';
import { stringBuiltins } from './string-builtins.js';

type OnValue = (value: Value, source: string) => Value;
type OnLoop = (loop: { index: number; size: number }) => Value;

const items =
  (apply: (list: Value[]) => Value): OnValue =>
  (value, source) => {
    const list = itemsOf(value, source);
    spend(list.length);
    return apply(list);
  };
const number =
  (apply: (value: number) => number): OnValue =>
  (value, source) =>
    apply(numberOf(value, source));
const withFunction = (apply: (list: Value[], call: Callable) => Value): OnValue =>
  items((list) => (call) => apply(list, functionOf(call)));

/** Built-ins that need the value only. */
const named: Record<string, OnValue> = {
  ...stringBuiltins,
  c: (value, source) => (typeof value === 'number' ? computerText(value) : String(booleanOf(value, source))),
  string: stringForm,
  size: (value, source) => (value instanceof Map ? value.size : itemsOf(value, source).length),
  first: items((list) => list[0]),
  last: items((list) => list.at(-1)),
  reverse: items((list) => list.toReversed()),
  join: (value, source) => (separator, empty, end) => joined(itemsOf(value, source), separator, empty, end),
  sort: items((list) => list.toSorted(order)),
  sort_by: items((list) => (key) => list.toSorted((a, b) => order(member(a, key), member(b, key)))),
  seq_contains: items((list) => (wanted) => list.some((one) => plain(one) === plain(wanted))),
  seq_index_of: items((list) => (wanted) => list.findIndex((one) => plain(one) === plain(wanted))),
  min: items((list) => list.toSorted(order)[0]),
  max: items((list) => list.toSorted(order).at(-1)),
  map: withFunction((list, call) => list.map((one) => call(one))),
  filter: withFunction((list, call) => list.filter((one) => booleanOf(call(one), 'filter'))),
  chunk: items((list) => (size) => chunks(list, numberOf(size, 'chunk'))),
  keys: (value) => (value instanceof Map ? [...value.keys()] : []),
  values: (value) => (value instanceof Map ? [...value.values()] : []),
  round: number((value) => Math.round(value)),
  floor: number(Math.floor),
  ceiling: number(Math.ceil),
  int: number(Math.trunc),
  long: number(Math.trunc),
  double: number((value) => value),
  abs: number(Math.abs),
  is_string: (value) => typeof value === 'string' || value instanceof NodeList,
  is_number: (value) => typeof value === 'number',
  is_boolean: (value) => typeof value === 'boolean',
  is_sequence: (value) => Array.isArray(value) || value instanceof NodeList,
  is_enumerable: (value) => Array.isArray(value) || value instanceof NodeList,
  is_hash: (value) => value instanceof Map || value instanceof NodeList,
  is_hash_ex: (value) => value instanceof Map,
  is_node: (value) => value instanceof NodeList,
  children: (value) => (value instanceof NodeList ? value.child('*') : []),
  node_name: (value) => (value instanceof NodeList ? value.nodes[0]?.nodeName : undefined),
};

const onValue: ReadonlyMap<string, OnValue> = new Map([
  ...Object.entries(named),
  ['then', (value, source) => (yes, no) => (booleanOf(value, source) ? yes : no)],
]);

/** Built-ins of a loop variable. */
const onLoop = new Map<string, OnLoop>(
  Object.entries({
    index: ({ index }) => index,
    counter: ({ index }) => index + 1,
    has_next: ({ index, size }) => index + 1 < size,
    is_first: ({ index }) => index === 0,
    is_last: ({ index, size }) => index + 1 === size,
    is_odd_item: ({ index }) => index % 2 === 0,
    is_even_item: ({ index }) => index % 2 === 1,
    item_parity: ({ index }) => (index % 2 === 0 ? 'odd' : 'even'),
  } satisfies Record<string, OnLoop>),
);

/** Built-ins for which a missing value is no error. */
const onMissing = new Map<string, OnValue>(
  Object.entries({
    has_content: hasContent,
    exists: (value) => value !== undefined,
    if_exists: (value) => value ?? '',
    default: (value) => (fallback) => value ?? fallback,
  } satisfies Record<string, OnValue>),
);

/** The expression `value?name`. `refuse` is called for a name that is not known. */
export function builtin(name: string, value: Evaluate, source: string, refuse: (name: string) => never): Evaluate {
  const loop = onLoop.get(name);
  if (loop) {
    return (scope) => {
      const state = scope.loop(source);
      if (!state) throw new FreemarkerError(`The expression ${source} is no loop variable`);
      return loop(state);
    };
  }
  const missing = onMissing.get(name);
  if (missing) return (scope) => missing(valueOrMissing(value, scope), source);
  const apply = onValue.get(name) ?? refuse(name);
  return (scope) => {
    const one = value(scope);
    if (one === undefined) throw new MissingValueError(source);
    return apply(one, source);
  };
}

/** `?string`, `?string('0.00')`, `?string('yes', 'no')`; without brackets the text itself. */
function stringForm(value: Value, source: string): Value {
  if (typeof value === 'number') {
    return Object.assign((pattern: Value) => numberPattern(value, textOf(pattern, 'pattern')), {
      text: numberText(value),
    });
  }
  if (typeof value === 'boolean') {
    return Object.assign((yes: Value, no: Value) => (value ? yes : no), { text: String(value) });
  }
  return textOf(value, source);
}

function joined(list: Value[], separator: Value, empty: Value, end: Value): string {
  const texts = list.filter((one) => one !== undefined).map((one) => textOf(one, 'item'));
  if (texts.length === 0) return empty === undefined ? '' : textOf(empty, 'join');
  return texts.join(textOf(separator, 'separator')) + (end === undefined ? '' : textOf(end, 'join'));
}

function hasContent(value: Value): boolean {
  if (value === undefined || value === '') return false;
  if (value instanceof NodeList) return value.nodes.length > 0;
  return value instanceof Map ? value.size > 0 : !Array.isArray(value) || value.length > 0;
}

function chunks(list: Value[], size: number): Value[] {
  if (!(size >= 1)) throw new FreemarkerError(`Chunks cannot have a size of ${size}`);
  const found: Value[] = [];
  for (let start = 0; start < list.length; start += Math.floor(size))
    found.push(list.slice(start, start + Math.floor(size)));
  return found;
}

function plain(value: Value): Value {
  return value instanceof NodeList ? value.text() : value;
}

function order(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return textOf(left, 'item').localeCompare(textOf(right, 'item'), 'en');
}

function member(value: Value, key: Value): Value {
  const path = Array.isArray(key) ? key : [key];
  return path.reduce<Value>((one, name) => (one instanceof Map ? one.get(textOf(name, 'key')) : undefined), value);
}

function functionOf(value: Value): Callable {
  if (typeof value === 'function') return value;
  throw new FreemarkerError('A function is expected');
}
