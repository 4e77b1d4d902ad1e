import { randomUUID } from 'node:crypto';
import type { App, Status } from '../../../apigee/organization.js';
import { created, modified, type OrganizationContext, type Stamp } from './context.js';
import type { Credentials } from './credentials.js';
import type { Developers } from './developers.js';
import { conflict, notFound } from './error.js';
import { type Attribute, attributeRecord, checkedName, type Input } from './input.js';
import { checkSameName } from './products.js';

/** An app of a developer as the management calls show it; its keys are with `Credentials`. */
export interface StoredApp extends Stamp {
  readonly id: string;
  readonly developerId: string;
  readonly name: string;
  readonly callbackUrl: string;
  readonly accessType: string;
  readonly appFamily: string;
  readonly status: Status;
  readonly attributes: readonly Attribute[];
}

type AppFields = Pick<StoredApp, 'callbackUrl' | 'accessType' | 'appFamily' | 'attributes'>;

/** The apps of an organisation's developers. */
export class Apps {
  readonly #context: OrganizationContext;
  readonly #developers: Developers;
  readonly #credentials: Credentials;
  readonly #byId = new Map<string, StoredApp>();
  readonly #byDeveloper = new Map<string, Map<string, StoredApp>>();

  constructor(context: OrganizationContext, parts: { developers: Developers; credentials: Credentials }) {
    this.#context = context;
    this.#developers = parts.developers;
    this.#credentials = parts.credentials;
  }

  async load(): Promise<void> {
    const rows = await this.#context.store.db
      .selectFrom('apigee_apps')
      .innerJoin('apigee_developers', 'apigee_developers.id', 'apigee_apps.developer_id')
      .selectAll('apigee_apps')
      .where('apigee_developers.organization', '=', this.#context.organization)
      .orderBy('apigee_apps.created_at')
      .execute();
    for (const row of rows) this.#keep(JSON.parse(row.document) as StoredApp);
  }

  /** All apps of the organisation, or those of a developer, oldest first. */
  list(developerId?: string): StoredApp[] {
    if (developerId === undefined) return [...this.#byId.values()];
    return [...(this.#byDeveloper.get(developerId)?.values() ?? [])];
  }

  find(id: string): StoredApp | undefined {
    return this.#byId.get(id);
  }

  findByName(developerId: string, name: string): StoredApp | undefined {
    return this.#byDeveloper.get(developerId)?.get(name);
  }

  /** @throws ApigeeError 404 for an unknown developer or app */
  get(developer: string, name: string): StoredApp {
    const { id, email } = this.#developers.get(developer);
    const app = this.findByName(id, name);
    if (app === undefined) {
      const text = `App "${name}" of developer "${email}" does not exist in organization ${this.#context.organization}`;
      throw notFound('developer.service.AppDoesNotExist', text);
    }
    return app;
  }

  /** @throws ApigeeError 404 */
  getById(id: string): StoredApp {
    const app = this.#byId.get(id);
    if (app === undefined) throw notFound('developer.service.AppDoesNotExist', `There is no app with the id "${id}"`);
    return app;
  }

  /** Makes an app and its first key pair. @throws ApigeeError 409 when the developer has an app of this name */
  async create(developer: string, input: Input, user: string): Promise<StoredApp> {
    const owner = this.#developers.get(developer);
    const name = checkedName('name', input.required('name'));
    if (this.findByName(owner.id, name) !== undefined) {
      throw conflict('developer.service.AppAlreadyExists', `Developer "${owner.email}" has an app "${name}" already`);
    }
    const id = randomUUID();
    const key = { products: this.#credentials.requestedProducts(input), expiresAt: this.expiryOf(input) };
    const stamp = created(this.#context, user);
    const app: StoredApp = { id, developerId: owner.id, name, ...fieldsOf(input), status: 'approved', ...stamp };
    try {
      await this.#context.store.db.transaction().execute(async (db) => {
        const document = JSON.stringify(app);
        const row = { id, developer_id: owner.id, name, document, created_at: app.createdAt };
        await db.insertInto('apigee_apps').values(row).execute();
        await this.#credentials.create(id, key, db);
      });
    } catch (error) {
      this.#credentials.forgetApp(id);
      throw error;
    }
    this.#keep(app);
    return app;
  }

  /**
   * Gives the app new members. When the input names a product that no key of the app has, a key pair with the named
   * products is added, as the management calls have always done.
   */
  async update(app: StoredApp, input: Input, user: string): Promise<StoredApp> {
    checkSameName(input, app.name);
    const products = this.#credentials.requestedProducts(input);
    const had = new Set(this.#credentials.ofApp(app.id).flatMap((key) => key.products.map(({ name }) => name)));
    const expiresAt = this.expiryOf(input);
    const updated = await this.#write({ ...app, ...fieldsOf(input), ...modified(this.#context, app, user) });
    if (products.some(({ name }) => !had.has(name))) await this.#credentials.create(app.id, { products, expiresAt });
    return updated;
  }

  setStatus(app: StoredApp, status: Status, user: string): Promise<StoredApp> {
    return this.#write({ ...app, status, ...modified(this.#context, app, user) });
  }

  async remove(app: StoredApp): Promise<void> {
    await this.#context.store.db.deleteFrom('apigee_apps').where('id', '=', app.id).execute();
    this.#forget(app);
  }

  /** Lets go of the apps of a developer who is deleted: in the store they go with him. */
  forgetDeveloper(developerId: string): void {
    for (const app of this.list(developerId)) this.#forget(app);
    this.#byDeveloper.delete(developerId);
  }

  /** When a key that is made now ends, by `keyExpiresIn` in milliseconds; -1: never. */
  expiryOf(input: Input): number {
    const lifetime = input.wholeNumber('keyExpiresIn', -1) ?? -1;
    return lifetime > 0 ? this.#context.now() + lifetime : -1;
  }

  async #write(app: StoredApp): Promise<StoredApp> {
    await this.#context.store.db
      .updateTable('apigee_apps')
      .set({ document: JSON.stringify(app) })
      .where('id', '=', app.id)
      .execute();
    this.#keep(app);
    return app;
  }

  #keep(app: StoredApp): void {
    this.#byId.set(app.id, app);
    const siblings = this.#byDeveloper.get(app.developerId) ?? new Map<string, StoredApp>();
    this.#byDeveloper.set(app.developerId, siblings.set(app.name, app));
  }

  #forget(app: StoredApp): void {
    this.#byId.delete(app.id);
    this.#byDeveloper.get(app.developerId)?.delete(app.name);
    this.#credentials.forgetApp(app.id);
  }
}

/** As flows see it. */
export function appForFlows(app: StoredApp, developerEmail: string, consumerKeys: readonly string[]): App {
  const { id, name, callbackUrl, status } = app;
  return { id, name, developerEmail, callbackUrl, status, attributes: attributeRecord(app.attributes), consumerKeys };
}

function fieldsOf(input: Input): AppFields {
  return {
    callbackUrl: input.text('callbackUrl'),
    accessType: input.text('accessType'),
    appFamily: input.text('appFamily') || 'default',
    attributes: input.attributes(),
  };
}
