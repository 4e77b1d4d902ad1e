import { buildBody } from '../message/build.js';
import { charsetWithin } from '../message/charset.js';
import { DOING_REST } from '../message/content-type.js';
import type { Message } from '../message/message.js';
import { convertSoapVersion } from '../message/soap/convert-version.js';
import type { EndpointDefinition } from './definition.js';

/** Brings an outgoing message into the format of its endpoint (message-model 2.4 "Endpoint format side effects"). */
export function applyFormat(outgoing: Message, definition: EndpointDefinition): void | Promise<void> {
  const { format, encoding, optimize } = definition;
  if (optimize) outgoing.axis2.set(optimize === 'mtom' ? 'ENABLE_MTOM' : 'ENABLE_SWA', 'true');
  if (encoding) outgoing.axis2.set('CHARACTER_SET_ENCODING', encoding);
  if (format === undefined) return;
  if (format === 'rest') {
    outgoing.axis2.set(DOING_REST, true);
    const method = outgoing.axis2Text('HTTP_METHOD');
    if (method === 'GET' || method === 'DELETE') outgoing.axis2.delete('messageType');
    return;
  }
  return applyToBuilt(outgoing, definition);
}

async function applyToBuilt(outgoing: Message, { format, encoding }: EndpointDefinition): Promise<void> {
  if (!outgoing.payload.built) await buildBody(outgoing);
  switch (format) {
    case 'pox': {
      outgoing.axis2.set(DOING_REST, true);
      outgoing.axis2.set('messageType', 'application/xml');
      outgoing.axis2.set('ContentType', 'application/xml');
      outgoing.headers.set('Content-Type', encoding ? `application/xml;${encoding}` : 'application/xml');
      break;
    }
    case 'get':
      outgoing.axis2.set(DOING_REST, true);
      outgoing.axis2.set('HTTP_METHOD', 'GET');
      outgoing.axis2.set('messageType', 'application/x-www-form-urlencoded');
      break;
    case 'soap11':
      applySoap(outgoing, '1.1', encoding);
      break;
    case 'soap12':
      applySoap(outgoing, '1.2', encoding);
      break;
  }
}

function applySoap(outgoing: Message, version: '1.1' | '1.2', encoding: string | undefined): void {
  const { addressing, headers, axis2 } = outgoing;
  const before = headers.text('Content-Type') ?? '';
  axis2.set(DOING_REST, false);
  axis2.delete('messageType');
  axis2.set('HTTP_METHOD', 'POST');
  if (!addressing.soapAction) addressing.soapAction = addressing.action;
  convertSoapVersion(outgoing.payload, version);
  if (/^multipart\/related/i.test(before)) {
    headers.delete('Content-Type');
    return;
  }
  const action = version === '1.2' && addressing.soapAction ? `;action="${addressing.soapAction}"` : '';
  const charset = charsetWithin(before);
  const suffix = charset === undefined ? (encoding ? `;${encoding}` : '') : `; charset=${charset}`;
  const type = `${version === '1.1' ? 'text/xml' : 'application/soap+xml'}${action}${suffix}`;
  headers.set('Content-Type', type);
  // The header is what is sent: the property would otherwise replace it (5.9).
  axis2.set('ContentType', type);
}
