import { Fault } from '../../message/fault.js';

/** A path that cannot be evaluated on the JSON at hand. Most readers take it for "no value". */
export class JsonPathError extends Fault {
  constructor(message: string) {
    super(message);
    this.name = 'JsonPathError';
  }
}

/** The path does not fit the data: a filter on a scalar, an unknown function. Inside a filter it counts as no match. */
export class UnfitPathError extends JsonPathError {}

/** A definite path that leads nowhere. */
export class PathNotFoundError extends UnfitPathError {
  constructor(message: string) {
    super(message);
    this.name = 'PathNotFoundError';
  }
}

/** A function asked an array for an item that it does not have; an index in front of it takes that for "no match". */
export class ItemNotFoundError extends JsonPathError {}
