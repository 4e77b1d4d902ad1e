import { isTrueExplicitly } from '../java/boolean.js';
import { decodeContent } from '../transport/content-encoding.js';
import { DoctypeError, XmlError } from '../xml/error.js';
import type { BuilderInput } from './builders/builder.js';
import { builderOf } from './builders/registry.js';
import { buildSoap } from './builders/soap.js';
import { buildUnknown, buildXml } from './builders/xml.js';
import { charsetOf } from './charset.js';
import { isDoingRest, mediaTypeOf, RECEIVED_TYPE } from './content-type.js';
import { environmentConversion } from './conversion/environment-options.js';
import { errorCode, Fault } from './fault.js';
import { hasFormatter } from './formatters/registry.js';
import type { Message } from './message.js';

/** What a failed build says, in the reference's words. */
const FAILED = 'Error while building message. Error while building Passthrough stream';

/**
 * Builds the body of an unread message with the builder that `ContentType` selects (message-model 4.1 step 3, 5.1).
 * Sets axis2 `messageType`, `message.builder.invoked` and what the builder sets. Idempotent.
 * @throws Fault 601000, 101001 or 101510 (message-model 6.6), or one without a code (mediators 2.2) when the body does not
 * build; the message then has an empty body.
 */
export async function buildBody(message: Message): Promise<void> {
  const { payload, axis2 } = message;
  if (payload.built) return;
  payload.conversion = environmentConversion(message.environment);
  const contentType = message.axis2Text('ContentType');
  if (contentType !== undefined && hasNoStream(message)) {
    payload.reset('1.2');
    return;
  }
  try {
    if (contentType === undefined) payload.reset('1.1');
    else await buildFrom(message, contentType);
  } catch (error) {
    payload.reset(payload.soapVersion);
    throw buildFault(error);
  } finally {
    axis2.set('message.builder.invoked', true);
  }
}

/** A request without a body whose type was made up: nothing is built, and it does not count as built (5.10). */
function hasNoStream({ payload, axis2 }: Message): boolean {
  const { source } = payload;
  return isTrueExplicitly(axis2.get('NO_ENTITY_BODY')) && source instanceof Uint8Array && source.byteLength === 0;
}

async function buildFrom(message: Message, contentType: string): Promise<void> {
  const { payload, axis2 } = message;
  const received = await payload.collect().catch((error: unknown) => brokenOff(message, error));
  const coding = message.headers.text('Content-Encoding');
  const bytes = coding === undefined ? received : await decodeContent(received, coding);
  if (message.answers > 0) noteReceivedType(message, contentType);
  const isDelete = message.answers === 0 && message.axis2Text('HTTP_METHOD') === 'DELETE';
  if (isDelete && isBlank(bytes)) {
    payload.reset('1.1');
    axis2.set('NO_ENTITY_BODY', true);
    return;
  }
  if (isUntypedAndEmpty(message, contentType, bytes)) {
    payload.reset('1.1');
    axis2.set('ContentType', '');
    axis2.set('NO_ENTITY_BODY', true);
    return;
  }
  await runBuilder(message, { bytes, contentType, mediaType: mediaTypeOf(contentType) });
  axis2.set('ContentType', contentType);
  if (message.axis2Property('CHARACTER_SET_ENCODING') === undefined) {
    axis2.set('CHARACTER_SET_ENCODING', charsetOf(contentType) ?? 'UTF-8');
  }
}

async function runBuilder(message: Message, input: BuilderInput): Promise<void> {
  const { axis2, payload } = message;
  const rest = isDoingRest(message);
  const isTextXml = input.mediaType.toLowerCase() === 'text/xml';
  const builder = rest && isTextXml ? buildXml : builderOf(input.mediaType);
  axis2.set('messageType', messageType(message, input.mediaType, rest && isTextXml));
  if (builder && !rest && message.answers === 0 && message.headers.text('Content-Length') === '0') {
    payload.reset('1.1');
    axis2.set('messageType', 'application/xml');
    return;
  }
  await (builder ?? (rest ? buildUnknown : buildSoap))(message, input);
}

/** `messageType` of a built message: the type, unless the client accepts exactly one other (message-model 5.1 step 7). */
function messageType(message: Message, mediaType: string, isRestTextXml: boolean): string {
  if (message.answers > 0) return isRestTextXml ? 'application/xml' : mediaType;
  const accepted = message.headers.text('Accept');
  const negotiated = accepted !== undefined && accepted !== 'text/xml' && hasFormatter(accepted) ? accepted : undefined;
  return negotiated ?? mediaType;
}

/** The type that a backend named, for the answer's own header (message-model 5.9). */
function noteReceivedType(message: Message, contentType: string): void {
  if (message.headers.has('Content-Type')) message.axis2.set(RECEIVED_TYPE, contentType);
}

/** A request with neither type nor body: `application/octet-stream` was inferred (message-model 4.1, 5.1 step 4). */
function isUntypedAndEmpty(message: Message, contentType: string, bytes: Uint8Array): boolean {
  if (contentType !== 'application/octet-stream' || bytes.byteLength > 0 || message.answers > 0) return false;
  const length = message.headers.text('Content-Length');
  return (length === undefined || length === '0') && !message.headers.has('Transfer-Encoding');
}

/** Who sends the body stopped before its end: the client, or the backend that answers (message-model 6.6). */
function brokenOff({ answers }: Message, cause: unknown): never {
  const code = answers > 0 ? errorCode.answerNotProcessed : errorCode.receiving;
  throw new Fault(cause instanceof Error ? cause.message : String(cause), { code, cause });
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte <= 0x20);
}

/**
 * 601000 for bytes that are no XML or do not fit their charset; a fault with a code keeps it, other failures name none
 * (mediators 2.2).
 */
function buildFault(error: unknown): Fault {
  const cause = error instanceof Fault && error.cause !== undefined ? error.cause : error;
  const isParsing = (cause instanceof XmlError && !(cause instanceof DoctypeError)) || isCharsetError(cause);
  const code = (error instanceof Fault ? error.code : undefined) ?? (isParsing ? errorCode.parsing : undefined);
  const reason = error instanceof Error ? error.message : String(error);
  const options = { cause: error, detail: `${FAILED}: ${reason}` };
  return new Fault(FAILED, code === undefined ? options : { ...options, code });
}

/** TextDecoder throws TypeError for bytes and RangeError for charsets. */
function isCharsetError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}
