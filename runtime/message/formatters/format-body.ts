import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { encodeText } from '../charset.js';
import { encodingOf } from '../content-type.js';
import { environmentConversion } from '../conversion/environment-options.js';
import { Fault } from '../fault.js';
import type { Message } from '../message.js';
import { isUnreadable, parsingFault } from '../payload-parts.js';
import { requestContentType, responseContentType } from './content-type.js';
import type { Written } from './formatter.js';
import { formatterOf } from './registry.js';

/** A body as it goes out. */
export interface FormattedBody {
  /** Undefined: no body. */
  readonly body: Buffer | Readable | undefined;
  /** The header that the body goes with; undefined: the header map stays as it is (response), none (request). */
  readonly contentType: string | undefined;
}

/**
 * Writes the body of a message for a client or a backend (message-model 4.1 step 5, 5.1): an unread one is relayed as
 * it is, a built one goes through the formatter that `messageType` selects. Whether a body is sent at all
 * (`NO_ENTITY_BODY`, HEAD, 204 …) is the caller's to decide; a GET request never has one.
 * @returns a promise when the body has to be compressed
 * @throws Fault 601000 when the body cannot be written in that type
 */
export function formatBody(
  message: Message,
  { direction }: { direction: 'request' | 'response' },
): FormattedBody | Promise<FormattedBody> {
  const { payload } = message;
  const chooseType = direction === 'request' ? requestContentType : responseContentType;
  if (!payload.built) {
    const { source } = payload;
    return {
      body: source instanceof Uint8Array ? asBuffer(source) : source,
      contentType: chooseType(message, undefined),
    };
  }
  const isGet = direction === 'request' && message.axis2Text('HTTP_METHOD') === 'GET';
  const written = isGet ? undefined : write(message);
  const contentType = chooseType(message, written?.contentType);
  const bytes = written && encode(written, encodingOf(message));
  const coding = message.headers.text('Content-Encoding');
  if (!bytes || coding === undefined) return { body: bytes, contentType };
  return compress(bytes, coding).then((body) => ({ body, contentType }));
}

function write(message: Message): Written {
  message.payload.conversion = environmentConversion(message.environment);
  try {
    return formatterOf(message)(message);
  } catch (error) {
    const cause = error instanceof Fault ? error.cause : error;
    if (isUnreadable(cause)) throw parsingFault('Error while writing the message body', cause);
    throw error;
  }
}

/** In Node since version 20, but not in the ES2023 library. */
type WellFormedText = string & { isWellFormed(): boolean };

function encode({ content, charset }: Written, encoding: string): Buffer | undefined {
  if (content === undefined) return undefined;
  if (typeof content !== 'string') return asBuffer(content);
  if (!(content as WellFormedText).isWellFormed()) {
    throw parsingFault('Error while writing the message body', new SyntaxError('the text holds half a character'));
  }
  const isMarkup = content.charCodeAt(0) === 0x3c;
  return encodeText(content, charset ?? encoding, isMarkup ? characterReference : undefined);
}

/** Characters that an encoding lacks are written as references in XML. */
function characterReference(character: string): string {
  return `&#x${(character.codePointAt(0) ?? 0).toString(16)};`;
}

const gzip = promisify(zlib.gzip);
const deflate = promisify(zlib.deflate);
const brotli = promisify(zlib.brotliCompress);

/** A message that says it is compressed goes out compressed (message-model 5.1). */
async function compress(bytes: Buffer, coding: string): Promise<Buffer> {
  switch (coding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return gzip(bytes);
    case 'deflate':
      return deflate(bytes);
    case 'br':
      return brotli(bytes);
    default:
      return bytes;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
