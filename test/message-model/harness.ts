import assert from 'node:assert/strict';
import http, { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '../../runtime/configuration/problem.js';
import { Deployed } from '../../runtime/deploy/deployed.js';
import { MemoryRegistry } from '../../runtime/deploy/memory-registry.js';
import { FolderRegistry } from '../../runtime/deploy/registry.js';
import { createGateway, type GatewayHandler } from '../../runtime/server/gateway/gateway.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';

/**
 * What the backend answers; `close` breaks the connection, `hang` never answers, `rubbish` is no HTTP, `truncated` is
 * the beginning of a longer body.
 */
export interface Reply {
  status?: number;
  reason?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  close?: boolean;
  hang?: boolean;
  rubbish?: boolean;
  truncated?: string;
}

/** A request as the backend saw it. */
export interface Seen {
  method: string;
  /** Target of the request line as received. */
  url: string;
  httpVersion: string;
  headers: Record<string, string | undefined>;
  body: string;
}

export interface Request {
  method?: string;
  /** Behind the context of the API. */
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  /** The whole request as it goes over the wire; `PATH` in it is the API's. */
  raw?: string;
}

/** What the client and the backend saw. */
export interface Observed {
  status: number;
  reason: string;
  httpVersion: string;
  headers: Record<string, string | undefined>;
  body: string;
  seen: Seen[];
  /** Lines of log mediators; those of {@link show} as `value|value`. */
  logs: string[];
}

/** One exchange over real HTTP; `BE` in the texts is the backend's URL, `GW` the gateway's. */
export interface Row {
  rule: string;
  /** In-sequence of an API at /t. */
  flow?: string;
  fault?: string;
  out?: string;
  uriTemplate?: string;
  /** Whole artifacts beside the API, or instead of it when one is an API or a proxy. */
  artifacts?: readonly string[];
  /** Server properties (message-model 4.6). */
  server?: Record<string, string>;
  request?: Request;
  /** One for each request, the last one repeats. */
  backend?: readonly Reply[];
  expect: Partial<Omit<Observed, 'seen'>> & {
    seen?: readonly (Partial<Omit<Seen, 'body'>> & { body?: string | RegExp })[];
  };
}

const ns = 'xmlns="http://ws.apache.org/ns/synapse"';

/** Logs the values of expressions as one line, `value|value`. */
export function show(...expressions: readonly string[]): string {
  const properties = expressions.map((one) => `<property name="v" expression="${one.replace(/"/g, '&quot;')}"/>`);
  return `<log level="custom" separator="|">${properties.join('')}</log>`;
}

/** `<property>` with a value. */
export function set(name: string, value: string, scope = 'axis2', type = 'STRING'): string {
  return `<property name="${name}" value="${value.replace(/"/g, '&quot;')}" scope="${scope}" type="${type}"/>`;
}

/** Removes a property. */
export function remove(name: string, scope: string): string {
  return `<property name="${name}" scope="${scope}" action="remove"/>`;
}

export const call = '<call><endpoint><address uri="BE/"/></endpoint></call>';
export const blockingCall = '<call blocking="true"><endpoint><address uri="BE/"/></endpoint></call>';
/** Answers with a body of its own. */
export const payload = (format: string, media = 'json'): string =>
  `<payloadFactory media-type="${media}"><format>${format}</format><args/></payloadFactory>`;
/** A step that reads the body. */
export const read = '<property name="read" expression="count(//*)"/>';

/** One test a row, all against one gateway and one backend. */
export function wire(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    const world = new World();
    before(() => world.start());
    after(() => world.stop());
    for (const row of rows) {
      it(row.rule, async () => {
        const observed = await world.run(row);
        for (const [member, expected] of Object.entries(row.expect)) {
          const actual = observed[member as keyof Observed];
          const wanted = world.located(expected);
          assert.deepEqual(narrowed(actual, wanted), wanted, `${member}: ${JSON.stringify(observed)}`);
        }
      });
    }
  });
}

/** Only what is expected: members of objects that are named, of each item of a list. */
function narrowed(actual: unknown, expected: unknown): unknown {
  if (expected instanceof RegExp) return expected.test(String(actual)) ? expected : actual;
  if (Array.isArray(expected) && Array.isArray(actual) && actual.length === expected.length) {
    return actual.map((item, index) => narrowed(item, expected[index]));
  }
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return actual;
  const wanted = Object.entries(expected);
  return Object.fromEntries(
    wanted.map(([name, one]) => [name, narrowed((actual as Record<string, unknown>)[name], one)]),
  );
}

class World {
  readonly #transport = new HttpTransport({ socketTimeout: 2000 });
  #gateway!: Server;
  #backend!: Server;
  #handler!: GatewayHandler;
  #replies: readonly Reply[] = [];
  #seen: Seen[] = [];

