import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CompileContext } from '../../runtime/configuration/context.js';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import { ConfigurationError, type Problem } from '../../runtime/configuration/problem.js';
import { compileEndpoint } from '../../runtime/endpoint/compile.js';
import { compileEndpointTemplate } from '../../runtime/endpoint/template.js';
import { compileExpression } from '../../runtime/expression/compile.js';
import { javaText } from '../../runtime/java/text.js';
import { buildBody } from '../../runtime/message/build.js';
import { TransportHeaders } from '../../runtime/message/headers.js';
import type { Endpoint, EndpointTemplate, Environment, Exchange } from '../../runtime/message/message.js';
import { Message } from '../../runtime/message/message.js';
import { Payload } from '../../runtime/message/payload.js';
import type { RecordedCall } from '../../runtime/message/recorder.js';
import type { EntryValue } from '../../runtime/message/registry.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';

/** What a backend answers; `close` breaks the connection, `hang` never answers. */
export interface Reply {
  status?: number;
  reason?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
  close?: boolean;
  hang?: boolean;
}

/** A request as a backend saw it. */
export interface Seen {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  rawHeaders: string[];
  body: string;
  httpVersion: string;
}

export interface Backend {
  url: string;
  seen: Seen[];
  close(): void;
}

/** A real server on a free port; the n-th request gets the n-th reply, the last one repeats. */
export async function startBackend(replies: readonly Reply[] = [{}]): Promise<Backend> {
  const seen: Seen[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const reply = replies[Math.min(seen.length, replies.length - 1)] ?? {};
    const { method = '', url = '', headers, rawHeaders, httpVersion } = request;
    const entry = { method, url, headers, rawHeaders, httpVersion, body: '' };
    seen.push(entry);
    entry.body = await text(request);
    if (reply.hang) return;
    if (reply.close) {
      request.socket.destroy();
      return;
    }
    const { status = 200, body = '{"ok":1}' } = reply;
    response.writeHead(status, reply.reason, {
      ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
      ...reply.headers,
    });
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The world around a message. */
export interface World {
  endpoints?: Record<string, Endpoint>;
  templates?: Record<string, EndpointTemplate>;
  entries?: Record<string, EntryValue>;
  sequences?: readonly string[];
  properties?: Record<string, string>;
}

export interface Given extends World {
  method?: string;
  body?: string;
  /** The body is a stream instead of collected bytes. */
  contentType?: string | null;
  headers?: Record<string, string>;
  /** Default scope. */
  set?: Record<string, unknown>;
  axis2?: Record<string, unknown>;
  postfix?: string;
  to?: string;
  /** The body has been read. */
  built?: boolean;
  /** Of another message, with what it keeps. */
  environment?: Environment;
}

export const transport = new HttpTransport({ socketTimeout: 3000 });

/** What became visible outside of the message. */
export interface Observed {
  answered: { status: string; body: string }[];
  injected: Message[];
  logs: string[];
  calls: RecordedCall[];
  work: Promise<unknown>[];
}

/** What is around a message. */
export function environmentOf(given: World, logs: string[] = []): Environment {
  return {
    sequence: (name: string) => (given.sequences?.includes(name) ? { name, mediate: () => true } : undefined),
    endpoint: (key: string) => given.endpoints?.[key],
    endpointTemplate: (name: string) => given.templates?.[name],
    sequenceTemplate: () => undefined,
    localEntry: (key: string) => given.entries?.[key],
    property: (key: string) => given.properties?.[key],
    systemProperties: new Map(),
    fileProperty: () => undefined,
    environmentVariable: () => undefined,
    secret: () => undefined,
    logger: {
      enabled: () => true,
      log: (_level: string, _logger: string, line: string) => void logs.push(line),
    },
    transport,
  } as unknown as Environment;
}

/** A message as the gateway makes it. */
export async function messageOf(given: Given): Promise<{ message: Message; observed: Observed }> {
  const observed: Observed = { answered: [], injected: [], logs: [], calls: [], work: [] };
  const { method = given.body === undefined ? 'GET' : 'POST' } = given;
  const environment = given.environment ?? environmentOf(given, observed.logs);
  const exchange: Exchange = {
    answered: false,
    respond(answer) {
      observed.answered.push({
        status: javaText(answer.axis2.get('HTTP_SC')),
        body: answer.payload.asJsonText() ?? '',
      });
    },
    async inject(answer) {
      observed.injected.push(answer);
    },
    track: (work) => void observed.work.push(work),
    unhandled: () => undefined,
    acknowledgeIfForced: () => undefined,
  };
  const headers = TransportHeaders.of(Object.entries(given.headers ?? {}));
  const message = new Message({
    environment,
    exchange,
    headers,
    payload: Payload.unread(Buffer.from(given.body ?? '')),
  });
  const type = given.contentType === undefined ? 'application/json' : given.contentType;
  if (given.body !== undefined && type !== null) {
    headers.set('Content-Type', type);
    message.axis2.set('ContentType', type);
    message.axis2.set('messageType', type.split(';')[0]);
    message.axis2.set('synapse.internal.rest.contentType', type);
  } else if (given.body === undefined) {
    message.axis2.set('ContentType', 'application/x-www-form-urlencoded');
    message.axis2.set('messageType', 'application/xml');
    message.axis2.set('NO_ENTITY_BODY', true);
  }
  message.axis2.set('HTTP_METHOD', method);
  message.axis2.set('SERVICE_PREFIX', 'http://gateway:8280');
  if (given.postfix !== undefined) message.axis2.set('REST_URL_POSTFIX', given.postfix);
  for (const [name, value] of Object.entries(given.axis2 ?? {})) message.axis2.set(name, value);
  for (const [name, value] of Object.entries(given.set ?? {})) message.properties.set(name, value);
  if (given.to !== undefined) message.addressing.to = given.to;
  if (given.built) await buildBody(message);
  return { message, observed };
}

export function contextOf(problems: Problem[]): CompileContext {
  const context: CompileContext = {
    artifact: 'endpoint:test',
    report: (problem) => void problems.push(problem),
    children: () => ({ mediate: () => true, length: 0 }),
    expression: (element, attribute, source) =>
      compileExpression(source ?? element.attribute(attribute) ?? '', element.namespaces()),
    endpoint: (element) => compileEndpoint(element, context),
  };
  return context;
}

/** Compiles the text of an `<endpoint>`; throws the first problem that is an error. */
export function endpointOf(xml: string): Endpoint {
  const problems: Problem[] = [];
  const endpoint = compileEndpoint(parseConfiguration(xml, 'endpoint.xml'), contextOf(problems));
  const error = problems.find(({ severity }) => severity === 'error');
  if (error) throw new ConfigurationError(error);
  return endpoint;
}

export function templateOf(xml: string): EndpointTemplate {
  return compileEndpointTemplate(parseConfiguration(xml, 'template.xml'), contextOf([]));
}

/** All problems of an endpoint's text. */
export function problemsOf(xml: string): Problem[] {
  const problems: Problem[] = [];
  try {
    compileEndpoint(parseConfiguration(xml, 'endpoint.xml'), contextOf(problems));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(error.problem);
  }
  return problems;
}

/** Readable values of properties. */
export function values(map: ReadonlyMap<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, map.has(name) ? javaText(map.get(name)) : undefined]));
}
