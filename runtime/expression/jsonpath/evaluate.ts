import { normalisedJsonNumber } from '../../json/number.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../../json/value.js';
import { ItemNotFoundError, JsonPathError, PathNotFoundError, UnfitPathError } from './errors.js';
import type { FilterPath, FilterValue } from './filter.js';
import { isDefiniteStep, type Token, tokenText } from './token.js';

/** Where a value stands, for changing it. */
export type Place =
  | { readonly kind: 'root' }
  | { readonly kind: 'members'; readonly parent: JsonObject; readonly names: readonly string[] }
  | { readonly kind: 'item'; readonly parent: JsonValue[]; readonly index: number };

/** One evaluation of a path. */
export interface Evaluation {
  /** The document that `$` in filters and parameters means. */
  readonly root: JsonValue;
  /** A member that is missing anywhere is an error: the existence check of filters. */
  readonly strict: boolean;
  /** Values found, numbers already as the path's end shows them. */
  readonly values: JsonValue[];
  /** Whether the last value found was read as a member of an object. */
  isMember: boolean;
  /** Where the values found stand; undefined when nothing is going to be changed. */
  readonly places: Place[] | undefined;
  readonly rootValues: Map<FilterPath, FilterValue>;
  /** Array index that a deep scan came through, by the position of the step that it applies to. */
  scanIndex: { readonly position: number; index: number } | undefined;
}

/** A step of a path with all steps behind it. */
export type Step = (model: JsonValue, place: Place, evaluation: Evaluation) => void;

/** Calls a path function on the value before it. */
export type FunctionCall = (model: JsonValue, evaluation: Evaluation) => JsonValue;

export const rootPlace: Place = { kind: 'root' };

export interface StepOptions {
  readonly tokens: readonly Token[];
  readonly call: (token: Extract<Token, { kind: 'function' }>) => FunctionCall;
  /** Steps compiled so far, by position: several steps in front share what follows them. */
  readonly compiled: Step[];
}

/** Compiles the steps from `position` on. Behind the last one the value is a result. */
export function compileSteps(options: StepOptions, position = 0): Step {
  options.compiled[position] ??= compileStep(options, position);
  return options.compiled[position];
}

function compileStep(options: StepOptions, position: number): Step {
  const token = options.tokens[position];
  if (!token) return (model, place, evaluation) => found(model, place, evaluation, false);
  switch (token.kind) {
    case 'member':
      return memberStep(options, position, token.names);
    case 'index':
      return indexStep(options, position, token.indexes);
    case 'slice':
      return sliceStep(options, position, token.from, token.to);
    case 'wildcard':
      return wildcardStep(options, position);
    case 'filter':
      return filterStep(options, position, token);
    case 'scan':
      return scanStep(options, position);
    case 'function':
      return functionStep(options, position, token);
  }
}

function found(value: JsonValue, place: Place, evaluation: Evaluation, isMember: boolean): void {
  evaluation.values.push(isMember && value instanceof JsonNumber ? normalisedJsonNumber(value) : value);
  evaluation.isMember = isMember;
  evaluation.places?.push(place);
}

/** Whether everything before this step leads to one value at most. */
const isUpstreamDefinite = (tokens: readonly Token[], position: number): boolean =>
  tokens.slice(0, position).every((_token, at) => isDefiniteStep(tokens, at));

/** Takes one member of an object and goes on from there. */
type MemberReader = (object: JsonObject, name: string, evaluation: Evaluation) => void;

function memberReader(options: StepOptions, position: number): MemberReader {
  const { tokens } = options;
  const isLeaf = position === tokens.length - 1;
  const isDefinite = isUpstreamDefinite(tokens, position) && isDefiniteStep(tokens, position);
  const before = tokens[position - 1];
  const scanned = before?.kind === 'index' ? before.indexes.join(',') : '';
  const next = isLeaf ? undefined : compileSteps(options, position + 1);
  return (object, name, evaluation) => {
    const value = object.get(name);
    if (value === undefined) {
      if (evaluation.strict || (!isLeaf && isDefinite))
        throw new PathNotFoundError(`Missing property in path ['${name}']`);
      return;
    }
    const place: Place = evaluation.places ? { kind: 'members', parent: object, names: [name] } : rootPlace;
    if (next) {
      next(value, place, evaluation);
      return;
    }
    // Behind `..[n]` the engine tells the array items apart only here; behind `..*` none passes any more.
    const { scanIndex } = evaluation;
    if (scanIndex?.position === position && String(scanIndex.index) !== scanned) return;
    found(value, place, evaluation, true);
  };
}

