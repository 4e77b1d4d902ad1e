import type { ClientFacts, FlowContext } from '../../runtime/apigee/flow-context.js';
import type { ApigeeMessage } from '../../runtime/apigee/message.js';
import { runPostClientFlow, runProxy } from '../../runtime/apigee/proxy-endpoint.js';
import type { BundleKind } from '../../runtime/deploy/apigee/bundle-files.js';
import { compileBundle } from '../../runtime/deploy/apigee/compile-bundle.js';
import { ApigeeEnvironment } from '../../runtime/deploy/apigee/environment.js';
import type { Transport } from '../../runtime/transport/transport.js';
import { bundleOf, FakeTransport, type RequestSpec, requestOf } from './harness.js';
import { MemoryOrganization } from './memory-organization.js';

/** Files of a bundle below `apiproxy/`. */
export type Files = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  readonly reason: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly flow: FlowContext;
}

/** An environment `test` of an organisation over plain objects, with a clock of its own. */
export class TestEnvironment {
  time = Date.UTC(2024, 0, 2, 3, 4, 5);
  readonly organization = new MemoryOrganization(() => this.time);
  readonly log: string[] = [];
  readonly environment: ApigeeEnvironment;

  constructor(readonly transport: Transport = new FakeTransport()) {
    this.environment = new ApigeeEnvironment({
      name: 'test',
      organization: this.organization,
      transport,
      logger: { enabled: () => true, log: (level, _logger, text) => void this.log.push(`${level} ${text}`) },
      now: () => this.time,
    });
  }

  /** @throws Error with all problems when the bundle is refused */
  deploy(name: string, files: Files, { kind = 'apiproxy' as BundleKind, revision = '1' } = {}): this {
    const { compiled, problems } = compileBundle(bundleOf(files, kind), { name, revision });
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (!compiled) throw new Error(errors.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n'));
    this.environment.deploy(compiled);
    return this;
  }

  /** Sends a request through the proxy of its path, as the gateway does. */
  async request(path: string, spec: Omit<RequestSpec, 'path' | 'query'> = {}, secure = false): Promise<Answer> {
    const [bare = '', query = ''] = path.split('?', 2);
    const match = this.environment.find(bare, secure);
    if (!match) throw new Error(`No proxy for ${path}`);
    const client: ClientFacts = { address: '10.0.0.9', secure, host: 'api.example.com', port: secure ? 443 : 80 };
    const flow = this.environment.start(match, requestOf({ ...spec, path: bare, query }), client);
    const message = await runProxy(flow, match.value.endpoint);
    const answer = await answerOf(message, flow);
    await runPostClientFlow(flow, match.value.endpoint);
    return answer;
  }
}

async function answerOf(message: ApigeeMessage, flow: FlowContext): Promise<Answer> {
  await message.build();
  const headers = Object.fromEntries(
    message.headers.names().map((name) => [name, message.headers.all(name).join(', ')]),
  );
  return { status: message.status, reason: message.reason, headers, body: message.content, flow };
}

export interface EndpointParts {
  basePath?: string;
  /** XML inside of the endpoint: flows, rules, routes. */
  inside?: string;
  virtualHosts?: readonly string[];
}

/** A ProxyEndpoint; a null route unless `inside` has routes. */
export function proxyXml({ basePath = '/p', inside = '', virtualHosts = ['default'] }: EndpointParts = {}): string {
  const hosts = virtualHosts.map((name) => `<VirtualHost>${name}</VirtualHost>`).join('');
  return `<ProxyEndpoint name="default">${inside}
    <HTTPProxyConnection><BasePath>${basePath}</BasePath>${hosts}</HTTPProxyConnection></ProxyEndpoint>`;
}

export const routeTo = (target: string): string =>
  `<RouteRule name="${target}"><TargetEndpoint>${target}</TargetEndpoint></RouteRule>`;

/** A TargetEndpoint with a URL. */
export function targetXml(
  url: string,
  { name = 'default', inside = '', connection = '' }: { name?: string; inside?: string; connection?: string } = {},
): string {
  return `<TargetEndpoint name="${name}">${inside}
    <HTTPTargetConnection><URL>${url}</URL>${connection}</HTTPTargetConnection></TargetEndpoint>`;
}

export const steps = (...names: readonly string[]): string =>
  names.map((name) => `<Step><Name>${name}</Name></Step>`).join('');

/** An AssignMessage that appends its name to the variable `trail`. */
export const trailPolicy = (name: string): string =>
  `<AssignMessage name="${name}"><AssignVariable><Name>trail</Name><Template>{trail}${name},</Template></AssignVariable>
    <IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables></AssignMessage>`;

/** Policy files for {@link trailPolicy} of these names. */
export const trailPolicies = (...names: readonly string[]): Files =>
  Object.fromEntries(names.map((name) => [`policies/${name}.xml`, trailPolicy(name)]));
