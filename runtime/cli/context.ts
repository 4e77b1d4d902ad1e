import type { Command } from 'commander';
import type { Engine } from './engine.js';

/** What a command has around it. */
export interface Context {
  engine(): Promise<Engine>;
  out(text: string): void;
  err(text: string): void;
  stdin(): Promise<Buffer>;
  /** Whether stdout is a terminal. */
  terminal: boolean;
  /** Places of a line on stderr; 80 where it is no terminal. */
  width: number;
  /** Set by a command that found errors. */
  exitCode: number;
}

/** A command, defined when it is used or its help is shown: its options and what it does. */
export type DefineCommand = (command: Command, context: Context) => void;

/** Exit codes of product 1. */
export const exitCodes = { done: 0, foundErrors: 1, usage: 2, cannotStart: 3 } as const;

/** Wrong usage, said in one line; exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