function memberStep(options: StepOptions, position: number, names: readonly string[]): Step {
  const { tokens } = options;
  const isLeaf = position === tokens.length - 1;
  const isDefinite = isUpstreamDefinite(tokens, position);
  const read = memberReader(options, position);
  const [only = ''] = names;
  return (model, _place, evaluation) => {
    if (!isJsonObject(model)) {
      if (!isDefinite) return;
      const shown = names.map((name) => `'${name}'`).join(',');
      throw new PathNotFoundError(`Expected to find an object with property [${shown}] but found ${kindOf(model)}`);
    }
    if (names.length === 1) read(model, only, evaluation);
    else if (isLeaf) merged(model, names, evaluation);
    else for (const name of names) read(model, name, evaluation);
  };
}

/** `['a','b']` at the end of a path: an object of those that are there. */
function merged(object: JsonObject, names: readonly string[], evaluation: Evaluation): void {
  const result: JsonObject = new Map();
  for (const name of names) {
    const value = object.get(name);
    if (value !== undefined) result.set(name, value instanceof JsonNumber ? normalisedJsonNumber(value) : value);
    else if (evaluation.strict) throw new PathNotFoundError(`Missing property in path ['${name}']`);
  }
  const place: Place = evaluation.places ? { kind: 'members', parent: object, names } : rootPlace;
  found(result, place, evaluation, false);
}

/** Takes one array item (from the end when negative) and goes on; nothing happens when there is none. */
type ItemReader = (array: JsonValue[], index: number, evaluation: Evaluation) => void;

function itemReader(options: StepOptions, position: number): ItemReader {
  const isLeaf = position === options.tokens.length - 1;
  const next = isLeaf ? undefined : compileSteps(options, position + 1);
  return (array, index, evaluation) => {
    const at = index < 0 ? array.length + index : index;
    const value = array[at];
    if (value === undefined) return;
    const place: Place = evaluation.places ? { kind: 'item', parent: array, index: at } : rootPlace;
    if (!next) {
      found(value, place, evaluation, false);
      return;
    }
    try {
      next(value, place, evaluation);
    } catch (error) {
      if (!(error instanceof ItemNotFoundError)) throw error;
    }
  };
}

/** Whether the model is an array; throws when the path so far leads to this one value only. */
function arrayCheck(options: StepOptions, position: number): (model: JsonValue) => model is JsonValue[] {
  const isDefinite = isUpstreamDefinite(options.tokens, position);
  const token = options.tokens[position];
  const shown = token ? tokenText(token) : '';
  return (model): model is JsonValue[] => {
    if (isJsonArray(model)) return true;
    if (isDefinite) throw new PathNotFoundError(`${shown} can only be applied to arrays, not to ${kindOf(model)}`);
    return false;
  };
}

function indexStep(options: StepOptions, position: number, indexes: readonly number[]): Step {
  const isArray = arrayCheck(options, position);
  const read = itemReader(options, position);
  return (model, _place, evaluation) => {
    if (!isArray(model)) return;
    for (const index of indexes) read(model, index, evaluation);
  };
}

/** `[from:to]`. Between two bounds a negative start is taken as it is: each index then counts from the end. */
function sliceStep(options: StepOptions, position: number, from: number | undefined, to: number | undefined): Step {
  const isArray = arrayCheck(options, position);
  const read = itemReader(options, position);
  return (model, _place, evaluation) => {
    if (!isArray(model) || model.length === 0) return;
    const { length } = model;
    let start = from ?? 0;
    let end = to ?? length;
    if (to === undefined && start < 0) start = Math.max(0, length + start);
    if (from === undefined && end < 0) end = length + end;
    end = Math.min(length, end);
    for (let index = start; index < end; index++) read(model, index, evaluation);
  };
}

function wildcardStep(options: StepOptions, position: number): Step {
  const readMember = memberReader(options, position);
  const readItem = itemReader(options, position);
  return (model, _place, evaluation) => {
    if (isJsonObject(model)) {
      for (const name of model.keys()) readMember(model, name, evaluation);
    } else if (isJsonArray(model)) {
      for (let index = 0; index < model.length; index++) {
        try {
          readItem(model, index, evaluation);
        } catch (error) {
          if (evaluation.strict || !(error instanceof PathNotFoundError)) throw error;
        }
      }
    }
  };
}

/** Whether a filter lets an item through; one that does not fit the item does not. */
function accepts(token: Extract<Token, { kind: 'filter' }>, item: JsonValue, evaluation: Evaluation): boolean {
  const { root, rootValues } = evaluation;
  try {
    return token.test({ item, root, rootValues });
  } catch (error) {
    if (error instanceof UnfitPathError) return false;
    throw error;
  }
}

