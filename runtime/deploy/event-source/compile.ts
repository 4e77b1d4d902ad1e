import { requiredAttribute } from '../../../mediators/attribute.js';
import type { CompileContext } from '../../configuration/context.js';
import type { ConfigElement } from '../../configuration/element.js';
import { resolveStatic } from '../../endpoint/static-values.js';
import { checkFilter, DeployedEventSource, ownerOf } from '../../eventing/event-source.js';
import { readExpiry } from '../../eventing/expiry.js';
import type { Expiry, Subscription, SubscriptionFilter } from '../../message/subscription-state.js';
import { warnAboutAttributes, warnAboutChildren } from '../known-names.js';

/** The one subscription manager that runs: in memory. */
export const subscriptionManager = 'org.apache.synapse.eventing.managers.DefaultInMemorySubscriptionManager';

/** Its properties, both required. */
export const managerProperties: readonly string[] = ['topicHeaderName', 'topicHeaderNS'];

/**
 * Compiles an `<eventSource name="…">` with its manager and the subscriptions of the configuration (mediators 12). What
 * subscribers have asked for outlives a new version, and goes when no event source of that name is deployed.
 */
export function compileEventSource(element: ConfigElement, context: CompileContext): DeployedEventSource {
  const name = element.attribute('name') || element.fail('missing-attribute', 'An event source needs a name attribute');
  warnAboutAttributes(element, ['name'], context);
  warnAboutChildren(element, ['subscriptionManager', 'subscription'], context);
  const manager =
    element.element('subscriptionManager') ??
    element.fail('missing-element', 'An event source needs a <subscriptionManager>', {
      hint: `add <subscriptionManager class="${subscriptionManager}"> with its properties`,
    });
  const topicHeader = readManager(manager, context);
  const subscriptions = element.elements().filter(({ localName }) => localName === 'subscription');
  const fixed = subscriptions.map((child) => readSubscription(child, context));
  refuseRepeated(subscriptions);
  context.lifetime?.follow({
    begin() {},
    end(environment) {
      // A new version is there by then.
      queueMicrotask(() => {
        if (!environment.eventSource?.(name)) void environment.subscriptions?.drop(ownerOf(name)).catch(() => {});
      });
    },
  });
  return new DeployedEventSource({ name, topicHeader, fixed });
}

function readManager(element: ConfigElement, context: CompileContext): { name: string; namespace: string } {
  const className =
    element.attribute('class') || element.fail('missing-attribute', '<subscriptionManager> needs a class attribute');
  if (className !== subscriptionManager) {
    element.fail('unsupported-subscription-manager', `The subscription manager ${className} does not run here`, {
      attribute: 'class',
      hint: `use ${subscriptionManager}, which keeps subscriptions in memory; write those that have to outlive the process as <subscription> elements`,
    });
  }
  warnAboutAttributes(element, ['class'], context);
  warnAboutChildren(element, ['property'], context);
  const values = new Map<string, string>();
  for (const property of element.elements().filter(({ localName }) => localName === 'property')) {
    const name = property.attribute('name')?.trim() ?? '';
    values.set(name, property.attribute('value')?.trim() ?? '');
    if (managerProperties.includes(name)) continue;
    const message = `The subscription manager does not know the property "${name}"; it is ignored`;
    const hint = `it knows ${managerProperties.join(' and ')}`;
    context.report(property.problem('unknown-property', message, { attribute: 'name', severity: 'warning', hint }));
  }
  const required = (name: string): string =>
    values.get(name) ||
    element.fail('missing-property', `The subscription manager needs the property ${name}`, {
      hint: `add <property name="${name}" value="…"/>: name and namespace of the SOAP header block with the topic of an event`,
    });
  return { name: required('topicHeaderName'), namespace: required('topicHeaderNS') };
}

function readSubscription(element: ConfigElement, context: CompileContext): Subscription {
  const id = requiredAttribute(element, 'id');
  warnAboutAttributes(element, ['id'], context);
  warnAboutChildren(element, ['filter', 'endpoint', 'expires'], context);
  const expires = readExpires(element.element('expires'), context);
  return {
    id,
    address: readAddress(requiredElement(element, 'endpoint'), context),
    filter: readFilter(requiredElement(element, 'filter')),
    ...(expires ? { expires } : {}),
  };
}

function readFilter(element: ConfigElement): SubscriptionFilter {
  const filter = {
    dialect: requiredAttribute(element, 'dialect').trim(),
    text: requiredAttribute(element, 'source').trim(),
    namespaces: Object.fromEntries(element.namespaces()),
  };
  try {
    checkFilter(filter);
  } catch (error) {
    element.fail('invalid-filter', (error as Error).message);
  }
  return filter;
}

/** Of the endpoint, only the address counts. */
function readAddress(endpoint: ConfigElement, context: CompileContext): string {
  const address = requiredElement(endpoint, 'address');
  warnAboutChildren(endpoint, ['address'], context);
  warnAboutAttributes(address, ['uri'], context);
  warnAboutChildren(address, [], context);
  const uri = resolveStatic(requiredAttribute(address, 'uri').trim(), address, context, 'uri');
  if (/^https?:/i.test(uri) && URL.canParse(uri)) return uri;
  return address.fail('invalid-address', 'The address of a subscription is no http or https URL', {
    attribute: 'uri',
    hint: 'events are posted by HTTP; write uri="http://…"',
  });
}

function readExpires(element: ConfigElement | undefined, context: CompileContext): Expiry | undefined {
  if (!element) return undefined;
  const expires = readExpiry(element.text.trim(), Date.now());
  if (!expires) {
    element.fail('invalid-expiration', `"${element.text.trim()}" is neither an xs:dateTime nor an xs:duration`, {
      hint: 'write 2030-12-31T23:59:59Z, or P30D for 30 days from the deployment on',
    });
  }
  if (expires && expires.at <= Date.now()) {
    const message = `The subscription has expired on ${expires.text}: it gets no events`;
    context.report(element.problem('expired-subscription', message, { severity: 'warning' }));
  }
  return expires;
}

function refuseRepeated(subscriptions: readonly ConfigElement[]): void {
  const known = new Set<string | undefined>();
  for (const element of subscriptions) {
    const id = element.attribute('id');
    if (known.has(id)) {
      element.fail('duplicate-subscription', `There are two subscriptions with the id ${id}`, { attribute: 'id' });
    }
    known.add(id);
  }
}

function requiredElement(element: ConfigElement, name: string): ConfigElement {
  return element.element(name) ?? element.fail('missing-element', `<${element.localName}> needs an element <${name}>`);
}
