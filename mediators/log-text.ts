import type { Element } from '@xmldom/xmldom';
import { javaText } from '../runtime/java/text.js';
import { envelopeText, headerOf } from '../runtime/message/envelope.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { documentOf, newDocument } from '../runtime/xml/create.js';
import { childElements, copyNode, directText, isNamed, removeChildren } from '../runtime/xml/walk.js';
import type { PropertyChild } from './property-child.js';

/** `template` is the level of a log with a message and no level of its own. */
export type LogTextLevel = 'simple' | 'headers' | 'full' | 'custom' | 'template';

/** What a log line is made of. */
export interface LogText {
  readonly level: LogTextLevel;
  readonly message: ((message: Message) => string) | undefined;
  readonly properties: readonly PropertyChild[];
  readonly separator: string;
  readonly withMessageId: boolean;
}

/** The text of a log line without its prefix (mediators 3.5 "Text that is produced"). */
export function logText(log: LogText, message: Message): string {
  const text = writers[log.level](log, message);
  return log.separator !== '' && text.startsWith(log.separator) ? text.slice(log.separator.length) : text;
}

const writers: Record<LogTextLevel, (log: LogText, message: Message) => string> = {
  custom,
  template: custom,
  simple: (log, message) => simple(log, message) + properties(log, message),
  headers: (log, message) => headers(log, message) + properties(log, message),
  full: (log, message) => simple(log, message) + properties(log, message) + log.separator + payload(message),
};

function custom(log: LogText, message: Message): string {
  let ids = '';
  if (log.withMessageId) {
    ids = `MessageID: ${message.id}`;
    const correlation = correlationId(message);
    if (correlation !== undefined) ids += `${log.separator}correlation_id: ${correlation}`;
    ids += log.separator;
  }
  return ids + (log.message?.(message) ?? '') + properties(log, message);
}

function simple(log: LogText, message: Message): string {
  const { addressing } = message;
  const expanded = log.message?.(message) ?? '';
  const parts = [`To: ${addressing.to ?? ''}`];
  const optional: [string, string | undefined][] = [
    ['From', addressing.from],
    ['WSAction', addressing.action],
    ['SOAPAction', addressing.soapAction],
    ['ReplyTo', addressing.replyTo],
    ['MessageID', message.id],
    ['correlation_id', correlationId(message)],
  ];
  for (const [name, value] of optional) if (value !== undefined) parts.push(`${name}: ${value}`);
  parts.push(`Direction: ${message.isResponse ? 'response' : 'request'}`);
  if (expanded !== '') parts.unshift(expanded);
  return parts.join(log.separator);
}

function headers(log: LogText, message: Message): string {
  const correlation = correlationId(message);
  let text = log.message?.(message) ?? '';
  if (correlation !== undefined) text += ` correlation_id : ${correlation}`;
  const header = message.payload.header();
  for (const block of header ? childElements(header) : []) {
    text += `${log.separator}${block.localName} : ${isCredentials(block) ? hidden : directText(block)}`;
  }
  return text;
}

const hidden = '***';
const security = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/** A WS-Security header: passwords, tokens and signatures. Who wants it logged names it in a property. */
function isCredentials(block: Element): boolean {
  return isNamed(block, 'Security', security);
}

/** The envelope as it is, but for credentials in its header. */
function shownEnvelope(envelope: Element): string {
  const header = headerOf(envelope);
  if (!header || !childElements(header).some(isCredentials)) return envelopeText(envelope);
  const copy = copyNode(envelope, newDocument());
  for (const block of childElements(headerOf(copy) as Element).filter(isCredentials)) {
    removeChildren(block);
    block.appendChild(documentOf(block).createTextNode(hidden));
  }
  return envelopeText(copy);
}

function properties(log: LogText, message: Message): string {
  let text = '';
  for (const property of log.properties) text += `${log.separator}${property.name} = ${property.text(message)}`;
  return text;
}

/** A body that cannot be read is dropped, so that the fault sequence sees an empty one. */
function payload(message: Message): string {
  try {
    if (message.payload.isJson) return `Payload: ${message.payload.jsonText}`;
    return `Envelope: ${shownEnvelope(message.payload.envelope())}`;
  } catch (error) {
    message.payload.clear();
    throw new Fault(`Could not build full log message: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function correlationId(message: Message): string | undefined {
  const id = message.axis2Property('correlation_id');
  return id === undefined || id === null ? undefined : javaText(id);
}
