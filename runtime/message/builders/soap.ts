import { soapVersionOfName } from '../envelope.js';
import { Fault } from '../fault.js';
import type { Message } from '../message.js';
import type { BuilderInput } from './builder.js';
import { xmlReader } from './xml.js';

/**
 * text/xml and application/soap+xml: the envelope itself, whose version has to be the one of the type (message-model
 * 5.3). Headers and body are read when somebody walks there; processing instructions
 * are left out.
 */
export function buildSoap(message: Message, input: BuilderInput): void {
  const expected = input.mediaType.toLowerCase() === 'application/soap+xml' ? '1.2' : '1.1';
  message.payload.reset(expected);
  if (input.bytes.byteLength === 0) return;
  const reader = xmlReader(message, input, { skipInstructions: true });
  const { localName, namespace } = reader.rootName();
  const version = soapVersionOfName(localName, namespace);
  if (version === undefined) throw new Fault('The message is no SOAP envelope');
  if (version !== expected) {
    throw new Fault(`A SOAP ${version} envelope was sent as ${input.mediaType}, which is SOAP ${expected}`);
  }
  message.payload.setUnfinishedEnvelope(reader, version);
}
