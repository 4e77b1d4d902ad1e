/** The server cannot start, for a reason outside of it; said in one line, exit code 3 (product 1). */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StartError';
  }
}
