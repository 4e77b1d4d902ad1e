import { randomUUID } from 'node:crypto';
import type { DeploymentRow, RevisionRow } from '../../store/api-management-schema.js';
import type { ApiDocument } from './api-document.js';
import { sealSecrets, unsealSecrets } from './api-rows.js';
import type { Apis } from './apis.js';
import type { Db, ModelContext } from './context.js';
import { badRequest, notFound } from './error.js';
import type { Policies } from './policies.js';
import type { Policy } from './policy.js';

/** Number of the working copy that v0.16 and v1 deploy. */
const workingNumber = 0;
const maxRevisions = 5;

export const environments = [{ name: 'Default', type: 'hybrid', vhost: 'localhost' }] as const;

/** An immutable copy of an API with the policies it used. */
export interface Revision {
  readonly id: string;
  readonly apiId: string;
  readonly number: number;
  readonly description: string;
  readonly document: ApiDocument;
  readonly secrets: ReadonlyMap<string, string>;
  readonly policies: readonly Policy[];
  readonly createdAt: number;
}

export interface Deployment {
  readonly apiId: string;
  readonly environment: string;
  readonly revisionId: string;
  readonly vhost: string;
  readonly shown: boolean;
  readonly deployedAt: number;
}

/** Where a revision is to be deployed. */
export interface DeploymentRequest {
  environment: string;
  vhost: string | undefined;
  shown: boolean;
}

/** Revisions and deployments: a deployment is a pointer to a revision (api-management 1.10). */
export class Revisions {
  readonly #context: ModelContext;
  readonly #apis: Apis;
  readonly #policies: Policies;

  constructor(context: ModelContext, apis: Apis, policies: Policies) {
    this.#context = context;
    this.#apis = apis;
    this.#policies = policies;
  }

  /** Oldest first; without the working copy. */
  async list(apiId: string): Promise<Revision[]> {
    const rows = await this.#db
      .selectFrom('api_revisions')
      .selectAll()
      .where('api_id', '=', apiId)
      .where('number', '>', workingNumber)
      .orderBy('number')
      .execute();
    return rows.map((row) => this.#read(row));
  }

  /** @throws ApimError 404, code 900347 */
  async get(apiId: string, id: string): Promise<Revision> {
    const found = await this.find(id);
    if (found === undefined || found.apiId !== apiId) throw unknownRevision(id);
    return found;
  }

  async find(id: string): Promise<Revision | undefined> {
    const row = await this.#db.selectFrom('api_revisions').selectAll().where('id', '=', id).executeTakeFirst();
    return row && this.#read(row);
  }

  /** @throws ApimError 400 when there are five already */
  async create(apiId: string, description: string): Promise<Revision> {
    const id = await this.#db.transaction().execute(async (trx) => {
      const numbers = await trx.selectFrom('api_revisions').select('number').where('api_id', '=', apiId).execute();
      const named = numbers.filter(({ number }) => number !== workingNumber);
      if (named.length >= maxRevisions) {
        throw badRequest(`Maximum number of revisions per API has reached: ${maxRevisions}. Delete one to add another`);
      }
      return this.#snapshot(apiId, 1 + Math.max(0, ...named.map(({ number }) => number)), description, trx);
    });
    return this.get(apiId, id);
  }

  /** @throws ApimError 400 while the revision is deployed */
  async remove(apiId: string, id: string): Promise<void> {
    await this.get(apiId, id);
    const deployed = (await this.deployments(apiId)).some(({ revisionId }) => revisionId === id);
    if (deployed) throw badRequest('The revision is deployed: undeploy it before it is deleted');
    await this.#db.deleteFrom('api_revisions').where('id', '=', id).execute();
  }

  /** Puts the revision in the place of the working copy. */
  async restore(apiId: string, id: string) {
    const { document, secrets } = await this.get(apiId, id);
    return this.#apis.restore(apiId, document, secrets);
  }

  async deployments(apiId: string): Promise<Deployment[]> {
    const rows = await this.#db.selectFrom('api_deployments').selectAll().where('api_id', '=', apiId).execute();
    return rows.map(readDeployment);
  }

  /** Every deployment with its revision, in the order of deployment. */
  async deployed(): Promise<{ deployment: Deployment; revision: Revision }[]> {
    const deployments = await this.#db.selectFrom('api_deployments').selectAll().orderBy('deployed_at').execute();
    const rows = await this.#db
      .selectFrom('api_revisions')
      .selectAll()
      .where('id', 'in', (query) => query.selectFrom('api_deployments').select('revision_id'))
      .execute();
    const revisions = new Map(rows.map((row) => [row.id, this.#read(row)]));
    return deployments.flatMap((row) => {
      const revision = revisions.get(row.revision_id);
      return revision === undefined ? [] : [{ deployment: readDeployment(row), revision }];
    });
  }

  /**
   * Points the environments to the revision; resolves when the gateway serves it. A revision that it cannot serve
   * leaves everything as it was.
   */
  async deploy(apiId: string, id: string, requests: readonly DeploymentRequest[]): Promise<Deployment[]> {
    await this.get(apiId, id);
    const checked = requests.map(checkEnvironment);
    if (checked.length === 0) throw badRequest('No gateway environment is named');
    await this.#serve(apiId, async (trx) => {
      for (const request of checked) await point(apiId, id, request, trx);
    });
    return this.deployments(apiId);
  }

  /** Takes the revision out of the environments; all of them when none is named. */
  async undeploy(apiId: string, id: string, requests: readonly DeploymentRequest[]): Promise<Deployment[]> {
    await this.get(apiId, id);
    const names = requests.map((request) => checkEnvironment(request).environment);
    let query = this.#db.deleteFrom('api_deployments').where('api_id', '=', apiId).where('revision_id', '=', id);
    if (names.length > 0) query = query.where('environment', 'in', names);
    await query.execute();
    await this.#context.changes.announce({ kind: 'api', id: apiId });
    return this.deployments(apiId);
  }

  /** What publishing does in v0.16 and v1: the working copy is served at once (4.1 C9). */
  async deployWorkingCopy(apiId: string): Promise<void> {
    await this.#serve(apiId, async (trx) => {
      const id = await this.#snapshot(apiId, workingNumber, 'Working copy', trx);
      const { name: environment, vhost } = environments[0];
      await point(apiId, id, { environment, vhost, shown: true }, trx);
    });
  }

  /** Makes a change of deployments durable and tells the gateway; one that it refuses is taken back. */
  async #serve(apiId: string, change: (trx: Db) => Promise<void>): Promise<void> {
    const before = await this.#db.transaction().execute(async (trx) => {
      const state = await deploymentState(apiId, trx);
      await change(trx);
      return state;
    });
    try {
      await this.#context.changes.announce({ kind: 'api', id: apiId });
    } catch (refused) {
      await this.#db.transaction().execute((trx) => restoreDeployments(apiId, before, trx));
      await this.#context.changes.announce({ kind: 'api', id: apiId });
      throw refused;
    }
  }

  get #db() {
    return this.#context.store.db;
  }

  async #snapshot(apiId: string, number: number, description: string, trx: Db): Promise<string> {
    const { document, secrets } = await this.#apis.get(apiId, trx);
    const content = {
      description,
      document: JSON.stringify(document),
      sealed: sealSecrets(this.#context.secrets, secrets),
      policies: JSON.stringify(await this.#usedPolicies(apiId, document, trx)),
      created_at: Date.now(),
    };
    const row: RevisionRow = { id: randomUUID(), api_id: apiId, number, ...content };
    await trx
      .insertInto('api_revisions')
      .values(row)
      .onConflict((conflict) => conflict.columns(['api_id', 'number']).doUpdateSet(content))
      .execute();
    const { id } = await trx
      .selectFrom('api_revisions')
      .select('id')
      .where('api_id', '=', apiId)
      .where('number', '=', number)
      .executeTakeFirstOrThrow();
    return id;
  }

  /** The API's own policies, and the shared sequences it binds. */
  async #usedPolicies(apiId: string, document: ApiDocument, trx: Db): Promise<Policy[]> {
    const shared = document.mediationPolicies.filter((binding) => binding.shared).map(({ name }) => name);
    const common = shared.length === 0 ? [] : await this.#policies.list(undefined, trx);
    const own = await this.#policies.list(apiId, trx);
    return [...own, ...common.filter(({ name }) => shared.includes(name))];
  }

  #read(row: RevisionRow): Revision {
    return {
      id: row.id,
      apiId: row.api_id,
      number: row.number,
      description: row.description,
      document: JSON.parse(row.document) as ApiDocument,
      secrets: unsealSecrets(this.#context.secrets, row.sealed),
      policies: JSON.parse(row.policies) as Policy[],
      createdAt: row.created_at,
    };
  }
}

