import { isJsonArray, isJsonObject } from '../../json/value.js';
import { spend } from '../../limit/time-limit.js';
import { PathNotFoundError } from './errors.js';
import type { Step, StepPlace } from './evaluation.js';
import { itemReader } from './item-step.js';
import { memberReader } from './member-step.js';

/** `.*`, `[*]` */
export function wildcardStep(place: StepPlace): Step {
  const readMember = memberReader(place);
  const readItem = itemReader(place);
  return (model, _place, evaluation) => {
    if (isJsonObject(model)) {
      spend(model.size);
      for (const name of model.keys()) readMember(model, name, evaluation);
    } else if (isJsonArray(model)) {
      spend(model.length);
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
