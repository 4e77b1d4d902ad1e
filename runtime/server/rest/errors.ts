import type { Context, Next } from 'koa';
import { ConfigurationError } from '../../configuration/problem.js';
import type { Logger } from '../../message/logger.js';
import { problemText } from '../apim-model/definition-check.js';
import { ApimError, badRequest, conflict } from '../apim-model/error.js';

/** Answers refusals with the error DTO (api-management 1.3), and anything unforeseen with 500. */
export function answerErrors(logger: Logger) {
  return async function errors(ctx: Context, next: Next): Promise<void> {
    try {
      await next();
    } catch (error) {
      const refusal = refusalOf(error) ?? unforeseen(error, ctx, logger);
      ctx.status = refusal.status;
      if (refusal.status === 401) ctx.set('WWW-Authenticate', 'Bearer realm="mediant", Basic realm="mediant"');
      ctx.body = errorDto(refusal);
    }
  };
}

/** The last step of a REST prefix: there is nothing at this path. */
export function noSuchPath(ctx: Context): void {
  ctx.status = 404;
  ctx.body = errorDto(new ApimError(404, 404, 'Not Found', 'The specified resource does not exist'));
}

function errorDto({ code, title, description, items }: ApimError): object {
  return { code, message: title, description, moreInfo: '', error: items };
}

/** An API that the gateway cannot compile names its place, as a refused upload does. */
function refusalOf(error: unknown): ApimError | undefined {
  if (error instanceof ApimError) return error;
  if (isUniqueViolation(error)) return conflict();
  if (!(error instanceof ConfigurationError)) return undefined;
  return badRequest(`${error.problem.file}: ${problemText(error.problem)}`);
}

/** Of two calls at once that make the same object, the store refuses the second. */
export function isUniqueViolation(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

function unforeseen(error: unknown, ctx: Context, logger: Logger): ApimError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  logger.log('ERROR', 'ManagementAPI', `${ctx.method} ${ctx.path} failed: ${text}`);
  const description = 'The server encountered an internal error. Please contact administrator.';
  return new ApimError(500, 900967, 'Internal Server Error', description);
}
