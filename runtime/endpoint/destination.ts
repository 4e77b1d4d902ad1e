import { javaText } from '../java/text.js';
import { errorCode, Fault } from '../message/fault.js';
import type { Environment, Message } from '../message/message.js';
import type { EndpointFormat } from './definition.js';
import { expandLegacy } from './legacy-encoding.js';
import { countsAsRest } from './rest.js';
import { joinPostfix, joinPostfixPlainly, substituteProperties } from './target-url.js';
import type { UriTemplate } from './uri-template.js';

/** Where a leaf endpoint sends to. */
export interface Destination {
  /** The kind as log and error texts call it. */
  readonly label: 'HTTP' | 'Address' | 'Default' | 'WSDL';
  readonly notReadyCode: number;
  /** Finds out what is not known at deployment; called before each send. */
  prepare?(environment: Environment): Promise<void>;
  /** Whether there is an address to send to at all. */
  available(message: Message): boolean;
  /**
   * Fills the template, before the endpoint's properties are set; it becomes the message's To, and a method of the
   * endpoint its default-scope HTTP_METHOD. Absent where there is no template.
   */
  expand?(message: Message): string;
  /**
   * The URL of a non-blocking send. An endpoint with a method sets it on the outgoing message and leaves
   * REST_URL_POSTFIX out (artifacts 3.5).
   */
  resolve(message: Message, outgoing: Message, expanded: string): string;
  /** The URL of a blocking call and its method, if the endpoint has one. */
  resolveBlocking(message: Message, expanded: string): { url: string; method: string | undefined };
  /** The URL for logs. */
  describe(message: Message): string;
}

/** The To address of an answer (WS-Addressing 1.0): whoever asked, nobody that could be sent to. */
export const anonymous = 'http://www.w3.org/2005/08/addressing/anonymous';

type Join = typeof joinPostfix;

/** The postfix is the message's own: one in the operation scope does not count (message-model 2.4). */
function withPostfix(message: Message, url: string, format: EndpointFormat | undefined, join: Join): string {
  const postfix = message.axis2.get('REST_URL_POSTFIX');
  return typeof postfix === 'string' && postfix && countsAsRest(message, format) ? join(url, postfix) : url;
}

/** `<address uri="…">` and `<wsdl>`, whose address is known at deployment. */
export function addressDestination(
  uri: string | (() => string),
  format: EndpointFormat | undefined,
  label: 'Address' | 'WSDL' = 'Address',
): Destination {
  const base = (message: Message) => substituteProperties(typeof uri === 'string' ? uri : uri(), message);
  return {
    label,
    notReadyCode: label === 'WSDL' ? errorCode.wsdlEndpointNotReady : errorCode.endpointNotReady,
    available: () => true,
    resolve: (message) => withPostfix(message, base(message), format, joinPostfix),
    resolveBlocking: (message) => ({
      url: withPostfix(message, base(message), format, joinPostfix),
      method: undefined,
    }),
    describe: base,
  };
}

/**
 * `<default/>`: the To address of the message.
 * @param join how REST_URL_POSTFIX comes behind it
 */
export function defaultDestination(format: EndpointFormat | undefined, join: Join = joinPostfixPlainly): Destination {
  const to = (message: Message) => {
    const { to = '' } = message.addressing;
    if (to !== anonymous) return to;
    throw new Fault(`'To' header was set to ${to}`, { code: errorCode.endpointNotReady });
  };
  return {
    label: 'Default',
    notReadyCode: errorCode.endpointNotReady,
    available: () => true,
    resolve: (message) => withPostfix(message, to(message), format, join),
    resolveBlocking: (message) => ({
      url: withPostfix(message, to(message), format, join),
      method: undefined,
    }),
    describe: (message) => message.addressing.to ?? '',
  };
}

/** What an `<http>` endpoint knows of its URL. */
export interface HttpAddress {
  /** The text as written, without `legacy-encoding:`. */
  readonly text: string;
  readonly template: UriTemplate;
  readonly legacy: boolean;
  /** Upper case; undefined: the incoming method. */
  readonly method: string | undefined;
  readonly format: EndpointFormat | undefined;
  /** Literal `uri.var.*` and `query.param.*` properties of the endpoint, which win. */
  readonly variables: ReadonlyMap<string, string>;
}

/** `<http uri-template="…" method="…">`. */
export function httpDestination(address: HttpAddress): Destination {
  const { method, format } = address;
  const expanded = (message: Message) => substituteProperties(expand(address, message), message);
  return {
    label: 'HTTP',
    notReadyCode: errorCode.endpointNotReady,
    available: () => true,
    expand(message) {
      const url = expanded(message);
      message.addressing.to = url;
      if (method !== undefined) message.setProperty('HTTP_METHOD', method);
      return url;
    },
    resolve(message, outgoing, url) {
      if (method === undefined) return withPostfix(message, url, format, joinPostfix);
      outgoing.axis2.set('HTTP_METHOD', method);
      return url;
    },
    resolveBlocking: (message, url) => ({ url: withPostfix(message, url, format, joinPostfix), method }),
    describe: expanded,
  };
}

/** Rule 1 of artifacts 3.6: without any variable the text is used as it is, braces and all. */
function expand({ text, template, legacy, variables }: HttpAddress, message: Message): string {
  if ((template.variables.length === 0 && !legacy) || !hasVariables(message, variables)) return text;
  const value = (name: string): string | undefined => {
    if (!isVariable(name)) return undefined;
    const own = variables.get(name);
    if (own !== undefined) return own;
    const set = message.properties.get(name);
    return set === undefined || set === null ? undefined : javaText(set);
  };
  return legacy ? expandLegacy(template, value) : template.expand(value);
}

export function isVariable(name: string): boolean {
  return name.startsWith('uri.var.') || name.startsWith('query.param.');
}

function hasVariables(message: Message, variables: ReadonlyMap<string, string>): boolean {
  if (variables.size > 0) return true;
  for (const name of message.properties.keys()) if (isVariable(name)) return true;
  return false;
}
