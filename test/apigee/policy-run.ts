import assert from 'node:assert/strict';
import { PolicyFault } from '../../runtime/apigee/fault.js';
import { Fields } from '../../runtime/apigee/fields.js';
import { FlowContext, type ProxyFacts } from '../../runtime/apigee/flow-context.js';
import { ApigeeMessage, type RequestParts } from '../../runtime/apigee/message.js';
import { policies } from '../../runtime/apigee/policies/index.js';
import type { CompiledPolicy } from '../../runtime/apigee/policy.js';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import type { Transport } from '../../runtime/transport/transport.js';
import { TutorialOrganization } from './tutorial-organization.js';

export const noTransport = {
  exchange: () => assert.fail('nothing is to be called'),
  close: () => undefined,
} as unknown as Transport;

/** What a test's flow is made of; the clock stands still until the test moves it. */
export interface FlowOptions extends Omit<RequestParts, 'headers'> {
  headers?: Record<string, string>;
  pathSuffix?: string;
  organization?: TutorialOrganization;
  now?: () => number;
  proxy?: ProxyFacts;
  transport?: Transport;
}

export const testProxy: ProxyFacts = {
  name: 'weatherapi',
  revision: '1',
  endpoint: 'default',
  basePath: '/weatherapi',
};

export function testFlow(options: FlowOptions = {}): FlowContext {
  const { headers = {}, pathSuffix = '/forecastrss', now = () => 1_000_000, ...parts } = options;
  const {
    organization = new TutorialOrganization(now),
    proxy = testProxy,
    transport = noTransport,
    ...request
  } = parts;
  return new FlowContext({
    runtime: { organization, environment: 'test', transport, now, log: () => undefined },
    proxy,
    client: { address: '127.0.0.1', secure: false, host: 'gw:8280', port: 8280 },
    request: ApigeeMessage.request({
      path: `${proxy.basePath}${pathSuffix}`,
      ...request,
      headers: Fields.headers(Object.entries(headers).flat()),
    }),
    pathSuffix,
    basePath: proxy.basePath,
  });
}

/** Compiles a policy of its XML. @param files resources by their URL */
export function compilePolicy(xml: string, files: Record<string, string> = {}): CompiledPolicy {
  const root = parseConfiguration(xml, 'policy.xml');
  const definition = policies.find(({ element }) => element === root.localName);
  assert.ok(definition, `no policy ${root.localName}`);
  return definition.compile(root, {
    name: root.attribute('name') ?? 'policy',
    report: ({ message }) => assert.fail(message),
    resource: (url, element) => {
      const text = files[url] ?? element.fail('missing-resource', `no ${url}`);
      return { path: url, bytes: Buffer.from(text), text };
    },
    condition: () => ({ contentAware: false, isTrue: () => true }),
  });
}

/** Runs a policy. @returns the fault it ended with */
export async function runPolicy(
  flow: FlowContext,
  xml: string,
  files?: Record<string, string>,
): Promise<PolicyFault | undefined> {
  try {
    await compilePolicy(xml, files).run(flow);
    return undefined;
  } catch (error) {
    if (error instanceof PolicyFault) return error;
    throw error;
  }
}
