import { memberValue } from '../../json/number.js';
import { isJsonArray, JsonNumber, type JsonObject, type JsonValue } from '../../json/value.js';
import { spend } from '../../limit/time-limit.js';
import type { FilterPath, FilterValue } from './filter.js';
import type { Token } from './token.js';

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

/** Where a step stands in its path, and what comes behind it. */
export interface StepPlace {
  readonly tokens: readonly Token[];
  readonly position: number;
  /** All steps behind this one; undefined when it is the last. */
  readonly next: Step | undefined;
  /** How many steps at the start of the path lead to one value at most. */
  readonly definiteSteps: number;
}

/** Adds a result. */
export function found(value: JsonValue, place: Place, evaluation: Evaluation, isMember: boolean): void {
  spend(1);
  evaluation.values.push(isMember ? memberValue(value) : value);
  evaluation.isMember = isMember;
  evaluation.places?.push(place);
}

/** Whether everything before this step leads to one value at most. */
export const isUpstreamDefinite = ({ position, definiteSteps }: StepPlace): boolean => position <= definiteSteps;

/** What a message calls a value. */
export function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (value instanceof JsonNumber) return 'a number';
  return isJsonArray(value) ? 'an array' : 'an object';
}
