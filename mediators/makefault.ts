import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Message } from '../runtime/message/message.js';
import { createElement, newDocument } from '../runtime/xml/create.js';
import { choiceAttribute } from './attribute.js';
import { compileFaultParts, type FaultParts, type FaultVersion } from './fault-parts.js';
import { defineMediator } from './mediator.js';
import { soapFault } from './soap-fault.js';

/**
 * ```xml
 * <makefault version="soap11|soap12|pox" response="true|false">
 *   <code value="prefix:Name"|expression="xpath"/> <reason value="…"|expression="xpath"/>
 *   <node>uri</node> <role>uri</role> <detail expression="xpath">text or elements</detail>
 * </makefault>
 * ```
 * Turns the message into a SOAP fault, or into a plain `<Exception>` element (mediators 4.10).
 */
export const makefault = defineMediator({
  name: 'makefault',
  summary: 'Turns the message into a fault.',
  attributes: {
    version: { description: 'Kind of fault.', default: 'soap11', values: ['soap11', 'soap12', 'pox'] },
    response: { description: 'false: the message stays a request.', default: 'true', values: ['true', 'false'] },
  },
  children: ['code', 'reason', 'node', 'role', 'detail'],
  inner: {
    code: ['value', 'expression'],
    reason: ['value', 'expression'],
    node: [],
    role: [],
    detail: ['expression'],
  },
  compile(element: ConfigElement, context: CompileContext) {
    const version = choiceAttribute<FaultVersion>(element, 'version', ['soap11', 'soap12', 'pox'], 'soap11');
    const asResponse = choiceAttribute(element, 'response', ['true', 'false'], 'true') === 'true';
    const parts = compileFaultParts(element, context, version);
    return {
      contentAware: true,
      mediate(message) {
        if (version === 'pox') plainFault(message, parts);
        else replaceBySoapFault(message, parts, version);
        if (asResponse) {
          message.response = true;
          message.addressing.to = message.addressing.replyTo;
        }
        return true;
      },
    };
  },
});

function replaceBySoapFault(message: Message, parts: FaultParts, version: 'soap11' | 'soap12'): void {
  const { addressing } = message;
  message.payload.setEnvelope(soapFault(message, parts, version));
  addressing.to = addressing.faultTo ?? addressing.replyTo;
  addressing.relatesTo = message.id;
}

function plainFault(message: Message, { detail, reason }: FaultParts): void {
  const text = detail?.literal ?? detail?.expression?.text(message) ?? reason?.text(message) ?? '';
  const document = newDocument();
  const exception = createElement(document, 'Exception');
  exception.appendChild(document.createTextNode(text));
  message.payload.setElement(exception);
  message.axis2.set('processingFault', true);
}
