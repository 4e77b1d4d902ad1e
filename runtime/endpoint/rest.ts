import type { Message } from '../message/message.js';
import type { EndpointFormat } from './definition.js';

const restMethods = new Set(['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD']);
const restTypes = new Set([
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/json',
  'application/jwt',
]);

/** Whether REST_URL_POSTFIX belongs behind the address (artifacts 3.5, message-model 2.4). */
export function countsAsRest(message: Message, format: EndpointFormat | undefined): boolean {
  if (format === 'rest') return true;
  if (format === 'soap11' || format === 'soap12') return false;
  const method = message.axis2Text('HTTP_METHOD');
  const type = message.axis2Text('messageType');
  return (
    message.axis2.has('synapse.internal.rest.contentType') ||
    (method !== undefined && restMethods.has(method)) ||
    (method === 'POST' && type !== undefined && restTypes.has(type)) ||
    (type === 'text/xml' && !message.addressing.soapAction && !message.headers.has('SOAPAction'))
  );
}
