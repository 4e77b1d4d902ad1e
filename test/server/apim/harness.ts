import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import type { Problem } from '../../../runtime/configuration/problem.js';
import type { Logger } from '../../../runtime/message/logger.js';
import { type Apim, createApim } from '../../../runtime/server/apim.js';
import { openSecrets } from '../../../runtime/store/secrets.js';
import { openStore, type Store } from '../../../runtime/store/store.js';
import type { TestDatabase } from '../../store/databases.js';

export const adminPassword = 'correct horse';

/** An answer, its body parsed where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of many shapes
  body: any;
}

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as a form. */
  form?: Record<string, string>;
  /** Sent as multipart: a text, or a file as `{file, text}`. */
  parts?: Record<string, string | { file: string; text: string }>;
  /** Bearer token. */
  token?: string;
  /** `name:password`; the administrator unless a token or this is given; null: none. */
  basic?: string | null;
}

/** API management over real HTTP, on one store. */
export interface Harness {
  readonly apim: Apim;
  readonly store: Store;
  readonly url: string;
  readonly logged: string[];
  call(path: string, call?: Call): Promise<Answer>;
  /** Ends the listener and the store; the database stays. */
  stop(): Promise<void>;
}

/** Refuses texts that are no `<sequence>`, names `<bogus>` with its line, warns about `<odd>`. */
export function checkForTests(xml: string, { file }: { file: string }): Problem[] {
  const problems: Problem[] = [];
  const at = (line: number, column: number) => ({ file, line, column });
  if (!/^\s*(<\?xml[^>]*\?>)?\s*<sequence[\s>/]/.test(xml) || !/<\/sequence>\s*$|\/>\s*$/.test(xml)) {
    const message = 'expected <sequence>';
    problems.push({ ...at(1, 1), severity: 'error', code: 'wrong-root', message });
  }
  for (const [index, text] of xml.split('\n').entries()) {
    const bogus = text.indexOf('<bogus');
    if (bogus >= 0) {
      const message = 'unknown mediator bogus';
      problems.push({ ...at(index + 1, bogus + 1), severity: 'error', code: 'unknown-mediator', message });
    }
    const odd = text.indexOf('<odd');
    if (odd >= 0) {
      const [message, hint] = ['odd mediator', 'use another'];
      problems.push({ ...at(index + 1, odd + 1), severity: 'warning', code: 'odd', message, hint });
    }
  }
  return problems;
}

export async function startApim(
  database: TestDatabase,
  password: string | undefined = adminPassword,
): Promise<Harness> {
  const store = await openStore(database.url, { home: database.home });
  const secrets = await openSecrets(database.home);
  const logged: string[] = [];
  const logger: Logger = { enabled: () => true, log: (_level, _logger, text) => logged.push(text) };
  const settings = { adminPassword: password };
  const apim = await createApim({ store, secrets, settings, checkSequence: checkForTests, logger });
  const app = new Koa();
  app.use(apim.gatewayTokenMiddleware);
  app.use(apim.adminMiddleware);
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { apim, store, url, logged, call: (path, call) => send(url + path, call), stop: () => stop(server, store) };
}

async function stop(server: Server, store: Store): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await store.close();
}

async function send(url: string, call: Call = {}): Promise<Answer> {
  const headers: Record<string, string> = { ...authorization(call), ...call.headers };
  const body = bodyOf(call, headers);
  const method = call.method ?? (body === undefined ? 'GET' : 'POST');
  const response = await fetch(url, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  const json = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined };
}

function authorization({ token, basic }: Call): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (basic === null) return {};
  return { authorization: `Basic ${Buffer.from(basic ?? `admin:${adminPassword}`).toString('base64')}` };
}

function bodyOf(call: Call, headers: Record<string, string>): string | FormData | URLSearchParams | undefined {
  if (call.form !== undefined) return new URLSearchParams(call.form);
  if (call.json !== undefined) {
    headers['content-type'] = 'application/json';
    return JSON.stringify(call.json);
  }
  if (call.parts === undefined) return undefined;
  const form = new FormData();
  for (const [name, part] of Object.entries(call.parts)) {
    if (typeof part === 'string') form.set(name, part);
    else form.set(name, new Blob([part.text]), part.file);
  }
  return form;
}

/** A management token with the given scopes. */
export async function managementToken(harness: Harness, scope: string): Promise<string> {
  const json = { clientName: 'rest_api', owner: 'admin', grantType: 'password refresh_token', saasApp: true };
  const { body } = await harness.call('/client-registration/v0.17/register', { json });
  const form = { grant_type: 'password', username: 'admin', password: adminPassword, scope };
  const answer = await harness.call('/oauth2/token', { basic: `${body.clientId}:${body.clientSecret}`, form });
  return answer.body.access_token;
}

export const v4 = '/api/am/publisher/v4';
export const devportal = '/api/am/devportal/v3';

/** A body for `POST /apis` of v4; names and contexts differ by the given word. */
export function pizza(word = 'Pizza', more: object = {}): Record<string, unknown> {
  const url = 'http://backend.test';
  return {
    name: `${word}API`,
    context: `/${word.toLowerCase()}`,
    version: '1.0.0',
    policies: ['Unlimited'],
    endpointConfig: { endpoint_type: 'http', production_endpoints: { url }, sandbox_endpoints: { url } },
    operations: [
      { target: '/menu', verb: 'GET' },
      { target: '/order', verb: 'POST' },
    ],
    ...more,
  };
}

export const sequenceXml = `<sequence xmlns="http://ws.apache.org/ns/synapse" name="simple-token-gen">
  <property name="app" value="x"/>
</sequence>`;
