import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { adminPassword, type MediantProcess } from './mediant-process.js';
import { clientAuth, type ProtectedBackend } from './protected-backend.js';

/** Generations of the management API that publish the same objects (api-management 1.1, 1.6). */
export const generations = ['v4', 'v3', 'v2', 'v1', 'v0.16'] as const;
export type Generation = (typeof generations)[number];

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or the text. */
  body: Record<string, unknown>;
  text: string;
}

/** One HTTP call; the body is JSON, a form, or a multipart form by its type. */
export async function call(
  method: string,
  url: string,
  options: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
  const { body, headers = {} } = options;
  const raw =
    body === undefined || typeof body === 'string' || body instanceof URLSearchParams || body instanceof FormData;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: raw ? headers : { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const scopes =
  'apim:api_view apim:api_create apim:api_publish apim:api_manage apim:mediation_policy_manage apim:subscribe apim:app_manage apim:sub_manage apim:subscription_manage apim:subscription_block apim:admin';

/** A server of which only the addresses count. */
export type Addressed = Pick<MediantProcess, 'url'>;

/** Publishes and calls APIs the way a user of one generation does. */
export class Management {
  readonly #headers: Record<string, string>;
  readonly publisher: string;
  readonly portal: string;

  private constructor(
    readonly server: Addressed,
    readonly generation: Generation,
    token: string,
  ) {
    this.#headers = { Authorization: `Bearer ${token}` };
    const admin = server.url('admin');
    this.publisher = `${admin}/api/am/publisher/${generation}`;
    this.portal =
      generation === 'v0.16' || generation === 'v1'
        ? `${admin}/api/am/store/${generation}`
        : `${admin}/api/am/devportal/v3`;
  }

  /** C0: registers a client and gets a management token. */
  static async open(server: Addressed, generation: Generation, password = adminPassword): Promise<Management> {
    const admin = server.url('admin');
    const client = await call('POST', `${admin}/client-registration/v0.17/register`, {
      headers: { Authorization: basic('admin', password) },
      body: {
        callbackUrl: 'www.example.com',
        clientName: 'rest_api',
        owner: 'admin',
        grantType: 'password refresh_token',
        saasApp: true,
      },
    });
    assert.equal(client.status, 200, client.text);
    const token = await call('POST', `${admin}/oauth2/token`, {
      headers: { Authorization: basic(String(client.body.clientId), String(client.body.clientSecret)) },
      body: new URLSearchParams({ grant_type: 'password', username: 'admin', password, scope: scopes }),
    });
    assert.equal(token.status, 200, token.text);
    return new Management(server, generation, String(token.body.access_token));
  }

  /** A call with the management token; fails when the status is another one. */
  async do(method: string, url: string, expected: number, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await call(method, url, { headers: this.#headers, body });
    assert.equal(answer.status, expected, `${method} ${url}: ${answer.text}`);
    return answer.body;
  }

  /** A call with the management token, whatever comes. */
  try(method: string, url: string, body?: unknown): Promise<Answer> {
    return call(method, url, { headers: this.#headers, body });
  }

  /** Whether a change of a published API is served only after a new revision was deployed (4.1 C9). */
  get needsRevisions(): boolean {
    return this.generation !== 'v0.16' && this.generation !== 'v1';
  }

  /** C1 to C3: creates an API, deploys and publishes it. */
  async publishApi(backendUrl: string, more: Record<string, unknown> = {}): Promise<string> {
    const id = await this.createApi(backendUrl, more);
    if (this.needsRevisions) await this.deploy(id);
    await this.do('POST', `${this.publisher}/apis/change-lifecycle?apiId=${id}&action=Publish`, 200);
    return id;
  }

  async createApi(backendUrl: string, more: Record<string, unknown> = {}): Promise<string> {
    const endpoint = { url: backendUrl };
    const endpointConfig = { endpoint_type: 'http', production_endpoints: endpoint, sandbox_endpoints: endpoint };
    const operations = [
      { target: '/menu', verb: 'GET' },
      { target: '/order', verb: 'POST' },
      { target: '/any/*', verb: 'GET' },
      { target: '/any/*', verb: 'POST' },
      { target: '/any/*', verb: 'PUT' },
      { target: '/any/*', verb: 'DELETE' },
      { target: '/any/*', verb: 'PATCH' },
    ];
    const base = { name: 'PizzaAPI', context: '/pizza', version: '1.0.0' };
    if (this.generation !== 'v0.16') {
      const body = { ...base, policies: ['Unlimited'], endpointConfig, operations, ...more };
      return String((await this.do('POST', `${this.publisher}/apis`, 201, body)).id);
    }
    const body = {
      ...base,
      tiers: ['Unlimited'],
      transport: ['http', 'https'],
      visibility: 'PUBLIC',
      endpointConfig: JSON.stringify(more.endpointConfig ?? endpointConfig),
      apiDefinition: JSON.stringify(definition((more.operations as typeof operations) ?? operations)),
      ...omit(more, ['endpointConfig', 'operations', 'policies']),
    };
    return String((await this.do('POST', `${this.publisher}/apis`, 201, body)).id);
  }

  async deploy(id: string): Promise<void> {
    const revision = await this.do('POST', `${this.publisher}/apis/${id}/revisions`, 201, { description: 'test' });
    const deployment = [{ name: 'Default', vhost: 'localhost', displayOnDevportal: true }];
    await this.do('POST', `${this.publisher}/apis/${id}/deploy-revision?revisionId=${revision.id}`, 201, deployment);
  }

  /** C4: an application with keys, subscribed to the API. */
  async subscribe(
    api: string,
    options: { name?: string; tier?: string; tokenType?: string } = {},
  ): Promise<Subscriber> {
    const application = await this.createApplication(options.name ?? 'PizzaApp', options.tokenType ?? 'JWT');
    const keys = await this.generateKeys(application, 'PRODUCTION');
    const tier = options.tier ?? 'Unlimited';
    const body =
      this.generation === 'v0.16'
        ? { applicationId: application, apiIdentifier: api, tier }
        : { applicationId: application, apiId: api, throttlingPolicy: tier };
    const subscription = await this.do('POST', `${this.portal}/subscriptions`, 201, body);
    return { application, subscription: String(subscription.subscriptionId), ...keys };
  }

  async createApplication(name: string, tokenType = 'JWT'): Promise<string> {
    const tier = this.generation === 'v0.16' ? { throttlingTier: 'Unlimited' } : { throttlingPolicy: 'Unlimited' };
    return String(
      (await this.do('POST', `${this.portal}/applications`, 201, { name, tokenType, ...tier })).applicationId,
    );
  }

  async generateKeys(application: string, keyType: 'PRODUCTION' | 'SANDBOX'): Promise<{ key: string; secret: string }> {
    const old = this.generation === 'v0.16';
    const url = old
      ? `${this.portal}/applications/generate-keys?applicationId=${application}`
      : `${this.portal}/applications/${application}/generate-keys`;
    const grants = ['client_credentials', 'password'];
    const body = old
      ? { keyType, validityTime: '3600', accessAllowDomains: ['ALL'], supportedGrantTypes: grants }
      : { keyType, grantTypesToBeSupported: grants, validityTime: '3600' };
    const keys = await this.do('POST', url, 200, body);
    return { key: String(keys.consumerKey), secret: String(keys.consumerSecret) };
  }

  /** C8 and C9: uploads a sequence as the in-flow, binds it and makes it count. */
  async bindInFlow(id: string, sequence: string): Promise<void> {
    if (this.generation === 'v0.16') await this.#bindOld(id, sequence);
    else if (this.generation === 'v4') await this.#bindPolicy(id, sequence);
    else await this.#bindMediation(id, sequence);
    if (this.needsRevisions) await this.deploy(id);
  }

  async #bindMediation(id: string, sequence: string): Promise<void> {
    const form = new FormData();
    form.set('type', 'in');
    form.set('mediationPolicyFile', new Blob([sequence], { type: 'text/xml' }), 'simple-token-gen.xml');
    await this.do('POST', `${this.publisher}/apis/${id}/mediation-policies`, 201, form);
    const api = await this.do('GET', `${this.publisher}/apis/${id}`, 200);
    const mediationPolicies = [{ name: 'simple-token-gen', type: 'in', shared: false }];
    await this.do('PUT', `${this.publisher}/apis/${id}`, 200, { ...api, mediationPolicies });
  }

  async #bindOld(id: string, sequence: string): Promise<void> {
    const body = { name: 'simple-token-gen', type: 'in', config: sequence };
    const policy = await this.do('POST', `${this.publisher}/apis/${id}/policies/mediation`, 201, body);
    const api = await this.do('GET', `${this.publisher}/apis/${id}`, 200);
    const sequences = [{ name: 'simple-token-gen', type: 'in', id: policy.id, shared: false }];
    await this.do('PUT', `${this.publisher}/apis/${id}`, 200, { ...api, sequences });
  }

  /** v4: the sequence is the definition of an operation policy, its placeholders are parameters. */
  async #bindPolicy(id: string, sequence: string): Promise<void> {
    const clientSecretPart =
      /value="([^"]*)"/.exec(/name="app-client-auth"[^>]*>/.exec(sequence)?.[0] ?? '')?.[1] ?? '';
    const tokenUrl = /uri-template="([^"]*)"/.exec(sequence)?.[1] ?? '';
    const template = sequence.replace(clientSecretPart, '{{clientAuth}}').replace(tokenUrl, '{{tokenUrl}}');
    const attribute = (name: string): string =>
      `    - name: ${name}\n      displayName: ${name}\n      type: String\n      required: true\n`;
    const spec = `type: operation_policy_specification\nversion: v4.5.0\ndata:\n  category: Mediation\n  name: tokenGen\n  version: v1\n  displayName: Token\n  description: fetches a token\n  applicableFlows:\n    - request\n  supportedGateways:\n    - Synapse\n  supportedApiTypes:\n    - HTTP\n  policyAttributes:\n${attribute('clientAuth')}${attribute('tokenUrl')}`;
    const form = new FormData();
    form.set('policySpecFile', new Blob([spec], { type: 'text/yaml' }), 'token-gen.yaml');
    form.set('synapsePolicyDefinitionFile', new Blob([template], { type: 'text/plain' }), 'token-gen.j2');
    const policy = await this.do('POST', `${this.publisher}/apis/${id}/operation-policies`, 201, form);
    const api = await this.do('GET', `${this.publisher}/apis/${id}`, 200);
    const parameters = { clientAuth: clientSecretPart, tokenUrl };
    const request = [{ policyName: 'tokenGen', policyVersion: 'v1', policyId: policy.id, parameters }];
    await this.do('PUT', `${this.publisher}/apis/${id}`, 200, { ...api, apiPolicies: { request } });
  }
}

