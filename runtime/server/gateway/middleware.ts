import type { Middleware } from 'koa';
import type { ApigeeEnvironments } from '../../deploy/apigee/environments.js';
import type { Deployed } from '../../deploy/deployed.js';
import { createGateway } from './gateway.js';

/**
 * Mediation as Koa middleware: it writes its answers to the socket itself, so that bodies stream through, and ends the
 * chain.
 */
export function mediationMiddleware(
  deployed: Deployed,
  transport: 'http' | 'https',
  apigee?: ApigeeEnvironments,
): Middleware {
  const handle = createGateway(deployed, transport, apigee);
  return async (context) => {
    context.respond = false;
    await handle(context.req, context.res);
  };
}
