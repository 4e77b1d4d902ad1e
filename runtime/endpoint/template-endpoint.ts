import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { errorCode, Fault } from '../message/fault.js';
import type { Endpoint, EndpointTemplate, Message } from '../message/message.js';
import { IndirectEndpoint } from './indirect.js';
import { resolveStatic } from './static-values.js';

/**
 * `<endpoint name template uri> <parameter name value/>* </endpoint>`: an endpoint made from a template, looked up when a
 * message is sent and made anew when the template has changed (artifacts 3.8).
 */
export function templateEndpoint(element: ConfigElement, template: string, context: CompileContext): IndirectEndpoint {
  const name = element.attribute('name');
  const parameters = readParameters(element, context);
  let made: { from: EndpointTemplate; endpoint: Endpoint } | undefined;
  return new IndirectEndpoint(undefined, (message: Message) => {
    const from = message.environment.endpointTemplate?.(template);
    if (!from) {
      const text = `Couldn't find the endpoint with the name ${name ?? 'null'} & template : ${template}`;
      throw new Fault(text, { code: errorCode.endpointNotFound, detail: text });
    }
    if (made?.from !== from) made = { from, endpoint: from.endpoint(parameters) };
    return made.endpoint;
  });
}

function readParameters(element: ConfigElement, context: CompileContext): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const attribute of ['name', 'uri']) {
    const value = element.attribute(attribute);
    if (value !== undefined) parameters.set(attribute, resolveStatic(value, element, context, attribute));
  }
  for (const child of element.elements().filter(({ localName }) => localName === 'parameter')) {
    const name = child.attribute('name');
    const value = child.attribute('value');
    if (!name || value === undefined) {
      child.fail('missing-attribute', '<parameter> of a template endpoint needs a name and a value', {
        hint: 'write <parameter name="…" value="…"/>',
      });
    }
    parameters.set(name as string, resolveStatic(value as string, child, context, 'value'));
  }
  return parameters;
}
