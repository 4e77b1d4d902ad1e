import { memberValue } from '../../json/number.js';
import { isJsonObject, type JsonObject } from '../../json/value.js';
import { PathNotFoundError } from './errors.js';
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
import { isDefiniteStep } from './token.js';

/** Takes one member of an object and goes on from there. */
export type MemberReader = (object: JsonObject, name: string, evaluation: Evaluation) => void;

export function memberReader(place: StepPlace): MemberReader {
  const { tokens, position, next } = place;
  const isDefinite = isUpstreamDefinite(place) && isDefiniteStep(tokens, position);
  const before = tokens[position - 1];
  const scanned = before?.kind === 'index' ? before.indexes.join(',') : '';
  return (object, name, evaluation) => {
    const value = object.get(name);
    if (value === undefined) {
      if (evaluation.strict || (next && isDefinite))
        throw new PathNotFoundError(`Missing property in path ['${name}']`);
      return;
    }
    const at: Place = evaluation.places ? { kind: 'members', parent: object, names: [name] } : rootPlace;
    if (next) {
      next(value, at, evaluation);
      return;
    }
    // Behind `..[n]` the engine tells the array items apart only here; behind `..*` none passes any more.
    const { scanIndex } = evaluation;
    if (scanIndex?.position === position && String(scanIndex.index) !== scanned) return;
    found(value, at, evaluation, true);
  };
}

/** `.a`, `['a']`, `['a','b']` */
export function memberStep(place: StepPlace, names: readonly string[]): Step {
  const isDefinite = isUpstreamDefinite(place);
  const read = memberReader(place);
  const [only = ''] = names;
  return (model, _place, evaluation) => {
    if (!isJsonObject(model)) {
      if (!isDefinite) return;
      const shown = names.map((name) => `'${name}'`).join(',');
      throw new PathNotFoundError(`Expected to find an object with property [${shown}] but found ${kindOf(model)}`);
    }
    if (names.length === 1) read(model, only, evaluation);
    else if (!place.next) merged(model, names, evaluation);
    else for (const name of names) read(model, name, evaluation);
  };
}

/** `['a','b']` at the end of a path: an object of those that are there. */
function merged(object: JsonObject, names: readonly string[], evaluation: Evaluation): void {
  const result: JsonObject = new Map();
  for (const name of names) {
    const value = object.get(name);
    if (value !== undefined) result.set(name, memberValue(value));
    else if (evaluation.strict) throw new PathNotFoundError(`Missing property in path ['${name}']`);
  }
  const place: Place = evaluation.places ? { kind: 'members', parent: object, names } : rootPlace;
  found(result, place, evaluation, false);
}
