import { existsSync } from 'node:fs';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { withClientOptions } from '../runtime/endpoint/ntlm.js';
import { toAddressEndpoint } from '../runtime/endpoint/to-address.js';
import type { Endpoint, Message } from '../runtime/message/message.js';
import { rememberCall } from '../runtime/message/sent-credentials.js';
import { booleanAttribute } from './attribute.js';
import { type BodyPlan, prepareBody } from './call-body.js';
import { compileCallSource } from './call-source.js';
import { compileCallTarget } from './call-target.js';
import { defineMediator } from './mediator.js';
import { jsonAsXml } from './payload-conversion.js';
import { forgetEarlierSend, isOutOnly, sendCopy } from './sending.js';

/**
 * ```xml
 * <call blocking="true|false">
 *   <endpoint …/>
 *   <source type="body|custom|property|inline" contentType="…">…</source>
 *   <target type="body|property|variable">name</target>
 * </call>
 * ```
 * Sends the message and goes on with the answer (mediators 5.2). Without an endpoint it goes to its To address. With a
 * source, that is what is sent; with a target, the answer goes there and the message keeps its body and headers.
 */
export const call = defineMediator({
  name: 'call',
  summary: 'Calls an endpoint and goes on with its answer.',
  attributes: {
    blocking: { description: 'true: the rules of blocking calls apply.', default: 'false', values: ['true', 'false'] },
    initAxis2ClientOptions: {
      description: 'false: a blocking call takes the credentials of an NTLM mediator along.',
      default: 'true',
      values: ['true', 'false'],
    },
    axis2xml: { description: 'A file that must exist; without effect here.' },
    repository: { description: 'A folder that must exist; without effect here.' },
  },
  children: ['endpoint', 'source', 'target'],
  compile(element, context) {
    const child = element.element('endpoint');
    const endpoint = child ? context.endpoint(child) : toAddressEndpoint();
    const blocking = booleanAttribute(element, 'blocking');
    if (blocking) for (const name of ['axis2xml', 'repository']) requirePath(element, name);
    const source = element.element('source');
    const target = element.element('target');
    const plan: BodyPlan = {
      source: source && compileCallSource(source, context),
      target: target && compileCallTarget(target),
      keepsAnswer: source !== undefined && (source.attribute('type') ?? 'custom') === 'body',
    };
    const options = element.attribute('initAxis2ClientOptions');
    const takesOptions = options !== undefined && options.toLowerCase() !== 'true';
    const transmit = blocking ? (takesOptions ? callWithOptions : callBlocking) : callAndGoOn;
    return {
      contentAware: blocking,
      async mediate(message) {
        message.setProperty('_IS_SOURCE_AVAILABLE', plan.source !== undefined);
        message.setProperty('IS_TARGET_AVAILABLE', plan.target !== undefined);
        if (!plan.source && !plan.target) {
          await transmit(message, endpoint);
          return true;
        }
        const receive = await prepareBody(message, plan);
        if (await transmit(message, endpoint)) await receive();
        return true;
      },
    };
  },
});

/** Returns whether an answer has come: not for OUT_ONLY, where a copy was sent and the message goes on as it was. */
async function callAndGoOn(message: Message, endpoint: Endpoint): Promise<boolean> {
  clearBookkeeping(message);
  message.operation.set('RESPONSE_WRITTEN', 'SKIP');
  if (isOutOnly(message)) {
    await sendCopy(message, endpoint);
    return false;
  }
  message.properties.set('continuation.call', true);
  message.exchange.acknowledgeIfForced(message);
  message.onWait?.();
  try {
    await endpoint.send(message);
  } catch (error) {
    message.axis2.set('SENDING_FAULT', true);
    throw error;
  }
  message.properties.delete('continuation.call');
  message.answers++;
  return true;
}

async function callBlocking(message: Message, endpoint: Endpoint): Promise<boolean> {
  clearBookkeeping(message);
  await endpoint.sendBlocking(message);
  if (isOutOnly(message)) return false;
  requireReadableAnswer(message);
  return true;
}

const callWithOptions = (message: Message, endpoint: Endpoint): Promise<boolean> =>
  withClientOptions(message, () => callBlocking(message, endpoint));

/** The reference copies the answer's envelope, for which JSON is read as XML: what it cannot read is a fault, code 0. */
function requireReadableAnswer({ payload, environment }: Message): void {
  if (!payload.isJson || payload.firstElementName()?.localName === 'jsonValue') return;
  jsonAsXml(payload.jsonText ?? '{}', environment);
}

function clearBookkeeping(message: Message): void {
  rememberCall(message);
  forgetEarlierSend(message);
  message.properties.delete('RECEIVING_SEQUENCE');
  message.properties.delete('last_endpoint');
}

function requirePath(element: ConfigElement, attribute: string): void {
  const path = element.attribute(attribute);
  if (path === undefined || existsSync(path)) return;
  element.fail('missing-file', `${attribute}="${path}" does not exist`, {
    attribute,
    hint: `remove ${attribute}; it has no effect here`,
  });
}
