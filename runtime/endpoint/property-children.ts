import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { buildBody } from '../message/build.js';
import type { Message } from '../message/message.js';

const scopes = ['default', 'axis2', 'axis2-client', 'transport'] as const;

/** The `<property>` children of an endpoint (artifacts 3.1), ready to run. */
export interface EndpointProperties {
  /** Literal values of the default scope by name: `uri.var.*` among them fill templates (artifacts 3.6). */
  readonly literals: ReadonlyMap<string, string>;
  /** Sets them on the message, before every send. An expression on the body builds it, where the reference's reads nothing. */
  apply(message: Message): void | Promise<void>;
}

interface Property {
  name: string;
  scope: (typeof scopes)[number];
  contentAware: boolean;
  value(message: Message): string | null;
}

/** @throws ConfigurationError for a property without name or value, or with an unknown scope. */
export function readProperties(endpoint: ConfigElement, context: CompileContext): EndpointProperties {
  const literals = new Map<string, string>();
  const properties = endpoint
    .elements()
    .filter((child) => child.localName === 'property')
    .map((child) => readProperty(child, context, literals));
  const contentAware = properties.some((property) => property.contentAware);
  const set = (message: Message) => {
    for (const { name, scope, value } of properties) setProperty(message, scope, name, value(message));
  };
  return {
    literals,
    apply: (message) =>
      contentAware && !message.payload.built ? buildBody(message).then(() => set(message)) : set(message),
  };
}

function readProperty(element: ConfigElement, context: CompileContext, literals: Map<string, string>): Property {
  const name = element.attribute('name');
  if (!name?.trim()) element.fail('missing-attribute', '<property> needs a name', { hint: 'add name="…"' });
  const written = element.attribute('scope') ?? 'default';
  const scope = scopes.find((known) => known === written);
  if (!scope) {
    return element.fail('invalid-attribute-value', `scope="${written}" is not a scope of endpoint properties`, {
      attribute: 'scope',
      hint: `use one of: ${scopes.join(', ')}`,
    });
  }
  const value = element.attribute('value');
  if (value) {
    if (scope === 'default') literals.set(name as string, value);
    return { name: name as string, scope, contentAware: false, value: () => value };
  }
  if (!element.attribute('expression')) {
    element.fail('missing-attribute', `property ${name} needs a "value" or "expression" that is not empty`, {
      ...(value === undefined ? {} : { attribute: 'value' }),
      hint: 'give value a text, or an expression',
    });
  }
  const expression = context.expression(element, 'expression');
  return {
    name: name as string,
    scope,
    contentAware: expression.contentAware,
    value: (message) => expression.text(message),
  };
}

function setProperty(message: Message, scope: Property['scope'], name: string, value: string | null): void {
  switch (scope) {
    case 'default':
      message.setProperty(name, value);
      break;
    case 'axis2':
      message.axis2.set(name, value);
      if (name !== 'messageType' || value === null) break;
      message.axis2.set('ContentType', value);
      message.headers.set('Content-Type', value);
      break;
    case 'axis2-client':
      message.client.set(name, value);
      break;
    case 'transport':
      message.headers.set(name, value ?? '');
      break;
  }
}
