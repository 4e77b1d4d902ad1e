import { isDoingRest } from '../content-type.js';
import type { Message } from '../message.js';
import { formatBadgerfish, formatMapped } from './alternative-json.js';
import { formatBinary, formatOctetStream } from './binary.js';
import { formatForm } from './form.js';
import type { Formatter } from './formatter.js';
import { formatJson } from './json.js';
import { formatMultipart } from './multipart.js';
import { formatRelated, formatSoapMessage } from './related.js';
import { formatText } from './text.js';
import { formatXml } from './xml.js';

/** Formatters by media type (message-model 5.2). */
const formatters = new Map<string, Formatter>([
  ['application/xml', formatXml],
  ['text/xml', formatSoapMessage],
  ['application/soap+xml', formatSoapMessage],
  ['application/json', formatJson],
  ['application/x-www-form-urlencoded', formatForm],
  ['multipart/form-data', formatMultipart],
  ['multipart/related', formatRelated],
  ['text/plain', formatText],
  ['application/octet-stream', formatOctetStream],
  ['application/binary', formatBinary],
  ['application/json/badgerfish', formatBadgerfish],
  ['text/javascript', formatMapped],
]);

/** Whether a type, as it is written, has a formatter. */
export function hasFormatter(type: string): boolean {
  return lookUp(type) !== undefined;
}

/**
 * The formatter that `messageType` selects. Parameters are not cut off: `application/json; charset=UTF-8` is an unknown
 * type, and unknown types write XML, or a form in GET and DELETE requests, or SOAP (message-model 5.1).
 */
export function formatterOf(message: Message): Formatter {
  const type = message.axis2Text('messageType');
  const rest = isDoingRest(message);
  if (type !== undefined) {
    if (rest && type.toLowerCase() === 'text/xml') return formatXml;
    const found = lookUp(type);
    if (found) return found;
  }
  if (!rest) return formatSoapMessage;
  const method = message.axis2Text('HTTP_METHOD');
  return method === 'GET' || method === 'DELETE' ? formatForm : formatXml;
}

/** Whether a GET request carries its body in the URL: see `urlWithForm` (message-model 5.7). */
export function writesForm(message: Message): boolean {
  return formatterOf(message) === formatForm;
}

function lookUp(type: string): Formatter | undefined {
  return formatters.get(type) ?? formatters.get(type.toLowerCase());
}
