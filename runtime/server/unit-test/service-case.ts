import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { charsetOf, encodeText } from '../../message/charset.js';
import { assertedCase, type Found, invalidOperation, splitExpression } from './assertions.js';
import type { CaseReport } from './report.js';
import type { TestCase } from './suite.js';

/** The API or proxy under test, as a client reaches it. */
export interface Service {
  readonly kind: 'api' | 'proxy';
  /** Context of the API as written, or `/services/Name`. */
  readonly path: string;
  readonly port: (protocol: 'http' | 'https') => number;
}

interface Answer {
  readonly status: number;
  readonly httpVersion: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Undefined for an answer that cannot have a body. */
  readonly body: string | undefined;
}

const bodyless = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Sends the request of a case to the running service and checks the answer (artifacts 5.3, 5.4).
 * @throws Error when no answer comes
 */
export async function runServiceCase({ name, input, assertions }: TestCase, service: Service): Promise<CaseReport> {
  const method = service.kind === 'proxy' ? 'POST' : (input.method ?? 'GET');
  const target = targetOf(service, input.path);
  const port = service.port(input.protocol);
  const headers = input.properties.filter(({ scope }) => scope === 'transport');
  const answer = await send(
    (input.protocol === 'https' ? requestHttps : requestHttp)({
      host: '127.0.0.1',
      port,
      method,
      path: target,
      headers: { Host: `localhost:${port}` },
      agent: false,
      // The server is our own, with a certificate made for this run.
      ...(input.protocol === 'https' ? { rejectUnauthorized: false } : {}),
    }),
    headers,
    bodyless.has(method) ? undefined : input.payload,
  );
  const url = `${method}: ${input.protocol}://localhost:${port}${target}`;
  const description = `Tested service url - ${url}\nReceived status code - ${answer.status}`;
  return assertedCase(name, assertions, (expression) => ({ description, ...find(expression, answer) }));
}

function targetOf({ kind, path }: Service, requestPath: string | undefined): string {
  if (kind === 'proxy' || requestPath === undefined || requestPath === '/') return path || '/';
  return requestPath.startsWith('/') ? `${path}${requestPath}` : `${path}/${requestPath}`;
}

async function send(
  request: ClientRequest,
  headers: readonly { name: string; value: string }[],
  payload: string | undefined,
): Promise<Answer> {
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    request.on('response', resolve).on('error', reject),
  );
  for (const { name, value } of headers) request.setHeader(name, value);
  if (payload === undefined) request.end();
  else {
    if (!request.hasHeader('Content-Type')) request.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    const bytes = encodeText(payload, charsetOf(String(request.getHeader('Content-Type'))) ?? 'UTF-8');
    request.setHeader('Content-Length', bytes.length);
    request.end(bytes);
  }
  const response = await answered;
  const { statusCode: status = 0, httpVersion, rawHeaders } = response;
  const body = (await buffer(response)).toString('utf8');
  const hasEntity = request.method !== 'HEAD' && ![204, 205, 304].includes(status);
  return { status, httpVersion: `HTTP/${httpVersion}`, headers: rawHeaders, body: hasEntity ? body : undefined };
}

function find(expression: string, answer: Answer): Found {
  const { prefix, key } = splitExpression(expression);
  switch (prefix) {
    case '$body':
      return { text: answer.body };
    case '$statusCode':
      return { text: String(answer.status) };
    case '$httpVersion':
      return { text: answer.httpVersion };
    case '$trp': {
      const at = answer.headers.findIndex((name, index) => index % 2 === 0 && name === key);
      return { text: at < 0 ? undefined : answer.headers[at + 1] };
    }
    default:
      return invalidOperation(expression, 'services');
  }
}
