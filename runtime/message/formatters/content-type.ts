import { isTrueExplicitly } from '../../java/boolean.js';
import { isMultipart, RECEIVED_TYPE, withCharset } from '../content-type.js';
import type { Message } from '../message.js';
import { preservedHeaders } from '../preserved-headers.js';

/**
 * The Content-Type header of an answer to the client (message-model 5.9, response). Not for answers without a body
 * (`NO_ENTITY_BODY`), whose header map stays as it is.
 * @param formatterType what the formatter reports; undefined while the body is unread
 * @returns undefined when the header map stays as it is
 */
export function responseContentType(message: Message, formatterType: string | undefined): string | undefined {
  const type = message.axis2Text('ContentType') || undefined;
  if (!message.payload.built || formatterType === undefined) return type;
  if (isPackage(formatterType)) return formatterType;
  if (type === undefined || isMultipart(type)) return formatterType;
  return message.axis2.get(RECEIVED_TYPE) === type ? type : withCharset(message, type);
}

/**
 * The Content-Type header of a request to a backend (message-model 5.9, request).
 * @param formatterType what the formatter reports; undefined while the body is unread
 * @returns undefined: the request has none
 */
export function requestContentType(message: Message, formatterType: string | undefined): string | undefined {
  const header = message.headers.text('Content-Type');
  const candidate = requestCandidate(message, header, formatterType);
  if (candidate !== undefined && isUsed(message, header)) {
    if (!isMultipart(candidate) || message.payload.built) return candidate;
  }
  return header !== undefined && isMultipart(header) && message.payload.built ? undefined : header;
}

/** Attachments cannot be read without the boundary that the formatter has chosen. */
const isPackage = (type: string | undefined): boolean => type?.startsWith('multipart/related') ?? false;

function requestCandidate(message: Message, header: string | undefined, formatterType: string | undefined) {
  const isPreserved = preservedHeaders(message.environment).has('content-type');
  const keeps = isPreserved || message.axis2Property('setCharacterEncoding') === 'false';
  if (header !== undefined && !isMultipart(header) && keeps && !isPackage(formatterType)) {
    return message.axis2Text('ContentType') || message.axis2Text('messageType') || header;
  }
  return formatterType;
}

/** A request without a body, or a GET, does not get a type that it did not come with. */
function isUsed(message: Message, header: string | undefined): boolean {
  if (message.axis2Text('HTTP_METHOD') === 'GET') return false;
  const hasBody = message.payload.built && !isTrueExplicitly(message.axis2.get('NO_ENTITY_BODY'));
  return hasBody || header !== undefined || message.environment.property('DEFAULT_REQUEST_CONTENT_TYPE') !== undefined;
}
