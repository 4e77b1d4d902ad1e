import { isJsonArray, type JsonValue } from '../../json/value.js';
import { ItemNotFoundError, PathNotFoundError } from './errors.js';
import {
  type Evaluation,
  found,
  isUpstreamDefinite,
  kindOf,
  type Place,
  rootPlace,
  type Step,
  type StepPlace,
} from './evaluation.js';
import { tokenText } from './token.js';

/** Takes one array item (from the end when negative) and goes on; nothing happens when there is none. */
export type ItemReader = (array: JsonValue[], index: number, evaluation: Evaluation) => void;

export function itemReader({ next }: StepPlace): ItemReader {
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
function arrayCheck(place: StepPlace): (model: JsonValue) => model is JsonValue[] {
  const isDefinite = isUpstreamDefinite(place);
  const token = place.tokens[place.position];
  const shown = token ? tokenText(token) : '';
  return (model): model is JsonValue[] => {
    if (isJsonArray(model)) return true;
    if (isDefinite) throw new PathNotFoundError(`${shown} can only be applied to arrays, not to ${kindOf(model)}`);
    return false;
  };
}

/** `[1]`, `[1,2]` */
export function indexStep(place: StepPlace, indexes: readonly number[]): Step {
  const isArray = arrayCheck(place);
  const read = itemReader(place);
  return (model, _place, evaluation) => {
    if (!isArray(model)) return;
    for (const index of indexes) read(model, index, evaluation);
  };
}

/** `[from:to]`. Between two bounds a negative start is taken as it is: each index then counts from the end. */
export function sliceStep(place: StepPlace, from: number | undefined, to: number | undefined): Step {
  const isArray = arrayCheck(place);
  const read = itemReader(place);
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