  async start(): Promise<void> {
    this.#gateway = createServer((request, response) => void this.#handler(request, response));
    this.#backend = createServer((request, response) => void this.#answer(request, response));
    for (const server of [this.#gateway, this.#backend]) {
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    }
  }

  stop(): void {
    this.#transport.close();
    for (const server of [this.#gateway, this.#backend]) {
      server.closeAllConnections();
      server.close();
    }
  }

  async run(row: Row): Promise<Observed> {
    const logs: string[] = [];
    this.#replies = row.backend ?? [{}];
    this.#seen = [];
    const deployed = this.#deploy(row, logs);
    this.#handler = createGateway(deployed, 'http');
    const answer = await (row.request?.raw === undefined
      ? this.#send(row.request ?? {})
      : this.#sendRaw(row.request.raw));
    // A flow may go on behind its answer; what it sends and logs belongs to the row.
    for (
      let turn = 0;
      turn < 20 && (this.#seen.length < (row.expect.seen?.length ?? 0) || logs.length < (row.expect.logs?.length ?? 0));
      turn++
    ) {
      await sleep(10);
    }
    return { ...answer, seen: this.#seen, logs };
  }

  #deploy(row: Row, logs: string[]): Deployed {
    const properties = new Map(Object.entries(row.server ?? {}));
    const deployed = new Deployed({
      registry: new MemoryRegistry(new FolderRegistry([])),
      transport: this.#transport,
      properties,
      logger: {
        enabled: (level) => level !== 'DEBUG' && level !== 'TRACE',
        log: (_level, logger, line) => {
          if (logger === 'LogMediator') logs.push(line.replace(/^\{[^}]*\} /, '').replace(/(^|\|)v = /g, '$1'));
        },
      },
    });
    const own = row.flow === undefined ? [] : [apiOf(row)];
    for (const xml of [...own, ...(row.artifacts ?? [])]) {
      const text = this.#located(xml.replace(/^<([\w-]+)/, `<$1 ${ns}`));
      const { artifacts, problems } = deployed.compile(text, 'test.xml');
      const error = problems.find(({ severity }) => severity === 'error');
      if (error) throw new ConfigurationError(error);
      for (const artifact of artifacts) deployed.add(artifact);
    }
    return deployed;
  }

  /** The same with `BE` and `GW` in all texts as the URLs they stand for. */
  located<Value>(value: Value): Value {
    if (typeof value === 'string') return this.#located(value) as Value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.located(item)) as Value;
    if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.located(item)])) as Value;
  }

  #located(text: string): string {
    return text.replace(/\bBE\b/g, urlOf(this.#backend)).replace(/\bGW\b/g, urlOf(this.#gateway));
  }

  async #send({ method, path = '', headers = {}, body }: Request): Promise<Omit<Observed, 'seen' | 'logs'>> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const { port } = this.#gateway.address() as AddressInfo;
      const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
      const options = { port, host: '127.0.0.1', path: `/t${path}`, agent: false, headers: { ...length, ...headers } };
      const request = http.request({ ...options, method: method ?? (body === undefined ? 'GET' : 'POST') }, resolve);
      request.on('error', reject);
      request.end(body);
    });
    return {
      status: response.statusCode ?? 0,
      reason: response.statusMessage ?? '',
      httpVersion: response.httpVersion,
      headers: flat(response.headers),
      body: (await buffer(response)).toString(),
    };
  }

  /** For what a proper client does not send. */
  async #sendRaw(request: string): Promise<Omit<Observed, 'seen' | 'logs'>> {
    const socket = connect((this.#gateway.address() as AddressInfo).port, '127.0.0.1');
    socket.end(request);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n', 2);
    const [line = '', ...fields] = head.split('\r\n');
    const [, httpVersion = '', status = '', reason = ''] = /^HTTP\/(\S+) (\d+) ?(.*)$/.exec(line) ?? [];
    const headers = fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 2),
    ]);
    return { status: Number(status), reason, httpVersion, headers: Object.fromEntries(headers), body };
  }

  async #answer(request: IncomingMessage, response: http.ServerResponse): Promise<void> {
    const reply = this.#replies[Math.min(this.#seen.length, this.#replies.length - 1)] ?? {};
    const { method = '', url = '', httpVersion } = request;
    const entry = { method, url, httpVersion, headers: flat(request.headers), body: '' };
    this.#seen.push(entry);
    entry.body = await text(request);
    if (reply.hang) return;
    if (reply.rubbish) {
      request.socket.end('no HTTP\r\n\r\n');
      return;
    }
    if (reply.close) {
      request.socket.destroy();
      return;
    }
    const { status = 200, body = '{"backend":"ok"}', headers = { 'Content-Type': 'application/json' } } = reply;
    if (reply.truncated !== undefined) {
      response.writeHead(status, { ...headers, 'Content-Length': 999 });
      response.write(reply.truncated, () => request.socket.destroy());
      return;
    }
    response.writeHead(status, reply.reason, headers);
    response.end(body);
  }
}

function apiOf({ flow = '', fault, out, uriTemplate }: Row): string {
  const pattern = uriTemplate === undefined ? 'url-mapping="/*"' : `uri-template="${uriTemplate}"`;
  const methods = 'methods="GET POST PUT DELETE PATCH HEAD"';
  const parts = [
    `<inSequence>${flow}</inSequence>`,
    out === undefined ? '' : `<outSequence>${out}</outSequence>`,
    fault === undefined ? '' : `<faultSequence>${fault}</faultSequence>`,
  ];
  return `<api name="T" context="/t"><resource ${methods} ${pattern}>${parts.join('')}</resource></api>`;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
}
