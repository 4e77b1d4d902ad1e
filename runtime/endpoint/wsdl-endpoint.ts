import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import type { Environment } from '../message/message.js';
import type { EndpointDefinition } from './definition.js';
import { addressDestination, type Destination } from './destination.js';
import { resolveStatic } from './static-values.js';
import { fetchWsdl, readWsdlFile, readWsdlPort, WsdlError, type WsdlPort } from './wsdl.js';

/**
 * `<wsdl uri service port>` or `<wsdl service port>` around WSDL 1.1 definitions: sends to the address of that port
 * (artifacts 3.8). Inline and local documents are read at deployment, one on a server when it is first needed.
 * @throws ConfigurationError for what the document does not have.
 */
export function compileWsdl(
  element: ConfigElement,
  definition: EndpointDefinition,
  context: CompileContext,
): { destination: Destination; definition: EndpointDefinition } {
  const value = (name: string) => {
    const text = element.attribute(name);
    if (text) return resolveStatic(text, element, context, name);
    return element.fail('missing-attribute', `<wsdl> needs the attribute "${name}"`, { hint: `add ${name}="…"` });
  };
  const service = value('service');
  const portName = value('port');
  const inline = element.elements().find(({ localName }) => localName === 'definitions' || localName === 'description');
  const uri = inline ? undefined : value('uri');
  if (uri !== undefined && /^https?:/i.test(uri)) {
    return { destination: fetchedDestination(uri, service, portName, definition), definition };
  }
  let port: WsdlPort;
  try {
    port = readWsdlPort(inline ? inline.node : readWsdlFile(uri ?? ''), service, portName);
  } catch (error) {
    if (!(error instanceof WsdlError)) throw error;
    return element.fail('invalid-wsdl', error.message, inline ? {} : { attribute: 'uri' });
  }
  const format = definition.format ?? (port.soap12 ? 'soap12' : undefined);
  return { destination: addressDestination(port.address, format, 'WSDL'), definition: { ...definition, format } };
}

function fetchedDestination(
  uri: string,
  service: string,
  portName: string,
  definition: EndpointDefinition,
): Destination {
  let port: WsdlPort | undefined;
  const destination = addressDestination(() => port?.address ?? uri, definition.format, 'WSDL');
  return {
    ...destination,
    async prepare({ transport }: Environment) {
      if (port || !transport) return;
      port = readWsdlPort(await fetchWsdl(uri, transport), service, portName);
    },
  };
}
