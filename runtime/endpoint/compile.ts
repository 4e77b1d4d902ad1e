import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { compileDynamicValue } from '../expression/dynamic-value.js';
import type { Message } from '../message/message.js';
import { readAuthentication } from './authentication.js';
import { readDefinition } from './definition.js';
import { addressDestination, type Destination, defaultDestination, httpDestination } from './destination.js';
import type { ChildEndpoint } from './endpoint.js';
import { compileFailover } from './failover.js';
import { readHttpAddress } from './http-address.js';
import { keyEndpoint, keyExpressionEndpoint } from './indirect.js';
import { LeafEndpoint } from './leaf.js';
import { compileLoadbalance } from './loadbalance.js';
import { memberDestination } from './member.js';
import { sendUnder } from './on-error.js';
import { readProperties } from './property-children.js';
import { RecipientListEndpoint } from './recipient-list.js';
import { resolveStatic } from './static-values.js';
import { templateEndpoint } from './template-endpoint.js';
import { compileWsdl } from './wsdl-endpoint.js';

type CompileKind = (kind: ConfigElement, endpoint: ConfigElement, context: CompileContext) => ChildEndpoint;

/** The kinds by their element, in the order in which the reference engine looks for them (artifacts 3.1). */
const kinds: Readonly<Record<string, CompileKind>> = {
  address: compileAddress,
  wsdl: (kind, endpoint, context) => {
    const { destination, definition } = compileWsdl(kind, readDefinition(kind, context), context);
    return leaf(endpoint, destination, definition, context);
  },
  default: (kind, endpoint, context) => {
    const definition = readDefinition(kind, context);
    const authentication = authenticationOf(kind, endpoint, 'default', context);
    return leaf(endpoint, defaultDestination(definition.format), definition, context, authentication);
  },
  loadbalance: (kind, endpoint, context) => compileLoadbalance(kind, endpoint, readChildren(kind, context), context),
  dynamicLoadbalance: unsupported('group membership of a cluster'),
  serviceDynamicLoadbalance: unsupported('group membership of a cluster'),
  failover: (kind, endpoint, context) =>
    compileFailover(kind, endpoint, distinct(kind, readChildren(kind, context)), context),
  recipientlist: compileRecipientList,
  http: compileHttp,
  class: unsupported('a Java class'),
};

/**
 * Compiles an `<endpoint>` of any kind (artifacts 3). Addresses, templates, codes and numbers are checked here; an
 * endpoint, template or sequence that it names is looked up when a message is sent.
 * @throws ConfigurationError when it cannot be deployed
 */
export function compileEndpoint(element: ConfigElement, context: CompileContext): ChildEndpoint {
  const endpoint = compileBody(element, context);
  const onError = element.attribute('onError');
  return onError ? withOnError(endpoint, onError) : endpoint;
}

function compileBody(element: ConfigElement, context: CompileContext): ChildEndpoint {
  const key = element.attribute('key');
  if (key) return keyEndpoint(key, context);
  if (element.attribute('key-expression')) {
    return keyExpressionEndpoint(context.expression(element, 'key-expression'), context);
  }
  const template = element.attribute('template');
  if (template) return templateEndpoint(element, template, context);
  for (const [name, compile] of Object.entries(kinds)) {
    const kind = element.element(name);
    if (kind) return compile(kind, element, context);
  }
  return element.fail('invalid-endpoint', 'Invalid endpoint configuration.', {
    hint: `an endpoint has key, key-expression or template, or one of ${Object.keys(kinds).join(', ')}`,
  });
}

/** Pushes the endpoint's own fault sequence while it sends. */
function withOnError(endpoint: ChildEndpoint, onError: string): ChildEndpoint {
  return {
    name: endpoint.name,
    ready: (message) => endpoint.ready(message),
    retryable: (code) => endpoint.retryable(code),
    send: (message: Message) => sendUnder(message, onError, () => endpoint.send(message)),
    sendBlocking: (message: Message) => sendUnder(message, onError, () => endpoint.sendBlocking(message)),
  };
}

function leaf(
  endpoint: ConfigElement,
  destination: Destination,
  definition: ReturnType<typeof readDefinition>,
  context: CompileContext,
  authentication?: ReturnType<typeof readAuthentication>,
): LeafEndpoint {
  const properties = readProperties(endpoint, context);
  return new LeafEndpoint({ name: endpoint.attribute('name'), destination, definition, properties, authentication });
}

