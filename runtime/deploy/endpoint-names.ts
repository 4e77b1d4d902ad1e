import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { isDescription, isSynapse, warnAboutAttributes, warnAboutChildren } from './known-names.js';

/** Attributes and child elements that an element accepts; no `children`: they are read by something else. */
interface Known {
  readonly attributes?: readonly string[];
  readonly children?: readonly string[];
}

const format = ['format', 'optimize', 'encoding'];
const quality = ['enableSec', 'enableAddressing', 'enableRM', 'timeout', 'suspendOnFailure', 'markForSuspension'];
const leafChildren = [...quality, 'retryConfig', 'authentication', 'property'];
const kinds = ['address', 'wsdl', 'default', 'http', 'class'];
const composites = ['loadbalance', 'dynamicLoadbalance', 'serviceDynamicLoadbalance', 'failover', 'recipientlist'];
const members = ['endpoint', 'member'];

/** What the elements of an endpoint accept (artifacts 3.1, 3.2, 3.8). */
const known: Readonly<Record<string, Known>> = {
  endpoint: {
    attributes: ['name', 'key', 'key-expression', 'template', 'uri', 'onError'],
    children: [...kinds, ...composites, 'session', 'property', 'parameter'],
  },
  address: { attributes: ['uri', ...format], children: leafChildren },
  http: { attributes: ['uri-template', 'method', 'version', ...format], children: leafChildren },
  default: { attributes: format, children: leafChildren },
  wsdl: { attributes: ['uri', 'service', 'port', ...format] },
  loadbalance: { attributes: ['policy', 'algorithm', 'failover', 'buildMessage'], children: [...members, 'property'] },
  failover: { attributes: ['dynamic', 'buildMessage'], children: members },
  recipientlist: { attributes: [], children: [...members, 'endpoints'] },
  endpoints: { attributes: ['value', 'max-cache'], children: leafChildren },
  member: { attributes: ['hostName', 'httpPort', 'httpsPort'], children: [] },
  session: { attributes: ['type'], children: ['sessionTimeout'] },
  property: { attributes: ['name', 'value', 'expression', 'scope'] },
  parameter: { attributes: ['name', 'value'] },
  timeout: { attributes: [], children: ['duration', 'action', 'responseAction'] },
  suspendOnFailure: {
    attributes: [],
    children: ['errorCodes', 'initialDuration', 'progressionFactor', 'maximumDuration'],
  },
  markForSuspension: { attributes: [], children: ['errorCodes', 'retriesBeforeSuspension', 'retryDelay'] },
  retryConfig: { attributes: [], children: ['disabledErrorCodes', 'enabledErrorCodes'] },
};

/** Warns about names in an endpoint that it does not know, which the reference engine ignores. */
export function warnAboutEndpoint(element: ConfigElement, context: CompileContext): void {
  const names = isSynapse(element) ? known[element.localName] : undefined;
  if (!names) return;
  if (names.attributes) warnAboutAttributes(element, names.attributes, context);
  if (!names.children) return;
  warnAboutChildren(element, names.children, context);
  for (const child of element.elements()) {
    if (names.children.includes(child.localName) && !isDescription(child)) warnAboutEndpoint(child, context);
  }
}
