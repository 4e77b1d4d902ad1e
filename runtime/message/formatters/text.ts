import { serializeElement } from '../../xml/serialize.js';
import { firstChildElement } from '../../xml/walk.js';
import { encodingOf } from '../content-type.js';
import type { Message } from '../message.js';
import type { Written } from './formatter.js';

/**
 * text/plain: the text of the text wrapper, or the markup of an element inside of it. Any other body writes nothing
 * (message-model 5.6).
 */
export function formatText(message: Message): Written {
  const action = message.addressing.soapAction;
  const contentType = `text/plain; charset=${encodingOf(message)}${action ? `;action="${action}";` : ''}`;
  return { content: textOf(message), contentType };
}

function textOf({ payload }: Message): string | undefined {
  if (payload.pendingText !== undefined) return payload.pendingText;
  const text = payload.text;
  const wrapper = text === undefined ? undefined : payload.firstElement();
  const inner = wrapper && firstChildElement(wrapper);
  return inner ? serializeElement(inner) : text;
}
