import { buildBody } from '../build.js';
import { DOING_REST, plainMediaType } from '../content-type.js';
import type { SoapVersion } from '../envelope.js';
import type { Message } from '../message.js';
import { packagingOf } from '../packaging.js';
import { convertSoapVersion } from './convert-version.js';
import { faultToException } from './exception.js';

/** axis2 property: the answer is a fault although its body no longer shows it, so that its status is 500. */
const PROCESSING_FAULT = 'processingFault';

const TYPE_OF: Readonly<Record<SoapVersion, string>> = { '1.1': 'text/xml', '1.2': 'application/soap+xml' };

/**
 * Makes an answer speak what its client speaks (message-model 2.5 "Protocol restoration"): a SOAP client gets its own
 * version, in envelope and label, also for what a REST endpoint (format pox, get or rest) answered; a REST client gets an `<Exception>` instead of a SOAP fault. Messages with attachments
 * and unread answers that need no change are left alone.
 * @returns a promise when the body has to be read for that
 * @throws Fault when a body that has to be converted cannot be read
 */
export function restoreProtocol(message: Message): void | Promise<void> {
  const rest = message.properties.get('IsClientDoingREST');
  if (rest === true) {
    if (!message.payload.built || !message.payload.isFault) return;
    faultToException(message.payload);
    message.axis2.set(PROCESSING_FAULT, true);
    return;
  }
  if (rest !== false || packagingOf(message) === 'mtom') return;
  const version: SoapVersion = message.properties.get('IsClientDoingSOAP11') === false ? '1.2' : '1.1';
  const cameByRest = message.axis2.get(DOING_REST) === true;
  const label = cameByRest ? undefined : soapVersionOfType(message);
  if (label === undefined && !cameByRest) return;
  if (message.payload.built) return speak(message, version, label);
  if (label !== version) return buildBody(message).then(() => speak(message, version, label));
}

function speak(message: Message, version: SoapVersion, label: SoapVersion | undefined): void {
  convertSoapVersion(message.payload, version);
  if (label === version) return;
  message.axis2.set(DOING_REST, false);
  message.axis2.set('messageType', TYPE_OF[version]);
  message.axis2.set('ContentType', TYPE_OF[version]);
}

/** The SOAP version that the message goes out as, by its type; undefined for other types. */
function soapVersionOfType(message: Message): SoapVersion | undefined {
  const type = message.axis2Text('messageType') ?? message.axis2Text('ContentType') ?? '';
  const media = plainMediaType(type);
  if (media === 'application/soap+xml') return '1.2';
  return media === 'text/xml' ? '1.1' : undefined;
}
