import type { Middleware } from 'koa';
import type { Deployed } from '../../deploy/deployed.js';
import { createGateway } from './gateway.js';

/**
 * Mediation as Koa middleware: it writes its answers to the socket itself, so that bodies stream through, and ends the
 * chain.
 */
export function mediationMiddleware(deployed: Deployed, transport: 'http' | 'https'): Middleware {
  const handle = createGateway(deployed, transport);
  return async (context) => {
    context.respond = false;
    await handle(context.req, context.res);
  };
}
