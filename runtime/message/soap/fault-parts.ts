import type { Element } from '@xmldom/xmldom';
import { childElements, childNamed, directText } from '../../xml/walk.js';
import { SOAP_NAMESPACE, type SoapVersion } from '../envelope.js';

/** What a SOAP fault says, whichever its version. */
export interface FaultParts {
  /** Local name of the code, e.g. `Server` or `Receiver`. */
  readonly code: string;
  readonly reason: string;
  readonly node: string | undefined;
  readonly role: string | undefined;
  readonly detail: Element | undefined;
}

/** Reads a `Fault` element of that version. */
export function readFault(fault: Element, version: SoapVersion): FaultParts {
  const namespace = SOAP_NAMESPACE[version];
  const child = (name: string, parent: Element | undefined = fault): Element | undefined =>
    parent && childNamed(parent, name, version === '1.1' ? '' : namespace);
  if (version === '1.1') {
    return {
      code: localPart(textOf(child('faultcode'))),
      reason: textOf(child('faultstring')) ?? '',
      node: undefined,
      role: textOf(child('faultactor')),
      detail: child('detail'),
    };
  }
  return {
    code: localPart(textOf(child('Value', child('Code')))),
    reason: textOf(child('Text', child('Reason'))) ?? '',
    node: textOf(child('Node')),
    role: textOf(child('Role')),
    detail: child('Detail'),
  };
}

/** The text of a detail; undefined when it has none or has child elements (message-model 2.5). */
export function detailText(detail: Element | undefined): string | undefined {
  if (!detail || childElements(detail).length > 0) return undefined;
  return directText(detail) || undefined;
}

function textOf(element: Element | undefined): string | undefined {
  return element && directText(element);
}

function localPart(name: string | undefined): string {
  return name?.slice(name.indexOf(':') + 1).trim() ?? '';
}
