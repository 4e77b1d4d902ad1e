import type { Context, Middleware, Next } from 'koa';
import type { Provider } from 'oidc-provider';
import { parseBasic } from '../../transport/basic-credentials.js';
import type { CallerToken } from '../apim-model/access.js';
import type { Client, Clients } from '../apim-model/clients.js';
import type { Users } from '../apim-model/users.js';
import { readBodies } from '../rest/body.js';
import { invalidClient, writeFailure } from './answers.js';
import { type Handle, releasingStorage } from './async-storage.js';
import type { TokenReader } from './token-reader.js';

/** What the endpoints work with. */
export interface EndpointParts {
  provider: () => Promise<Provider>;
  clients: Clients;
  users: Users;
  reader: TokenReader;
}

type Form = { readonly [name: string]: unknown };

/** `/oauth2/*` of the admin port (api-management 1.1). */
export function oauthEndpoints(parts: EndpointParts): Middleware {
  const handle = handler(parts);
  const own = ownEndpoints(parts);
  return async function oauth(ctx: Context, next: Next): Promise<void> {
    const endpoint = own.get(ctx.path);
    if (endpoint !== undefined) return endpoint(ctx);
    if (ctx.path === '/oauth2/token' || ctx.path === '/oauth2/jwks') return hand(ctx, handle, ctx.path);
    await next();
  };
}

/** `/token` and `/revoke` of the gateway (api-management 1.1). */
export function gatewayTokenEndpoints(parts: EndpointParts): Middleware {
  const handle = handler(parts);
  const revoke = ownEndpoints(parts).get('/oauth2/revoke');
  return async function gatewayToken(ctx: Context, next: Next): Promise<void> {
    if (ctx.path === '/token') return hand(ctx, handle, '/oauth2/token');
    if (ctx.path === '/revoke' && revoke !== undefined) return revoke(ctx);
    await next();
  };
}

/** Lets oidc-provider answer, under the path that it knows. */
async function hand(ctx: Context, handle: Handler, path: string): Promise<void> {
  ctx.respond = false;
  ctx.req.url = path + ctx.search;
  await (await handle())(ctx.req, ctx.res);
}

type Handler = () => Promise<Handle>;

function handler({ provider }: EndpointParts): Handler {
  let opened: ReturnType<Handler> | undefined;
  return () => {
    opened ??= provider().then((loaded) => releasingStorage(loaded.callback()));
    return opened;
  };
}

function ownEndpoints(parts: EndpointParts): Map<string, (ctx: Context) => Promise<void>> {
  const body = readBodies();
  const posted = (step: (ctx: Context, form: Form) => Promise<void>) => async (ctx: Context) => {
    if (ctx.method !== 'POST') {
      ctx.status = 405;
      ctx.set('Allow', 'POST');
      return;
    }
    await body(ctx, async () => {});
    await step(ctx, (ctx.request as { body?: Form }).body ?? {});
  };
  return new Map([
    ['/oauth2/revoke', posted((ctx, form) => revoke(ctx, form, parts))],
    ['/oauth2/introspect', posted((ctx, form) => introspect(ctx, form, parts))],
    ['/oauth2/userinfo', (ctx: Context) => userinfo(ctx, parts)],
  ]);
}

/** RFC 7009: 200 whatever the token was, once the client is known. */
async function revoke(ctx: Context, form: Form, parts: EndpointParts): Promise<void> {
  const client = await authenticateClient(ctx, form, parts.clients);
  if (client === undefined) return writeFailure(ctx, invalidClient);
  if (typeof form.token !== 'string' || form.token === '') {
    return writeFailure(ctx, { status: 400, error: 'invalid_request', error_description: 'Missing parameter: token' });
  }
  await parts.reader.revoke(form.token, client.id);
  ctx.status = 200;
  ctx.body = '';
}

/** RFC 7662, for a user by Basic, or for the client itself. */
async function introspect(ctx: Context, form: Form, parts: EndpointParts): Promise<void> {
  const allowed = (await isAdministrator(ctx, parts.users)) || (await authenticateClient(ctx, form, parts.clients));
  if (!allowed) return writeFailure(ctx, invalidClient);
  const check = typeof form.token === 'string' ? await parts.reader.read(form.token) : undefined;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = check !== undefined && 'token' in check ? introspection(check.token) : { active: false };
}

function introspection(token: CallerToken): object {
  return {
    active: true,
    scope: [...token.scopes].join(' '),
    client_id: token.clientId,
    username: token.subject,
    sub: token.subject,
    aut: token.kind,
    token_type: 'Bearer',
    exp: token.expiresAt,
    jti: token.jti,
  };
}

async function userinfo(ctx: Context, parts: EndpointParts): Promise<void> {
  const [scheme = '', value = ''] = ctx.get('authorization').split(/ +/, 2);
  const check = scheme.toLowerCase() === 'bearer' ? await parts.reader.read(value) : undefined;
  if (check === undefined || !('token' in check)) {
    ctx.status = 401;
    ctx.set('WWW-Authenticate', 'Bearer realm="mediant", error="invalid_token"');
    ctx.body = { error: 'invalid_token', error_description: 'Access token validation failed' };
    return;
  }
  ctx.body = { sub: check.token.subject };
}

async function isAdministrator(ctx: Context, users: Users): Promise<boolean> {
  const credentials = basicOf(ctx);
  if (credentials === undefined) return false;
  const user = await users.authenticate(...credentials);
  return user?.roles.includes('admin') === true;
}

/** By Basic, or by `client_id` and `client_secret` in the body. */
async function authenticateClient(ctx: Context, form: Form, clients: Clients): Promise<Client | undefined> {
  const [id, secret] = basicOf(ctx) ?? [form.client_id, form.client_secret];
  if (typeof id !== 'string' || typeof secret !== 'string') return undefined;
  return clients.authenticate(id, secret);
}

function basicOf(ctx: Context): [string, string] | undefined {
  const [scheme = '', value = ''] = ctx.get('authorization').split(/ +/, 2);
  return scheme.toLowerCase() === 'basic' ? parseBasic(value) : undefined;
}