function unknownRevision(id: string) {
  return notFound(`Requested API Revision with id ${id} not found`, 900347);
}

function checkEnvironment(request: DeploymentRequest): DeploymentRequest {
  const found = environments.find(({ name }) => name === request.environment);
  if (found === undefined) {
    throw badRequest(`Gateway Environment with name '${request.environment}' not found`, 900504);
  }
  if (request.vhost !== undefined && request.vhost !== found.vhost) {
    throw badRequest(`Virtual host '${request.vhost}' is not configured for the environment ${found.name}`);
  }
  return request;
}

async function point(apiId: string, revisionId: string, request: DeploymentRequest, trx: Db): Promise<void> {
  const target = {
    revision_id: revisionId,
    vhost: request.vhost ?? 'localhost',
    shown: request.shown ? 1 : 0,
    deployed_at: Date.now(),
  };
  await trx
    .insertInto('api_deployments')
    .values({ api_id: apiId, environment: request.environment, ...target })
    .onConflict((conflict) => conflict.columns(['api_id', 'environment']).doUpdateSet(target))
    .execute();
}

/** What {@link restoreDeployments} puts back. */
interface DeploymentState {
  deployments: DeploymentRow[];
  workingCopy: RevisionRow | undefined;
}

async function deploymentState(apiId: string, trx: Db): Promise<DeploymentState> {
  return {
    deployments: await trx.selectFrom('api_deployments').selectAll().where('api_id', '=', apiId).execute(),
    workingCopy: await trx
      .selectFrom('api_revisions')
      .selectAll()
      .where('api_id', '=', apiId)
      .where('number', '=', workingNumber)
      .executeTakeFirst(),
  };
}

async function restoreDeployments(apiId: string, before: DeploymentState, trx: Db): Promise<void> {
  await trx.deleteFrom('api_deployments').where('api_id', '=', apiId).execute();
  await trx.deleteFrom('api_revisions').where('api_id', '=', apiId).where('number', '=', workingNumber).execute();
  if (before.workingCopy) await trx.insertInto('api_revisions').values(before.workingCopy).execute();
  if (before.deployments.length > 0) await trx.insertInto('api_deployments').values(before.deployments).execute();
}

function readDeployment(row: DeploymentRow): Deployment {
  return {
    apiId: row.api_id,
    environment: row.environment,
    revisionId: row.revision_id,
    vhost: row.vhost,
    shown: row.shown === 1,
    deployedAt: row.deployed_at,
  };
}
