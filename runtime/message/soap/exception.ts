import type { Element } from '@xmldom/xmldom';
import { createElement, documentOf } from '../../xml/create.js';
import { parseElement } from '../../xml/parse.js';
import { adopt } from '../../xml/walk.js';
import type { Payload } from '../payload.js';
import { detailText, readFault } from './fault-parts.js';

/**
 * Replaces a SOAP fault by the plain `<Exception>` that REST clients get: the detail's text, else the reason; a detail
 * text that is XML becomes a child element (message-model 2.5).
 */
export function faultToException(payload: Payload): void {
  const fault = payload.firstElement();
  if (!fault || !payload.isFault) return;
  const { reason, detail } = readFault(fault, payload.soapVersion);
  const exception = createElement(documentOf(fault), 'Exception');
  const text = detailText(detail) ?? reason;
  const markup = text.trimStart().startsWith('<') ? markupOf(text) : undefined;
  if (markup) adopt(markup, exception);
  else if (text !== '') exception.appendChild(documentOf(fault).createTextNode(text));
  payload.setElement(exception);
}

function markupOf(text: string): Element | undefined {
  try {
    return parseElement(text.trim());
  } catch {
    return undefined;
  }
}
