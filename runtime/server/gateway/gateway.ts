import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Deployed } from '../../deploy/deployed.js';
import { dispatchRequest } from '../../deploy/dispatch.js';
import type { Message } from '../../message/message.js';
import type { Recorder } from '../../message/recorder.js';
import { ClientExchange } from './client-exchange.js';
import { createMessage, inboundRequest } from './inbound.js';
import { refuseRequest } from './refuse-request.js';

const methods = new Set(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']);

/** Names a request across systems; without it the gateway makes a name up (message-model 2.1). */
const correlationHeader = 'activityid';

/** Takes client requests of one listener. */
export type GatewayHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Others on the same ports; undefined when a request is none of theirs. */
export type TakeRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  transport: 'http' | 'https',
) => Promise<void> | undefined;

/**
 * Makes the handler that runs requests through what is deployed.
 * @param others asked first
 * @param recorder of every message: for unit tests
 */
export function createGateway(
  deployed: Deployed,
  transport: 'http' | 'https',
  others?: TakeRequest,
  recorder?: Recorder<Message>,
): GatewayHandler {
  const arrival = { transport };
  return async (request, response) => {
    if (refuseRequest(request, response)) return;
    if (!methods.has(request.method ?? '')) {
      response.writeHead(501, { 'Content-Length': '0' }).end();
      return;
    }
    const taken = others?.(request, response, transport);
    if (taken) return taken;
    const inbound = inboundRequest(request, transport);
    const exchange = new ClientExchange(
      deployed,
      {
        method: inbound.method,
        ifNoneMatch: request.headers['if-none-match'],
        authorization: request.headers.authorization,
      },
      response,
    );
    const message = createMessage(inbound, { environment: deployed, exchange, ...(recorder ? { recorder } : {}) });
    message.axis2.set('correlation_id', message.headers.text(correlationHeader) || randomUUID());
    try {
      // The beginning of the body is handed over in this turn: with it at hand a small request leaves in one piece.
      if (inbound.body) await undefined;
      const work = dispatchRequest(deployed, message, arrival);
      if (work instanceof Promise) await work;
    } catch (error) {
      exchange.unhandled(error);
      const text = error instanceof Error ? error.message : String(error);
      deployed.logger.log('ERROR', 'ServerWorker', `Request failed: ${text}`);
    }
    await exchange.finish(message);
    // A body that nobody read must not block the connection.
    if (!request.readableEnded) request.resume();
  };
}
