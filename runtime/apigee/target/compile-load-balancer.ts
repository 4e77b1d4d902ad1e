import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, childNumber, childText, readBoolean } from '../configured.js';
import { type Algorithm, type BalancedServer, LoadBalancer } from './load-balancer.js';

const algorithms: readonly Algorithm[] = ['RoundRobin', 'Weighted', 'LeastConnections'];

/** Seconds for which a server that failed too often is left alone, when no HealthMonitor says. */
const restTime = 30;

/** Compiles `<LoadBalancer>`. @throws ConfigurationError when it cannot be deployed */
export function compileLoadBalancer(element: ConfigElement): LoadBalancer {
  const servers = element.elements().filter((child) => child.localName === 'Server' && isEnabled(child));
  if (servers.length === 0) element.fail('missing-element', '<LoadBalancer> needs a <Server name="…"/>');
  const wanted = childText(element, 'Algorithm') ?? 'RoundRobin';
  const algorithm = algorithms.find((name) => name.toLowerCase() === wanted.toLowerCase());
  const monitor = element.parent?.element('HealthMonitor');
  return new LoadBalancer({
    algorithm: algorithm ?? element.fail('bad-value', `Algorithm must be one of ${algorithms.join(', ')}`),
    servers: servers.map(balancedServer),
    maxFailures: childNumber(element, 'MaxFailures') ?? 0,
    restTime: 1000 * ((monitor && childNumber(monitor, 'IntervalInSec')) ?? restTime),
    retries: readBoolean(childText(element, 'RetryEnabled') ?? 'true') ?? true,
  });
}

function isEnabled(server: ConfigElement): boolean {
  return readBoolean(childText(server, 'IsEnabled') ?? 'true') ?? true;
}

function balancedServer(server: ConfigElement): BalancedServer {
  return {
    name:
      attributeText(server, 'name') ?? server.fail('missing-attribute', '<Server> needs the name of a target server'),
    weight: childNumber(server, 'Weight') ?? 1,
    isFallback: readBoolean(childText(server, 'IsFallback') ?? 'false') ?? false,
  };
}
