import type { Middleware } from 'koa';
import type { Deployed } from '../../deploy/deployed.js';
import { createGateway, type TakeRequest } from './gateway.js';

/**
 * Mediation as Koa middleware: it writes its answers to the socket itself, so that bodies stream through, and ends the
 * chain.
 */
export function mediationMiddleware(deployed: Deployed, transport: 'http' | 'https', others?: TakeRequest): Middleware {
  const handle = createGateway(deployed, transport, others);
  return async (context) => {
    context.respond = false;
    await handle(context.req, context.res);
  };
}
