import { isTrueExplicitly } from '../java/boolean.js';
import type { Message } from './message.js';

/** How a SOAP message goes out with its attachments. */
export type Packaging = 'mtom' | 'swa';

/** `ENABLE_MTOM` and `ENABLE_SWA`, also by the names that Axis2 configurations give them; MTOM wins (message-model 2.4). */
const switches = [
  ['ENABLE_MTOM', 'mtom'],
  ['enableMTOM', 'mtom'],
  ['ENABLE_SWA', 'swa'],
  ['enableSwA', 'swa'],
] as const;

/** Undefined: the message is written as one document. */
export function packagingOf(message: Message): Packaging | undefined {
  return switches.find(([name]) => isTrueExplicitly(message.axis2Property(name)))?.[1];
}
