import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { parseBoolean } from '../java/boolean.js';
import { readAlgorithm } from './algorithm.js';
import { CompositeEndpoint } from './composite.js';
import type { ChildEndpoint } from './endpoint.js';
import { readProperties } from './property-children.js';
import { SessionAffineEndpoint } from './session.js';

/**
 * `<loadbalance policy|algorithm failover buildMessage> endpoint+ | member+ </loadbalance>`, with `<session>` beside it
 * for affinity (artifacts 3.8).
 */
export function compileLoadbalance(
  element: ConfigElement,
  endpoint: ConfigElement,
  children: readonly ChildEndpoint[],
  context: CompileContext,
): ChildEndpoint {
  const elements = element.elements().filter(({ localName }) => localName === 'endpoint');
  const weights = children.map((_, index) => weightOf(elements[index]));
  const parts = {
    name: endpoint.attribute('name'),
    label: 'Loadbalance',
    choose: readAlgorithm(element, children, weights),
    failover: parseBoolean(element.attribute('failover') ?? 'true'),
    buildMessage: parseBoolean(element.attribute('buildMessage')),
    properties: readProperties(endpoint, context),
    attempts: weights.reduce((sum, weight) => sum + weight, 0),
  } as const;
  const session = endpoint.element('session');
  return session ? new SessionAffineEndpoint(parts, session, context) : new CompositeEndpoint(parts);
}

/** `<property name="loadbalance.weight" value="…"/>` of a child, by default 1. */
function weightOf(child: ConfigElement | undefined): number {
  const written = child
    ?.elements()
    .find((element) => element.localName === 'property' && element.attribute('name') === 'loadbalance.weight');
  if (!written) return 1;
  const weight = Number(written.attribute('value'));
  if (Number.isInteger(weight) && weight > 0) return weight;
  return written.fail('invalid-number', 'loadbalance.weight must be a whole number above 0', {
    attribute: 'value',
    hint: 'write it with digits, e.g. 2',
  });
}
