import { randomUUID } from 'node:crypto';
import type { Developer } from '../../../apigee/organization.js';
import { created, modified, type OrganizationContext, type Stamp } from './context.js';
import { badRequest, conflict, notFound } from './error.js';
import { type Attribute, attributeRecord, checkedName, type Input } from './input.js';

/** A developer as the management calls show it. */
export interface StoredDeveloper extends Omit<Developer, 'attributes'>, Stamp {
  readonly attributes: readonly Attribute[];
}

/** The developers of an organisation, found by e-mail address (any case) or id. */
export class Developers {
  readonly #context: OrganizationContext;
  readonly #byId = new Map<string, StoredDeveloper>();
  readonly #byEmail = new Map<string, StoredDeveloper>();

  constructor(context: OrganizationContext) {
    this.#context = context;
  }

  async load(): Promise<void> {
    const rows = await this.#context.store.db
      .selectFrom('apigee_developers')
      .selectAll()
      .where('organization', '=', this.#context.organization)
      .orderBy('created_at')
      .execute();
    for (const row of rows) this.#keep({ ...JSON.parse(row.document), id: row.id });
  }

  list(): StoredDeveloper[] {
    return [...this.#byId.values()];
  }

  find(id: string): StoredDeveloper | undefined {
    return this.#byId.get(id) ?? this.#byEmail.get(id.toLowerCase());
  }

  /** @throws ApigeeError 404 */
  get(id: string): StoredDeveloper {
    const developer = this.find(id);
    if (developer === undefined) {
      const text = `Developer "${id}" does not exist in organization ${this.#context.organization}`;
      throw notFound('developer.service.DeveloperIdDoesNotExist', text);
    }
    return developer;
  }

  /** @throws ApigeeError 409 when the address is another developer's */
  async create(input: Input, user: string): Promise<StoredDeveloper> {
    const fields = fieldsOf(input);
    this.#checkFree(fields.email);
    const id = randomUUID();
    const developer = { id, ...fields, ...created(this.#context, user) };
    await this.#context.store.db
      .insertInto('apigee_developers')
      .values({
        ...this.#row(developer),
        id,
        organization: this.#context.organization,
        created_at: developer.createdAt,
      })
      .execute();
    this.#keep(developer);
    return developer;
  }

  /** Gives the developer new members; another address is one of them. */
  async update(id: string, input: Input, user: string): Promise<StoredDeveloper> {
    const old = this.get(id);
    const fields = fieldsOf(input);
    if (fields.email.toLowerCase() !== old.email.toLowerCase()) this.#checkFree(fields.email);
    return this.#write(old, { ...old, ...fields, ...modified(this.#context, old, user) });
  }

  async setStatus(id: string, status: StoredDeveloper['status'], user: string): Promise<StoredDeveloper> {
    const old = this.get(id);
    return this.#write(old, { ...old, status, ...modified(this.#context, old, user) });
  }

  async remove(id: string): Promise<StoredDeveloper> {
    const developer = this.get(id);
    await this.#context.store.db.deleteFrom('apigee_developers').where('id', '=', developer.id).execute();
    this.#byId.delete(developer.id);
    this.#byEmail.delete(developer.email.toLowerCase());
    return developer;
  }

  async #write(old: StoredDeveloper, developer: StoredDeveloper): Promise<StoredDeveloper> {
    await this.#context.store.db
      .updateTable('apigee_developers')
      .set(this.#row(developer))
      .where('id', '=', developer.id)
      .execute();
    this.#byEmail.delete(old.email.toLowerCase());
    this.#keep(developer);
    return developer;
  }

  #row(developer: StoredDeveloper) {
    return { email_key: developer.email.toLowerCase(), document: JSON.stringify(developer) };
  }

  #keep(developer: StoredDeveloper): void {
    this.#byId.set(developer.id, developer);
    this.#byEmail.set(developer.email.toLowerCase(), developer);
  }

  #checkFree(email: string): void {
    if (this.#byEmail.has(email.toLowerCase())) throw taken(email);
  }
}

/** As flows see it. */
export function developerForFlows(developer: StoredDeveloper): Developer {
  return { ...developer, attributes: attributeRecord(developer.attributes) };
}

function taken(who: string) {
  return conflict('developer.service.DeveloperAlreadyExists', `Developer "${who}" already exists`);
}

function fieldsOf(input: Input): Omit<StoredDeveloper, 'id' | keyof Stamp> {
  const email = checkedName('email', input.required('email'));
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw badRequest(`email: "${email}" is no e-mail address`);
  return {
    email,
    firstName: input.required('firstName'),
    lastName: input.required('lastName'),
    userName: input.required('userName'),
    status: input.oneOf('status', ['active', 'inactive'], 'active'),
    attributes: input.attributes(),
  };
}
