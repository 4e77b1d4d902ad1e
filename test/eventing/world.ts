import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Koa from 'koa';
import { Deployed } from '../../runtime/deploy/deployed.js';
import type { DeploymentOptions } from '../../runtime/deploy/deployment-options.js';
import { MemoryRegistry } from '../../runtime/deploy/memory-registry.js';
import { FolderRegistry } from '../../runtime/deploy/registry.js';
import { mediationMiddleware } from '../../runtime/server/gateway/middleware.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';

export const topicDialect = 'http://synapse.apache.org/eventing/dialect/topicFilter';
export const xpathDialect = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
export const wse = 'http://schemas.xmlsoap.org/ws/2004/08/eventing';
export const wsa = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const soap = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const;

export interface Received {
  readonly path: string;
  readonly method: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A subscriber: an HTTP server that keeps what it gets. */
export class Sink {
  readonly received: Received[] = [];
  /** Whether the connection was still open when the answer to `/slow` was ready. */
  waitedFor: boolean | undefined;
  readonly #server = http.createServer(async (request, response) => {
    const { url: path = '', method = '', headers } = request;
    this.received.push({ path, method, headers, body: await text(request) });
    if (path.startsWith('/hangs')) return;
    if (path.startsWith('/slow')) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      this.waitedFor = !response.destroyed;
    }
    response.statusCode = path.startsWith('/broken') ? 500 : 202;
    response.end();
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The paths that were posted to since the last time. */
  paths(): string[] {
    return this.received.splice(0).map(({ path }) => path);
  }
}

/** What is deployed, behind a listener, and somebody who subscribes. */
export class EventWorld {
  readonly lines: string[] = [];
  readonly deployed: Deployed;
  readonly sink = new Sink();
  #server: http.Server | undefined;
  #port = 0;

  constructor(options: Partial<DeploymentOptions> = {}) {
    this.deployed = new Deployed({
      registry: new MemoryRegistry(new FolderRegistry([])),
      transport: new HttpTransport(),
      logger: { enabled: () => true, log: (level, logger, line) => this.lines.push(`${level} ${logger}: ${line}`) },
      ...options,
    });
  }

  async start(): Promise<void> {
    await this.sink.start();
    const app = new Koa();
    app.use(mediationMiddleware(this.deployed, 'http'));
    const listening = http.createServer(app.callback()).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    this.#server = listening;
    this.#port = (listening.address() as AddressInfo).port;
  }

  stop(): void {
    this.sink.stop();
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  /** Deploys artifacts; what is there under their name is replaced, as by a changed file. */
  deploy(...artifacts: string[]): void {
    for (const xml of artifacts) {
      const compiled = this.deployed.compile(withNamespace(xml), 'test.xml');
      const errors = compiled.problems.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      for (const artifact of compiled.artifacts) this.deployed.add(artifact, { replace: true });
    }
  }

  get authority(): string {
    return `127.0.0.1:${this.#port}`;
  }

  send(path: string, body: string, headers: Record<string, string> = {}, method = 'POST'): Promise<Answer> {
    return post(`http://${this.authority}${path}`, body, headers, method);
  }

  /** A request of WS-Eventing. */
  ask(service: string, operation: string, parts: AskParts = {}): Promise<Answer> {
    return this.send(`/services/${service}`, ...eventingRequest(operation, parts));
  }

  /** Subscribes. @returns the id that the answer names */
  async subscribe(service: string, address: string, parts: { filter?: string; expires?: string } & AskParts = {}) {
    const answer = await this.ask(service, 'Subscribe', { ...parts, body: subscription(address, parts) });
    const [, id] = /<wse:Identifier>([^<]+)</.exec(answer.body) ?? [];
    if (id === undefined) throw new Error(`${answer.status} ${answer.body}`);
    return id;
  }

  /** Waits for what is on its way, and gives the paths that got an event, in order. */
  async delivered(): Promise<string[]> {
    await this.deployed.eventsDelivered();
    return this.sink.paths().sort();
  }
}

export const withNamespace = (xml: string): string =>
  xml.replace(/^<([\w-]+)/, '<$1 xmlns="http://ws.apache.org/ns/synapse"');

export interface AskParts {
  readonly version?: '1.1' | '1.2';
  /** Content of the operation's element. */
  readonly body?: string;
  readonly id?: string;
  /** Further header blocks. */
  readonly blocks?: string;
  readonly headers?: Record<string, string>;
}

/** Body and headers of a request of WS-Eventing. */
export function eventingRequest(operation: string, parts: AskParts): [body: string, headers: Record<string, string>] {
  const { version = '1.1', body = '', id, blocks = '', headers = {} } = parts;
  const action = `${wse}/${operation}`;
  const identifier = id === undefined ? '' : `<wse:Identifier>${id}</wse:Identifier>`;
  const types =
    version === '1.1'
      ? { 'Content-Type': 'text/xml; charset=UTF-8', SOAPAction: `"${action}"` }
      : { 'Content-Type': `application/soap+xml; charset=UTF-8; action="${action}"` };
  const element = `<wse:${operation}>${body}</wse:${operation}>`;
  return [envelope(element, `${identifier}${blocks}`, version), { ...types, ...headers }];
}

export function envelope(body: string, header = '', version: '1.1' | '1.2' = '1.1'): string {
  return `<s:Envelope xmlns:s="${soap[version]}" xmlns:wse="${wse}" xmlns:wsa="${wsa}"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

export function subscription(address: string, { filter = '', expires }: { filter?: string; expires?: string } = {}) {
  const end = expires === undefined ? '' : `<wse:Expires>${expires}</wse:Expires>`;
  return `<wse:Delivery><wse:NotifyTo><wsa:Address>${address}</wsa:Address></wse:NotifyTo></wse:Delivery>${end}${filter}`;
}

export const topicFilter = (topic: string): string => `<wse:Filter Dialect="${topicDialect}">${topic}</wse:Filter>`;

export function post(url: string, body: string, headers: Record<string, string>, method = 'POST'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false }, async (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      resolve({ status, headers: answered, body: await text(response) });
    });
    request.on('error', reject);
    request.end(body);
  });
}
