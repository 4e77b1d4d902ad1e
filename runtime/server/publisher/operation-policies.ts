import { strToU8, zipSync } from 'fflate';
import type { Context } from 'koa';
import { stringify } from 'yaml';
import { badRequest } from '../apim-model/error.js';
import type { StoredPolicy } from '../apim-model/policies.js';
import { type Policy, policyMd5 } from '../apim-model/policy.js';
import { isShippedSequence } from '../apim-model/shipped-sequences.js';
import { pathText } from '../rest/body.js';
import { listDto } from '../rest/lists.js';
import { readParts } from '../rest/multipart.js';
import type { Route } from '../rest/routes.js';
import { warningsDto } from './api-dto.js';
import { type PublisherParts, removePolicy, scopes } from './parts.js';

/** Operation policies, common ones and those of an API (api-management 1.7). */
export function operationPolicyRoutes(parts: PublisherParts): Route[] {
  const common = '/operation-policies';
  const ofApi = '/apis/:apiId/operation-policies';
  return [
    ['get', common, scopes.policyView, (ctx) => list(ctx, parts)],
    ['post', common, scopes.commonPolicyWrite, (ctx) => add(ctx, parts)],
    ['get', `${common}/:policyId`, scopes.policyView, (ctx) => read(ctx, parts)],
    ['delete', `${common}/:policyId`, scopes.commonPolicyWrite, (ctx) => remove(ctx, parts)],
    ['get', `${common}/:policyId/content`, scopes.policyView, (ctx) => content(ctx, parts)],
    ['get', ofApi, scopes.policyView, (ctx) => list(ctx, parts)],
    ['post', ofApi, scopes.policyWrite, (ctx) => add(ctx, parts)],
    ['get', `${ofApi}/:policyId`, scopes.policyView, (ctx) => read(ctx, parts)],
    ['delete', `${ofApi}/:policyId`, scopes.policyWrite, (ctx) => remove(ctx, parts)],
    ['get', `${ofApi}/:policyId/content`, scopes.policyView, (ctx) => content(ctx, parts)],
  ];
}

/** The API of the path; undefined for common policies. @throws ApimError 404 */
async function apiOf(ctx: Context, { apis }: PublisherParts): Promise<string | undefined> {
  const id = pathText(ctx, 'apiId');
  return id === '' ? undefined : (await apis.get(id)).id;
}

async function list(ctx: Context, parts: PublisherParts): Promise<void> {
  const all = await parts.policies.list(await apiOf(ctx, parts));
  ctx.body = listDto(
    ctx,
    all.filter((policy) => !isShippedSequence(policy)),
    policyDto,
  );
}

async function add(ctx: Context, parts: PublisherParts): Promise<void> {
  const apiId = await apiOf(ctx, parts);
  const { texts, files } = await readParts(ctx);
  const specification = files.get('policySpecFile')?.text ?? texts.get('policySpecFile');
  if (specification === undefined) throw badRequest('policySpecFile: the file part is missing');
  const text = texts.get('synapsePolicyDefinitionFile');
  const definition =
    files.get('synapsePolicyDefinitionFile') ?? (text === undefined ? undefined : { file: 'policy.j2', text });
  if (definition === undefined) throw badRequest('synapsePolicyDefinitionFile: the file part is missing');
  const stored = await parts.policies.addPolicy(apiId, specification, definition);
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${stored.policy.id}`);
  ctx.body = storedDto(stored);
}

async function read(ctx: Context, parts: PublisherParts): Promise<void> {
  ctx.body = policyDto(await parts.policies.get(await apiOf(ctx, parts), pathText(ctx, 'policyId')));
}

async function remove(ctx: Context, parts: PublisherParts): Promise<void> {
  await removePolicy(await apiOf(ctx, parts), pathText(ctx, 'policyId'), parts);
  ctx.status = 200;
  ctx.body = '';
}

/** A zip with the specification and the definition. */
async function content(ctx: Context, parts: PublisherParts): Promise<void> {
  const policy = await parts.policies.get(await apiOf(ctx, parts), pathText(ctx, 'policyId'));
  const { category, name, version, displayName, description, applicableFlows, supportedGateways } = policy;
  const data = { category, name, version, displayName, description, applicableFlows, supportedGateways };
  const { supportedApiTypes, attributes: policyAttributes } = policy;
  const specification = stringify({
    type: 'operation_policy_specification',
    version: 'v4.5.0',
    data: { ...data, supportedApiTypes, policyAttributes },
  });
  const folder = `${name}_${version}`;
  const archive = zipSync({
    [`${folder}/${folder}.yaml`]: strToU8(specification),
    [`${folder}/${folder}.${policy.template ? 'j2' : 'xml'}`]: strToU8(policy.definition),
  });
  ctx.type = 'application/zip';
  ctx.attachment(`${folder}.zip`);
  ctx.body = Buffer.from(archive);
}

function storedDto({ policy, warnings }: StoredPolicy): object {
  return { ...policyDto(policy), ...warningsDto(warnings) };
}

function policyDto(policy: Policy): object {
  return {
    category: policy.category,
    id: policy.id,
    name: policy.name,
    version: policy.version,
    displayName: policy.displayName,
    description: policy.description,
    applicableFlows: policy.applicableFlows,
    supportedGateways: policy.supportedGateways,
    supportedApiTypes: policy.supportedApiTypes,
    isAPISpecific: policy.apiId !== undefined,
    md5: policyMd5(policy),
    policyAttributes: policy.attributes,
  };
}
