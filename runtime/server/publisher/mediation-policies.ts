import type { Context } from 'koa';
import { badRequest } from '../apim-model/error.js';
import { type JsonObject, textOf } from '../apim-model/json-object.js';
import type { StoredPolicy, Upload } from '../apim-model/policies.js';
import { type MediationType, mediationType, type Policy } from '../apim-model/policy.js';
import { jsonBody, pathText } from '../rest/body.js';
import { listDto } from '../rest/lists.js';
import { readParts } from '../rest/multipart.js';
import type { Route } from '../rest/routes.js';
import { warningsDto } from './api-dto.js';
import { type PublisherParts, removePolicy, scopes } from './parts.js';

/** Sequences of v1 to v3: multipart, or JSON as the first draft had it (api-management 1.6). */
export function mediationPolicyRoutes(parts: PublisherParts): Route[] {
  const common = '/mediation-policies';
  const ofApi = '/apis/:apiId/mediation-policies';
  return [
    ['get', common, scopes.policyView, (ctx) => list(ctx, parts)],
    ['get', `${common}/:policyId`, scopes.policyView, (ctx) => read(ctx, parts)],
    ['get', `${common}/:policyId/content`, scopes.policyView, (ctx) => content(ctx, parts)],
    ['get', ofApi, scopes.policyView, (ctx) => list(ctx, parts)],
    ['post', ofApi, scopes.policyWrite, (ctx) => add(ctx, parts)],
    ['get', `${ofApi}/:policyId`, scopes.policyView, (ctx) => read(ctx, parts)],
    ['delete', `${ofApi}/:policyId`, scopes.policyWrite, (ctx) => remove(ctx, parts)],
    ['get', `${ofApi}/:policyId/content`, scopes.policyView, (ctx) => content(ctx, parts)],
    ['put', `${ofApi}/:policyId/content`, scopes.policyWrite, (ctx) => replace(ctx, parts)],
  ];
}

/** What an upload says, whatever its form. */
export interface SequenceUpload {
  type: MediationType | undefined;
  name: string | undefined;
  upload: Upload | undefined;
}

/** @throws ApimError 400 for a type other than in, out, fault */
export function readType(value: string | undefined): MediationType | undefined {
  if (value === undefined || value === 'in' || value === 'out' || value === 'fault') return value;
  throw badRequest(`type: "${value}" is none of in, out, fault`);
}

/** A JSON upload: `{name, type, config}`, `config` or `inlineContent` holding the XML. */
export function fromJson(body: JsonObject): SequenceUpload {
  const text = textOf(body.config) ?? textOf(body.inlineContent);
  const name = textOf(body.name) || undefined;
  const upload = text === undefined ? undefined : { file: `${name ?? 'sequence'}.xml`, text };
  return { type: readType(textOf(body.type)?.toLowerCase()), name, upload };
}

async function readUpload(ctx: Context): Promise<SequenceUpload> {
  if (!ctx.is('multipart/form-data')) return fromJson(jsonBody(ctx));
  const { texts, files } = await readParts(ctx);
  const inline = texts.get('inlineContent');
  const file = files.get('mediationPolicyFile') ?? files.get('file');
  const upload = file ?? (inline === undefined ? undefined : { file: 'sequence.xml', text: inline });
  return { type: readType(texts.get('type')), name: texts.get('name'), upload };
}

async function apiOf(ctx: Context, { apis }: PublisherParts): Promise<string | undefined> {
  const id = pathText(ctx, 'apiId');
  return id === '' ? undefined : (await apis.get(id)).id;
}

async function list(ctx: Context, parts: PublisherParts): Promise<void> {
  const all = await parts.policies.list(await apiOf(ctx, parts));
  ctx.body = listDto(ctx, all.filter(isSequence), mediationInfoDto);
}

async function add(ctx: Context, parts: PublisherParts): Promise<void> {
  const apiId = await apiOf(ctx, parts);
  const { type, name, upload } = await readUpload(ctx);
  if (upload === undefined) throw badRequest('mediationPolicyFile or inlineContent: is missing');
  if (type === undefined) throw badRequest('type: is missing, one of in, out, fault');
  const stored = await parts.policies.addSequence(apiId, type, upload, { name });
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${stored.policy.id}`);
  ctx.body = storedMediationDto(stored);
}

async function read(ctx: Context, parts: PublisherParts): Promise<void> {
  ctx.body = mediationDto(await parts.policies.get(await apiOf(ctx, parts), pathText(ctx, 'policyId')));
}

async function content(ctx: Context, parts: PublisherParts): Promise<void> {
  const policy = await parts.policies.get(await apiOf(ctx, parts), pathText(ctx, 'policyId'));
  ctx.type = 'application/xml';
  ctx.attachment(`${policy.name}.xml`);
  ctx.body = policy.definition;
}

async function replace(ctx: Context, parts: PublisherParts): Promise<void> {
  const apiId = await apiOf(ctx, parts);
  const { type, upload } = await readUpload(ctx);
  if (upload === undefined) throw badRequest('file or inlineContent: is missing');
  ctx.body = storedMediationDto(await parts.policies.replaceSequence(apiId, pathText(ctx, 'policyId'), upload, type));
}

async function remove(ctx: Context, parts: PublisherParts): Promise<void> {
  await removePolicy(await apiOf(ctx, parts), pathText(ctx, 'policyId'), parts);
  ctx.status = 200;
  ctx.body = '';
}

/** Templates with parameters have no place in the older generations. */
export function isSequence(policy: Policy): boolean {
  return !policy.template;
}

export function mediationInfoDto(policy: Policy): object {
  return { id: policy.id, name: policy.name, type: mediationType(policy) };
}

export function mediationDto(policy: Policy): object {
  return { ...mediationInfoDto(policy), config: policy.definition };
}

export function storedMediationDto({ policy, warnings }: StoredPolicy): object {
  return { ...mediationDto(policy), ...warningsDto(warnings) };
}
