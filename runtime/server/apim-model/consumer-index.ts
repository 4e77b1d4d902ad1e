import type { ApplicationKeyRow, ApplicationRow } from '../../store/api-management-schema.js';
import type { AccessIndex, CallerSubscription, Consumer, KeyType } from './access.js';
import type { Change } from './changes.js';
import type { Db } from './context.js';
import { objectOf, textOf } from './json-object.js';

/** Clients, their applications and subscriptions in memory: who stands behind a token. */
export class ConsumerIndex implements AccessIndex {
  readonly #db: Db;
  readonly #consumers = new Map<string, Consumer>();
  readonly #subscriptions = new Map<string, CallerSubscription>();

  constructor(db: Db) {
    this.#db = db;
  }

  async load(): Promise<void> {
    const keys = new Map<string, ApplicationKeyRow[]>();
    for (const key of await this.#db.selectFrom('application_keys').selectAll().execute()) {
      keys.set(key.application_id, [...(keys.get(key.application_id) ?? []), key]);
    }
    for (const row of await this.#db.selectFrom('applications').selectAll().execute()) {
      this.#addConsumers(row, keys.get(row.id) ?? []);
    }
    for (const row of await this.#db.selectFrom('subscriptions').selectAll().execute()) {
      this.#subscriptions.set(pair(row.application_id, row.api_id), row);
    }
  }

  consumer(clientId: string): Consumer | undefined {
    return this.#consumers.get(clientId);
  }

  subscription(applicationId: string, apiId: string): CallerSubscription | undefined {
    return this.#subscriptions.get(pair(applicationId, apiId));
  }

  async take(change: Change): Promise<void> {
    if (change.kind === 'application') return this.#refreshApplication(change.id);
    if (change.kind === 'subscription') return this.#refreshSubscription(change.applicationId, change.apiId);
    // Publishing a new version takes subscriptions along, so that they change with the API.
    if (change.kind === 'api') return this.#refreshSubscriptionsOf(change.id);
  }

  async #refreshApplication(id: string): Promise<void> {
    for (const [clientId, { application }] of this.#consumers) {
      if (application.id === id) this.#consumers.delete(clientId);
    }
    const row = await this.#db.selectFrom('applications').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) {
      for (const key of this.#subscriptions.keys()) if (key.startsWith(`${id} `)) this.#subscriptions.delete(key);
      return;
    }
    const keys = await this.#db.selectFrom('application_keys').selectAll().where('application_id', '=', id).execute();
    this.#addConsumers(row, keys);
  }

  #addConsumers(row: ApplicationRow, keys: readonly ApplicationKeyRow[]): void {
    const document = objectOf(JSON.parse(row.document));
    const application = {
      id: row.id,
      name: row.name,
      owner: row.owner,
      tier: textOf(document.throttlingPolicy) ?? 'Unlimited',
      attributes: objectOf(document.attributes) as Record<string, string>,
    };
    for (const key of keys) this.#consumers.set(key.client_id, { application, keyType: key.key_type as KeyType });
  }

  async #refreshSubscription(applicationId: string, apiId: string): Promise<void> {
    const row = await this.#db
      .selectFrom('subscriptions')
      .selectAll()
      .where('application_id', '=', applicationId)
      .where('api_id', '=', apiId)
      .executeTakeFirst();
    if (row === undefined) this.#subscriptions.delete(pair(applicationId, apiId));
    else this.#subscriptions.set(pair(applicationId, apiId), row);
  }

  async #refreshSubscriptionsOf(apiId: string): Promise<void> {
    for (const row of await this.#db.selectFrom('subscriptions').selectAll().where('api_id', '=', apiId).execute()) {
      this.#subscriptions.set(pair(row.application_id, apiId), row);
    }
  }
}

function pair(applicationId: string, apiId: string): string {
  return `${applicationId} ${apiId}`;
}
