import { Fields } from '../../runtime/apigee/fields.js';
import { FlowContext, type FlowPhase, type FlowRuntime } from '../../runtime/apigee/flow-context.js';
import { ApigeeMessage } from '../../runtime/apigee/message.js';
import { runSteps } from '../../runtime/apigee/step.js';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import type { Problem } from '../../runtime/configuration/problem.js';
import { Bundle } from '../../runtime/deploy/apigee/bundle.js';
import type { BundleFiles } from '../../runtime/deploy/apigee/bundle-files.js';
import { StepCompiler } from '../../runtime/deploy/apigee/compile-steps.js';
import type { Transport, TransportRequest, TransportResponse } from '../../runtime/transport/transport.js';
import { MemoryOrganization } from './memory-organization.js';

export interface RequestSpec {
  verb?: string;
  path?: string;
  query?: string;
  /** Names and values in turn. */
  headers?: readonly string[];
  body?: string | Uint8Array;
}

export interface ResponseSpec {
  status?: number;
  headers?: readonly string[];
  body?: string | Uint8Array;
}

export interface FlowSpec {
  request?: RequestSpec;
  response?: ResponseSpec;
  phase?: FlowPhase;
  variables?: Readonly<Record<string, unknown>>;
  pathSuffix?: string;
  runtime?: Partial<FlowRuntime>;
}

export const requestOf = ({ headers = [], ...parts }: RequestSpec = {}): ApigeeMessage =>
  ApigeeMessage.request({ ...parts, headers: Fields.headers(headers) });

export const responseOf = ({ headers = [], ...parts }: ResponseSpec = {}): ApigeeMessage =>
  ApigeeMessage.response({ ...parts, headers: Fields.headers(headers) });

/** A transport that answers by a function, and keeps what was sent. */
export class FakeTransport implements Transport {
  readonly requests: TransportRequest[] = [];

  constructor(
    readonly answer: (
      request: TransportRequest,
    ) => Partial<TransportResponse> | Promise<Partial<TransportResponse>> = () => ({}),
  ) {}

  async exchange(request: TransportRequest): Promise<TransportResponse> {
    this.requests.push(request);
    return { status: 200, reason: 'OK', headers: [], body: undefined, ...(await this.answer(request)) };
  }

  close(): void {}
}

/** What a flow runs in: an organisation without anything, the environment `test`, no way out. */
export function runtimeOf(runtime: Partial<FlowRuntime> = {}): FlowRuntime {
  return {
    organization: new MemoryOrganization(),
    environment: 'test',
    transport: new FakeTransport(() => Promise.reject(new Error('Nothing may be called'))),
    now: Date.now,
    log: () => undefined,
    ...runtime,
  };
}

/** A flow at the place that the spec says, in the request flow of a proxy without one. */
export function flowOf({
  request,
  response,
  phase,
  variables = {},
  pathSuffix = '',
  runtime,
}: FlowSpec = {}): FlowContext {
  const flow = new FlowContext({
    runtime: runtimeOf(runtime),
    proxy: { name: 'weather', revision: '1', endpoint: 'default', basePath: '/weather' },
    client: { address: '10.0.0.9', secure: false, host: 'api.example.com', port: 80 },
    request: requestOf(request),
    basePath: '/weather',
    pathSuffix,
  });
  if (response) flow.response = responseOf(response);
  flow.phase = phase ?? (response ? 'proxy-response' : 'proxy-request');
  for (const [name, value] of Object.entries(variables)) flow.set(name, value);
  return flow;
}

/** Files of a bundle below `apiproxy/`. */
export function bundleOf(files: Readonly<Record<string, string>>, kind: BundleFiles['kind'] = 'apiproxy'): BundleFiles {
  return { kind, files: new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])) };
}

/**
 * Compiles one policy as a bundle would and gives the step that runs it, so that `enabled` and `continueOnError` count.
 * @param resources files below `apiproxy/`, e.g. `resources/jsc/a.js`
 * @throws Error with what is wrong with the policy
 */
export function policyStep(
  xml: string,
  resources: Readonly<Record<string, string>> = {},
): { run(flow: FlowContext): Promise<void>; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const bundle = new Bundle(bundleOf({ 'policies/P.xml': xml, ...resources }), problems);
  const name = bundle.policies[0]?.name ?? 'P';
  const flowXml = `<Request><Step><Name>${name}</Name></Step></Request>`;
  const steps = new StepCompiler(bundle, problems).steps([parseConfiguration(flowXml, 'apiproxy/proxies/default.xml')]);
  const error = problems.find(({ severity }) => severity === 'error');
  if (error) throw Object.assign(new Error(error.message), { problem: error });
  return { problems, run: (flow) => runSteps(flow, steps) };
}
