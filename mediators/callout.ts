import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { withClientOptions } from '../runtime/endpoint/ntlm.js';
import { toAddressEndpoint } from '../runtime/endpoint/to-address.js';
import { cloneMessage } from '../runtime/message/clone.js';
import { Fault } from '../runtime/message/fault.js';
import type { Endpoint, Message } from '../runtime/message/message.js';
import { rememberCall } from '../runtime/message/sent-credentials.js';
import { explicitBooleanAttribute } from './attribute.js';
import { type CalloutTarget, compileCalloutSource, compileCalloutTarget } from './callout-parts.js';
import { defineMediator } from './mediator.js';
import { isOutOnly } from './sending.js';

/**
 * ```xml
 * <callout serviceURL="…" endpointKey="…" action="…" initAxis2ClientOptions="true|false" useServerConfig="…">
 *   <source type="envelope" xpath="…" key="…"/>  <target xpath="…" key="…"/>  <endpoint …/>
 * </callout>
 * ```
 * Calls a service with a copy of the message and takes its answer over (mediators 5.3). It follows the rules of blocking
 * calls; without a URL, key and endpoint the copy goes to its To address.
 */
export const callout = defineMediator({
  name: 'callout',
  summary: 'Calls a service with a copy of the message.',
  attributes: {
    serviceURL: { description: 'Address of the service; `{system.prop.NAME}` is a system property.' },
    endpointKey: { description: 'Name of the endpoint to call.' },
    action: { description: 'SOAP action of the call.' },
    initAxis2ClientOptions: {
      description: 'false: the credentials of an NTLM mediator go along.',
      default: 'true',
      values: ['true', 'false'],
    },
    useServerConfig: { description: 'Accepted, without effect here.' },
  },
  children: ['configuration', 'source', 'target', 'enableSec', 'endpoint'],
  inner: {
    configuration: ['axis2xml', 'repository'],
    source: ['type', 'xpath', 'key'],
    target: ['xpath', 'key'],
  },
  compile(element, context) {
    const takesOptions = !explicitBooleanAttribute(element, 'initAxis2ClientOptions', true);
    refuseSecurity(element);
    const endpointFor = compileDestination(element, context);
    const source = compileCalloutSource(element.element('source'));
    const target = compileCalloutTarget(element.element('target'));
    const action = element.attribute('action');
    return {
      contentAware: true,
      async mediate(message) {
        rememberCall(message);
        const copy = await cloneMessage(message);
        if (source && !copy.payload.isJson) copy.payload.setElement(source(copy));
        if (action !== undefined) copy.addressing.action = copy.addressing.soapAction = action;
        const transmit = () => send(message, copy, endpointFor(copy));
        await (takesOptions ? withClientOptions(copy, transmit) : transmit());
        if (!isOutOnly(message)) takeAnswer(message, copy, target);
        return true;
      },
    };
  },
});

/** Where the copy goes: the URL before the key before the endpoint inside (mediators 5.3). */
function compileDestination(element: ConfigElement, context: CompileContext): (copy: Message) => Endpoint {
  const url = element.attribute('serviceURL');
  const key = element.attribute('endpointKey');
  const toAddress = toAddressEndpoint();
  if (url !== undefined) {
    return (copy) => {
      const { systemProperties } = copy.environment;
      copy.addressing.to = url.replace(/\{system\.prop\.([^}]+)\}/g, (placeholder, name: string) => {
        return systemProperties.get(name) ?? placeholder;
      });
      return toAddress;
    };
  }
  if (key !== undefined) {
    return (copy) => {
      const endpoint = copy.endpoint(key);
      if (!endpoint) throw new Fault(`There is no endpoint ${key} for the callout`);
      return endpoint;
    };
  }
  const child = element.element('endpoint');
  const endpoint = child ? context.endpoint(child) : toAddress;
  return () => endpoint;
}

const errorProperties = ['ERROR_CODE', 'ERROR_MESSAGE', 'ERROR_DETAIL', 'ERROR_EXCEPTION', 'blocking.sender.error'];

/** What the sender notes about a failure stands on the copy; the fault sequence runs on the message. */
async function send(message: Message, copy: Message, endpoint: Endpoint): Promise<void> {
  try {
    await endpoint.sendBlocking(copy);
  } finally {
    for (const name of errorProperties) message.setProperty(name, copy.properties.get(name));
    if (copy.axis2.has('SET_ROLLBACK_ONLY'))
      message.axis2.set('SET_ROLLBACK_ONLY', copy.axis2.get('SET_ROLLBACK_ONLY'));
  }
}

/** JSON always becomes the body; XML goes to the target, or becomes the message (mediators 5.3). */
function takeAnswer(message: Message, copy: Message, target: CalloutTarget | undefined): void {
  message.axis2.set('HTTP_SC', copy.axis2.get('HTTP_SC'));
  if (message.properties.get('BLOCKING_SENDER_PRESERVE_REQ_HEADERS') === 'false') message.headers = copy.headers;
  if (!target || copy.payload.isJson) {
    message.payload = copy.payload;
    return;
  }
  const answer = copy.payload.firstElement();
  if (!answer) throw new Fault('The answer of the callout has no body that its target could take');
  target(message, answer);
}

function refuseSecurity(element: ConfigElement): void {
  element.element('enableSec')?.fail('unsupported-element', 'A callout cannot apply a WS-Security policy', {
    hint: 'remove <enableSec>; protect the connection by TLS',
  });
}
