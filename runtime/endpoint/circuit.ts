import { errorCode } from '../message/fault.js';

/** When a failing endpoint is left alone (artifacts 3.3). Durations in milliseconds. */
export interface SuspensionRules {
  /** Codes that only mark the endpoint; none given means exactly 101504 and 101505. */
  readonly timeoutCodes: ReadonlySet<number>;
  readonly retriesBeforeSuspension: number;
  readonly retryDelay: number;
  /** Codes that suspend; none given means all. */
  readonly suspendCodes: ReadonlySet<number>;
  /** Undefined: the server's default, else 30 seconds. 0 switches suspension off. */
  readonly initialDuration: number | undefined;
  readonly progressionFactor: number | undefined;
  readonly maximumDuration: number;
}

export const defaultSuspension: SuspensionRules = {
  timeoutCodes: new Set(),
  retriesBeforeSuspension: 0,
  retryDelay: 0,
  suspendCodes: new Set(),
  initialDuration: undefined,
  progressionFactor: undefined,
  maximumDuration: Number.MAX_SAFE_INTEGER,
};

export type CircuitState = 'ACTIVE' | 'TIMEOUT' | 'SUSPENDED' | 'OFF';

const defaultTimeoutCodes: ReadonlySet<number> = new Set([errorCode.timeout, errorCode.connectionClosed]);
const defaultDuration = 30_000;

/** Defaults of the server for endpoints that say nothing of their own. */
export interface SuspensionDefaults {
  initialDuration: number | undefined;
  progressionFactor: number | undefined;
}

/** Whether an endpoint may be used, by how its calls went (artifacts 3.3). */
export class Circuit {
  #state: CircuitState = 'ACTIVE';
  #retryAt = 0;
  /** Attempts left before suspension; undefined while not counting. */
  #remaining: number | undefined;
  #lastDuration = 0;

  constructor(
    private readonly rules: SuspensionRules,
    private readonly now: () => number = Date.now,
  ) {}

  get state(): CircuitState {
    return this.#state;
  }

  /** Attempts left before suspension, for the log. */
  get remaining(): number {
    return this.#remaining ?? 0;
  }

  /** When a marked or suspended endpoint may be tried again, in milliseconds since 1970. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** A marked or suspended endpoint may be tried again once its time has come; the state stays until that is known. */
  get ready(): boolean {
    if (this.#state === 'ACTIVE') return true;
    return this.#state !== 'OFF' && this.now() >= this.#retryAt;
  }

  /** Takes note of a failure; returns the new state when the code changes it. */
  failed(code: number, defaults?: SuspensionDefaults): CircuitState | undefined {
    if (this.#state === 'OFF') return undefined;
    const { timeoutCodes, suspendCodes } = this.rules;
    if ((timeoutCodes.size > 0 ? timeoutCodes : defaultTimeoutCodes).has(code)) return this.#mark(defaults);
    if (suspendCodes.size === 0 || suspendCodes.has(code)) return this.#suspend(defaults);
    return undefined;
  }

  succeeded(): void {
    if (this.#state === 'ACTIVE' || this.#state === 'OFF') return;
    this.#state = 'ACTIVE';
    this.#remaining = undefined;
    this.#lastDuration = 0;
  }

  /** Management: off means not ready until switched on. */
  switch(on: boolean): void {
    this.#state = on ? 'ACTIVE' : 'OFF';
    this.#remaining = undefined;
    this.#lastDuration = 0;
  }

  #mark(defaults?: SuspensionDefaults): CircuitState {
    const remaining = this.#remaining ?? this.rules.retriesBeforeSuspension;
    if (remaining <= 0) return this.#suspend(defaults);
    this.#remaining = remaining - 1;
    this.#state = 'TIMEOUT';
    this.#retryAt = this.now() + this.rules.retryDelay;
    return this.#state;
  }

  #suspend(defaults?: SuspensionDefaults): CircuitState {
    const { rules } = this;
    const initial = rules.initialDuration ?? defaults?.initialDuration ?? -1;
    const factor = rules.progressionFactor ?? defaults?.progressionFactor ?? 1;
    let duration = this.#lastDuration > 0 ? Math.trunc(this.#lastDuration * factor) : initial;
    if (duration > rules.maximumDuration) duration = rules.maximumDuration;
    else if (duration < 0) duration = defaultDuration;
    this.#lastDuration = duration;
    this.#remaining = undefined;
    this.#state = 'SUSPENDED';
    this.#retryAt = this.now() + duration;
    return this.#state;
  }
}
