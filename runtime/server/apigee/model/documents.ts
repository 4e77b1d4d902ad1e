import type { DocumentRow } from '../../../store/apigee-schema.js';
import type { OrganizationContext } from './context.js';

/** Where documents of one kind stand; `environment` is empty for those of the organisation. */
export interface Shelf {
  readonly kind: DocumentRow['kind'];
  readonly environment: string;
}

/** Entities that are a document under a name: in memory for who reads, in the store for the next start. */
export class Documents<T extends { readonly name: string }> {
  readonly #context: OrganizationContext;
  readonly #shelf: Shelf;
  readonly #byName = new Map<string, T>();
  #lastAdded = 0;

  constructor(context: OrganizationContext, shelf: Shelf) {
    this.#context = context;
    this.#shelf = shelf;
  }

  /** Takes in what the store holds. */
  async load(): Promise<void> {
    const rows = await this.#context.store.db
      .selectFrom('apigee_documents')
      .selectAll()
      .where('organization', '=', this.#context.organization)
      .where('kind', '=', this.#shelf.kind)
      .where('environment', '=', this.#shelf.environment)
      .orderBy('created_at')
      .orderBy('name')
      .execute();
    for (const row of rows) this.#byName.set(row.name, JSON.parse(row.document) as T);
  }

  get(name: string): T | undefined {
    return this.#byName.get(name);
  }

  /** All, oldest first. */
  list(): T[] {
    return [...this.#byName.values()];
  }

  /** Adds a document whose name is free; another node that was faster makes the store refuse it. */
  async add(document: T): Promise<void> {
    // Two that are added in one millisecond keep their order at the next start.
    this.#lastAdded = Math.max(this.#context.now(), this.#lastAdded + 1);
    await this.#context.store.db
      .insertInto('apigee_documents')
      .values({
        organization: this.#context.organization,
        ...this.#shelf,
        name: document.name,
        document: JSON.stringify(document),
        created_at: this.#lastAdded,
      })
      .execute();
    this.#byName.set(document.name, document);
  }

  async replace(document: T): Promise<void> {
    await this.#context.store.db
      .updateTable('apigee_documents')
      .set({ document: JSON.stringify(document) })
      .where('organization', '=', this.#context.organization)
      .where('kind', '=', this.#shelf.kind)
      .where('environment', '=', this.#shelf.environment)
      .where('name', '=', document.name)
      .execute();
    this.#byName.set(document.name, document);
  }

  async remove(name: string): Promise<void> {
    await this.#context.store.db
      .deleteFrom('apigee_documents')
      .where('organization', '=', this.#context.organization)
      .where('kind', '=', this.#shelf.kind)
      .where('environment', '=', this.#shelf.environment)
      .where('name', '=', name)
      .execute();
    this.#byName.delete(name);
  }
}
