import type { ConfigElement } from '../../configuration/element.js';
import { childText } from '../configured.js';
import type { FlowContext, ProxyCall } from '../flow-context.js';
import type { ApigeeMessage } from '../message.js';
import { sendRequest } from '../send-request.js';
import { compileLoadBalancer } from '../target/compile-load-balancer.js';
import { callOneOf, serverAddress } from '../target/http-target.js';
import { callProxy, localTargetOf } from '../target/local-target.js';
import { compileTemplate } from '../template.js';

/**
 * Sends a message to the service of a callout and gives the whole answer.
 * @throws TransportError when there is none, PolicyFault when there is nobody to call
 */
export type Callout = (flow: FlowContext, message: ApigeeMessage, policy: string) => Promise<ApigeeMessage>;

/** Compiles the connection of a ServiceCallout. @param timeout milliseconds. @throws ConfigurationError */
export function compileCallout(element: ConfigElement, timeout: number): Callout {
  const local = element.element('LocalTargetConnection');
  if (local) return localCallout(localTargetOf(local));
  const http = element.element('HTTPTargetConnection');
  if (!http) return element.fail('missing-element', 'The callout needs an <HTTPTargetConnection>');
  const balancer = http.element('LoadBalancer');
  if (balancer) return balancedCallout(balancer, childText(http, 'Path') ?? '', timeout);
  const url = childText(http, 'URL');
  if (url === undefined) return http.fail('missing-element', 'HTTPTargetConnection needs a <URL> or a <LoadBalancer>');
  const template = compileTemplate(url);
  return (flow, message, policy) => send(flow, template.render(flow, true), message, policy, timeout);
}

function send(
  flow: FlowContext,
  base: string,
  message: ApigeeMessage,
  policy: string,
  timeout: number,
): Promise<ApigeeMessage> {
  const url = addressOf(base, message);
  flow.set(`servicecallout.${policy}.target.url`, url);
  return sendRequest(flow.runtime.transport, url, message, { timeout, socketTimeout: timeout });
}

/** The address with the message's own path and query behind it. */
function addressOf(base: string, { path, queryString }: ApigeeMessage): string {
  const mark = base.indexOf('?');
  const address = mark < 0 ? base : base.slice(0, mark);
  const query = [mark < 0 ? '' : base.slice(mark + 1), queryString].filter((part) => part !== '').join('&');
  const slashes = Number(address.endsWith('/')) + Number(path.startsWith('/'));
  const joined =
    slashes === 2 ? address + path.slice(1) : slashes === 0 && path !== '' ? `${address}/${path}` : address + path;
  return query === '' ? joined : `${joined}?${query}`;
}

function balancedCallout(element: ConfigElement, path: string, timeout: number): Callout {
  const balancer = compileLoadBalancer(element);
  return async (flow, message, policy) => {
    let answer: ApigeeMessage | undefined;
    await callOneOf(flow, balancer, async (choice) => {
      answer = await send(flow, serverAddress(choice) + path, message, policy, timeout);
    });
    return answer as ApigeeMessage;
  };
}

function localCallout(to: ProxyCall['to']): Callout {
  return async (flow, message) => {
    const path = 'path' in to ? to.path + message.path : message.path;
    const response = await callProxy(flow, to, message.takeForward(), path);
    await response.build();
    return response;
  };
}
