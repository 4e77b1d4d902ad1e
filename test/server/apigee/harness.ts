import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { strToU8, zipSync } from 'fflate';
import Koa from 'koa';
import { Deployed } from '../../../runtime/deploy/deployed.js';
import { MemoryRegistry } from '../../../runtime/deploy/memory-registry.js';
import type { Logger } from '../../../runtime/message/logger.js';
import { type Apigee, createApigee } from '../../../runtime/server/apigee/apigee.js';
import type {
  BundleDeployer,
  BundleToDeploy,
  CompiledBundle,
  DeploymentPlace,
} from '../../../runtime/server/apigee/model/deployer.js';
import { Users } from '../../../runtime/server/apim-model/users.js';
import { openSecrets } from '../../../runtime/store/secrets.js';
import { openStore, type Store } from '../../../runtime/store/store.js';
import { HttpTransport } from '../../../runtime/transport/http-transport.js';
import { databases, type TestDatabase } from '../../store/databases.js';

export const password = 'correct horse';
export const organization = '/v1/organizations/default';

/** An answer, its body parsed where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  bytes: Uint8Array;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of many shapes
  body: any;
}

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as application/xml. */
  xml?: string;
  /** Sent as application/octet-stream. */
  zip?: Uint8Array;
  /** Sent as it is, its type among the headers. */
  raw?: string | FormData;
  /** `name:password`; the administrator unless given; null: none. */
  basic?: string | null;
}

/** Compiles everything but bundles with a file `broken.xml`, and writes down what it is asked to do. */
export class RecordingDeployer implements BundleDeployer {
  readonly events: string[] = [];
  readonly compiled: BundleToDeploy[] = [];
  /** What the next deployments fail with. */
  failure: Error | undefined;

  async compile(bundle: BundleToDeploy) {
    this.compiled.push(bundle);
    const { unzipSync, strFromU8 } = await import('fflate');
    const files = unzipSync(bundle.zip);
    const broken = Object.keys(files).find((file) => file.endsWith('broken.xml'));
    if (broken !== undefined) {
      const [message, hint] = ['The policy has no type that Mediant runs.', 'take it out of the flow'];
      const at = { file: 'policies/broken.xml', line: 2, column: 3 };
      return { problems: [{ ...at, severity: 'error' as const, code: 'unknown-policy', message, hint }] };
    }
    const proxies = Object.entries(files).filter(([file]) => file.includes('proxies/'));
    const basePaths = proxies.map(([, bytes]) => {
      const path = /<BasePath>(.*?)<\/BasePath>/.exec(strFromU8(bytes))?.[1] ?? '/';
      return bundle.basePath === '/' ? path : bundle.basePath + path;
    });
    return { compiled: { basePaths }, problems: [] };
  }

  deploy(place: DeploymentPlace, { basePaths }: CompiledBundle): void {
    if (this.failure !== undefined) throw this.failure;
    this.events.push(`deploy ${placeText(place)} ${basePaths.join(',')}`.trim());
  }

  undeploy(place: DeploymentPlace): void {
    this.events.push(`undeploy ${placeText(place)}`);
  }
}

function placeText({ organization, environment, kind, name }: DeploymentPlace): string {
  return `${organization.name}/${environment} ${kind} ${name}`;
}

/** The Apigee side over real HTTP, on one store. */
export class Management {
  /** Set while tests run. */
  database!: TestDatabase;
  store!: Store;
  apigee!: Apigee;
  deployer = new RecordingDeployer();
  readonly logged: string[] = [];
  /** What the service takes for the time. */
  now = Date.now();
  #server!: Server;
  #words = 0;

  async start(options: { sampleOrganization?: boolean } = {}): Promise<void> {
    this.store = await openStore(this.database.url, { home: this.database.home });
    const secrets = await openSecrets(this.database.home);
    const logger: Logger = { enabled: () => true, log: (_level, _logger, text) => this.logged.push(text) };
    const users = new Users(this.store);
    await users.ensureAdministrator(password);
    if ((await users.find('guest')) === undefined) await users.put('guest', 'guest', ['Internal/everyone']);
    this.deployer = new RecordingDeployer();
    this.apigee = createApigee({
      store: this.store,
      secrets,
      users,
      logger,
      engine: { transport: new HttpTransport(), deployed: new Deployed({ registry: new MemoryRegistry(), logger }) },
      deployer: this.deployer,
      sampleOrganization: options.sampleOrganization ?? false,
      now: () => this.now,
    });
    await this.apigee.start();
    const app = new Koa();
    app.use(this.apigee.adminMiddleware);
    this.#server = createServer(app.callback());
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** Ends the listener and the store; the database stays. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.store.close();
  }

