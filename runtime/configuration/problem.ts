/** One finding about an artifact: the contract of `check` (product 4). Lines and columns count from 1. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  severity: 'error' | 'warning';
  /** Stable kebab-case identifier, e.g. `unknown-mediator`. */
  code: string;
  message: string;
  hint?: string;
}

/** A problem that stops the artifact from being deployed. */
export class ConfigurationError extends Error {
  /** By its shape, as there may be two copies of the class: in the bundled command and in what a user's module imports. */
  static override [Symbol.hasInstance](value: unknown): value is ConfigurationError {
    return value instanceof Error && value.name === 'ConfigurationError' && 'problem' in value;
  }

  constructor(readonly problem: Problem) {
    super(`${problem.file}:${problem.line}:${problem.column} ${problem.message}`);
    this.name = 'ConfigurationError';
  }
}
