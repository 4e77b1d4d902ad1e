import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import { requireScope } from './caller.js';

export type Method = 'get' | 'post' | 'put' | 'delete' | 'head' | 'patch';

/** Does what a call asks for and sets the answer. */
export type Step = (ctx: Context) => void | Promise<void>;

/** One line of a route table: method, path below the prefix, scopes (one is enough), what is done. */
export type Route = readonly [method: Method, path: string, scopes: readonly string[], step: Step];

/** The routes of one REST generation, behind the steps that all of them share. */
export function routes(prefix: string, before: readonly Middleware[], table: readonly Route[]): Middleware {
  const router = new Router({ prefix });
  for (const [method, path, scopes, step] of table) {
    router[method](path, ...before, requireScope(scopes), (ctx) => step(ctx as unknown as Context));
  }
  return router.routes() as unknown as Middleware;
}
