import type { Context, Middleware, Next } from 'koa';
import { parseBasic } from '../../transport/basic-credentials.js';
import { unauthorized } from '../apim-model/error.js';
import type { TokenReader } from '../apim-model/gateway-model.js';
import type { User, Users } from '../apim-model/users.js';
import { grantScopes } from '../oauth/scopes.js';

/** Who makes a management call. */
export interface Caller {
  readonly user: User;
  /** Whether one of the scopes is his. */
  may(scopes: readonly string[]): boolean;
}

/** What tells callers. */
export interface Authentication {
  readonly users: Users;
  readonly tokens: TokenReader;
}

const callers = new WeakMap<Context, Caller>();

/** Takes a bearer token or Basic; without a valid one 401 (api-management 1.2, product 2). */
export function authenticate({ users, tokens }: Authentication): Middleware {
  return async function authenticateCaller(ctx: Context, next: Next): Promise<void> {
    const [scheme = '', value = ''] = ctx.get('authorization').split(/ +/, 2);
    const caller =
      scheme.toLowerCase() === 'bearer'
        ? await bearer(value, users, tokens)
        : scheme.toLowerCase() === 'basic'
          ? await basic(value, users)
          : undefined;
    if (caller === undefined) throw unauthorized();
    callers.set(ctx, caller);
    await next();
  };
}

/** Any of the scopes is enough; a missing one is 401 on the management plane (api-management 1.2). */
export function requireScope(scopes: readonly string[]): Middleware {
  return async function requireScopeOfCaller(ctx: Context, next: Next): Promise<void> {
    if (!callerOf(ctx).may(scopes)) throw unauthorized();
    await next();
  };
}

export function callerOf(ctx: Context): Caller {
  const caller = callers.get(ctx);
  if (caller === undefined) throw unauthorized();
  return caller;
}

async function bearer(value: string, users: Users, tokens: TokenReader): Promise<Caller | undefined> {
  const check = await tokens.read(value);
  if (!('token' in check)) return undefined;
  const user = await users.find(check.token.subject);
  if (user === undefined) return undefined;
  const { scopes } = check.token;
  return { user, may: (wanted) => wanted.some((scope) => scopes.has(scope)) };
}

async function basic(value: string, users: Users): Promise<Caller | undefined> {
  const credentials = parseBasic(value);
  if (credentials === undefined) return undefined;
  const user = await users.authenticate(...credentials);
  return user && { user, may: (wanted) => grantScopes(wanted, user.roles, () => []).length > 0 };
}
