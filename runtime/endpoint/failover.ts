import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { parseBoolean } from '../java/boolean.js';
import { type Choose, CompositeEndpoint } from './composite.js';
import type { ChildEndpoint } from './endpoint.js';
import { readProperties } from './property-children.js';

/** `<failover dynamic buildMessage> endpoint+ </failover>` (artifacts 3.8). */
export function compileFailover(
  element: ConfigElement,
  endpoint: ConfigElement,
  children: readonly ChildEndpoint[],
  context: CompileContext,
): CompositeEndpoint {
  const dynamic = parseBoolean(element.attribute('dynamic') ?? 'true');
  return new CompositeEndpoint({
    name: endpoint.attribute('name'),
    label: 'Failover',
    choose: dynamic ? firstReady(children) : sticky(children),
    failover: true,
    buildMessage: parseBoolean(element.attribute('buildMessage')),
    properties: readProperties(endpoint, context),
    attempts: children.length,
  });
}

/** Each attempt takes the first child that is ready; one that failed on this message is left out while others are. */
function firstReady(children: readonly ChildEndpoint[]): Choose {
  return (message, tried) => children.find((child) => child.ready(message) && !tried.includes(child));
}

/** Stays with one child until that is not ready. */
function sticky(children: readonly ChildEndpoint[]): Choose {
  let current = 0;
  return (message, tried) => {
    for (let step = 0; step < children.length; step++) {
      const index = (current + step) % children.length;
      const child = children[index];
      if (!child?.ready(message) || tried.includes(child)) continue;
      current = index;
      return child;
    }
    return undefined;
  };
}
