import type { Context } from 'koa';
import type { Api } from '../apim-model/api-document.js';
import type { Application } from '../apim-model/applications.js';
import { ApimError, badRequest, notFound } from '../apim-model/error.js';
import { type JsonObject, textOf } from '../apim-model/json-object.js';
import type { Subscription } from '../apim-model/subscriptions.js';
import { jsonBody, jsonListBody, pathText, queryText } from '../rest/body.js';
import { callerOf } from '../rest/caller.js';
import { listDto } from '../rest/lists.js';
import type { Route } from '../rest/routes.js';
import { type DevportalParts, scopes } from './parts.js';

/** Subscriptions of v3 and store v1 (api-management 1.12). */
export function subscriptionRoutes(parts: DevportalParts): Route[] {
  return [
    ['get', '/subscriptions', scopes.subscriptions, (ctx) => list(ctx, parts)],
    ['post', '/subscriptions', scopes.subscriptions, (ctx) => create(ctx, parts)],
    ['post', '/subscriptions/multiple', scopes.subscriptions, (ctx) => createMany(ctx, parts)],
    ['get', '/subscriptions/:subscriptionId', scopes.subscriptions, (ctx) => read(ctx, parts)],
    ['put', '/subscriptions/:subscriptionId', scopes.subscriptions, (ctx) => update(ctx, parts)],
    ['delete', '/subscriptions/:subscriptionId', scopes.subscriptions, (ctx) => remove(ctx, parts)],
  ];
}

/** A subscription of the caller. @throws ApimError 404, also for another user's */
export async function ownSubscription(ctx: Context, parts: DevportalParts): Promise<Subscription> {
  const subscription = await parts.subscriptions.get(pathText(ctx, 'subscriptionId'));
  const application = await parts.applications.find(subscription.application_id);
  if (application?.owner !== callerOf(ctx).user.name) throw notFound();
  return subscription;
}

/** The caller's subscriptions of the API or application of the query. */
export async function ownSubscriptions(ctx: Context, parts: DevportalParts): Promise<Subscription[]> {
  const filter = { apiId: queryText(ctx, 'apiId'), applicationId: queryText(ctx, 'applicationId') };
  const owned = new Set((await parts.applications.list(callerOf(ctx).user.name)).map(({ id }) => id));
  return (await parts.subscriptions.list(filter)).filter(({ application_id }) => owned.has(application_id));
}

/** Subscribes an application of the caller. */
export async function subscribe(
  ctx: Context,
  parts: DevportalParts,
  wanted: { applicationId: unknown; apiId: unknown; tier: unknown },
): Promise<Subscription> {
  const { applicationId, apiId, tier } = wanted;
  if (typeof applicationId !== 'string') throw badRequest('applicationId: is missing');
  if (typeof apiId !== 'string') throw badRequest('apiId: is missing');
  const application = await parts.applications.get(applicationId, callerOf(ctx).user.name);
  return parts.subscriptions.create(application, apiId, textOf(tier) ?? 'Unlimited');
}

async function list(ctx: Context, parts: DevportalParts): Promise<void> {
  const all = await ownSubscriptions(ctx, parts);
  const dtos = new Map<string, object>();
  for (const subscription of all) dtos.set(subscription.id, await subscriptionDto(subscription, parts));
  ctx.body = listDto(ctx, all, ({ id }) => dtos.get(id));
}

async function create(ctx: Context, parts: DevportalParts): Promise<void> {
  const subscription = await subscribe(ctx, parts, wantedOf(jsonBody(ctx)));
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${subscription.id}`);
  ctx.body = await subscriptionDto(subscription, parts);
}

async function createMany(ctx: Context, parts: DevportalParts): Promise<void> {
  const answers: object[] = [];
  for (const body of jsonListBody(ctx)) {
    answers.push(await subscriptionDto(await subscribe(ctx, parts, wantedOf(body)), parts));
  }
  ctx.body = answers;
}

async function read(ctx: Context, parts: DevportalParts): Promise<void> {
  ctx.body = await subscriptionDto(await ownSubscription(ctx, parts), parts);
}

async function update(ctx: Context, parts: DevportalParts): Promise<void> {
  const { id, tier } = await ownSubscription(ctx, parts);
  const body = jsonBody(ctx);
  const wanted = textOf(body.requestedThrottlingPolicy) || textOf(body.throttlingPolicy) || tier;
  ctx.body = await subscriptionDto(await parts.subscriptions.changeTier(id, wanted), parts);
}

async function remove(ctx: Context, parts: DevportalParts): Promise<void> {
  await parts.subscriptions.remove((await ownSubscription(ctx, parts)).id);
  ctx.status = 200;
  ctx.body = '';
}

function wantedOf({ applicationId, apiId, throttlingPolicy }: JsonObject) {
  return { applicationId, apiId, tier: throttlingPolicy };
}

async function subscriptionDto(subscription: Subscription, parts: DevportalParts): Promise<object> {
  const api = await findApi(subscription.api_id, parts);
  const application = await parts.applications.find(subscription.application_id);
  return {
    subscriptionId: subscription.id,
    applicationId: subscription.application_id,
    apiId: subscription.api_id,
    apiInfo: api && apiInfo(api),
    applicationInfo: application && applicationInfo(application),
    throttlingPolicy: subscription.tier,
    requestedThrottlingPolicy: subscription.tier,
    status: subscription.status,
    redirectionParams: null,
  };
}

async function findApi(id: string, { apis }: DevportalParts): Promise<Api | undefined> {
  try {
    return await apis.get(id);
  } catch (error) {
    if (error instanceof ApimError && error.status === 404) return undefined;
    throw error;
  }
}

function apiInfo({ id, status, document }: Api): object {
  const { name, context, version, provider, type } = document;
  return { id, name, context, version, provider, type, lifeCycleStatus: status };
}

function applicationInfo({ id, name, throttlingPolicy, owner }: Application): object {
  return { applicationId: id, name, throttlingPolicy, owner, status: 'APPROVED' };
}
