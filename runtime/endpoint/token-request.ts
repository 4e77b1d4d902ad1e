import { errorCode, Fault } from '../message/fault.js';
import { parseTarget } from '../transport/target.js';
import { type Transport, TransportError, type TransportResponse } from '../transport/transport.js';
import { wholeBody } from '../transport/whole-body.js';
import type { TokenRequest } from './token-source.js';

/**
 * Asks a token endpoint for an access token (artifacts 3.7). Values go into the body as they are, not percent-encoded.
 * Only status 200 with a JSON object that has `access_token` is accepted.
 */
export async function fetchToken(
  request: TokenRequest,
  transport: Transport,
  endpoint: string | undefined,
): Promise<string> {
  const failed = (detail: string, cause?: unknown) =>
    new Fault(`Could not generate access token for oauth configured http endpoint ${endpoint ?? 'null'}. ${detail}`, {
      code: errorCode.endpointAuthentication,
      ...(cause === undefined ? {} : { cause }),
    });
  let response: TransportResponse;
  let body: string;
  try {
    response = await transport.exchange({
      method: 'POST',
      url: request.tokenUrl,
      headers: headersOf(request),
      body: Buffer.from(bodyOf(request), 'utf8'),
      socketTimeout: request.socketTimeout,
      deadline:
        request.connectTimeout === undefined ? undefined : request.connectTimeout + (request.socketTimeout ?? 180_000),
    });
    body = (await wholeBody(response.body))?.toString('utf8') ?? '';
  } catch (error) {
    throw failed(connectionDetail(error), error);
  }
  if (response.status !== 200) {
    throw failed(`Error while accessing the Token URL. HTTP/1.1 ${response.status} ${response.reason}`);
  }
  const token = tokenIn(body);
  if (token === undefined) throw failed('Missing key [access_token] in the response from the OAuth server');
  return token;
}

function headersOf({ tokenUrl, clientId, clientSecret, inPayload, headers }: TokenRequest): string[] {
  const pairs = ['Host', parseTarget(tokenUrl).authority, 'Content-Type', 'application/x-www-form-urlencoded'];
  for (const [name, value] of headers) pairs.push(name, value);
  if (!inPayload) {
    pairs.push('Authorization', `Basic ${Buffer.from(`${clientId}:${clientSecret}`, 'utf8').toString('base64')}`);
  }
  return pairs;
}

function bodyOf(request: TokenRequest): string {
  let body = `grant_type=${request.grant}`;
  if (request.grant === 'refresh_token') body += `&refresh_token=${request.refreshToken}`;
  if (request.grant === 'password') body += `&username=${request.username}&password=${request.password}`;
  if (request.inPayload) body += `&client_id=${request.clientId}&client_secret=${request.clientSecret}`;
  for (const [name, value] of request.parameters) body += `&${name}=${value}`;
  return body;
}

/** Undefined when the answer has no token; other answers that cannot be used fail with codes of their own. */
function tokenIn(body: string): string | undefined {
  const text = body.trim();
  if (!text.startsWith('{')) throw new Error('The answer of the token endpoint is no JSON object');
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw new Fault('The answer of the token endpoint is malformed JSON', { code: errorCode.parsing, cause: error });
  }
  const token = (answer as Record<string, unknown>).access_token;
  if (token === null) throw new Error('The answer of the token endpoint has a null access_token');
  return token === undefined ? undefined : String(token);
}

function connectionDetail(error: unknown): string {
  if (!(error instanceof TransportError)) return 'Unable to connect to the OAuth token endpoint.';
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (error.kind === 'timeout' || error.kind === 'deadline') {
    return 'Socket timeout: OAuth token endpoint did not respond within the expected time frame.';
  }
  if (error.kind === 'connect-timeout') {
    return 'Connection timeout: Failed to establish a connection to the OAuth token endpoint.';
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return 'Unable to resolve the hostname for the OAuth token endpoint connection.';
  }
  if (/^(ERR_(TLS|SSL)|EPROTO|CERT_|DEPTH_|SELF_|UNABLE_)/.test(code)) {
    return 'SSL handshake failed while connecting to the OAuth token endpoint.';
  }
  return 'Unable to connect to the OAuth token endpoint.';
}
