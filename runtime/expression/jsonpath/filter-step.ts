import { isJsonArray, isJsonObject, type JsonValue } from '../../json/value.js';
import { spend } from '../../limit/time-limit.js';
import { UnfitPathError } from './errors.js';
import { type Evaluation, found, isUpstreamDefinite, kindOf, type Step, type StepPlace } from './evaluation.js';
import { itemReader } from './item-step.js';
import type { Token } from './token.js';

type FilterToken = Extract<Token, { kind: 'filter' }>;

/** Whether a filter lets an item through; one that does not fit the item does not. */
export function accepts(token: FilterToken, item: JsonValue, evaluation: Evaluation): boolean {
  const { root, rootValues } = evaluation;
  spend(1);
  try {
    return token.test({ item, root, rootValues });
  } catch (error) {
    if (error instanceof UnfitPathError) return false;
    throw error;
  }
}

/** A filter tests the items of an array, but an object itself. */
export function filterStep(place: StepPlace, token: FilterToken): Step {
  const isDefinite = isUpstreamDefinite(place);
  const readItem = itemReader(place);
  const next = place.next ?? ((model, at, evaluation) => found(model, at, evaluation, false));
  return (model, at, evaluation) => {
    if (isJsonObject(model)) {
      if (accepts(token, model, evaluation)) next(model, at, evaluation);
    } else if (isJsonArray(model)) {
      for (let index = 0; index < model.length; index++) {
        if (accepts(token, model[index] ?? null, evaluation)) readItem(model, index, evaluation);
      }
    } else if (isDefinite) {
      throw new UnfitPathError(`A filter cannot be applied to ${kindOf(model)}`);
    }
  };
}
