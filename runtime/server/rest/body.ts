import type { Context, Middleware } from 'koa';
import { badRequest } from '../apim-model/error.js';
import { isObject, type JsonObject } from '../apim-model/json-object.js';

/** Reads JSON and form bodies; a body that cannot be read is 400. Multipart is read by `multipart.ts`. */
export function readBodies(): Middleware {
  let loading: Promise<Middleware> | undefined;
  return async function readBody(ctx, next) {
    loading ??= loadParser();
    await (await loading)(ctx, next);
  };
}

/** Loaded by the first body: most starts are of gateways that nobody manages. */
async function loadParser(): Promise<Middleware> {
  const { bodyParser } = await import('@koa/bodyparser');
  return bodyParser({
    enableTypes: ['json', 'form'],
    jsonLimit: '10mb',
    formLimit: '1mb',
    onError: (error) => {
      throw badRequest(`The body cannot be read: ${error.message}`);
    },
  });
}

/** The body as a JSON object. @throws ApimError 400 for anything else */
export function jsonBody(ctx: Context): JsonObject {
  const { body } = ctx.request as { body?: unknown };
  if (!isObject(body)) throw badRequest('The body must be a JSON object');
  return body;
}

/** The body as a list of JSON objects. @throws ApimError 400 for anything else */
export function jsonListBody(ctx: Context): JsonObject[] {
  const { body } = ctx.request as { body?: unknown };
  if (Array.isArray(body)) return body.filter(isObject);
  // An absent body reads as {}: no item.
  if (body === undefined || (isObject(body) && Object.keys(body).length === 0)) return [];
  throw badRequest('The body must be a JSON array');
}

/** A body that may be left out. */
export function optionalBody(ctx: Context): JsonObject {
  const { body } = ctx.request as { body?: unknown };
  return isObject(body) ? body : {};
}

/** A parameter of the query, the first of several; undefined when absent or empty. */
export function queryText(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first === '' ? undefined : first;
}

/** A parameter of the path. */
export function pathText(ctx: Context, name: string): string {
  const { params } = ctx as unknown as { params: Record<string, string> };
  return params[name] ?? '';
}