  async restart(options: { sampleOrganization?: boolean } = {}): Promise<void> {
    await this.stop();
    await this.start(options);
  }

  /** The organisation `default` as flows see it. */
  async organization() {
    return (await this.apigee.organizations()).get('default');
  }

  /** A word that nothing of this server is named after yet. */
  word(prefix: string): string {
    this.#words += 1;
    return `${prefix}${this.#words}`;
  }

  /** A call of the default organisation, unless the path begins with `/v1`. */
  async call(path: string, call: Call = {}): Promise<Answer> {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const headers = { ...authorization(call), ...typeOf(call), ...call.headers };
    const body = bodyOf(call);
    const method = call.method ?? (body === undefined ? 'GET' : 'POST');
    const target = url + (path.startsWith('/v1') ? path : organization + path);
    const response = await fetch(target, { method, headers, ...(body === undefined ? {} : { body }) });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const json = text !== '' && (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      bytes,
      body: json ? JSON.parse(text) : undefined,
    };
  }

  /** A call that must be answered so. @returns its body */
  async expect(status: number, path: string, call: Call = {}): Promise<Answer['body']> {
    const answer = await this.call(path, call);
    assert.equal(answer.status, status, `${path}: ${answer.text}`);
    return answer.body;
  }

  /** Makes a product. @returns its name */
  async product(more: object = {}): Promise<string> {
    const name = this.word('Product');
    await this.expect(201, '/apiproducts', { json: { name, displayName: name, scopes: ['READ'], ...more } });
    return name;
  }

  /** Makes a developer. @returns his address */
  async developer(): Promise<string> {
    const email = `${this.word('dev')}@example.com`;
    await this.expect(201, '/developers', { json: { email, firstName: 'A', lastName: 'B', userName: email } });
    return email;
  }

  /** Makes an app of a new developer. @returns its path and its key pair */
  async app(more: object = {}): Promise<{ path: string; key: string; secret: string; id: string }> {
    const path = `/developers/${await this.developer()}/apps`;
    const name = this.word('app');
    const body = await this.expect(201, path, { json: { name, ...more } });
    const [{ consumerKey, consumerSecret }] = body.credentials;
    return { path: `${path}/${name}`, key: consumerKey, secret: consumerSecret, id: body.appId };
  }

  /** Imports a proxy with this base path. @returns its name */
  async proxy(basePath?: string, more: Record<string, string> = {}): Promise<string> {
    const name = this.word('proxy');
    await this.expect(201, `/apis?action=import&name=${name}`, { zip: proxyZip(basePath ?? `/${name}`, more) });
    return name;
  }
}

/** The zip of a proxy of one endpoint; files by their path in it. */
export function proxyZip(basePath: string, more: Record<string, string> = {}): Uint8Array {
  return zipOf({
    'apiproxy/any-name.xml': '<APIProxy revision="7" name="other"><DisplayName>Shown</DisplayName></APIProxy>',
    'apiproxy/proxies/default.xml': `<ProxyEndpoint name="default"><HTTPProxyConnection><BasePath>${basePath}</BasePath></HTTPProxyConnection></ProxyEndpoint>`,
    ...more,
  });
}

export function zipOf(files: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
}

function authorization({ basic }: Call): Record<string, string> {
  if (basic === null) return {};
  return { authorization: `Basic ${Buffer.from(basic ?? `admin:${password}`).toString('base64')}` };
}

function typeOf(call: Call): Record<string, string> {
  if (call.json !== undefined) return { 'content-type': 'application/json' };
  if (call.xml !== undefined) return { 'content-type': 'application/xml' };
  return call.zip === undefined ? {} : { 'content-type': 'application/octet-stream' };
}

function bodyOf({ json, xml, zip, raw }: Call): string | Uint8Array<ArrayBuffer> | FormData | undefined {
  return json === undefined ? (xml ?? raw ?? (zip && new Uint8Array(zip))) : JSON.stringify(json);
}

/** Runs the tests on every kind of database. No test may make the server log anything. */
export function describeManagement(title: string, tests: (management: Management) => void): void {
  for (const { kind, create } of databases) {
    describe(`${title} on ${kind}`, () => {
      const management = new Management();

      before(async () => {
        management.database = await create();
        await management.start();
      });
      after(async () => {
        await management.stop();
        await management.database.drop();
        assert.deepEqual(management.logged, []);
      });

      tests(management);
    });
  }
}
