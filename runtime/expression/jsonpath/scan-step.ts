import { isJsonArray, isJsonObject, type JsonValue } from '../../json/value.js';
import { spend } from '../../limit/time-limit.js';
import { JsonPathError } from './errors.js';
import { type Evaluation, type Place, rootPlace, type Step, type StepPlace } from './evaluation.js';
import { accepts } from './filter-step.js';
import type { Token } from './token.js';

/**
 * `..`: tries the next step on every object and array, parents before children. On an array it does not run that step
 * but, when something follows it, what follows on each item – a quirk of the engine that decides what `..[0].a` and
 * `..*.a` give.
 *
 * @param beyond the steps behind the next one; undefined when that one is the last
 */
export function scanStep({ tokens, position, next: step }: StepPlace, beyond: Step | undefined): Step {
  const target = tokens[position + 1];
  if (!target || !step) {
    return () => {
      throw new JsonPathError('A deep scan needs a step behind it');
    };
  }
  const isTarget = scanTarget(target, beyond === undefined);
  return (model, place, evaluation) => {
    const pending: { model: JsonValue; place: Place }[] = [{ model, place }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      spend(1);
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
    spend(1);
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
