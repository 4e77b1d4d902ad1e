import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { normalised } from './normalise.js';

export interface MockHeader {
  readonly name: string;
  readonly value: string;
}

/** A request that a mock service knows, and what it answers. */
export interface MockResource {
  /** As written, query included. */
  readonly subContext: string;
  /** Of the context and the path, with a slash at the end. */
  readonly path: RegExp;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Upper case. */
  readonly method: string;
  readonly payload: string | undefined;
  /** Of the request; only the last one counts (artifacts 5.5). */
  readonly headers: readonly MockHeader[];
  readonly response: {
    readonly status: number;
    readonly payload: string | undefined;
    readonly headers: readonly MockHeader[];
  };
}

/** A backend that is played (artifacts 5.5). */
export interface MockService {
  /** Name of the endpoint that it stands for. */
  readonly name: string;
  /** The port that the suite gives it. */
  readonly port: number;
  /** Without a slash at the end; empty for `/`. */
  readonly context: string;
  readonly resources: readonly MockResource[];
}

/** What the reference tells apart; every other method counts as GET. */
const distinct = new Set(['POST', 'PATCH', 'OPTIONS', 'HEAD']);

/** A running server that plays mock services, on a free port of its own. */
export interface MockServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a server that answers as the services say; the first resource that matches counts.
 * @param unmatched told of every request that nobody knows: `METHOD target`, and its body
 */
export async function startMockServer(
  services: readonly MockService[],
  unmatched: (request: string, body: string) => void,
): Promise<MockServer> {
  const resources = services.flatMap((service) => service.resources);
  const server: Server = createServer(async (request, response) => {
    const body = await text(request);
    const found = resources.find((resource) => matches(resource, request, body));
    if (found) return answer(found, response);
    unmatched(`${request.method} ${request.url}`, body);
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('No mock resource matches this request');
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer({ response: { status, payload, headers } }: MockResource, response: ServerResponse): void {
  if (payload === undefined) {
    response.writeHead(500, { 'Content-Type': 'text/plain' });
    response.end('The mock resource declares no response payload; declare an empty one');
    return;
  }
  for (const { name, value } of headers) response.setHeader(name, value);
  const bytes = Buffer.from(payload, 'utf8');
  response.setHeader('Content-Length', bytes.length);
  response.writeHead(status).end(bytes);
}

function matches(resource: MockResource, request: IncomingMessage, body: string): boolean {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const path = decoded(pathname);
  return (
    resource.path.test(path.endsWith('/') ? path : `${path}/`) &&
    matchesMethod(resource.method, request.method ?? 'GET') &&
    matchesQuery(resource.query, [...searchParams]) &&
    matchesPayload(resource, body) &&
    matchesHeader(resource.headers.at(-1), request)
  );
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Declared PUT, DELETE … answer GET as in the reference, and their own method, which there answers nothing. */
function matchesMethod(declared: string, method: string): boolean {
  return declared === method || (method === 'GET' && !distinct.has(declared));
}

function matchesPayload({ payload, method }: MockResource, body: string): boolean {
  if (payload === undefined || !distinct.has(method)) return true;
  return normalised(payload).toLowerCase() === normalised(body).toLowerCase();
}

function matchesHeader(declared: MockHeader | undefined, { headers }: IncomingMessage): boolean {
  if (!declared) return true;
  const value = headers[declared.name.toLowerCase()];
  return [value].flat().join(', ').toLowerCase() === declared.value.toLowerCase();
}

type Parameters = readonly (readonly [name: string, value: string])[];

function matchesQuery(declared: Parameters, sent: Parameters): boolean {
  return (
    declared.length === sent.length &&
    declared.every(([name, value]) =>
      sent.some(([other, given]) => other === name && given.toLowerCase() === value.toLowerCase()),
    )
  );
}
