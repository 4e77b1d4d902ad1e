import { attributeText, childNumber, childText, readBoolean, textIn } from '../../apigee/configured.js';
import type { TargetLimits } from '../../apigee/target/call-target.js';
import { balancedTarget, urlTarget } from '../../apigee/target/http-target.js';
import { type Algorithm, type BalancedServer, LoadBalancer } from '../../apigee/target/load-balancer.js';
import { localTarget } from '../../apigee/target/local-target.js';
import { defaultSuccessCodes, successCodes } from '../../apigee/target/success-codes.js';
import type { TargetConnection, TargetEndpoint } from '../../apigee/target/target.js';
import { compileTemplate } from '../../apigee/template.js';
import type { ConfigElement } from '../../configuration/element.js';
import { childrenNamed, compileFlows, looksAtContentAfterwards } from './compile-endpoint.js';
import type { StepCompiler } from './compile-steps.js';

/** Targets of Apigee that run programs of their own, and what they run. */
const foreignTargets: Readonly<Record<string, string>> = {
  __proto__: null as never,
  ScriptTarget: 'a Node.js application',
  HostedTarget: 'a hosted application',
  IntegrationTarget: 'an integration of another product',
};

/** Milliseconds, when the properties do not say (api-management 2.2). */
const defaultLimits: TargetLimits = { io: 55_000, connect: 3_000 };

/** Compiles a TargetEndpoint. @throws ConfigurationError when it cannot be deployed */
export function compileTarget(element: ConfigElement, compiler: StepCompiler): TargetEndpoint {
  const flows = compileFlows(element, compiler, 'downwards');
  const http = element.element('HTTPTargetConnection');
  const connection = http
    ? httpConnection(http, compiler)
    : (localConnection(element.element('LocalTargetConnection')) ?? refuseTarget(element));
  return {
    ...flows,
    connection,
    isSuccess: statusRule(http),
    looksAtContentAfterwards: looksAtContentAfterwards(flows),
  };
}

/** The target that a route rule's `<URL>` stands for: no flows of its own. */
export function compileUrlTarget(element: ConfigElement, compiler: StepCompiler): TargetEndpoint {
  const flows = compileFlows(element, compiler, 'downwards');
  return {
    ...flows,
    name: 'default',
    connection: urlTarget(compileTemplate(element.text.trim()), defaultLimits),
    isSuccess: statusRule(undefined),
    looksAtContentAfterwards: false,
  };
}

function refuseTarget(element: ConfigElement): never {
  const foreign = element.elements().find(({ localName }) => localName in foreignTargets);
  if (foreign) {
    const what = foreignTargets[foreign.localName];
    return foreign.fail('unsupported-target', `A ${foreign.localName} does not run here: it is ${what}`);
  }
  return element.fail('missing-element', 'The target endpoint has no HTTPTargetConnection or LocalTargetConnection');
}

/** Properties of a connection by name; empty ones are absent. */
export function connectionProperties(element: ConfigElement | undefined): Map<string, ConfigElement> {
  const found = childrenNamed(element, 'Properties').flatMap((list) => childrenNamed(list, 'Property'));
  return new Map(found.flatMap((property) => (textIn(property) ? [[property.attribute('name') ?? '', property]] : [])));
}

function statusRule(http: ConfigElement | undefined): (status: number) => boolean {
  const property = connectionProperties(http).get('success.codes');
  const text = textIn(property) ?? defaultSuccessCodes;
  const rule = successCodes(text);
  if (rule) return rule;
  return (property as ConfigElement).fail('bad-value', `"${text}" is no list of status codes such as 2xx,304`);
}

function limitsOf(http: ConfigElement): TargetLimits {
  const properties = connectionProperties(http);
  const read = (name: string, absent: number): number => {
    const property = properties.get(name);
    const text = textIn(property);
    if (!property || text === undefined) return absent;
    const value = Number(text);
    return Number.isInteger(value) && value > 0 ? value : property.fail('bad-value', `${name} must be milliseconds`);
  };
  return {
    io: read('io.timeout.millis', defaultLimits.io),
    connect: read('connect.timeout.millis', defaultLimits.connect),
  };
}

function httpConnection(http: ConfigElement, compiler: StepCompiler): TargetConnection {
  const limits = limitsOf(http);
  const url = childText(http, 'URL');
  const balancer = http.element('LoadBalancer');
  const ssl = http.element('SSLInfo');
  if (textIn(ssl?.element('ClientAuthEnabled'))?.toLowerCase() === 'true' && ssl) {
    compiler.problems.push(
      ssl.problem('no-effect', 'SSLInfo has no effect: certificates are those of the server', { severity: 'warning' }),
    );
  }
  if (balancer) return balancedTarget(loadBalancer(balancer), childText(http, 'Path') ?? '', limits);
  if (url === undefined) return http.fail('missing-element', 'HTTPTargetConnection needs a <URL> or a <LoadBalancer>');
  if (!url.includes('{') && !/^https?:\/\/[^/?#]/i.test(url)) {
    return (http.element('URL') ?? http).fail('bad-value', `"${url}" is no HTTP URL`);
  }
  return urlTarget(compileTemplate(url), limits);
}

const algorithms: readonly Algorithm[] = ['RoundRobin', 'Weighted', 'LeastConnections'];

function loadBalancer(element: ConfigElement): LoadBalancer {
  const servers = childrenNamed(element, 'Server').filter(isEnabled).map(balancedServer);
  if (servers.length === 0) element.fail('missing-element', '<LoadBalancer> needs a <Server name="…"/>');
  const wanted = childText(element, 'Algorithm') ?? 'RoundRobin';
  const algorithm = algorithms.find((name) => name.toLowerCase() === wanted.toLowerCase());
  const monitor = element.element('HealthMonitor') ?? element.parent?.element('HealthMonitor');
  return new LoadBalancer({
    algorithm: algorithm ?? element.fail('bad-value', `Algorithm must be one of ${algorithms.join(', ')}`),
    servers,
    maxFailures: childNumber(element, 'MaxFailures') ?? 0,
    restTime: 1000 * ((monitor && childNumber(monitor, 'IntervalInSec')) ?? 30),
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

function localConnection(element: ConfigElement | undefined): TargetConnection | undefined {
  if (!element) return undefined;
  const path = childText(element, 'Path');
  if (path !== undefined) return localTarget({ path });
  const proxy = childText(element, 'APIProxy');
  if (proxy !== undefined) return localTarget({ proxy, endpoint: childText(element, 'ProxyEndpoint') ?? 'default' });
  return element.fail('missing-element', '<LocalTargetConnection> needs an <APIProxy> or a <Path>');
}
