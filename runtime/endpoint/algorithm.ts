import type { ConfigElement } from '../configuration/element.js';
import type { Choose } from './composite.js';
import type { ChildEndpoint } from './endpoint.js';

const prefix = 'org.apache.synapse.endpoints.algorithms.';

/**
 * The algorithm of a load-balance endpoint, by its `policy` or the class name in `algorithm` (artifacts 3.8).
 * @param weights of the children, in their order
 * @throws ConfigurationError for both attributes or one that is not known.
 */
export function readAlgorithm(
  element: ConfigElement,
  children: readonly ChildEndpoint[],
  weights: readonly number[],
): Choose {
  const policy = element.attribute('policy');
  const algorithm = element.attribute('algorithm');
  if (policy !== undefined && algorithm !== undefined) {
    element.fail('conflicting-attributes', 'policy and algorithm cannot be given together', {
      attribute: 'policy',
      hint: 'keep one of them',
    });
  }
  if (policy !== undefined && policy !== 'roundRobin') {
    element.fail('invalid-attribute-value', `policy="${policy}" is not a policy`, {
      attribute: 'policy',
      hint: 'roundRobin is the only one',
    });
  }
  switch (algorithm?.startsWith(prefix) ? algorithm.slice(prefix.length) : algorithm) {
    case undefined:
    case 'RoundRobin':
      return roundRobin(children);
    case 'WeightedRoundRobin':
    case 'WeightedRRLCAlgorithm':
      return weightedRoundRobin(children, weights);
    default:
      return element.fail('unknown-algorithm', `algorithm="${algorithm}" is not a known load-balance algorithm`, {
        attribute: 'algorithm',
        hint: `use ${prefix}RoundRobin or ${prefix}WeightedRoundRobin`,
      });
  }
}

/** Each child in turn, those that are not ready left out. */
export function roundRobin(children: readonly ChildEndpoint[]): Choose {
  let next = 0;
  return (message) => {
    for (let attempts = 0; attempts <= children.length; attempts++) {
      const child = children[next];
      next = (next + 1) % children.length;
      if (child?.ready(message)) return child;
    }
    return undefined;
  };
}

/** Each child as often in a row as its weight says; does not look whether it is ready. */
function weightedRoundRobin(children: readonly ChildEndpoint[], weights: readonly number[]): Choose {
  let index = 0;
  let served = 0;
  return () => {
    const child = children[index];
    served++;
    if (served >= (weights[index] ?? 1)) {
      index = (index + 1) % children.length;
      served = 0;
    }
    return child;
  };
}
