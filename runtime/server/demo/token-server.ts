import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { basicHeader } from '../../transport/basic-credentials.js';
import { listen } from './local-server.js';

/** An authorization server and the backend that trusts it, for the demonstration; both real HTTP servers. */
export interface ProtectedBackend {
  readonly tokenUrl: string;
  readonly backendUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Token calls so far. */
  tokenCalls(): number;
  /** Forgets all tokens that were issued. */
  revoke(): void;
  close(): Promise<void>;
}

/** Starts both on free ports of 127.0.0.1. */
export async function startProtectedBackend(): Promise<ProtectedBackend> {
  const clientId = 'pizza-gateway';
  const clientSecret = randomBytes(12).toString('base64url');
  const tokens = new Set<string>();
  let calls = 0;

  const authorize = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    calls++;
    const form = new URLSearchParams(await text(request));
    const expected = basicHeader(clientId, clientSecret);
    if (request.method !== 'POST' || form.get('grant_type') !== 'client_credentials') {
      return json(response, 400, { error: 'unsupported_grant_type' });
    }
    if (request.headers.authorization !== expected) return json(response, 401, { error: 'invalid_client' });
    const token = randomBytes(24).toString('base64url');
    tokens.add(token);
    json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: 3600 });
  };

  const protect = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!tokens.has(token)) return json(response, 401, { error: 'missing_credentials' });
    json(response, 200, { seen: { method: request.method, path: request.url, body: body === '' ? null : body } });
  };

  const tokenServer = await listen(authorize);
  const backend = await listen(protect);
  return {
    tokenUrl: `${tokenServer.url}/token`,
    backendUrl: backend.url,
    clientId,
    clientSecret,
    tokenCalls: () => calls,
    revoke: () => tokens.clear(),
    close: async () => void (await Promise.all([tokenServer.close(), backend.close()])),
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
