import { isDeepStrictEqual } from 'node:util';
import type { CallerSubscription, KeyType, Refusal } from './access.js';
import {
  type Access,
  type AccessDecision,
  type AccessIndex,
  type CallerToken,
  type Consumer,
  decideAccess,
} from './access.js';
import type { Apis } from './apis.js';
import type { Change } from './changes.js';
import type { ModelContext } from './context.js';
import { type DeployedApi, type DeployedOperation, deployedApi } from './deployed-api.js';
import { ApimError } from './error.js';
import { listOf, objectOf, textOf, textsOf } from './json-object.js';
import type { Revisions } from './revisions.js';

export type { Access, AccessDecision, CallerToken, DeployedApi, DeployedOperation, Refusal };

/** An API began, went on with another revision or state, or ceased to be served. */
export type ApiEvent =
  | { readonly kind: 'deployed'; readonly api: DeployedApi; readonly previous: DeployedApi | undefined }
  | { readonly kind: 'undeployed'; readonly previous: DeployedApi };

export type ApiListener = (event: ApiEvent) => void | Promise<void>;

/** Result of looking at an access token. */
export type TokenCheck = { readonly token: CallerToken } | { readonly refusal: Refusal };

/** Reads access tokens; the token service does (`oauth/token-reader.ts`). */
export interface TokenReader {
  /** Answers at once for a token seen before. */
  read(token: string): TokenCheck | Promise<TokenCheck>;
}

/**
 * What the gateway asks about published APIs and callers. All in memory: the answers are those of the last
 * acknowledged management call.
 */
export interface GatewayModel {
  /** Every API that is served, in the order of deployment. */
  apis(): DeployedApi[];
  /**
   * Tells about every change of `apis()`. The management call that made the change is answered after the listener's
   * promise resolved; when it rejects, the call is answered with an error.
   *
   * @returns a function that ends the listening
   */
  onChange(listener: ApiListener): () => void;
  /** Looks at a bearer token, opaque or JWT: 900901 or 900903 when it is not (or no more) valid. */
  readToken(token: string): TokenCheck | Promise<TokenCheck>;
  /** Whether the bearer may call the resource of the API (api-management 1.19). */
  validateAccess(token: CallerToken, api: DeployedApi, resource: DeployedOperation): AccessDecision;
}

/** The in-memory index behind `GatewayModel`: loaded once, then kept up by `Changes`. */
export class GatewayIndex implements GatewayModel, AccessIndex {
  readonly #context: ModelContext;
  readonly #source: { apis: Apis; revisions: Revisions; tokens: TokenReader };
  readonly #apis = new Map<string, DeployedApi>();
  readonly #consumers = new Map<string, Consumer>();
  readonly #subscriptions = new Map<string, CallerSubscription>();
  readonly #listeners = new Set<ApiListener>();