/** A filter tests the items of an array, but an object itself. */
function filterStep(options: StepOptions, position: number, token: Extract<Token, { kind: 'filter' }>): Step {
  const isDefinite = isUpstreamDefinite(options.tokens, position);
  const readItem = itemReader(options, position);
  const next = compileSteps(options, position + 1);
  return (model, place, evaluation) => {
    if (isJsonObject(model)) {
      if (accepts(token, model, evaluation)) next(model, place, evaluation);
    } else if (isJsonArray(model)) {
      for (let index = 0; index < model.length; index++) {
        if (accepts(token, model[index] ?? null, evaluation)) readItem(model, index, evaluation);
      }
    } else if (isDefinite) {
      throw new UnfitPathError(`A filter cannot be applied to ${kindOf(model)}`);
    }
  };
}

/**
 * `..`: tries the next step on every object and array, parents before children. On an array it does not run that step
 * but, when something follows it, what follows on each item – a quirk of the engine that decides what `..[0].a` and
 * `..*.a` give.
 */
function scanStep(options: StepOptions, position: number): Step {
  const target = options.tokens[position + 1];
  if (!target) {
    return () => {
      throw new JsonPathError('A deep scan needs a step behind it');
    };
  }
  const step = compileSteps(options, position + 1);
  const isTargetLeaf = position + 2 === options.tokens.length;
  const beyond = isTargetLeaf ? undefined : compileSteps(options, position + 2);
  const isTarget = scanTarget(target, isTargetLeaf);
  return (model, place, evaluation) => {
    const pending: { model: JsonValue; place: Place }[] = [{ model, place }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { model: current, place: at } = next;
      if (isJsonArray(current)) {
        if (isTarget(current, evaluation)) {
          if (beyond) scanItems(current, at, position + 2, beyond, evaluation);
          else step(current, at, evaluation);
        }
      } else if (isJsonObject(current)) {
        if (isTarget(current, evaluation)) step(current, at, evaluation);
      }
      pushChildren(current, evaluation, pending);
    }
  };
}

function scanItems(array: JsonValue[], place: Place, position: number, beyond: Step, evaluation: Evaluation): void {
  for (const [index, item] of array.entries()) {
    evaluation.scanIndex = { position, index };
    beyond(item, place, evaluation);
  }
}

/** Puts the children on the stack, the first one on top. */
function pushChildren(model: JsonValue, evaluation: Evaluation, pending: { model: JsonValue; place: Place }[]): void {
  const children: { model: JsonValue; place: Place }[] = [];
  const isInner = (value: JsonValue) => isJsonArray(value) || isJsonObject(value);
  if (isJsonArray(model)) {
    for (const [index, item] of model.entries()) {
      const place: Place = evaluation.places ? { kind: 'item', parent: model, index } : rootPlace;
      if (isInner(item)) children.push({ model: item, place });
    }
  } else if (isJsonObject(model)) {
    for (const [name, member] of model) {
      const place: Place = evaluation.places ? { kind: 'members', parent: model, names: [name] } : rootPlace;
      if (isInner(member)) children.push({ model: member, place });
    }
  }
  for (let index = children.length - 1; index >= 0; index--) {
    const child = children[index];
    if (child) pending.push(child);
  }
}

/** Which objects and arrays a deep scan stops at, by the step behind it. */
function scanTarget(target: Token, isLeaf: boolean): (model: JsonValue, evaluation: Evaluation) => boolean {
  switch (target.kind) {
    case 'member':
      if (target.names.length > 1 && !isLeaf) return (model) => isJsonObject(model);
      return (model) => isJsonObject(model) && target.names.every((name) => model.has(name));
    case 'index':
    case 'slice':
      return (model) => isJsonArray(model);
    case 'wildcard':
      return () => true;
    case 'filter':
      return (model, evaluation) => accepts(target, model, evaluation);
    default:
      return () => false;
  }
}

function functionStep(options: StepOptions, position: number, token: Extract<Token, { kind: 'function' }>): Step {
  const call = options.call(token);
  const next = position + 1 < options.tokens.length ? compileSteps(options, position + 1) : undefined;
  return (model, place, evaluation) => {
    const result = call(model, evaluation);
    found(result, place, evaluation, false);
    next?.(result, place, evaluation);
  };
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (value instanceof JsonNumber) return 'a number';
  return isJsonArray(value) ? 'an array' : 'an object';
}
