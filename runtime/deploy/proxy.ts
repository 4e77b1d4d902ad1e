import { sendAway } from '../../mediators/sending.js';
import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { Fault } from '../message/fault.js';
import { runFlow } from '../message/flow.js';
import { andThen } from '../message/fork.js';
import { type Endpoint, type Message, type Outcome, stopAfter } from '../message/message.js';
import { type FlowSequence, flowSequence } from './api/resource.js';
import { pushFaultSequence, runFlowSequence } from './flow-sequence.js';

/** A compiled `<proxy>` (artifacts 2.5). */
export interface ProxyService {
  readonly kind: 'proxy';
  readonly name: string;
  /** Empty: every listener. */
  readonly transports: readonly string[];
  readonly inSequence: FlowSequence | undefined;
  readonly outSequence: FlowSequence | undefined;
  readonly faultSequence: FlowSequence | undefined;
  readonly endpoint: Endpoint | { readonly key: string } | undefined;
  readonly parameters: ReadonlyMap<string, string>;
}

export function compileProxy(element: ConfigElement, context: CompileContext): ProxyService {
  const name =
    element.attribute('name') || element.fail('missing-attribute', "Attribute 'name' is required for a proxy");
  const target =
    element.element('target') ??
    element.fail('missing-element', 'Target is required for a Proxy service definition', {
      hint: 'add <target><inSequence>…</inSequence></target>',
    });
  const inSequence = flowSequence(target, 'inSequence', context);
  const endpoint = readEndpoint(target, context);
  if (!inSequence && !endpoint) {
    target.fail('missing-element', 'Target of the proxy service must declare either an inSequence or endpoint or both');
  }
  return {
    kind: 'proxy',
    name,
    transports: (element.attribute('transports') ?? '').split(/[\s,]+/).filter((part) => part !== '' && part !== 'all'),
    inSequence,
    outSequence: flowSequence(target, 'outSequence', context),
    faultSequence: flowSequence(target, 'faultSequence', context),
    endpoint,
    parameters: readParameters(element),
  };
}

function readEndpoint(target: ConfigElement, context: CompileContext): ProxyService['endpoint'] {
  const key = target.attribute('endpoint');
  if (key) return { key };
  const child = target.element('endpoint');
  return child && context.endpoint(child);
}

function readParameters(element: ConfigElement): Map<string, string> {
  const parameters = element.elements().filter((child) => child.localName === 'parameter');
  return new Map(parameters.map((child) => [child.attribute('name') ?? '', child.text.trim()]));
}

/** Takes a request for `/services/<name>…`: in-sequence, then the endpoint unless that stopped (artifacts 2.5). */
export function runProxyRequest(proxy: ProxyService, message: Message): unknown {
  // Requests of ordinary listeners are none of its business; the client gets the empty 202 of an unanswered request.
  if (proxy.parameters.get('inbound.only') === 'true') return undefined;
  message.setProperty('proxy.name', proxy.name);
  message.setProperty('ARTIFACT_NAME', `proxy${proxy.name}`);
  return runFlow(message, (m) => {
    pushFaultSequence(m, proxy.faultSequence);
    return andThen(m, proxy.inSequence ? runFlowSequence(m, proxy.inSequence) : true, (flow) => {
      if (proxy.endpoint) sendToEndpoint(proxy.endpoint, flow);
      return true;
    });
  });
}

function sendToEndpoint(target: NonNullable<ProxyService['endpoint']>, message: Message): void {
  const endpoint = 'key' in target ? message.endpoint(target.key) : target;
  if (!endpoint) {
    const name = (target as { key: string }).key;
    // No code of its own: ERROR_CODE becomes 0, unlike in a call mediator.
    throw new Fault(`Couldn't find the endpoint with the key : ${name}`);
  }
  sendAway(message, endpoint);
}

/** The answer path: out-sequence, else straight back to the client. */
export function runProxyResponse(proxy: ProxyService, message: Message): Outcome | Promise<Outcome> {
  pushFaultSequence(message, proxy.faultSequence);
  if (proxy.outSequence) return runFlowSequence(message, proxy.outSequence);
  return stopAfter(message.exchange.respond(message));
}
