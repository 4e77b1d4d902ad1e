import type { Context } from 'koa';
import type { Api } from '../apim-model/api-document.js';
import { etagOf } from '../apim-model/api-rows.js';
import type { WrittenApi } from '../apim-model/apis.js';
import { badRequest } from '../apim-model/error.js';
import type { JsonObject } from '../apim-model/json-object.js';
import { jsonBody, pathText, queryText } from '../rest/body.js';
import { callerOf } from '../rest/caller.js';
import { listDto } from '../rest/lists.js';
import type { Route } from '../rest/routes.js';
import { searchApis } from '../rest/search-apis.js';
import { apiDto, apiInfoDto } from './api-dto.js';
import type { Generation } from './generation.js';
import { withLegacySecurity } from './legacy-security.js';
import { definitionOf, withDefinition } from './openapi.js';
import { type PublisherParts, scopes } from './parts.js';

/** `/apis` of v1 to v4 (api-management 1.4, 1.11). */
export function apiRoutes(parts: PublisherParts, generation: Generation): Route[] {
  return [
    ['get', '/apis', scopes.view, (ctx) => list(ctx, parts)],
    ['post', '/apis', scopes.create, (ctx) => create(ctx, parts)],
    ['post', '/apis/copy-api', scopes.create, (ctx) => copy(ctx, parts)],
    ['get', '/apis/:apiId', scopes.view, (ctx) => read(ctx, parts)],
    ['put', '/apis/:apiId', scopes.update, (ctx) => update(ctx, parts, generation)],
    ['delete', '/apis/:apiId', scopes.remove, (ctx) => remove(ctx, parts)],
    ['get', '/apis/:apiId/swagger', scopes.view, (ctx) => readDefinition(ctx, parts)],
    ['put', '/apis/:apiId/swagger', scopes.update, (ctx) => replaceDefinition(ctx, parts)],
  ];
}

async function list(ctx: Context, { apis }: PublisherParts): Promise<void> {
  ctx.body = listDto(ctx, searchApis(ctx, await apis.list()), apiInfoDto);
}

async function create(ctx: Context, { apis }: PublisherParts): Promise<void> {
  const written = await apis.create(withLegacySecurity(jsonBody(ctx)), callerOf(ctx).user.name);
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${written.api.id}`);
  answer(ctx, written);
}

async function read(ctx: Context, { apis }: PublisherParts): Promise<void> {
  answer(ctx, { api: await apis.get(pathText(ctx, 'apiId')), warnings: [] });
}

async function update(ctx: Context, parts: PublisherParts, generation: Generation): Promise<void> {
  const id = pathText(ctx, 'apiId');
  const { document } = await parts.apis.get(id);
  const written = await parts.apis.update(id, withLegacySecurity(jsonBody(ctx), document));
  await generation.afterUpdate(written.api, parts);
  answer(ctx, written);
}

async function remove(ctx: Context, { apis }: PublisherParts): Promise<void> {
  await apis.remove(pathText(ctx, 'apiId'));
  ctx.status = 200;
  ctx.body = '';
}

async function copy(ctx: Context, { apis }: PublisherParts): Promise<void> {
  const [id, version] = [queryText(ctx, 'apiId'), queryText(ctx, 'newVersion')];
  if (id === undefined) throw badRequest('apiId: is missing');
  if (version === undefined) throw badRequest('newVersion: is missing');
  const api = await apis.copy(id, version, queryText(ctx, 'defaultVersion') === 'true');
  ctx.status = 201;
  ctx.set('Location', ctx.path.replace(/copy-api$/, api.id));
  answer(ctx, { api, warnings: [] });
}

async function readDefinition(ctx: Context, { apis }: PublisherParts): Promise<void> {
  const api = await apis.get(pathText(ctx, 'apiId'));
  ctx.type = 'application/json';
  ctx.body = JSON.stringify(definitionOf(api.document));
}

/** The operations follow the definition: `x-auth-type` becomes the authType (api-management 1.11). */
async function replaceDefinition(ctx: Context, { apis }: PublisherParts): Promise<void> {
  const id = pathText(ctx, 'apiId');
  const stored = await apis.get(id);
  const change: JsonObject = await withDefinition(ctx, stored.document);
  const { api } = await apis.update(id, change);
  ctx.type = 'application/json';
  ctx.body = JSON.stringify(definitionOf(api.document));
}

function answer(ctx: Context, { api, warnings }: WrittenApi): void {
  ctx.set('ETag', etag(api));
  ctx.body = apiDto(api, warnings);
}

function etag(api: Api): string {
  return etagOf(api.id, api.updatedAt);
}
