import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Element } from '@xmldom/xmldom';
import { parseTarget } from '../transport/target.js';
import type { Transport } from '../transport/transport.js';
import { wholeBody } from '../transport/whole-body.js';
import { parseElement } from '../xml/parse.js';
import { childElements } from '../xml/walk.js';

const wsdl11 = 'http://schemas.xmlsoap.org/wsdl/';
const wsdl20 = 'http://www.w3.org/ns/wsdl';
const soap12 = 'http://schemas.xmlsoap.org/wsdl/soap12/';
const bindings = ['http://schemas.xmlsoap.org/wsdl/soap/', soap12, 'http://schemas.xmlsoap.org/wsdl/http/'];

/** Where a port of a WSDL lives, and which SOAP version its binding speaks. */
export interface WsdlPort {
  readonly address: string;
  readonly soap12: boolean;
}

export class WsdlError extends Error {}

/**
 * The address of a port in a WSDL 1.1 document.
 * @throws WsdlError for WSDL 2.0 and for a service, port or address that is not there.
 */
export function readWsdlPort(definitions: Element, service: string, port: string): WsdlPort {
  if (definitions.namespaceURI === wsdl20) throw new WsdlError('WSDL 2.0 Endpoints are currently not supported');
  if (definitions.namespaceURI !== wsdl11 || definitions.localName !== 'definitions') {
    throw new WsdlError('The document is no WSDL 1.1 definition');
  }
  const found = named(definitions, 'service', service);
  if (!found) throw new WsdlError(`The WSDL has no service "${service}"`);
  const element = named(found, 'port', port);
  if (!element) throw new WsdlError(`The service "${service}" of the WSDL has no port "${port}"`);
  const address = childElements(element).find(
    (child) => child.localName === 'address' && bindings.includes(child.namespaceURI ?? ''),
  );
  const location = address?.getAttribute('location');
  if (!address || !location) throw new WsdlError(`The port "${port}" of the WSDL has no address`);
  return { address: location, soap12: address.namespaceURI === soap12 };
}

/** A WSDL on this machine. @throws WsdlError when it cannot be read. */
export function readWsdlFile(uri: string): Element {
  try {
    return parseElement(readFileSync(uri.startsWith('file:') ? fileURLToPath(uri) : uri, 'utf8'));
  } catch (error) {
    throw new WsdlError(`The WSDL ${uri} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A WSDL from a server. @throws WsdlError when it cannot be had. */
export async function fetchWsdl(uri: string, transport: Transport): Promise<Element> {
  try {
    const headers = ['Host', parseTarget(uri).authority, 'Accept', 'text/xml, application/xml, application/wsdl+xml'];
    const { status, body } = await transport.exchange({ method: 'GET', url: uri, headers });
    const text = (await wholeBody(body))?.toString('utf8') ?? '';
    if (status !== 200) throw new Error(`the server answered ${status}`);
    return parseElement(text);
  } catch (error) {
    throw new WsdlError(`The WSDL cannot be fetched: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function named(parent: Element, localName: string, name: string): Element | undefined {
  return childElements(parent).find(
    (child) => child.localName === localName && child.namespaceURI === wsdl11 && child.getAttribute('name') === name,
  );
}
