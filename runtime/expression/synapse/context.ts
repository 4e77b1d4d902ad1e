import type { Message } from '../../message/message.js';
import type { Result } from './value.js';

/** What one evaluation works on. */
export interface Context {
  readonly message: Message;
  /** The object value is wanted, so `xpath()` gives nodes instead of text (message-model 3.6 "Results"). */
  readonly wantsObject: boolean;
}

/** A compiled part of an expression. */
export type Evaluate = (context: Context) => Result;
