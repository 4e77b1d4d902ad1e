import { randomUUID } from 'node:crypto';
import type { SubscriptionRow } from '../../store/api-management-schema.js';
import type { Api } from './api-document.js';
import type { Apis } from './apis.js';
import type { Application } from './applications.js';
import type { ModelContext } from './context.js';
import { badRequest, conflict, forbidden, notFound } from './error.js';

export type Subscription = SubscriptionRow;

/** Which application may call which API, in which tier (api-management 1.12). */
export class Subscriptions {
  readonly #context: ModelContext;
  readonly #apis: Apis;

  constructor(context: ModelContext, apis: Apis) {
    this.#context = context;
    this.#apis = apis;
  }

  /** @throws ApimError 404 */
  async get(id: string): Promise<Subscription> {
    const row = await this.#db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw notFound(`Subscription with id '${id}' not found`);
    return row;
  }

  /** Of an API, of an application, or all, the oldest first. */
  list(filter: { apiId?: string | undefined; applicationId?: string | undefined }): Promise<Subscription[]> {
    let query = this.#db.selectFrom('subscriptions').selectAll().orderBy('created_at');
    if (filter.apiId !== undefined) query = query.where('api_id', '=', filter.apiId);
    if (filter.applicationId !== undefined) query = query.where('application_id', '=', filter.applicationId);
    return query.execute();
  }

  /** @throws ApimError 400 for a tier the API does not offer, 403 for its state, 409 for a second one */
  async create(application: Application, apiId: string, tier: string): Promise<Subscription> {
    const api = await this.#apis.get(apiId);
    if (api.status !== 'PUBLISHED' && api.status !== 'PROTOTYPED') {
      throw forbidden(`The API is in state ${api.status}: it takes no subscriptions`);
    }
    checkOffered(api, tier);
    const id = randomUUID();
    const values = { id, application_id: application.id, api_id: apiId, tier, status: 'UNBLOCKED' };
    const inserted = await this.#db
      .insertInto('subscriptions')
      .values({ ...values, created_at: Date.now() })
      .onConflict((clash) => clash.columns(['application_id', 'api_id']).doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows === 0n) {
      throw conflict(`Subscription already exists for API ${api.document.name} for application ${application.name}`);
    }
    await this.#announce(application.id, apiId);
    return this.get(id);
  }

  /** @throws ApimError 400 for a tier the API does not offer */
  async changeTier(id: string, tier: string): Promise<Subscription> {
    const subscription = await this.get(id);
    checkOffered(await this.#apis.get(subscription.api_id), tier);
    return this.#set(subscription, { tier });
  }

  /** @param status UNBLOCKED, BLOCKED or PROD_ONLY_BLOCKED */
  async setStatus(id: string, status: string): Promise<Subscription> {
    if (!['UNBLOCKED', 'BLOCKED', 'PROD_ONLY_BLOCKED'].includes(status)) {
      throw badRequest(`blockState: "${status}" is neither BLOCKED nor PROD_ONLY_BLOCKED`);
    }
    return this.#set(await this.get(id), { status });
  }

  async remove(id: string): Promise<void> {
    const { application_id, api_id } = await this.get(id);
    await this.#db.deleteFrom('subscriptions').where('id', '=', id).execute();
    await this.#announce(application_id, api_id);
  }

  get #db() {
    return this.#context.store.db;
  }

  async #set({ id, application_id, api_id }: Subscription, change: Partial<Subscription>): Promise<Subscription> {
    await this.#db.updateTable('subscriptions').set(change).where('id', '=', id).execute();
    await this.#announce(application_id, api_id);
    return this.get(id);
  }

  #announce(applicationId: string, apiId: string): Promise<void> {
    return this.#context.changes.announce({ kind: 'subscription', applicationId, apiId });
  }
}

function checkOffered(api: Api, tier: string): void {
  if (!api.document.policies.includes(tier)) {
    throw badRequest(`Tier ${tier} is not allowed for the API ${api.document.name}`);
  }
}
