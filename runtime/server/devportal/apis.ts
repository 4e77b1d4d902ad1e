import type { Context } from 'koa';
import type { Api } from '../apim-model/api-document.js';
import { forbidden, notFound } from '../apim-model/error.js';
import { findTier, tierDto, tiers } from '../apim-model/tiers.js';
import { pathText } from '../rest/body.js';
import { listDto } from '../rest/lists.js';
import type { Route } from '../rest/routes.js';
import { searchApis } from '../rest/search-apis.js';
import { type DevportalParts, scopes } from './parts.js';

/** Published APIs and tiers as consumers see them (api-management 1.9, 1.12). */
export function apiRoutes(parts: DevportalParts): Route[] {
  return [
    ['get', '/apis', scopes.subscribe, (ctx) => list(ctx, parts)],
    ['get', '/apis/:apiId', scopes.subscribe, (ctx) => read(ctx, parts)],
    ['get', '/throttling-policies/:level', scopes.subscribe, listTiers],
    ['get', '/throttling-policies/:level/:name', scopes.subscribe, readTier],
  ];
}

/** Listed: what may be subscribed to. A blocked or deprecated API is still read by its id. */
const listed = ['PUBLISHED', 'PROTOTYPED', 'BLOCKED'];
const visible = [...listed, 'DEPRECATED'];

async function list(ctx: Context, { apis }: DevportalParts): Promise<void> {
  const all = (await apis.list()).filter(({ status }) => listed.includes(status));
  ctx.body = listDto(ctx, searchApis(ctx, all), infoDto);
}

async function read(ctx: Context, { apis }: DevportalParts): Promise<void> {
  const api = await apis.get(pathText(ctx, 'apiId'));
  if (!visible.includes(api.status)) throw forbidden('You do not have permission to access this API');
  ctx.body = consumerDto(api);
}

function infoDto({ id, status, document }: Api): object {
  const { name, description, context, version, type, provider, policies: throttlingPolicies } = document;
  return { id, name, description, context, version, type, provider, lifeCycleStatus: status, throttlingPolicies };
}

/** What a consumer may know: nothing about the backend. */
function consumerDto(api: Api): object {
  const { document } = api;
  return {
    ...infoDto(api),
    isDefaultVersion: document.isDefaultVersion,
    transport: document.transport,
    operations: document.operations.map(({ target, verb }) => ({ target, verb })),
    authorizationHeader: document.authorizationHeader,
    apiKeyHeader: document.apiKeyHeader,
    securityScheme: document.securityScheme,
    tags: document.tags,
    tiers: document.policies.filter((tier) => tier !== '').map((tierName) => ({ tierName, tierPlan: 'FREE' })),
    businessInformation: document.businessInformation,
    keyManagers: document.keyManagers,
  };
}

function levelOf(ctx: Context): 'subscription' | 'application' {
  const level = pathText(ctx, 'level');
  if (level === 'subscription' || level === 'application') return level;
  throw notFound();
}

function listTiers(ctx: Context): void {
  const level = levelOf(ctx);
  ctx.body = listDto(
    ctx,
    tiers.filter((each) => each.level === level),
    tierDto,
  );
}

function readTier(ctx: Context): void {
  const found = findTier(levelOf(ctx), pathText(ctx, 'name'));
  if (found === undefined) throw notFound();
  ctx.body = tierDto(found);
}
