import { type Context, createContext, Script } from 'node:vm';

/**
 * Ends work that takes too long. Expressions, templates and regular expressions run synchronously, so that one that does
 * not come to an end would stop the whole server; what they work on comes from clients.
 *
 * What is interpreted here counts its steps: {@link limited} begins an evaluation, {@link spend} looks at the clock now
 * and then. What other engines run (regular expressions, XSLT, XQuery) is interrupted from outside by
 * {@link interruptible}. An evaluation is synchronous, so that module variables are its state.
 */

/** Milliseconds for an evaluation, short of a second so that an answer is there within one. */
export const evaluationLimit = 800;

/** Milliseconds for one run of a stylesheet or query: as long as a script has. */
export const transformationLimit = 5_000;

/** Work that was ended because it took too long. */
export class TimeLimitError extends Error {
  constructor(milliseconds: number) {
    super(`it took longer than ${milliseconds} ms and was ended`);
    this.name = 'TimeLimitError';
  }
}

/** Steps between two looks at the clock, a millisecond's worth at most. */
const stepsPerLook = 5_000;

let running = false;
let interrupting = false;
let stepsLeft = stepsPerLook;
/** When the evaluation was first looked at; undefined before, so that short ones never ask for the time. */
let startedAt: number | undefined;

/**
 * Runs an evaluation whose steps are counted; one inside another is part of it.
 * @throws TimeLimitError from {@link spend} when it takes longer than {@link evaluationLimit}
 */
export function limited<Result>(work: () => Result): Result {
  if (running) return work();
  running = true;
  stepsLeft = stepsPerLook;
  startedAt = undefined;
  try {
    return work();
  } finally {
    running = false;
  }
}

/**
 * Counts steps of the evaluation, each about the work of looking at one node.
 * @throws TimeLimitError when the time is over
 */
export function spend(steps: number): void {
  stepsLeft -= steps;
  if (stepsLeft < 0) look();
}

/** Characters that are read or copied in the time of one step. */
const charactersPerStep = 32;

/** Counts the characters of a text that is read or made. @throws TimeLimitError when the time is over */
export const spendCharacters = (characters: number): void => spend(1 + characters / charactersPerStep);

function look(): void {
  stepsLeft = stepsPerLook;
  if (running && timeLeft() <= 0) throw new TimeLimitError(evaluationLimit);
}

/** Milliseconds left of the evaluation that runs. */
function timeLeft(): number {
  const now = performance.now();
  startedAt ??= now;
  return evaluationLimit - (now - startedAt);
}

let engine: { readonly script: Script; readonly context: Context } | undefined;
let interruptibleWork: () => unknown = () => undefined;

/**
 * Runs work of another engine and interrupts it when it takes too long, in the midst of whatever it does: its `finally`
 * blocks do not run then. That costs a thread, about 80 µs. Within an evaluation it gets the time that is left of it.
 *
 * Node's `vm` is the one way to interrupt a regular expression or a library in this process; no code is run in its
 * context but the call of `work`.
 *
 * @param milliseconds limit outside of an evaluation
 * @throws TimeLimitError
 */
export function interruptible<Result>(work: () => Result, milliseconds = evaluationLimit): Result {
  if (interrupting) return work();
  const outer = running;
  const limit = outer ? Math.min(milliseconds, timeLeft()) : milliseconds;
  if (limit <= 0) throw new TimeLimitError(evaluationLimit);
  engine ??= { script: new Script('work()'), context: createContext({ work: () => interruptibleWork() }) };
  interruptibleWork = work;
  interrupting = true;
  try {
    return engine.script.runInContext(engine.context, { timeout: Math.ceil(limit) }) as Result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | undefined)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new TimeLimitError(outer ? evaluationLimit : milliseconds);
  } finally {
    interrupting = false;
    running = outer;
    interruptibleWork = () => undefined;
  }
}
