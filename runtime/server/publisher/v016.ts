import type { Context } from 'koa';
import { etagOf } from '../apim-model/api-rows.js';
import type { WrittenApi } from '../apim-model/apis.js';
import { badRequest } from '../apim-model/error.js';
import { jsonBody, pathText, queryText } from '../rest/body.js';
import { callerOf } from '../rest/caller.js';
import { oldListDto } from '../rest/lists.js';
import type { Route } from '../rest/routes.js';
import { searchApis } from '../rest/search-apis.js';
import { warningsDto } from './api-dto.js';
import { deploysAtOnce } from './generation.js';
import { changeLifecycle } from './lifecycle.js';
import { fromJson, isSequence, mediationDto, mediationInfoDto, storedMediationDto } from './mediation-policies.js';
import { definitionOf, withDefinition } from './openapi.js';
import { type PublisherParts, removePolicy, scopes } from './parts.js';
import { fromV016, v016Dto, v016InfoDto } from './v016-dto.js';

/** The publisher of APIM 2.x: JSON bodies, sequences under `policies/mediation` (api-management 1.4, 1.6). */
export function v016Routes(parts: PublisherParts): Route[] {
  const ofApi = '/apis/:apiId/policies/mediation';
  return [
    ['get', '/apis', scopes.view, (ctx) => list(ctx, parts)],
    ['post', '/apis', scopes.create, (ctx) => create(ctx, parts)],
    ['post', '/apis/change-lifecycle', scopes.publish, (ctx) => change(ctx, parts)],
    ['post', '/apis/copy-api', scopes.create, (ctx) => copy(ctx, parts)],
    ['get', '/apis/:apiId', scopes.view, (ctx) => read(ctx, parts)],
    ['put', '/apis/:apiId', scopes.update, (ctx) => update(ctx, parts)],
    ['delete', '/apis/:apiId', scopes.remove, (ctx) => remove(ctx, parts)],
    ['get', '/apis/:apiId/swagger', scopes.view, (ctx) => readDefinition(ctx, parts)],
    ['put', '/apis/:apiId/swagger', scopes.update, (ctx) => replaceDefinition(ctx, parts)],
    ['get', '/policies/mediation', scopes.policyView, (ctx) => listSequences(ctx, parts)],
    ['get', ofApi, scopes.policyView, (ctx) => listSequences(ctx, parts)],
    ['post', ofApi, scopes.policyWrite, (ctx) => addSequence(ctx, parts)],
    ['get', `${ofApi}/:policyId`, scopes.policyView, (ctx) => readSequence(ctx, parts)],
    ['put', `${ofApi}/:policyId`, scopes.policyWrite, (ctx) => replaceSequence(ctx, parts)],
    ['delete', `${ofApi}/:policyId`, scopes.policyWrite, (ctx) => removeSequence(ctx, parts)],
  ];
}

async function list(ctx: Context, { apis }: PublisherParts): Promise<void> {
  ctx.body = oldListDto(ctx, searchApis(ctx, await apis.list()), v016InfoDto);
}

async function create(ctx: Context, parts: PublisherParts): Promise<void> {
  const written = await parts.apis.create(fromV016(jsonBody(ctx)), callerOf(ctx).user.name);
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${written.api.id}`);
  await answer(ctx, written, parts);
}

async function read(ctx: Context, parts: PublisherParts): Promise<void> {
  await answer(ctx, { api: await parts.apis.get(pathText(ctx, 'apiId')), warnings: [] }, parts);
}

async function update(ctx: Context, parts: PublisherParts): Promise<void> {
  const id = pathText(ctx, 'apiId');
  const { document } = await parts.apis.get(id);
  const written = await parts.apis.update(id, fromV016(jsonBody(ctx), document));
  await deploysAtOnce.afterUpdate(written.api, parts);
  await answer(ctx, written, parts);
}

async function remove(ctx: Context, { apis }: PublisherParts): Promise<void> {
  await apis.remove(pathText(ctx, 'apiId'));
  empty(ctx);
}

/** 200 with an empty body (api-management 1.9). */
async function change(ctx: Context, parts: PublisherParts): Promise<void> {
  await changeLifecycle(ctx, parts, deploysAtOnce);
  empty(ctx);
}

async function copy(ctx: Context, parts: PublisherParts): Promise<void> {
  const [id, version] = [queryText(ctx, 'apiId'), queryText(ctx, 'newVersion')];
  if (id === undefined || version === undefined) throw badRequest('apiId and newVersion: are needed');
  const api = await parts.apis.copy(id, version, false);
  ctx.status = 201;
  ctx.set('Location', ctx.path.replace(/copy-api$/, api.id));
  await answer(ctx, { api, warnings: [] }, parts);
}

async function readDefinition(ctx: Context, { apis }: PublisherParts): Promise<void> {
  ctx.body = definitionOf((await apis.get(pathText(ctx, 'apiId'))).document);
}

async function replaceDefinition(ctx: Context, parts: PublisherParts): Promise<void> {
  const id = pathText(ctx, 'apiId');
  const { document } = await parts.apis.get(id);
  const { api } = await parts.apis.update(id, await withDefinition(ctx, document));
  await deploysAtOnce.afterUpdate(api, parts);
  ctx.body = definitionOf(api.document);
}

async function apiOf(ctx: Context, { apis }: PublisherParts): Promise<string | undefined> {
  const id = pathText(ctx, 'apiId');
  return id === '' ? undefined : (await apis.get(id)).id;
}

async function listSequences(ctx: Context, parts: PublisherParts): Promise<void> {
  const all = await parts.policies.list(await apiOf(ctx, parts));
  ctx.body = oldListDto(ctx, all.filter(isSequence), mediationInfoDto);
}

async function addSequence(ctx: Context, parts: PublisherParts): Promise<void> {
  const apiId = await apiOf(ctx, parts);
  const { type, name, upload } = fromJson(jsonBody(ctx));
  if (upload === undefined) throw badRequest('config: is missing');
  if (type === undefined) throw badRequest('type: is missing, one of in, out, fault');
  const stored = await parts.policies.addSequence(apiId, type, upload, { name });
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${stored.policy.id}`);
  ctx.body = storedMediationDto(stored);
}

async function readSequence(ctx: Context, parts: PublisherParts): Promise<void> {
  ctx.body = mediationDto(await parts.policies.get(await apiOf(ctx, parts), pathText(ctx, 'policyId')));
}

async function replaceSequence(ctx: Context, parts: PublisherParts): Promise<void> {
  const apiId = await apiOf(ctx, parts);
  const { type, upload } = fromJson(jsonBody(ctx));
  if (upload === undefined) throw badRequest('config: is missing');
  ctx.body = storedMediationDto(await parts.policies.replaceSequence(apiId, pathText(ctx, 'policyId'), upload, type));
}

async function removeSequence(ctx: Context, parts: PublisherParts): Promise<void> {
  await removePolicy(await apiOf(ctx, parts), pathText(ctx, 'policyId'), parts);
  empty(ctx);
}

async function answer(ctx: Context, { api, warnings }: WrittenApi, { policies }: PublisherParts): Promise<void> {
  ctx.set('ETag', etagOf(api.id, api.updatedAt));
  ctx.body = { ...v016Dto(api, await policies.list(api.id)), ...warningsDto(warnings) };
}

function empty(ctx: Context): void {
  ctx.status = 200;
  ctx.body = '';
}
