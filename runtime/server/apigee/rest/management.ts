import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { Logger } from '../../../message/logger.js';
import { parseBasic } from '../../../transport/basic-credentials.js';
import { ApimError } from '../../apim-model/error.js';
import type { Users } from '../../apim-model/users.js';
import { isUniqueViolation } from '../../rest/errors.js';
import { ApigeeError, conflict } from '../model/error.js';
import type { Organizations } from '../model/organizations.js';
import { show, write } from './answer.js';
import { appRoutes } from './app-routes.js';
import { bundleRoutes } from './bundle-routes.js';
import { Call, readBody } from './call.js';
import { deploymentRoutes } from './deployment-routes.js';
import { developerRoutes } from './developer-routes.js';
import { environmentRoutes } from './environment-routes.js';
import { keyRoutes } from './key-routes.js';
import { mapRoutes } from './map-routes.js';
import { productRoutes } from './product-routes.js';
import type { Method, Step } from './routes.js';
import { organizationView } from './views.js';

const root = 'Organization';
const base = '/v1/organizations';

const tables = [
  ...productRoutes,
  ...developerRoutes,
  ...keyRoutes,
  ...appRoutes,
  ...environmentRoutes,
  ...mapRoutes,
  ...bundleRoutes,
  ...deploymentRoutes,
];

/** What the management calls work with. */
export interface ManagementParts {
  readonly organizations: Organizations;
  readonly users: Users;
  readonly logger: Logger;
}

/** The management calls under `/v1/organizations` and `/v1/o` (api-management 2.9). */
export function apigeeManagement(parts: ManagementParts): Middleware {
  const router = new Router();
  organizationCalls(router, parts.organizations);
  for (const [method, path, step] of tables) onOrganization(router, parts.organizations, method, path, step);
  const dispatch = router.routes() as unknown as Middleware;
  return async function apigeeManagement(ctx: Context): Promise<void> {
    ctx.path = longForm(ctx.path);
    try {
      callers.set(ctx, await administratorOf(ctx, parts.users));
      await dispatch(ctx as Parameters<Middleware>[0], async () => nothingHere(ctx, router));
    } catch (error) {
      refuse(ctx, error, parts.logger);
    }
  };
}

const callers = new WeakMap<Context, string>();

/** `/v1/o/x/e/y` is `/v1/organizations/x/environments/y`. */
function longForm(path: string): string {
  return path.replace(/^\/v1\/o(?=\/|$)/, base).replace(/^(\/v1\/organizations\/[^/]+)\/e(?=\/|$)/, '$1/environments');
}

/** Who calls, by Basic authentication. @throws ApigeeError 401, 403 for somebody who is no administrator */
async function administratorOf(ctx: Context, users: Users): Promise<string> {
  const [scheme = '', value = ''] = ctx.get('authorization').split(/ +/, 2);
  const credentials = scheme.toLowerCase() === 'basic' ? parseBasic(value) : undefined;
  const user = credentials && (await users.authenticate(...credentials));
  if (user === undefined) {
    throw new ApigeeError(401, 'security.Unauthorized', 'Name and password of an administrator are needed (Basic)');
  }
  if (user.roles.includes('admin')) return user.name;
  throw new ApigeeError(403, 'security.AccessDenied', `User "${user.name}" is no administrator`);
}

async function callOf(ctx: Context): Promise<Call> {
  return new Call(ctx, callers.get(ctx) ?? '', await readBody(ctx));
}

function organizationCalls(router: Router, organizations: Organizations): void {
  const one = `${base}/:org`;
  router.get(base, (ctx) => {
    write(
      ctx as unknown as Context,
      show(
        root,
        organizations.list().map(({ name }) => name),
      ),
    );
  });
  router.post(base, async (ctx) => {
    const call = await callOf(ctx as unknown as Context);
    const organization = await organizations.create(call.input(root), call.user);
    write(call.ctx, show(root, organizationView(organization), 201));
  });
  onOrganization(router, organizations, 'get', '', (_, organization) => show(root, organizationView(organization)));
  router.delete(one, async (ctx) => {
    const call = await callOf(ctx as unknown as Context);
    const removed = await organizations.remove(call.path('org'));
    write(call.ctx, show(root, organizationView(removed)));
  });
}

/** Changes of one organisation are made one after the other. */
function onOrganization(router: Router, organizations: Organizations, method: Method, path: string, step: Step): void {
  router[method](`${base}/:org${path}`, async (ctx) => {
    const organization = organizations.get((ctx.params as Record<string, string>).org ?? '');
    const call = await callOf(ctx as unknown as Context);
    const work = async () => step(call, organization);
    write(call.ctx, await (method === 'get' ? work() : organization.exclusively(work)));
  });
}

/** 405 where other methods are served, else 404. */
function nothingHere(ctx: Context, router: Router): void {
  const matched = router.match(ctx.path, 'GET').path;
  const allowed = [...new Set(matched.flatMap(({ methods }) => methods))];
  if (allowed.length === 0) throw new ApigeeError(404, 'resource.NotFound', 'There is nothing at this path');
  ctx.set('Allow', allowed.join(', '));
  throw new ApigeeError(405, 'method.NotAllowed', `${ctx.method} is not possible here; ${allowed.join(', ')} are`);
}

function refuse(ctx: Context, error: unknown, logger: Logger): void {
  const { status, code, message } = refusalOf(error) ?? unforeseen(error, ctx, logger);
  if (status === 401) ctx.set('WWW-Authenticate', 'Basic realm="mediant"');
  write(ctx, show('Error', { code, message, contexts: [] }, status));
}

function refusalOf(error: unknown): ApigeeError | undefined {
  if (error instanceof ApigeeError) return error;
  if (error instanceof ApimError) return new ApigeeError(error.status, 'request.Invalid', error.description);
  if (!isUniqueViolation(error)) return undefined;
  return conflict('entity.AlreadyExists', 'Another node has just made an entity of this name');
}

/** The path is not logged: it may have a consumer key in it. */
function unforeseen(error: unknown, ctx: Context, logger: Logger): ApigeeError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { _matchedRoute } = ctx as unknown as { _matchedRoute?: string };
  logger.log('ERROR', 'ApigeeManagement', `${ctx.method} ${_matchedRoute ?? ''} failed: ${text}`);
  return new ApigeeError(500, 'server.InternalError', 'The call failed; the log of the server says why');
}
