import type { Message } from '../runtime/message/message.js';

const savedBodies = new WeakMap<Message, Map<string, unknown>>();

/**
 * Notes that a property now holds the body. Only so can a body that was a bare JSON value, or none at all, be told from
 * other values when the property is written back (mediators 6.2 "Keeping the body in a property").
 * @param value what the property was set to
 */
export function noteSavedBody(message: Message, property: string, value: unknown): void {
  const saved = savedBodies.get(message) ?? new Map<string, unknown>();
  savedBodies.set(message, saved.set(property, value));
}

/** Whether the property still holds the body that was kept in it. */
export function holdsSavedBody(message: Message, property: string): boolean {
  const value = savedBodies.get(message)?.get(property);
  return value !== undefined && message.properties.get(property) === value;
}

/** Puts a bare JSON value or an empty body back. False when the property holds another kind of body. */
export function restoreSavedBody(message: Message, property: string): boolean {
  if (!holdsSavedBody(message, property)) return false;
  const value = message.properties.get(property);
  if (Array.isArray(value) && value.length === 0) {
    message.payload.clear();
    message.axis2.set('NO_ENTITY_BODY', true);
    return true;
  }
  if (typeof value !== 'string' || /^\s*[[{]/.test(value)) return false;
  message.payload.setJsonText(value);
  message.axis2.delete('NO_ENTITY_BODY');
  return true;
}
