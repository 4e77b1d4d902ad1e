import type { RequestListener } from 'node:http';
import type { GatewayHandler } from './gateway.js';

/** Paths of the gateway's ports that the token service answers (api-management 1.1), wherever they stand in a target. */
const tokenPath = /\/(?:token|revoke)(?:[?#]|$)/;

/**
 * Takes the requests of a gateway port. What may be for the token service goes through the application, which hands on
 * what is not; all else is mediated without the frame, for that would be a good part of what plain forwarding costs.
 */
export function gatewayListener(application: RequestListener, mediate: GatewayHandler): RequestListener {
  return (request, response) => {
    if (tokenPath.test(request.url ?? '')) return application(request, response);
    mediate(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'Content-Length': '0' }).end();
    });
  };
}
