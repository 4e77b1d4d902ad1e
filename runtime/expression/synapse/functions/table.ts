import type { Context } from '../context.js';
import { EvaluationError, kindOf, type Result } from '../value.js';

/** An argument: never null, for the engine refuses a null before the function runs. */
export type Argument = Exclude<Result, null>;

/** What a function does with its evaluated arguments, by how many there are. */
export interface Overloads {
  readonly 0?: () => Result;
  readonly 1?: (first: Argument, context: Context) => Result;
  readonly 2?: (first: Argument, second: Argument, context: Context) => Result;
  readonly 3?: (first: Argument, second: Argument, third: Argument, context: Context) => Result;
}

export type FunctionTable = Readonly<Record<string, Overloads>>;

/** The error for arguments of the wrong type. Their values are not shown: they may be secrets. */
export function refused(name: string, ...args: Argument[]): EvaluationError {
  return new EvaluationError(`${name}() cannot be applied to ${args.map(kindOf).join(', ')}`);
}
