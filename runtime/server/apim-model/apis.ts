import { randomUUID } from 'node:crypto';
import type { Problem } from '../../configuration/problem.js';
import type { ApiRow } from '../../store/api-management-schema.js';
import { type Api, type ApiDocument, normalizeApi } from './api-document.js';
import { apiColumns, readApi, sealSecrets } from './api-rows.js';
import { checkApi } from './api-rules.js';
import {
  checkAttachments,
  checkBoundSequences,
  resolveAttachments,
  secretAttributes,
  withoutPolicy,
} from './attachments.js';
import type { Db, ModelContext } from './context.js';
import { badRequest, conflict, notFound } from './error.js';
import type { JsonObject } from './json-object.js';
import type { Policies } from './policies.js';
import { takeSecrets, withSecrets } from './secret-slots.js';

/** An API just written, and what the check of its policies had to say. */
export interface WrittenApi {
  api: Api;
  warnings: Problem[];
}

/** The APIs: working copies (api-management 1.4). Their revisions are in `revisions.ts`. */
export class Apis {
  readonly #context: ModelContext;
  readonly #policies: Policies;

  constructor(context: ModelContext, policies: Policies) {
    this.#context = context;
    this.#policies = policies;
  }

  /** @throws ApimError 404, code 900308 */
  async get(id: string, db: Db = this.#context.store.db): Promise<Api> {
    const row = await db.selectFrom('apis').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw notFound(`Requested API with id '${id}' not found`, 900308);
    return readApi(this.#context.secrets, row);
  }

  /** All, the newest first. */
  async list(): Promise<Api[]> {
    const rows = await this.#context.store.db.selectFrom('apis').selectAll().orderBy('created_at', 'desc').execute();
    return rows.map((row) => readApi(this.#context.secrets, row));
  }

  /** @throws ApimError 400, 409 (api-management 1.4) */
  async create(input: JsonObject, provider: string): Promise<WrittenApi> {
    const document = normalizeApi(input);
    if (document.provider === '') document.provider = provider;
    checkApi(document);
    const id = randomUUID();
    const written = await this.#context.store.db.transaction().execute(async (trx) => {
      await checkUnique(document, trx);
      const now = Date.now();
      const times = { created_at: now, updated_at: now };
      const row: ApiRow = { id, status: 'CREATED', sealed: null, ...times, ...apiColumns(document) };
      await trx.insertInto('apis').values(row).execute();
      await this.#record(id, null, 'CREATED', provider, trx);
      return this.#write(id, document, new Map(), trx);
    });
    await this.#context.changes.announce({ kind: 'api', id });
    return written;
  }

  /** Members that are not sent stay; a changed name, context or version is ignored (api-management 1.4). */
  async update(id: string, input: JsonObject): Promise<WrittenApi> {
    const written = await this.#context.store.db.transaction().execute(async (trx) => {
      const stored = await this.get(id, trx);
      const document = normalizeApi(structuredClone(input), stored.document);
      checkApi(document);
      return this.#write(id, document, stored.secrets, trx);
    });
    await this.#context.changes.announce({ kind: 'api', id });
    return written;
  }

  /** Puts a document with its secrets in the place of the working copy. */
  async restore(id: string, document: ApiDocument, secrets: ReadonlyMap<string, string>): Promise<Api> {
    const written = await this.#context.store.db
      .transaction()
      .execute((trx) => this.#write(id, structuredClone(document), secrets, trx));
    return written.api;
  }

  /** A copy with another version, in CREATED; policies and secrets come along (api-management 1.11). */
  async copy(id: string, version: string, isDefaultVersion: boolean): Promise<Api> {
    const copyId = randomUUID();
    const copy = await this.#context.store.db.transaction().execute(async (trx) => {
      const source = await this.get(id, trx);
      const document: ApiDocument = { ...structuredClone(source.document), version, isDefaultVersion };
      checkApi(document);
      await checkUnique(document, trx, 900252);
      const now = Date.now();
      const times = { created_at: now, updated_at: now };
      const row: ApiRow = { id: copyId, status: 'CREATED', sealed: null, ...times, ...apiColumns(document) };
      await trx.insertInto('apis').values(row).execute();
      await this.#record(copyId, null, 'CREATED', document.provider, trx);
      for (const policy of await this.#policies.list(id, trx)) await this.#policies.cloneTo(copyId, policy, trx);
      return (await this.#write(copyId, document, source.secrets, trx)).api;
    });
    await this.#context.changes.announce({ kind: 'api', id: copyId });
    return copy;
  }

  /** Removes a policy of the API, and takes it out of the working copy wherever it is bound or attached. */
  async removePolicy(id: string, policyId: string): Promise<void> {
    await this.#context.store.db.transaction().execute(async (trx) => {
      const { document, secrets } = await this.get(id, trx);
      const policy = await this.#policies.get(id, policyId, trx);
      await this.#policies.remove(id, policyId, trx);
      await this.#write(id, withoutPolicy(document, policy), secrets, trx);
    });
  }

  /** @throws ApimError 409 while there are subscriptions */
  async remove(id: string): Promise<void> {
    await this.#context.store.db.transaction().execute(async (trx) => {
      await this.get(id, trx);
      const used = await trx.selectFrom('subscriptions').select('id').where('api_id', '=', id).executeTakeFirst();
      if (used !== undefined) throw conflict('Cannot remove the API as active subscriptions exist');
      await trx.deleteFrom('api_deployments').where('api_id', '=', id).execute();
      await trx.deleteFrom('apis').where('id', '=', id).execute();
    });
    await this.#context.changes.announce({ kind: 'api', id });
  }

  /** Writes a checked document: policies resolved, secrets taken out, default version moved. */
  async #write(id: string, document: ApiDocument, stored: ReadonlyMap<string, string>, trx: Db): Promise<WrittenApi> {
    await resolveAttachments(this.#policies, id, document, trx);
    const own = await this.#policies.list(id, trx);
    checkBoundSequences(document, own, await this.#policies.list(undefined, trx));
    const isSecret = secretAttributes(own);
    const secrets = takeSecrets(document, isSecret, stored);
    const whole = withSecrets(document, isSecret, secrets);
    const warnings = checkAttachments(this.#context.checkSequence, whole, own);
    for (const operation of document.operations) operation.id ||= randomUUID();
    if (document.isDefaultVersion) await clearDefaultVersion(document.name, id, trx);
    const sealed = sealSecrets(this.#context.secrets, secrets);
    const row = { ...apiColumns(document), sealed, updated_at: Date.now() };
    await trx.updateTable('apis').set(row).where('id', '=', id).execute();
    return { api: await this.get(id, trx), warnings };
  }

  async #record(apiId: string, from: string | null, to: string, user: string, trx: Db): Promise<void> {
    const row = { id: randomUUID(), api_id: apiId, previous_state: from, post_state: to, user, at: Date.now() };
    await trx.insertInto('api_history').values(row).execute();
  }
}

/** Names, versions and contexts that clash (api-management 1.4). */
async function checkUnique(document: ApiDocument, db: Db, versionCode = 409): Promise<void> {
  const { name, context, version } = document;
  const named = await db.selectFrom('apis').selectAll().where('name_key', '=', name.toLowerCase()).execute();
  const otherCase = named.find((row) => row.name !== name);
  if (otherCase !== undefined) throw conflict(`An API with name '${otherCase.name}' already exists`, 900250);
  if (named.some((row) => row.version === version)) {
    throw conflict(`The API ${name} with version ${version} already exists`, versionCode);
  }
  const key = context.toLowerCase();
  if (named.some((row) => row.context_key !== key)) {
    throw badRequest(`The API ${name} already exists with another context; a new version must have the same one`);
  }
  const sameContext = await db.selectFrom('apis').select('name').where('context_key', '=', key).execute();
  if (sameContext.some((row) => row.name !== name)) {
    throw conflict(`The API context ${context} already exists`);
  }
}

/** Only one version of an API is the default one. */
async function clearDefaultVersion(name: string, exceptId: string, db: Db): Promise<void> {
  const rows = await db.selectFrom('apis').selectAll().where('name', '=', name).where('id', '!=', exceptId).execute();
  for (const row of rows) {
    const document = JSON.parse(row.document) as ApiDocument;
    if (!document.isDefaultVersion) continue;
    const text = JSON.stringify({ ...document, isDefaultVersion: false });
    await db.updateTable('apis').set({ document: text }).where('id', '=', row.id).execute();
  }
}
