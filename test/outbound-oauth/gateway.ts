import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { Deployed } from '../../runtime/deploy/deployed.js';
import type { DeploymentOptions } from '../../runtime/deploy/deployment-options.js';
import { MemoryRegistry } from '../../runtime/deploy/memory-registry.js';
import { TokenClient } from '../../runtime/outbound-oauth/token-client.js';
import { mediationMiddleware } from '../../runtime/server/gateway/middleware.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import { Clock } from './harness.js';
import { TestBackend } from './protected-backend.js';
import { type Answering, TokenServer } from './token-server.js';

/** What the parts of a grant are when a test says nothing of them. */
export interface GrantXml {
  grant?: 'clientCredentials' | 'passwordCredentials' | 'authorizationCode' | 'tokenExchange';
  secret?: string;
  /** Further children. */
  more?: string;
}

export interface ApiXml extends GrantXml {
  name?: string;
  method?: string;
  /** Mediators before the call. */
  before?: string;
  /** Attributes of the call. */
  call?: string;
  /** In place of the API's fault sequence, which answers 502 with ERROR_CODE. */
  fault?: string;
}

const fault =
  '<property name="HTTP_SC" value="502" scope="axis2"/><payloadFactory media-type="json"><format>{"code":"$1"}</format><args><arg expression="$ctx:ERROR_CODE"/></args></payloadFactory><respond/>';

/** A gateway between a client, a token endpoint and a backend that lets in whom the token endpoint has granted a token. */
export class OAuthGateway {
  readonly logs: string[] = [];
  readonly clock = new Clock();
  readonly deployed: Deployed;
  readonly #server: Server;

  private constructor(
    readonly tokens: TokenServer,
    readonly backend: TestBackend,
    options: Partial<DeploymentOptions>,
  ) {
    const { transport = new HttpTransport() } = options;
    const log = (level: string, text: string): void => void this.logs.push(`${level} ${text}`);
    this.deployed = new Deployed({
      registry: new MemoryRegistry(),
      logger: { enabled: () => true, log: (level, logger, text) => log(level, `${logger}: ${text}`) },
      transport,
      tokens: new TokenClient({ transport, now: this.clock.now, log }),
      ...options,
    });
    const app = new Koa().use(mediationMiddleware(this.deployed, 'http'));
    this.#server = createServer(app.callback());
  }

  static async start(answer?: Answering, options: Partial<DeploymentOptions> = {}): Promise<OAuthGateway> {
    const [tokens, backend] = await Promise.all([TokenServer.start(answer), TestBackend.start()]);
    const gateway = new OAuthGateway(tokens, backend, options);
    const granting = tokens.answer;
    tokens.answer = async (call, count) => {
      const reply = await granting(call, count);
      const token = (reply.body as { access_token?: string } | undefined)?.access_token;
      if (token) backend.valid.add(token);
      return reply;
    };
    await new Promise<void>((done) => gateway.#server.listen(0, '127.0.0.1', done));
    return gateway;
  }

  stop(): void {
    this.tokens.stop();
    this.backend.stop();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** A grant as configurations have it. */
  grantXml({ grant = 'clientCredentials', secret = 'secret', more = '' }: GrantXml = {}): string {
    const secretXml = secret === '' ? '' : `<clientSecret>${secret}</clientSecret>`;
    return `<${grant}><clientId>id</clientId>${secretXml}<tokenUrl>${this.tokens.url}</tokenUrl>${more}</${grant}>`;
  }

  /** Deploys an API whose one call has these credentials; or replaces it. */
  deployApi(options: ApiXml = {}): void {
    const { name = 'a', method = 'post', before = '', call = '' } = options;
    const authentication = `<authentication><oauth>${this.grantXml(options)}</oauth></authentication>`;
    const endpoint = `<endpoint><http method="${method}" uri-template="${this.backend.url}/x">${authentication}</http></endpoint>`;
    const flow = `<inSequence>${before}<call${call}>${endpoint}</call><respond/></inSequence>`;
    const handler = `<faultSequence>${options.fault ?? fault}</faultSequence>`;
    const resource = `<resource methods="GET POST" uri-template="/*">${flow}${handler}</resource>`;
    this.deploy(`<api xmlns="http://ws.apache.org/ns/synapse" name="${name}" context="/${name}">${resource}</api>`);
  }

  deploy(xml: string): void {
    const { artifacts, problems } = this.deployed.compile(xml, 'artifact.xml');
    assert.deepEqual(problems, []);
    for (const artifact of artifacts) this.deployed.add(artifact, { replace: true });
  }

  url(name = 'a'): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}/`;
  }

  async post(name = 'a', init: RequestInit = {}): Promise<string> {
    const headers = { 'Content-Type': 'application/json', ...init.headers };
    const response = await fetch(this.url(name), { method: 'POST', body: '{"n":1}', ...init, headers });
    return `${response.status} ${await response.text()}`;
  }
}

/** What {@link OAuthGateway.post} yields when the backend let the request in. */
export const letIn = '200 {"body":"{\\"n\\":1}"}';

/** Does it so many times at once. */
export function atOnce<Value>(count: number, work: () => Promise<Value>): Promise<Value[]> {
  return Promise.all(Array.from({ length: count }, () => work()));
}

/** Waits until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 5));
}
