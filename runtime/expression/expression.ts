import type { Message } from '../message/message.js';

export type ExpressionLanguage = 'xpath' | 'jsonpath' | 'synapse';

/**
 * A compiled expression. Evaluation is synchronous: whoever runs it has built the message before when
 * {@link Expression.contentAware} says so. Every method throws a `Fault` where the reference engine faults.
 */
export interface Expression {
  /** The text as written in the configuration. */
  readonly source: string;
  readonly language: ExpressionLanguage;
  /** Whether the body has to be built first (message-model 3.3 "Content awareness", 3.4.1, 3.6). */
  readonly contentAware: boolean;
  /** `stringValueOf`: null when there is no value at all, which is not the empty string. */
  text(message: Message): string | null;
  /** The truth value that `filter xpath=…` uses. */
  test(message: Message): boolean;
  /** `objectValueOf`: the typed value of `${…}`; always null for XPath and json-eval (message-model 1.6). */
  object(message: Message): unknown;
  /**
   * What the expression selects, for mediators that work on items (enrich, iterate, foreach, aggregate, call source):
   * XPath gives its nodes or one scalar, json-eval the items of message-model 3.4.2, last column.
   */
  select(message: Message): unknown[];
}

/** Prefixes in scope; the outermost declaration of a prefix wins (message-model 3.1). */
export type Namespaces = ReadonlyMap<string, string>;

/** An expression that does not parse. `column` counts from 1 within the expression's text. */
export class ExpressionSyntaxError extends Error {
  /** As `evaluate` promises it (product 5). */
  readonly code = 'expression-syntax';

  constructor(
    message: string,
    readonly column: number,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'ExpressionSyntaxError';
  }
}

/** Compiles a part of a text; the columns of its problems are moved to where the part begins. */
export function withinText<Result>(offset: number, compile: () => Result): Result {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    throw new ExpressionSyntaxError(error.message, error.column + offset, error.hint);
  }
}