export interface Subscriber {
  application: string;
  subscription: string;
  key: string;
  secret: string;
}

/** C5: a token for the caller, from the admin port or the gateway. */
export async function callerToken(
  server: Addressed,
  subscriber: { key: string; secret: string },
  options: { from?: 'admin' | 'gateway'; form?: Record<string, string> } = {},
): Promise<string> {
  const url = options.from === 'gateway' ? `${server.url('gateway')}/token` : `${server.url('admin')}/oauth2/token`;
  const answer = await call('POST', url, {
    headers: { Authorization: basic(subscriber.key, subscriber.secret) },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...options.form }),
  });
  assert.equal(answer.status, 200, answer.text);
  return String(answer.body.access_token);
}

/** A published sequence with its placeholders' values, otherwise as it was published. */
export function publishedSequence(
  name: 'simple-token-gen' | 'simple-token-gen-cached',
  backend: ProtectedBackend,
): string {
  const text = readFileSync(new URL(`../../../sequences/${name}.xml`, import.meta.url), 'utf8');
  return text
    .replace('{base64encoded(clientKey:clientSecret)}', clientAuth)
    .replace('{token-endpoint-url}', backend.tokenUrl);
}

function definition(operations: readonly { target: string; verb: string }[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { target, verb } of operations) {
    paths[target] = { ...paths[target], [verb.toLowerCase()]: { responses: { 200: { description: 'ok' } } } };
  }
  return { swagger: '2.0', info: { title: 'PizzaAPI', version: '1.0.0' }, paths };
}

function omit(value: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}
