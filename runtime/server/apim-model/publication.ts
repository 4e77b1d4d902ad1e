import { randomUUID } from 'node:crypto';
import type { HistoryRow } from '../../store/api-management-schema.js';
import type { Api } from './api-document.js';
import type { Apis } from './apis.js';
import type { Db, ModelContext } from './context.js';
import { badRequest, conflict } from './error.js';
import { checklist, isChecked, type LifecycleStatus, targetOf } from './lifecycle.js';

/** States in which nothing of the API is served (api-management 1.9). */
const undeployed: readonly LifecycleStatus[] = ['CREATED', 'RETIRED'];

/** The life of an API from CREATED to RETIRED (api-management 1.9). */
export class Publication {
  readonly #context: ModelContext;
  readonly #apis: Apis;

  constructor(context: ModelContext, apis: Apis) {
    this.#context = context;
    this.#apis = apis;
  }

  /**
   * Takes the API through an action such as `Publish`. A refused action changes nothing.
   *
   * @param checklistText comma-separated `name:true`
   * @throws ApimError 400 for an action that the state does not know, 903224 without tiers
   */
  async change(id: string, action: string, user: string, checklistText?: string): Promise<Api> {
    const touched = await this.#context.store.db.transaction().execute(async (trx) => {
      const api = await this.#apis.get(id, trx);
      const target = targetOf(api.status, action);
      if (target === undefined) {
        throw badRequest(`Action "${action}" is not allowed: the API is in state ${api.status}`);
      }
      if (target === 'PUBLISHED' && api.status !== 'BLOCKED') requireTiers(api);
      const changed = [id];
      if (target === 'PUBLISHED') changed.push(...(await this.#treatOlderVersions(api, user, checklistText, trx)));
      await setStatus(api, target, user, trx);
      return changed;
    });
    await this.#context.changes.announce(...touched.map((apiId) => ({ kind: 'api' as const, id: apiId })));
    return this.#apis.get(id);
  }

  /** Oldest first. */
  history(id: string): Promise<HistoryRow[]> {
    return this.#context.store.db
      .selectFrom('api_history')
      .selectAll()
      .where('api_id', '=', id)
      .orderBy('at')
      .execute();
  }

  /**
   * Deprecates the older published versions when the checklist says so, and takes their subscriptions along unless
   * re-subscription is required (api-management 1.9).
   */
  async #treatOlderVersions(api: Api, user: string, checklistText: string | undefined, trx: Db): Promise<string[]> {
    const older = await olderVersions(api, trx);
    const resubscribe = isChecked(checklistText, checklist.resubscribe);
    if (!resubscribe && api.status === 'CREATED') {
      for (const { id } of older) await copySubscriptions(id, api.id, trx);
    }
    if (!isChecked(checklistText, checklist.deprecateOld)) return [];
    const deprecated: string[] = [];
    for (const { id } of older) {
      const version = await this.#apis.get(id, trx);
      if (version.status !== 'PUBLISHED') continue;
      await setStatus(version, 'DEPRECATED', user, trx);
      deprecated.push(id);
    }
    return deprecated;
  }
}

/** A published API may lose its plans: it becomes subscriptionless (api-management 1.4). */
function requireTiers(api: Api): void {
  if (api.status === 'PUBLISHED' || api.document.policies.some((tier) => tier !== '')) return;
  throw badRequest('Failed to publish service to API store. No Tiers selected', 903224);
}

function olderVersions(api: Api, trx: Db): Promise<{ id: string }[]> {
  return trx
    .selectFrom('apis')
    .select('id')
    .where('name', '=', api.document.name)
    .where('id', '!=', api.id)
    .where('created_at', '<=', api.createdAt)
    .execute();
}

async function copySubscriptions(fromApi: string, toApi: string, trx: Db): Promise<void> {
  const rows = await trx.selectFrom('subscriptions').selectAll().where('api_id', '=', fromApi).execute();
  for (const row of rows) {
    await trx
      .insertInto('subscriptions')
      .values({ ...row, id: randomUUID(), api_id: toApi })
      .onConflict((clash) => clash.columns(['application_id', 'api_id']).doNothing())
      .execute();
  }
}

async function setStatus(api: Api, target: LifecycleStatus, user: string, trx: Db): Promise<void> {
  const changed = await trx
    .updateTable('apis')
    .set({ status: target })
    .where('id', '=', api.id)
    .where('status', '=', api.status)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) throw conflict('The state of the API was changed by another call');
  if (undeployed.includes(target)) await trx.deleteFrom('api_deployments').where('api_id', '=', api.id).execute();
  await trx
    .insertInto('api_history')
    .values({
      id: randomUUID(),
      api_id: api.id,
      previous_state: api.status,
      post_state: target,
      user,
      at: Date.now(),
    })
    .execute();
}
