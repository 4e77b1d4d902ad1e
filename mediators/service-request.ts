import { exchangeRecorded } from '../runtime/endpoint/record.js';
import type { Message } from '../runtime/message/message.js';
import { parseTarget } from '../runtime/transport/target.js';
import { wholeBody } from '../runtime/transport/whole-body.js';

/** A request of a mediator to the service that it asks, beside the flow's own calls. */
export interface ServiceRequest {
  /** Absolute URL. */
  readonly url: string;
  /** Without `Host`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as UTF-8. */
  readonly body: string;
  /** Milliseconds until the service has to answer, connecting included. */
  readonly deadline: number;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly reason: string;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];
  /** Read as UTF-8. */
  readonly body: string;
}

/**
 * POSTs to a service by the way out that endpoints take, so that the outbound rules and dry runs see it.
 * @throws TransportError when no whole answer comes
 */
export async function postToService(message: Message, request: ServiceRequest): Promise<ServiceAnswer> {
  const { transport } = message.environment;
  if (!transport) throw new Error('This environment has no way out: nothing can be called from here');
  const { url, headers, body, deadline } = request;
  const response = await exchangeRecorded(message, transport, {
    method: 'POST',
    url,
    headers: ['Host', parseTarget(url).authority, ...Object.entries(headers).flat()],
    body: Buffer.from(body, 'utf8'),
    deadline,
    socketTimeout: deadline,
  });
  return {
    status: response.status,
    reason: response.reason,
    cookies: response.headers.filter((_, index, all) => index % 2 === 1 && /^set-cookie$/i.test(all[index - 1] ?? '')),
    body: (await wholeBody(response.body))?.toString('utf8') ?? '',
  };
}
