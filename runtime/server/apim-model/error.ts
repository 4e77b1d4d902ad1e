/** One line of the `error` list of an answer (api-management 1.3). */
export interface ApimErrorItem {
  code: string;
  message: string;
  description: string;
}

/**
 * A refused management call: HTTP status and the members of the error DTO (api-management 1.3). `code` is the status
 * or a six-digit product code.
 */
export class ApimError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    readonly title: string,
    readonly description: string,
    readonly items: ApimErrorItem[] = [],
  ) {
    super(`${title}: ${description}`);
    this.name = 'ApimError';
  }
}

export function badRequest(description: string, code = 400, items: ApimErrorItem[] = []): ApimError {
  return new ApimError(400, code, 'Bad Request', description, items);
}

export function unauthorized(description = 'The user is not authorized'): ApimError {
  return new ApimError(401, 401, 'Unauthorized', description);
}

export function forbidden(description: string, code = 403): ApimError {
  return new ApimError(403, code, 'Forbidden', description);
}

export function notFound(description = 'The specified resource does not exist', code = 404): ApimError {
  return new ApimError(404, code, 'Not Found', description);
}

export function conflict(description = 'Specified resource already exists', code = 409): ApimError {
  return new ApimError(409, code, 'Conflict', description);
}
