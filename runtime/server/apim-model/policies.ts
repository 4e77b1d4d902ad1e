import { randomUUID } from 'node:crypto';
import type { Problem } from '../../configuration/problem.js';
import type { PolicyRow } from '../../store/api-management-schema.js';
import type { Flow } from './api-document.js';
import type { Db, ModelContext } from './context.js';
import { checkDefinition, checkUploadedSequence } from './definition-check.js';
import { badRequest, conflict, notFound } from './error.js';
import { flowOf, type MediationType, mediationType, type Policy, type PolicySpec } from './policy.js';
import { parsePolicySpec } from './policy-spec.js';
import { shapeOf } from './sequence-document.js';
import { shippedPolicies } from './shipped-policies.js';
import { shippedSequences } from './shipped-sequences.js';

/** A policy just stored, and what the check had to say. */
export interface StoredPolicy {
  policy: Policy;
  warnings: Problem[];
}

/** An uploaded file, or a text in its place. */
export interface Upload {
  file: string;
  text: string;
}

/** Sequences and operation policies: one kind of object behind every REST generation (api-management 1.6, 1.7). */
export class Policies {
  readonly #context: ModelContext;

  constructor(context: ModelContext) {
    this.#context = context;
  }

  /** Policies of an API, or the common ones: those that ship and those that were added. */
  async list(apiId: string | undefined, db: Db = this.#context.store.db): Promise<Policy[]> {
    const query = db.selectFrom('policies').selectAll().orderBy('created_at');
    const rows = await query.where('api_id', apiId === undefined ? 'is' : '=', apiId ?? null).execute();
    return apiId === undefined ? [...shipped(), ...rows.map(read)] : rows.map(read);
  }

  /** @throws ApimError 404 */
  async get(apiId: string | undefined, id: string, db: Db = this.#context.store.db): Promise<Policy> {
    const found = await this.find(apiId, id, db);
    if (found === undefined) throw notFound(`Policy with id '${id}' not found`);
    return found;
  }

  async find(apiId: string | undefined, id: string, db: Db = this.#context.store.db): Promise<Policy | undefined> {
    const row = await db.selectFrom('policies').selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return row.api_id === (apiId ?? null) ? read(row) : undefined;
    return apiId === undefined ? shipped().find((policy) => policy.id === id) : undefined;
  }

  /** Stores a sequence uploaded by v0.16 to v3. Its name is that of the sequence, else of the file. */
  async addSequence(
    apiId: string | undefined,
    type: MediationType,
    upload: Upload,
    options: { name?: string | undefined } = {},
  ): Promise<StoredPolicy> {
    const warnings = checkUploadedSequence(this.#context.checkSequence, upload.text, upload.file);
    const name = options.name ?? sequenceName(upload);
    const policy = sequencePolicy(apiId, name, type, upload.text);
    await this.#insertNew(policy);
    return { policy, warnings };
  }

  /** Puts new content, and where given a new type, in the place of a stored sequence's. */
  async replaceSequence(
    apiId: string | undefined,
    id: string,
    upload: Upload,
    type?: MediationType,
  ): Promise<StoredPolicy> {
    const old = await this.get(apiId, id);
    const warnings = checkUploadedSequence(this.#context.checkSequence, upload.text, upload.file);
    const applicableFlows: Flow[] = type === undefined ? old.applicableFlows : [flowOf(type)];
    const policy: Policy = { ...old, applicableFlows, definition: upload.text, template: false };
    await this.#context.store.db.updateTable('policies').set(row(policy)).where('id', '=', id).execute();
    return { policy, warnings };
  }

  /** Stores an operation policy of v4: specification and definition (`.j2` or `.xml`). */
  async addPolicy(apiId: string | undefined, specification: string, definition: Upload): Promise<StoredPolicy> {
    const spec = await parsePolicySpec(specification);
    const template = !definition.file.endsWith('.xml');
    const policy: Policy = { ...spec, id: randomUUID(), apiId, definition: definition.text, template };
    const warnings = checkDefinition(this.#context.checkSequence, policy, definition.file);
    await this.#insertNew(policy);
    return { policy, warnings };
  }

  /** The clone of a common policy for an API: a new id, the same content. One that is already there is taken. */
  async cloneTo(apiId: string, common: Policy, db: Db): Promise<Policy> {
    const present = (await this.list(apiId, db)).find((policy) => isSame(policy, common));
    if (present !== undefined) return present;
    const clone: Policy = { ...common, id: randomUUID(), apiId };
    await db
      .insertInto('policies')
      .values({ ...row(clone), created_at: Date.now() })
      .execute();
    return clone;
  }

  /** @throws ApimError 404 */
  async remove(apiId: string | undefined, id: string, db: Db = this.#context.store.db): Promise<void> {
    await this.get(apiId, id, db);
    if (apiId === undefined && shipped().some((policy) => policy.id === id))
      throw badRequest('A policy that ships stays');
    await db.deleteFrom('policies').where('id', '=', id).execute();
  }

  async #insertNew(policy: Policy): Promise<void> {
    await this.#context.store.db.transaction().execute(async (trx) => {
      const clash = (await this.list(policy.apiId, trx)).find((other) => clashes(other, policy));
      if (clash !== undefined) throw conflict(`A policy named ${policy.name} already exists`);
      await trx
        .insertInto('policies')
        .values({ ...row(policy), created_at: Date.now() })
        .execute();
    });
  }
}

/** What every installation has. */
function shipped(): Policy[] {
  return [...shippedPolicies(), ...shippedSequences()];
}

/** A sequence takes part by name and flow, an operation policy by name and version. */
function clashes(one: Policy, other: Policy): boolean {
  return isSame(one, other) && one.applicableFlows.some((flow) => other.applicableFlows.includes(flow));
}

function isSame(one: PolicySpec, other: PolicySpec): boolean {
  return one.name === other.name && one.version === other.version;
}

function sequencePolicy(apiId: string | undefined, name: string, type: MediationType, text: string): Policy {
  return {
    id: randomUUID(),
    apiId,
    category: 'Mediation',
    name,
    version: 'v1',
    displayName: name,
    description: '',
    applicableFlows: [flowOf(type)],
    supportedGateways: ['Synapse'],
    supportedApiTypes: ['HTTP'],
    attributes: [],
    definition: text,
    template: false,
  };
}

function sequenceName({ file, text }: Upload): string {
  const name = shapeOf(text)?.attributes.get('name') || file.replace(/\.xml$/i, '');
  if (name === '') throw badRequest('The sequence has no name: give it a name attribute or upload it as a named file');
  return name;
}

/** Sequences of older generations that can be bound by name (api-management 1.6). */
export function findSequence(policies: readonly Policy[], name: string, type: MediationType): Policy | undefined {
  return policies.find((policy) => policy.name === name && mediationType(policy) === type);
}

function row(policy: Policy): Omit<PolicyRow, 'created_at'> {
  const { id, apiId, definition, ...document } = policy;
  return {
    id,
    api_id: apiId ?? null,
    name: policy.name,
    version: policy.version,
    document: JSON.stringify(document),
    definition,
  };
}

function read(stored: PolicyRow): Policy {
  const document = JSON.parse(stored.document) as Omit<Policy, 'id' | 'apiId' | 'definition'>;
  return { ...document, id: stored.id, apiId: stored.api_id ?? undefined, definition: stored.definition };
}
