import { isDeepStrictEqual } from 'node:util';
import { type Access, type AccessDecision, type CallerToken, decideAccess, type Refusal } from './access.js';
import type { Apis } from './apis.js';
import { ConsumerIndex } from './consumer-index.js';
import type { ModelContext } from './context.js';
import { type DeployedApi, type DeployedOperation, deployedApi } from './deployed-api.js';
import { listOf, objectOf, textsOf } from './json-object.js';
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
  /** Every API that is served, in no particular order. */
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
export class GatewayIndex implements GatewayModel {
  readonly #source: { apis: Apis; revisions: Revisions; tokens: TokenReader };
  readonly #consumers: ConsumerIndex;
  readonly #apis = new Map<string, DeployedApi>();
  readonly #listeners = new Set<ApiListener>();

  constructor(context: ModelContext, source: { apis: Apis; revisions: Revisions; tokens: TokenReader }) {
    this.#source = source;
    this.#consumers = new ConsumerIndex(context.store.db);
    context.changes.listen(async (change) => {
      await this.#consumers.take(change);
      if (change.kind === 'api') await this.#refresh(change.id);
    });
  }

  /** Reads everything; call it once before the gateway starts. */
  async load(): Promise<void> {
    const apis = new Map((await this.#source.apis.list()).map((api) => [api.id, api]));
    for (const { deployment, revision } of await this.#source.revisions.deployed()) {
      const api = apis.get(deployment.apiId);
      if (api !== undefined) this.#apis.set(api.id, deployedApi(api, revision, deployment.deployedAt));
    }
    this.#keepNewestDefaults();
    await this.#consumers.load();
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
    return decideAccess(this.#consumers, token, api, resource);
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

  async #refresh(id: string): Promise<void> {
    const previous = this.#apis.get(id);
    const api = await this.#read(id);
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

  async #read(id: string): Promise<DeployedApi | undefined> {
    const [deployment] = await this.#source.revisions.deployments(id);
    if (deployment === undefined) return undefined;
    const revision = await this.#source.revisions.find(deployment.revisionId);
    if (revision === undefined) return undefined;
    const api = deployedApi(await this.#source.apis.get(id), revision, deployment.deployedAt);
    return this.#isOutranked(api) ? { ...api, isDefaultVersion: false } : api;
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

  /** Whether another version was deployed as the default one later. */
  #isOutranked(api: DeployedApi): boolean {
    return this.apis().some(
      (other) =>
        other.id !== api.id && other.name === api.name && other.isDefaultVersion && other.deployedAt > api.deployedAt,
    );
  }

  /** Of several versions deployed as the default one, only the last is: they are in the order of deployment. */
  #keepNewestDefaults(): void {
    const newest = new Map<string, string>();
    for (const { name, id, isDefaultVersion } of this.apis()) if (isDefaultVersion) newest.set(name, id);
    for (const api of this.apis()) {
      const outranked = api.isDefaultVersion && newest.get(api.name) !== api.id;
      if (outranked) this.#apis.set(api.id, { ...api, isDefaultVersion: false });
    }
  }

  async #tell(event: ApiEvent): Promise<void> {
    for (const listener of this.#listeners) await listener(event);
  }
}