function compileAddress(kind: ConfigElement, endpoint: ConfigElement, context: CompileContext): LeafEndpoint {
  const uri = kind.attribute('uri')?.trim();
  if (!uri) kind.fail('missing-attribute', '<address> needs a uri that is not empty', { hint: 'add uri="http://…"' });
  const definition = readDefinition(kind, context);
  const address = resolveStatic(uri as string, kind, context, 'uri');
  const authentication = authenticationOf(kind, endpoint, address, context);
  return leaf(endpoint, addressDestination(address, definition.format), definition, context, authentication);
}

/** The `<authentication>` of an http endpoint; here, of address and default endpoints too. */
function authenticationOf(kind: ConfigElement, endpoint: ConfigElement, address: string, context: CompileContext) {
  const block = kind.element('authentication');
  const name = endpoint.attribute('name');
  return block && readAuthentication(block, name, `${name ?? ''} ${address}`, context);
}

function compileHttp(kind: ConfigElement, endpoint: ConfigElement, context: CompileContext): LeafEndpoint {
  const definition = readDefinition(kind, context);
  const { literals } = readProperties(endpoint, context);
  const address = readHttpAddress(kind, definition, literals, context);
  const authentication = authenticationOf(kind, endpoint, address.text, context);
  return leaf(endpoint, httpDestination(address), definition, context, authentication);
}

function compileRecipientList(kind: ConfigElement, endpoint: ConfigElement, context: CompileContext): ChildEndpoint {
  const dynamic = kind.element('endpoints');
  if (!dynamic) return new RecipientListEndpoint(endpoint, context, { fixed: readChildren(kind, context) });
  const value = dynamic.attribute('value');
  if (!value) dynamic.fail('missing-attribute', '<endpoints> needs a value', { hint: 'add value="{expression}"' });
  const size = dynamic.attribute('max-cache');
  if (size !== undefined && !/^\d+$/.test(size)) {
    dynamic.fail('invalid-number', `max-cache="${size}" is no number`, { attribute: 'max-cache' });
  }
  const definition = readDefinition(kind, context);
  return new RecipientListEndpoint(endpoint, context, {
    value: compileDynamicValue(value as string, dynamic.namespaces()),
    poolSize: Number(size ?? 20),
    endpointFor: (url) =>
      new LeafEndpoint({
        name: undefined,
        destination: addressDestination(url, definition.format),
        definition,
        properties: { literals: new Map(), apply: () => undefined },
        authentication: undefined,
      }),
  });
}

/** The `<endpoint>` or `<member>` children of a composite. */
function readChildren(kind: ConfigElement, context: CompileContext): ChildEndpoint[] {
  const endpoints = kind.elements().filter(({ localName }) => localName === 'endpoint');
  const members = kind.elements().filter(({ localName }) => localName === 'member');
  if (endpoints.length > 0 && members.length > 0) {
    kind.fail('invalid-endpoint', `<${kind.localName}> has both endpoints and members`, { hint: 'use one of the two' });
  }
  if (endpoints.length + members.length === 0) {
    kind.fail('invalid-endpoint', `<${kind.localName}> has no child endpoints`, { hint: 'add <endpoint> elements' });
  }
  const definition = readDefinition(kind, context);
  return [
    ...endpoints.map((child) => compileEndpoint(child, context)),
    ...members.map((member) => leaf(member, memberDestination(member, context), definition, context)),
  ];
}

/** A key may stand only once among the children of a failover. */
function distinct(kind: ConfigElement, children: ChildEndpoint[]): ChildEndpoint[] {
  const keys = new Set<string>();
  for (const child of kind.elements()) {
    const key = child.attribute('key');
    if (key === undefined) continue;
    if (keys.has(key)) {
      child.fail('duplicate-endpoint', 'Same endpoint definition cannot be used with in the siblings', {
        attribute: 'key',
        hint: `remove one of the endpoints with key="${key}"`,
      });
    }
    keys.add(key);
  }
  return children;
}

function unsupported(what: string): CompileKind {
  return (kind) =>
    kind.fail('unsupported-endpoint', `<${kind.localName}> does not run here: it needs ${what}`, {
      hint: 'use loadbalance, failover or recipientlist with the addresses',
    });
}
