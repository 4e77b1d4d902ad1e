import { childText, textIn } from '../../apigee/configured.js';
import type { TargetLimits } from '../../apigee/target/call-target.js';
import { compileLoadBalancer } from '../../apigee/target/compile-load-balancer.js';
import { connectionProperties, millisecondsOf, statusRule } from '../../apigee/target/connection-properties.js';
import { balancedTarget, urlTarget } from '../../apigee/target/http-target.js';
import { localTarget, localTargetOf } from '../../apigee/target/local-target.js';
import type { TargetConnection, TargetEndpoint } from '../../apigee/target/target.js';
import { compileTemplate } from '../../apigee/template.js';
import type { ConfigElement } from '../../configuration/element.js';
import { compileFlows, looksAtContentAfterwards } from './compile-endpoint.js';
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
  refuseForeign(element);
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

/** A program counts as the target even beside a connection. */
function refuseForeign(element: ConfigElement): void {
  const foreign = element.elements().find(({ localName }) => localName in foreignTargets);
  if (!foreign) return;
  const what = foreignTargets[foreign.localName];
  foreign.fail('unsupported-target', `A ${foreign.localName} does not run here: it is ${what}`);
}

function refuseTarget(element: ConfigElement): never {
  return element.fail('missing-element', 'The target endpoint has no HTTPTargetConnection or LocalTargetConnection');
}

function limitsOf(http: ConfigElement): TargetLimits {
  const properties = connectionProperties(http);
  return {
    io: millisecondsOf(properties, 'io.timeout.millis', defaultLimits.io),
    connect: millisecondsOf(properties, 'connect.timeout.millis', defaultLimits.connect),
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
  if (balancer) return balancedTarget(compileLoadBalancer(balancer), childText(http, 'Path') ?? '', limits);
  if (url === undefined) return http.fail('missing-element', 'HTTPTargetConnection needs a <URL> or a <LoadBalancer>');
  if (!url.includes('{') && !/^https?:\/\/[^/?#]/i.test(url)) {
    return (http.element('URL') ?? http).fail('bad-value', `"${url}" is no HTTP URL`);
  }
  return urlTarget(compileTemplate(url), limits);
}

function localConnection(element: ConfigElement | undefined): TargetConnection | undefined {
  return element && localTarget(localTargetOf(element));
}
