import type { ConfigElement } from '../configuration/element.js';
import type { Environment } from '../message/message.js';
import { type HttpProxy, hostPatterns } from '../transport/route.js';
import { fixedText, flag, type Reading } from './oauth-values.js';

const globalPrefix = 'synapse.endpoint.http.oauth.token.endpoint.global.proxy.';

/** The proxy for token calls: the endpoint's own, else the server's when the endpoint asks for it (artifacts 3.7). */
export function readProxy(
  element: ConfigElement,
  reading: Reading,
): (environment: Environment) => HttpProxy | undefined {
  const block = element.element('proxyConfigs');
  if (block) return ownProxy(block, reading);
  if (!flag(element, 'useGlobalProxyConfigs')) return () => undefined;
  return globalProxy;
}

function ownProxy(block: ConfigElement, reading: Reading): (environment: Environment) => HttpProxy {
  const text = (name: string) => fixedText(block.element(name), reading);
  const [host, port, protocol] = ['proxyHost', 'proxyPort', 'proxyProtocol'].map((name) => {
    return text(name) ?? reading.refuse(block, `<proxyConfigs> needs <${name}>`);
  }) as [Text, Text, Text];
  const [user, password] = [text('proxyUsername'), text('proxyPassword')];
  const [without, only] = [text('nonProxyHosts'), text('targetProxyHosts')];
  const number = block.element('proxyPort');
  if (number && !/^\$|^\d{1,5}$/.test(number.text.trim())) reading.refuse(number, '<proxyPort> is a port number');
  return (environment) =>
    proxyOf({
      host: host(environment),
      port: port(environment),
      protocol: protocol(environment),
      user: user?.(environment),
      password: password?.(environment),
      without: without?.(environment),
      only: only?.(environment),
    });
}

type Text = (environment: Environment) => string;

function globalProxy(environment: Environment): HttpProxy | undefined {
  const value = (name: string) => environment.property(`${globalPrefix}${name}`);
  const host = value('host');
  const port = value('port');
  if (value('enabled') !== 'true' || host === undefined || port === undefined) return undefined;
  return proxyOf({
    host,
    port,
    protocol: value('protocol') ?? 'http',
    user: value('username'),
    password: value('password'),
    without: value('nonProxyHosts'),
    only: value('targetProxyHosts'),
  });
}

interface ProxyTexts {
  host: string;
  port: string;
  protocol: string;
  user: string | undefined;
  password: string | undefined;
  /** Patterns of hosts that are called directly; they win. */
  without: string | undefined;
  /** Patterns of the only hosts that are called through the proxy. */
  only: string | undefined;
}

function proxyOf({ host, port, protocol, user, password, without, only }: ProxyTexts): HttpProxy {
  const excluded = hostPatterns(without ?? '');
  const included = hostPatterns(only ?? '');
  const credentials = user ? Buffer.from(`${user}:${password ?? ''}`, 'utf8').toString('base64') : undefined;
  return {
    host,
    port: Number(port),
    protocol: protocol.toLowerCase() === 'https' ? 'https' : 'http',
    authorization: credentials && `Basic ${credentials}`,
    appliesTo: (target) => !excluded?.(target) && (included?.(target) ?? true),
  };
}
