import type { Message } from '../runtime/message/message.js';

const header = 'activityID';

/**
 * Gives the message the id by which analytics knows it again on its way through several systems (mediators 12): the one of
 * the transport header `activityID`, else that of the property, else a new one. Both have it afterwards; a property that is
 * there and does not count, as the header wins or it is empty, is left or replaced as the reference does.
 * @param property that holds it
 */
export function setActivityId(message: Message, property: string): void {
  const { headers, properties } = message;
  const received = headers.text(header);
  if (received) {
    message.setProperty(property, received);
    return;
  }
  const kept = properties.get(property);
  const id = kept === undefined || kept === null || String(kept) === '' ? newId() : String(kept);
  if (kept === undefined || kept === null) message.setProperty(property, id);
  headers.set(header, id);
}

const newId = (): string => `${process.hrtime.bigint()}${Math.round(Math.random() * 123_456_789)}`;
