import type { Context } from 'koa';
import { badRequest, notFound } from '../apim-model/error.js';
import type { Subscription } from '../apim-model/subscriptions.js';
import { findTier, tierDto, tiers } from '../apim-model/tiers.js';
import { pathText, queryText } from '../rest/body.js';
import { listDto } from '../rest/lists.js';
import type { Route } from '../rest/routes.js';
import { type PublisherParts, scopes } from './parts.js';

/** Subscriptions and tiers as the publisher sees them (api-management 1.11). */
export function subscriptionRoutes(parts: PublisherParts): Route[] {
  return [
    ['get', '/subscriptions', scopes.subscriptionView, (ctx) => list(ctx, parts)],
    ['post', '/subscriptions/block-subscription', scopes.subscriptionBlock, (ctx) => block(ctx, parts)],
    ['post', '/subscriptions/unblock-subscription', scopes.subscriptionBlock, (ctx) => unblock(ctx, parts)],
    ['post', '/subscriptions/change-business-plan', scopes.subscriptionBlock, (ctx) => changePlan(ctx, parts)],
    ['get', '/throttling-policies/:level', scopes.tierView, listTiers],
    ['get', '/throttling-policies/:level/:name', scopes.tierView, readTier],
  ];
}

async function list(ctx: Context, parts: PublisherParts): Promise<void> {
  const all = await parts.subscriptions.list({ apiId: queryText(ctx, 'apiId') });
  const names = new Map<string, { name: string; owner: string }>();
  for (const { application_id } of all) {
    const application = await parts.applications.find(application_id);
    if (application !== undefined) names.set(application_id, application);
  }
  ctx.body = listDto(ctx, all, (subscription) => ({
    subscriptionId: subscription.id,
    applicationInfo: {
      applicationId: subscription.application_id,
      name: names.get(subscription.application_id)?.name ?? '',
      subscriber: names.get(subscription.application_id)?.owner ?? '',
    },
    throttlingPolicy: subscription.tier,
    subscriptionStatus: subscription.status,
  }));
}

async function block(ctx: Context, { subscriptions }: PublisherParts): Promise<void> {
  const subscription = await subscriptions.setStatus(idOf(ctx), queryText(ctx, 'blockState') ?? 'BLOCKED');
  ctx.body = stateDto(subscription);
}

async function unblock(ctx: Context, { subscriptions }: PublisherParts): Promise<void> {
  ctx.body = stateDto(await subscriptions.setStatus(idOf(ctx), 'UNBLOCKED'));
}

async function changePlan(ctx: Context, { subscriptions }: PublisherParts): Promise<void> {
  const plan = queryText(ctx, 'businessPlan');
  if (plan === undefined) throw badRequest('businessPlan: is missing');
  ctx.body = stateDto(await subscriptions.changeTier(idOf(ctx), plan));
}

function idOf(ctx: Context): string {
  const id = queryText(ctx, 'subscriptionId');
  if (id === undefined) throw badRequest('subscriptionId: is missing');
  return id;
}

function stateDto({ id, tier, status }: Subscription): object {
  return { subscriptionId: id, throttlingPolicy: tier, subscriptionStatus: status };
}

/** The document of the reference misspells `subcription`; both are taken. */
function levelOf(ctx: Context): 'subscription' | 'application' | 'api' {
  const level = pathText(ctx, 'level');
  if (level === 'subcription' || level === 'subscription') return 'subscription';
  if (level === 'api' || level === 'application') return level;
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
