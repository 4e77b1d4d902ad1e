import { escapeText } from '../xml/serialize.js';
import type { PolicyFault } from './fault.js';
import { ApigeeMessage } from './message.js';

/** The answer that a fault gives when no policy makes another (api-management 2.7): its own one, else the default. */
export function faultMessage(fault: PolicyFault, request: ApigeeMessage): ApigeeMessage {
  return fault.response ?? defaultFaultMessage(fault, request);
}

function defaultFaultMessage(fault: PolicyFault, request: ApigeeMessage): ApigeeMessage {
  const message = ApigeeMessage.response({ status: fault.status });
  message.reason = fault.reason;
  setFaultBody(message, fault, request);
  for (const [name, value] of Object.entries(fault.headers)) message.headers.set(name, value);
  return message;
}

/** Gives a message the default body of a fault, in JSON, or in XML when the client's request asks for that. */
export function setFaultBody(
  message: ApigeeMessage,
  fault: { readonly message: string; readonly code: string },
  request: ApigeeMessage,
): void {
  const isXml = wantsXml(request);
  message.headers.set('Content-Type', isXml ? 'application/xml' : 'application/json');
  message.content = isXml
    ? `<fault><faultstring>${escapeText(fault.message)}</faultstring><detail><errorcode>${escapeText(fault.code)}</errorcode></detail></fault>`
    : JSON.stringify({ fault: { faultstring: fault.message, detail: { errorcode: fault.code } } });
}

function wantsXml(request: ApigeeMessage): boolean {
  const accept = request.headers.all('Accept').join(',').toLowerCase();
  if (accept.includes('json')) return false;
  return accept === '' || accept.includes('*/*') ? request.mediaType.endsWith('xml') : accept.includes('xml');
}
