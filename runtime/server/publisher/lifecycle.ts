import type { Context } from 'koa';
import type { Api } from '../apim-model/api-document.js';
import { badRequest } from '../apim-model/error.js';
import { type LifecycleStatus, lifecycleState, titleOf } from '../apim-model/lifecycle.js';
import { pathText, queryText } from '../rest/body.js';
import { callerOf } from '../rest/caller.js';
import type { Route } from '../rest/routes.js';
import type { Generation } from './generation.js';
import { type PublisherParts, scopes } from './parts.js';

/** Lifecycle of v1 to v4 (api-management 1.9). */
export function lifecycleRoutes(parts: PublisherParts, generation: Generation): Route[] {
  return [
    ['post', '/apis/change-lifecycle', scopes.publish, (ctx) => change(ctx, parts, generation)],
    ['get', '/apis/:apiId/lifecycle-state', scopes.view, (ctx) => state(ctx, parts)],
    ['get', '/apis/:apiId/lifecycle-history', scopes.view, (ctx) => history(ctx, parts)],
    ['delete', '/apis/:apiId/lifecycle-state/pending-tasks', scopes.publish, (ctx) => pending(ctx, parts)],
  ];
}

/** Takes the API of the query through the action of the query. */
export async function changeLifecycle(ctx: Context, parts: PublisherParts, generation: Generation): Promise<Api> {
  const [id, action] = [queryText(ctx, 'apiId'), queryText(ctx, 'action')];
  if (id === undefined) throw badRequest('apiId: is missing');
  if (action === undefined) throw badRequest('action: is missing');
  const checklist = queryText(ctx, 'lifecycleChecklist');
  const api = await parts.publication.change(id, action, callerOf(ctx).user.name, checklist);
  await generation.afterLifecycle(api, parts);
  return api;
}

async function change(ctx: Context, parts: PublisherParts, generation: Generation): Promise<void> {
  const api = await changeLifecycle(ctx, parts, generation);
  ctx.body = { workflowStatus: 'APPROVED', jsonPayload: null, lifecycleState: lifecycleState(api.status) };
}

async function state(ctx: Context, { apis }: PublisherParts): Promise<void> {
  ctx.body = lifecycleState((await apis.get(pathText(ctx, 'apiId'))).status);
}

async function history(ctx: Context, { apis, publication }: PublisherParts): Promise<void> {
  const { id } = await apis.get(pathText(ctx, 'apiId'));
  const list = (await publication.history(id)).map(({ previous_state, post_state, user, at }) => ({
    previousState: previous_state === null ? null : titleOf(previous_state as LifecycleStatus),
    postState: titleOf(post_state as LifecycleStatus),
    user,
    updatedTime: new Date(at).toISOString(),
  }));
  ctx.body = { count: list.length, list };
}

/** Nothing is ever pending: every change is approved at once. */
async function pending(ctx: Context, { apis }: PublisherParts): Promise<void> {
  await apis.get(pathText(ctx, 'apiId'));
  ctx.status = 200;
  ctx.body = '';
}
