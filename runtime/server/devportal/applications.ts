import type { Context } from 'koa';
import type { Application } from '../apim-model/applications.js';
import { badRequest } from '../apim-model/error.js';
import { jsonBody, pathText, queryText } from '../rest/body.js';
import { callerOf } from '../rest/caller.js';
import { listDto } from '../rest/lists.js';
import type { Route } from '../rest/routes.js';
import { keyDto } from './keys.js';
import { type DevportalParts, scopes } from './parts.js';

/** Applications of v3 and store v1 (api-management 1.12). */
export function applicationRoutes(parts: DevportalParts): Route[] {
  return [
    ['get', '/applications', scopes.applications, (ctx) => list(ctx, parts)],
    ['post', '/applications', scopes.applications, (ctx) => create(ctx, parts)],
    ['get', '/applications/:applicationId', scopes.applications, (ctx) => read(ctx, parts)],
    ['put', '/applications/:applicationId', scopes.applications, (ctx) => update(ctx, parts)],
    ['delete', '/applications/:applicationId', scopes.applications, (ctx) => remove(ctx, parts)],
    ['post', '/applications/:applicationId/reset-throttle-policy', scopes.applications, (ctx) => reset(ctx, parts)],
  ];
}

/** The caller's application of the path. @throws ApimError 404 */
export function applicationOf(ctx: Context, { applications }: DevportalParts): Promise<Application> {
  return applications.get(pathText(ctx, 'applicationId'), callerOf(ctx).user.name);
}

const sorts: { readonly [name: string]: (application: Application) => string } = {
  name: ({ name }) => name.toLowerCase(),
  throttlingPolicy: ({ throttlingPolicy }) => throttlingPolicy,
  status: () => 'APPROVED',
};

/** The caller's applications that `query` finds by a part of the name, in the order of `sortBy`. */
export async function searchApplications(ctx: Context, { applications }: DevportalParts): Promise<Application[]> {
  const query = (queryText(ctx, 'query') ?? '').toLowerCase();
  const all = await applications.list(callerOf(ctx).user.name);
  const key = sorts[queryText(ctx, 'sortBy') ?? 'name'];
  if (key === undefined) throw badRequest(`sortBy: must be one of ${Object.keys(sorts).join(', ')}`);
  const direction = queryText(ctx, 'sortOrder') === 'desc' ? -1 : 1;
  return all
    .filter(({ name }) => name.toLowerCase().includes(query))
    .sort((one, other) => direction * key(one).localeCompare(key(other)));
}

async function list(ctx: Context, parts: DevportalParts): Promise<void> {
  const found = await searchApplications(ctx, parts);
  const counts = new Map<string, number>();
  for (const { id } of found) counts.set(id, (await parts.subscriptions.list({ applicationId: id })).length);
  ctx.body = listDto(ctx, found, (application) => summary(application, counts.get(application.id) ?? 0));
}

async function create(ctx: Context, parts: DevportalParts): Promise<void> {
  const application = await parts.applications.create(jsonBody(ctx), callerOf(ctx).user.name);
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${application.id}`);
  ctx.body = await applicationDto(application, parts);
}

async function read(ctx: Context, parts: DevportalParts): Promise<void> {
  ctx.body = await applicationDto(await applicationOf(ctx, parts), parts);
}

async function update(ctx: Context, parts: DevportalParts): Promise<void> {
  const { name } = callerOf(ctx).user;
  const updated = await parts.applications.update(pathText(ctx, 'applicationId'), jsonBody(ctx), name);
  ctx.body = await applicationDto(updated, parts);
}

async function remove(ctx: Context, parts: DevportalParts): Promise<void> {
  await parts.applications.remove(pathText(ctx, 'applicationId'), callerOf(ctx).user.name);
  ctx.status = 200;
  ctx.body = '';
}

/** There is nothing to reset as long as no limit counts. */
async function reset(ctx: Context, parts: DevportalParts): Promise<void> {
  await applicationOf(ctx, parts);
  ctx.status = 200;
  ctx.body = '';
}

async function applicationDto(application: Application, parts: DevportalParts): Promise<object> {
  const subscriptions = await parts.subscriptions.list({ applicationId: application.id });
  const keys = await parts.keys.list(application.id);
  return {
    ...summary(application, subscriptions.length),
    keys: keys.map((key) => keyDto(key)),
    subscriptionScopes: [],
    hashEnabled: false,
  };
}

function summary(application: Application, subscriptionCount: number): object {
  return {
    applicationId: application.id,
    name: application.name,
    throttlingPolicy: application.throttlingPolicy,
    description: application.description,
    tokenType: application.tokenType,
    status: 'APPROVED',
    groups: application.groups,
    subscriptionCount,
    attributes: application.attributes,
    owner: application.owner,
    createdTime: String(application.createdAt),
  };
}
