/**
 * The store or its key cannot be used: unreachable, unreadable, newer than this version. The message names the store,
 * never its password; `mediant start` prints it and exits with 3 (product 1).
 */
export class StoreError extends Error {
  constructor(subject: string, what: string, cause?: unknown) {
    super(`${subject}: ${what}`, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
  }
}

/** First line of what an error says, also for the aggregate errors of a refused connection, whose message is empty. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reason).join(', ');
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
