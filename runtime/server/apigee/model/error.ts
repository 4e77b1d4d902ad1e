/**
 * A refused management call: HTTP status and what its answer says (api-management 2.9). The code is a dotted name for
 * scripts, the message tells a person what is wrong and what to do.
 */
export class ApigeeError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApigeeError';
  }
}

export function badRequest(message: string, code = 'request.Invalid'): ApigeeError {
  return new ApigeeError(400, code, message);
}

export function notFound(code: string, message: string): ApigeeError {
  return new ApigeeError(404, code, message);
}

export function conflict(code: string, message: string): ApigeeError {
  return new ApigeeError(409, code, message);
}
