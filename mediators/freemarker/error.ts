/** A template that does not parse; line and column count from 1 within the template. */
export class FreemarkerSyntaxError extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(`${message} at line ${line}, column ${column} of the template`);
    this.name = 'FreemarkerSyntaxError';
  }
}

/** A template that cannot be filled: a missing value, a value of the wrong type, `<#stop>`. */
export class FreemarkerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FreemarkerError';
  }
}

/** A value that is not there; `??`, `!` and the built-ins for missing values take it as missing. */
export class MissingValueError extends FreemarkerError {
  constructor(source: string) {
    super(`The expression ${source} has no value`);
  }
}

/** The place of an offset in a text. */
export function syntaxError(message: string, text: string, offset: number): FreemarkerSyntaxError {
  const before = text.slice(0, offset).split('\n');
  return new FreemarkerSyntaxError(message, before.length, (before.at(-1)?.length ?? 0) + 1);
}
