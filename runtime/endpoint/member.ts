import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { errorCode, Fault } from '../message/fault.js';
import type { Message } from '../message/message.js';
import type { Destination } from './destination.js';
import { resolveStatic } from './static-values.js';

/**
 * `<member hostName httpPort httpsPort/>`: the scheme that the request came by, this host and port, and the path of the
 * message's To (artifacts 3.8).
 */
export function memberDestination(element: ConfigElement, context: CompileContext): Destination {
  const host = text(element, 'hostName', context);
  if (host === undefined)
    return element.fail('missing-attribute', '<member> needs a hostName', { hint: 'add hostName="…"' });
  const ports = { http: port(element, 'httpPort', context), https: port(element, 'httpsPort', context) };
  const url = (message: Message) => {
    const scheme = message.properties.get('TRANSPORT_IN_NAME') === 'https' ? 'https' : 'http';
    const chosen = ports[scheme];
    if (chosen === undefined) throw new Fault(`The member ${host} has no ${scheme} port`);
    const path = (message.addressing.to ?? '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
    return `${scheme}://${host}:${chosen}${path.startsWith('/') || path === '' ? path : `/${path}`}`;
  };
  return {
    label: 'Address',
    notReadyCode: errorCode.endpointNotReady,
    available: (message) =>
      ports[message.properties.get('TRANSPORT_IN_NAME') === 'https' ? 'https' : 'http'] !== undefined,
    resolve: url,
    resolveBlocking: (message) => ({ url: url(message), method: undefined }),
    describe: url,
  };
}

function text(element: ConfigElement, name: string, context: CompileContext): string | undefined {
  const value = element.attribute(name);
  return value ? resolveStatic(value, element, context, name) : undefined;
}

function port(element: ConfigElement, name: string, context: CompileContext): number | undefined {
  const value = text(element, name, context);
  if (value === undefined) return undefined;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  return element.fail('invalid-number', `${name}="${value}" is no port`, {
    attribute: name,
    hint: 'a number up to 65535',
  });
}
