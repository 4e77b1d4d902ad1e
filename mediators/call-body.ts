import { buildBody } from '../runtime/message/build.js';
import { RECEIVED_TYPE } from '../runtime/message/content-type.js';
import { Fault } from '../runtime/message/fault.js';
import type { TransportHeaders } from '../runtime/message/headers.js';
import type { Message } from '../runtime/message/message.js';
import type { Payload } from '../runtime/message/payload.js';
import { type BodyRules, bodyRules, type CallSource } from './call-source.js';
import type { CallTarget } from './call-target.js';
import { setContentType } from './content-type.js';

/** What a call does with the body before it sends and after it got the answer (mediators 5.2). */
export interface BodyPlan {
  readonly source: CallSource | undefined;
  readonly target: CallTarget | undefined;
  /** An explicit `<source type="body">`: with a target, the answer stays in the body, too. */
  readonly keepsAnswer: boolean;
}

/** The message as it was before the call. */
interface Saved {
  readonly payload: Payload;
  readonly headers: TransportHeaders;
  readonly messageType: unknown;
  readonly contentType: unknown;
  readonly typeChanged: boolean;
}

/**
 * Prepares the body that goes out. The returned function deals with the answer: stores it in the target and puts the
 * original body, headers and, where the types differed, content type back.
 */
export async function prepareBody(message: Message, plan: BodyPlan): Promise<() => Promise<void>> {
  const { source, target } = plan;
  if (!message.payload.built) await buildBody(message);
  const messageType = message.axis2Text('messageType');
  const sentType = source?.contentType ?? messageType;
  const rules = bodyRules(sentType);
  const typeChanged = sentType?.toLowerCase() !== messageType?.toLowerCase();
  const restores = target !== undefined && !plan.keepsAnswer;
  const saved: Saved | undefined = restores
    ? {
        payload: message.payload,
        headers: message.headers,
        messageType: message.axis2.get('messageType'),
        contentType: message.axis2.get('ContentType'),
        typeChanged,
      }
    : undefined;
  if (saved) {
    message.payload = saved.payload.clone();
    message.headers = saved.headers.clone();
  }
  if (source) {
    source.apply(message, rules);
    message.setProperty('_SOURCE_MESSAGE_TYPE', sentType);
    message.setProperty('_ORIGINAL_MESSAGE_TYPE', messageType);
    message.setProperty('_ORIGINAL_CONTENT_TYPE', message.axis2Text('ContentType'));
    if (typeChanged) setContentType(message, sentType);
  }
  return () => receive(message, target, rules, saved);
}

async function receive(
  message: Message,
  target: CallTarget | undefined,
  rules: BodyRules,
  saved: Saved | undefined,
): Promise<void> {
  if (!target) return;
  if (!message.payload.built) await buildBody(message);
  target.store(message, rules);
  if (!saved) return;
  restorable(message, saved);
  message.payload = saved.payload;
  message.headers = saved.headers;
  message.axis2.delete(RECEIVED_TYPE);
  if (!saved.typeChanged) return;
  message.axis2.set('messageType', saved.messageType);
  message.axis2.set('ContentType', saved.contentType);
}

/** The reference puts the body back by the rules of the answer's type, and an XML body is nothing to the JSON ones. */
function restorable(message: Message, { payload, typeChanged }: Saved): void {
  const answered = bodyRules(message.axis2Text('messageType'));
  if (typeChanged || answered !== 'json' || payload.isJson || payload.isEmpty) return;
  throw new Fault('The XML body of before the call cannot be put back behind a JSON answer');
}