  constructor(context: ModelContext, source: { apis: Apis; revisions: Revisions; tokens: TokenReader }) {
    this.#context = context;
    this.#source = source;
    context.changes.listen((change) => this.#take(change));
  }

  /** Reads everything; call it once before the gateway starts. */
  async load(): Promise<void> {
    const { db } = this.#context.store;
    const deployed = await db.selectFrom('api_deployments').select('api_id').orderBy('deployed_at').execute();
    for (const { api_id } of deployed) await this.#refreshApi(api_id);
    const applications = await db.selectFrom('applications').select('id').execute();
    for (const { id } of applications) await this.#refreshApplication(id);
    for (const row of await db.selectFrom('subscriptions').selectAll().execute()) {
      this.#subscriptions.set(pair(row.application_id, row.api_id), row);
    }
  }

  apis(): DeployedApi[] {
    return [...this.#apis.values()];
  }

  onChange(listener: ApiListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readToken(token: string): TokenCheck | Promise<TokenCheck> {
    return this.#source.tokens.read(token);
  }

  validateAccess(token: CallerToken, api: DeployedApi, resource: DeployedOperation): AccessDecision {
    return decideAccess(this, token, api, resource);
  }

  consumer(clientId: string): Consumer | undefined {
    return this.#consumers.get(clientId);
  }

  subscription(applicationId: string, apiId: string): CallerSubscription | undefined {
    return this.#subscriptions.get(pair(applicationId, apiId));
  }

  /** Roles to which the deployed APIs bind a scope. */
  bindings(scope: string): readonly string[] {
    for (const { document } of this.#apis.values()) {
      for (const entry of listOf(document.scopes)) {
        const declared = objectOf(objectOf(entry).scope);
        if (declared.name === scope) return textsOf(declared.bindings);
      }
    }
    return [];
  }

  async #take(change: Change): Promise<void> {
    if (change.kind === 'api') return this.#refreshApi(change.id, true);
    if (change.kind === 'application') return this.#refreshApplication(change.id);
    if (change.kind === 'subscription') return this.#refreshSubscription(change.applicationId, change.apiId);
  }

  async #refreshApi(id: string, withSubscriptions = false): Promise<void> {
    const previous = this.#apis.get(id);
    const api = await this.#readApi(id);
    if (withSubscriptions) await this.#refreshSubscriptionsOf(id);
    if (api === undefined) {
      this.#apis.delete(id);
      if (previous !== undefined) await this.#tell({ kind: 'undeployed', previous });
      return;
    }
    if (previous !== undefined && isDeepStrictEqual(previous, api)) return;
    this.#apis.set(id, api);
    await this.#tell({ kind: 'deployed', api, previous });
    if (api.isDefaultVersion) await this.#dropOtherDefaults(api);
  }

  /** The routing of the bare context goes to the version that was deployed last as the default one. */
  async #dropOtherDefaults(newest: DeployedApi): Promise<void> {
    for (const other of this.apis()) {
      if (other.id === newest.id || other.name !== newest.name || !other.isDefaultVersion) continue;
      const api = { ...other, isDefaultVersion: false };
      this.#apis.set(other.id, api);
      await this.#tell({ kind: 'deployed', api, previous: other });
    }
  }

  async #readApi(id: string): Promise<DeployedApi | undefined> {
    const [deployment] = await this.#source.revisions.deployments(id);
    if (deployment === undefined) return undefined;
    const revision = await this.#source.revisions.find(deployment.revisionId);
    if (revision === undefined) return undefined;
    try {
      const api = deployedApi(await this.#source.apis.get(id), revision, deployment.deployedAt);
      return this.#isOutranked(api) ? { ...api, isDefaultVersion: false } : api;
    } catch (error) {
      if (error instanceof ApimError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Whether another version was deployed as the default one later. */
  #isOutranked(api: DeployedApi): boolean {
    return this.apis().some(
      (other) =>
        other.id !== api.id && other.name === api.name && other.isDefaultVersion && other.deployedAt > api.deployedAt,
    );
  }

  async #refreshApplication(id: string): Promise<void> {
    const { db } = this.#context.store;
    for (const [clientId, { application }] of this.#consumers) {
      if (application.id === id) this.#consumers.delete(clientId);
    }
    const row = await db.selectFrom('applications').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) {
      for (const key of this.#subscriptions.keys()) if (key.startsWith(`${id} `)) this.#subscriptions.delete(key);
      return;
    }
    const document = objectOf(JSON.parse(row.document));
    const application = {
      id,
      name: row.name,
      owner: row.owner,
      tier: textOf(document.throttlingPolicy) ?? 'Unlimited',
      attributes: objectOf(document.attributes) as Record<string, string>,
    };
    const keys = await db.selectFrom('application_keys').selectAll().where('application_id', '=', id).execute();
    for (const key of keys) {
      this.#consumers.set(key.client_id, { application, keyType: key.key_type as KeyType });
    }
  }

  async #refreshSubscription(applicationId: string, apiId: string): Promise<void> {
    const row = await this.#context.store.db
      .selectFrom('subscriptions')
      .selectAll()
      .where('application_id', '=', applicationId)
      .where('api_id', '=', apiId)
      .executeTakeFirst();
    if (row === undefined) this.#subscriptions.delete(pair(applicationId, apiId));
    else this.#subscriptions.set(pair(applicationId, apiId), row);
  }

  /** Publishing a new version takes subscriptions along, so that they change with the API. */
  async #refreshSubscriptionsOf(apiId: string): Promise<void> {
    const { db } = this.#context.store;
    for (const row of await db.selectFrom('subscriptions').selectAll().where('api_id', '=', apiId).execute()) {
      this.#subscriptions.set(pair(row.application_id, apiId), row);
    }
  }

  async #tell(event: ApiEvent): Promise<void> {
    for (const listener of this.#listeners) await listener(event);
  }
}

function pair(applicationId: string, apiId: string): string {
  return `${applicationId} ${apiId}`;
}
