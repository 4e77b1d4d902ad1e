import { randomUUID } from 'node:crypto';
import type { ApplicationRow } from '../../store/api-management-schema.js';
import type { Clients } from './clients.js';
import type { ModelContext } from './context.js';
import { badRequest, conflict, notFound } from './error.js';
import { type JsonObject, listOf, objectOf, parseObject, textOf } from './json-object.js';
import { findTier } from './tiers.js';

/** A consumer's application (api-management 1.12). */
export interface Application {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly throttlingPolicy: string;
  readonly description: string;
  readonly tokenType: 'JWT' | 'OAUTH';
  readonly groups: unknown[];
  readonly attributes: JsonObject;
  readonly createdAt: number;
}

type ApplicationFields = Omit<Application, 'id' | 'owner' | 'createdAt'>;

export class Applications {
  readonly #context: ModelContext;
  readonly #clients: Clients;

  constructor(context: ModelContext, clients: Clients) {
    this.#context = context;
    this.#clients = clients;
  }

  /** The applications of a user, by name. */
  async list(owner: string): Promise<Application[]> {
    const rows = await this.#db
      .selectFrom('applications')
      .selectAll()
      .where('owner', '=', owner)
      .orderBy('name')
      .execute();
    return rows.map(read);
  }

  /** @throws ApimError 404, also for another user's application */
  async get(id: string, owner: string): Promise<Application> {
    const found = await this.find(id);
    if (found === undefined || found.owner !== owner) throw notFound(`Application with id '${id}' not found`);
    return found;
  }

  async find(id: string): Promise<Application | undefined> {
    const row = await this.#db.selectFrom('applications').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  }

  /** @throws ApimError 409 when the owner has one of this name */
  async create(input: JsonObject, owner: string): Promise<Application> {
    const fields = readFields(input);
    const id = randomUUID();
    const inserted = await this.#db
      .insertInto('applications')
      .values({ id, owner, name: fields.name, document: JSON.stringify(fields), created_at: Date.now() })
      .onConflict((clash) => clash.columns(['owner', 'name']).doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows === 0n) throw duplicate(fields.name);
    await this.#context.changes.announce({ kind: 'application', id });
    return this.get(id, owner);
  }

  async update(id: string, input: JsonObject, owner: string): Promise<Application> {
    const old = await this.get(id, owner);
    const fields = readFields({ ...old, ...input });
    const namesake = (await this.list(owner)).find((other) => other.name === fields.name && other.id !== id);
    if (namesake !== undefined) throw duplicate(fields.name);
    await this.#db
      .updateTable('applications')
      .set({ name: fields.name, document: JSON.stringify(fields) })
      .where('id', '=', id)
      .execute();
    await this.#context.changes.announce({ kind: 'application', id });
    return this.get(id, owner);
  }

  /** Removes the application with its keys, their tokens and its subscriptions. */
  async remove(id: string, owner: string): Promise<void> {
    await this.get(id, owner);
    const keys = await this.#db
      .selectFrom('application_keys')
      .select('client_id')
      .where('application_id', '=', id)
      .execute();
    await this.#db.deleteFrom('applications').where('id', '=', id).execute();
    await this.#context.changes.announce({ kind: 'application', id });
    for (const { client_id } of keys) await this.#clients.remove(client_id);
  }

  get #db() {
    return this.#context.store.db;
  }
}

function readFields(input: JsonObject): ApplicationFields {
  const name = textOf(input.name)?.trim() ?? '';
  if (name === '') throw badRequest('name: must not be blank');
  if (name.length > 100) throw badRequest(`name: has ${name.length} characters, at most 100 are allowed`);
  const description = textOf(input.description) ?? '';
  if (description.length > 512) throw badRequest('description: at most 512 characters are allowed');
  const throttlingPolicy = textOf(input.throttlingPolicy) || 'Unlimited';
  if (findTier('application', throttlingPolicy) === undefined) {
    throw badRequest(`Invalid tier name: ${throttlingPolicy}`, 900305);
  }
  const tokenType = input.tokenType === 'OAUTH' ? 'OAUTH' : 'JWT';
  const groups = listOf(input.groups);
  return { name, description, throttlingPolicy, tokenType, groups, attributes: objectOf(input.attributes) };
}

function duplicate(name: string) {
  return conflict(`An application already exists with name ${name}`);
}

function read(row: ApplicationRow): Application {
  const fields = parseObject(row.document) as unknown as ApplicationFields;
  return { ...fields, id: row.id, owner: row.owner, name: row.name, createdAt: row.created_at };
}
