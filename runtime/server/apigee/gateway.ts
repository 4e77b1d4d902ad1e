import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fields } from '../../apigee/fields.js';
import type { ClientFacts } from '../../apigee/flow-context.js';
import { ApigeeMessage } from '../../apigee/message.js';
import { runPostClientFlow, runProxy } from '../../apigee/proxy-endpoint.js';
import { forwardedHeaders } from '../../apigee/send-request.js';
import type { ApigeeEnvironments, ApigeeRoute } from '../../deploy/apigee/environments.js';
import type { Deployed } from '../../deploy/deployed.js';
import { claimedPath, requestPath } from '../../deploy/dispatch.js';
import type { ClientAnswer } from '../gateway/client-answer.js';
import { plainAddress, sendsBody } from '../gateway/inbound.js';
import { writeAnswer } from '../gateway/write-answer.js';

/**
 * The proxy that takes a request: by its base path, whatever the host. An API or proxy service that owns a longer part of
 * the path goes first; undefined when no proxy takes it.
 */
export function apigeeRoute(
  organizations: Iterable<ApigeeEnvironments>,
  deployed: Deployed,
  request: IncomingMessage,
  transport: 'http' | 'https',
): ApigeeRoute | undefined {
  const target = requestPath(request.url ?? '/');
  const [path = '/'] = target.split('?', 1);
  const { host } = request.headers;
  for (const environments of organizations) {
    const route = environments.route(path, transport === 'https', host ?? '');
    if (!route) continue;
    const claimed = claimedPath(deployed, target, host, { transport });
    const isTaken = claimed > route.match.basePath.length || (claimed > 0 && route.match.basePath === '/');
    return isTaken ? undefined : route;
  }
  return undefined;
}

/** Runs a request through its proxy and answers it. */
export async function runApigee(
  { environment, match }: ApigeeRoute,
  request: IncomingMessage,
  response: ServerResponse,
  transport: 'http' | 'https',
): Promise<void> {
  const flow = environment.start(match, messageOf(request), clientOf(request, transport));
  const { endpoint } = match.value;
  const answer = await runProxy(flow, endpoint);
  try {
    await answer.settle();
    await writeAnswer(response, clientAnswer(answer, request.method ?? 'GET'));
  } catch (error) {
    flow.runtime.log('ERROR', `${flow.proxy.name}: the answer cannot be written: ${(error as Error).message}`);
    response.destroy();
  }
  await runPostClientFlow(flow, endpoint);
  // A body that nobody read must not block the connection.
  if (!request.readableEnded) request.resume();
}

function messageOf(request: IncomingMessage): ApigeeMessage {
  const target = requestPath(request.url ?? '/');
  const mark = target.indexOf('?');
  return ApigeeMessage.request({
    verb: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    version: request.httpVersion,
    headers: Fields.headers(request.rawHeaders),
    body: sendsBody(request) ? request : undefined,
  });
}

function clientOf({ socket, headers }: IncomingMessage, transport: 'http' | 'https'): ClientFacts {
  return {
    address: plainAddress(socket.remoteAddress),
    secure: transport === 'https',
    host: headers.host ?? plainAddress(socket.localAddress),
    port: socket.localPort ?? 0,
  };
}

function clientAnswer(answer: ApigeeMessage, method: string): ClientAnswer {
  // An interim status is no answer: the client would go on waiting.
  const status = answer.status < 200 ? 500 : answer.status;
  const isBodyless = method === 'HEAD' || status === 204 || status === 304;
  if (isBodyless) answer.discard();
  const headers = forwardedHeaders(answer.headers);
  return {
    status,
    reason: answer.reason,
    headers: Array.from({ length: headers.length / 2 }, (_, i) => [
      headers[2 * i] as string,
      headers[2 * i + 1] as string,
    ]),
    body: isBodyless ? undefined : (answer.takeBody() ?? new Uint8Array()),
    close: false,
    http10: false,
  };
}
