import type { Context } from 'koa';
import type { Api } from '../apim-model/api-document.js';
import { ApimError, badRequest } from '../apim-model/error.js';
import { textOf } from '../apim-model/json-object.js';
import type { Deployment, DeploymentRequest, Revision } from '../apim-model/revisions.js';
import { jsonListBody, optionalBody, pathText, queryText } from '../rest/body.js';
import type { Route } from '../rest/routes.js';
import { apiDto } from './api-dto.js';
import { type PublisherParts, scopes } from './parts.js';

/** Revisions and deployments of v2 to v4 (api-management 1.10). */
export function revisionRoutes(parts: PublisherParts): Route[] {
  return [
    ['get', '/apis/:apiId/revisions', scopes.view, (ctx) => list(ctx, parts)],
    ['post', '/apis/:apiId/revisions', scopes.deploy, (ctx) => create(ctx, parts)],
    ['get', '/apis/:apiId/revisions/:revisionId', scopes.view, (ctx) => read(ctx, parts)],
    ['delete', '/apis/:apiId/revisions/:revisionId', scopes.deploy, (ctx) => remove(ctx, parts)],
    ['get', '/apis/:apiId/deployments', scopes.view, (ctx) => deployments(ctx, parts)],
    ['post', '/apis/:apiId/deploy-revision', scopes.deploy, (ctx) => deploy(ctx, parts)],
    ['post', '/apis/:apiId/undeploy-revision', scopes.deploy, (ctx) => undeploy(ctx, parts)],
    ['post', '/apis/:apiId/restore-revision', scopes.deploy, (ctx) => restore(ctx, parts)],
  ];
}

async function list(ctx: Context, parts: PublisherParts): Promise<void> {
  const api = await parts.apis.get(pathText(ctx, 'apiId'));
  const current = await parts.revisions.deployments(api.id);
  const all = (await parts.revisions.list(api.id)).map((revision) => ({
    revision,
    deployed: current.filter(({ revisionId }) => revisionId === revision.id),
  }));
  const query = queryText(ctx, 'query');
  const wanted = all.filter(({ deployed }) =>
    query === 'deployed:true' ? deployed.length > 0 : query === 'deployed:false' ? deployed.length === 0 : true,
  );
  ctx.body = {
    count: wanted.length,
    list: wanted.map(({ revision, deployed }) => revisionDto(api, revision, deployed)),
  };
}

/** An unknown API is 500 here, as with the reference. */
async function create(ctx: Context, parts: PublisherParts): Promise<void> {
  const id = pathText(ctx, 'apiId');
  const api = await parts.apis.get(id).catch((error: unknown) => {
    if (!(error instanceof ApimError) || error.status !== 404) throw error;
    const what = `Error while adding new API Revision for API : ${id}`;
    throw new ApimError(500, 900967, 'Internal Server Error', what);
  });
  const revision = await parts.revisions.create(api.id, textOf(optionalBody(ctx).description) ?? '');
  ctx.status = 201;
  ctx.set('Location', `${ctx.path}/${revision.id}`);
  ctx.body = revisionDto(api, revision, []);
}

async function read(ctx: Context, parts: PublisherParts): Promise<void> {
  const api = await parts.apis.get(pathText(ctx, 'apiId'));
  const revision = await parts.revisions.get(api.id, pathText(ctx, 'revisionId'));
  const current = await parts.revisions.deployments(api.id);
  ctx.body = revisionDto(
    api,
    revision,
    current.filter(({ revisionId }) => revisionId === revision.id),
  );
}

async function remove(ctx: Context, parts: PublisherParts): Promise<void> {
  const api = await parts.apis.get(pathText(ctx, 'apiId'));
  await parts.revisions.remove(api.id, pathText(ctx, 'revisionId'));
  await list(ctx, parts);
}

async function deployments(ctx: Context, parts: PublisherParts): Promise<void> {
  const api = await parts.apis.get(pathText(ctx, 'apiId'));
  ctx.body = (await parts.revisions.deployments(api.id)).map(deploymentDto);
}

async function deploy(ctx: Context, parts: PublisherParts): Promise<void> {
  const api = await parts.apis.get(pathText(ctx, 'apiId'));
  const deployed = await parts.revisions.deploy(api.id, await revisionOf(ctx, api, parts), requestsOf(ctx));
  ctx.status = 201;
  ctx.body = deployed.map(deploymentDto);
}

async function undeploy(ctx: Context, parts: PublisherParts): Promise<void> {
  const api = await parts.apis.get(pathText(ctx, 'apiId'));
  const everywhere = queryText(ctx, 'allEnvironments') === 'true';
  const requests = everywhere ? [] : requestsOf(ctx);
  const left = await parts.revisions.undeploy(api.id, await revisionOf(ctx, api, parts), requests);
  ctx.status = 201;
  ctx.body = left.map(deploymentDto);
}

async function restore(ctx: Context, parts: PublisherParts): Promise<void> {
  const api = await parts.apis.get(pathText(ctx, 'apiId'));
  const restored = await parts.revisions.restore(api.id, await revisionOf(ctx, api, parts));
  ctx.status = 201;
  ctx.body = apiDto(restored);
}

/** `revisionId`, or `revisionNumber` as `1` or `Revision 1`. */
async function revisionOf(ctx: Context, api: Api, { revisions }: PublisherParts): Promise<string> {
  const id = queryText(ctx, 'revisionId');
  if (id !== undefined) return id;
  const number = queryText(ctx, 'revisionNumber')?.replace(/^Revision /, '');
  if (number === undefined) throw badRequest('revisionId: is missing');
  const found = (await revisions.list(api.id)).find((revision) => String(revision.number) === number);
  return found?.id ?? number;
}

function requestsOf(ctx: Context): DeploymentRequest[] {
  return jsonListBody(ctx).map((request) => ({
    environment: textOf(request.name) ?? '',
    vhost: textOf(request.vhost),
    shown: request.displayOnDevportal !== false,
  }));
}

function revisionDto(api: Api, revision: Revision, deployed: readonly Deployment[]): object {
  return {
    displayName: `Revision ${revision.number}`,
    id: revision.id,
    description: revision.description,
    createdTime: String(revision.createdAt),
    apiInfo: { id: api.id },
    deploymentInfo: deployed.map(deploymentDto),
  };
}

function deploymentDto(deployment: Deployment): object {
  const time = new Date(deployment.deployedAt).toISOString();
  return {
    revisionUuid: deployment.revisionId,
    name: deployment.environment,
    status: 'APPROVED',
    vhost: deployment.vhost,
    displayOnDevportal: deployment.shown,
    deployedTime: time,
    successDeployedTime: time,
    liveGatewayCount: 1,
    deployedGatewayCount: 1,
    failedGatewayCount: 0,
  };
}
