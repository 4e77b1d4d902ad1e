import type { Context } from 'koa';
import type { Application } from '../apim-model/applications.js';
import { badRequest } from '../apim-model/error.js';
import { type JsonObject, textOf } from '../apim-model/json-object.js';
import type { Subscription } from '../apim-model/subscriptions.js';
import { jsonBody, pathText, queryText } from '../rest/body.js';
import { callerOf } from '../rest/caller.js';
import { oldListDto } from '../rest/lists.js';
import type { Route } from '../rest/routes.js';
import { searchApplications } from './applications.js';
import { generateKeys, keyDto } from './keys.js';
import { type DevportalParts, scopes } from './parts.js';
import { ownSubscription, ownSubscriptions, subscribe } from './subscriptions.js';

/** The store of APIM 2.x: other names for the same objects (api-management 1.12). */
export function v016Routes(parts: DevportalParts): Route[] {
  return [
    ['get', '/applications', scopes.applications, (ctx) => listApplications(ctx, parts)],
    ['post', '/applications', scopes.applications, (ctx) => createApplication(ctx, parts)],
    ['post', '/applications/generate-keys', scopes.applications, (ctx) => generate(ctx, parts)],
    ['get', '/applications/:applicationId', scopes.applications, (ctx) => readApplication(ctx, parts)],
    ['put', '/applications/:applicationId', scopes.applications, (ctx) => updateApplication(ctx, parts)],
    ['delete', '/applications/:applicationId', scopes.applications, (ctx) => removeApplication(ctx, parts)],
    ['get', '/subscriptions', scopes.subscriptions, (ctx) => listSubscriptions(ctx, parts)],
    ['post', '/subscriptions', scopes.subscriptions, (ctx) => createSubscription(ctx, parts)],
    ['get', '/subscriptions/:subscriptionId', scopes.subscriptions, (ctx) => readSubscription(ctx, parts)],
    ['delete', '/subscriptions/:subscriptionId', scopes.subscriptions, (ctx) => removeSubscription(ctx, parts)],
  ];
}

async function listApplications(ctx: Context, parts: DevportalParts): Promise<void> {
  ctx.body = oldListDto(ctx, await searchApplications(ctx, parts), summary);
}

async function createApplication(ctx: Context, parts: DevportalParts): Promise<void> {
  const application = await parts.applications.create(fromV016(jsonBody(ctx)), callerOf(ctx).user.name);
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${application.id}`);
  ctx.body = await applicationDto(application, parts);
}

async function readApplication(ctx: Context, parts: DevportalParts): Promise<void> {
  const application = await parts.applications.get(pathText(ctx, 'applicationId'), callerOf(ctx).user.name);
  ctx.body = await applicationDto(application, parts);
}

async function updateApplication(ctx: Context, parts: DevportalParts): Promise<void> {
  const { name } = callerOf(ctx).user;
  const input = fromV016(jsonBody(ctx));
  ctx.body = await applicationDto(await parts.applications.update(pathText(ctx, 'applicationId'), input, name), parts);
}

async function removeApplication(ctx: Context, parts: DevportalParts): Promise<void> {
  await parts.applications.remove(pathText(ctx, 'applicationId'), callerOf(ctx).user.name);
  ctx.status = 200;
  ctx.body = '';
}

async function generate(ctx: Context, parts: DevportalParts): Promise<void> {
  const id = queryText(ctx, 'applicationId');
  if (id === undefined) throw badRequest('applicationId: is missing');
  const application = await parts.applications.get(id, callerOf(ctx).user.name);
  const { key, token } = await generateKeys(ctx, parts, application);
  ctx.body = keyDto(key, token);
}

async function listSubscriptions(ctx: Context, parts: DevportalParts): Promise<void> {
  ctx.body = oldListDto(ctx, await ownSubscriptions(ctx, parts), subscriptionDto);
}

async function createSubscription(ctx: Context, parts: DevportalParts): Promise<void> {
  const { applicationId, apiIdentifier, tier } = jsonBody(ctx);
  const subscription = await subscribe(ctx, parts, { applicationId, apiId: apiIdentifier, tier });
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${subscription.id}`);
  ctx.body = subscriptionDto(subscription);
}

async function readSubscription(ctx: Context, parts: DevportalParts): Promise<void> {
  ctx.body = subscriptionDto(await ownSubscription(ctx, parts));
}

async function removeSubscription(ctx: Context, parts: DevportalParts): Promise<void> {
  await parts.subscriptions.remove((await ownSubscription(ctx, parts)).id);
  ctx.status = 200;
  ctx.body = '';
}

/** `throttlingTier` is `throttlingPolicy`; tokens of these applications are opaque unless JWT is asked for. */
function fromV016(body: JsonObject): JsonObject {
  const { throttlingTier, tokenType, ...rest } = body;
  return {
    ...rest,
    ...(throttlingTier === undefined ? {} : { throttlingPolicy: throttlingTier }),
    tokenType: tokenType === 'JWT' ? 'JWT' : 'OAUTH',
  };
}

async function applicationDto(application: Application, parts: DevportalParts): Promise<object> {
  const keys = await parts.keys.list(application.id);
  return { ...summary(application), keys: keys.map((key) => keyDto(key)) };
}

function summary(application: Application): object {
  return {
    applicationId: application.id,
    name: application.name,
    subscriber: application.owner,
    throttlingTier: application.throttlingPolicy,
    description: application.description,
    callbackUrl: textOf(application.attributes.callbackUrl) ?? '',
    status: 'APPROVED',
    groupId: '',
    tokenType: application.tokenType,
  };
}

function subscriptionDto({ id, application_id, api_id, tier, status }: Subscription): object {
  return { subscriptionId: id, applicationId: application_id, apiIdentifier: api_id, tier, status };
}
