import { strToU8 } from 'fflate';
import type { BundleKind, BundleRevisionRow } from '../../../store/apigee-schema.js';
import { createElement, newDocument, setAttribute } from '../../../xml/create.js';
import { serializeElement } from '../../../xml/serialize.js';
import { bundleFiles, packBundle } from './bundle-archive.js';
import { type BundleSummary, summarize } from './bundle-summary.js';
import { created, modified, type OrganizationContext, type Stamp } from './context.js';
import { conflict, notFound } from './error.js';
import { checkedName } from './input.js';

/** A revision of an API proxy or shared flow; its zip stays in the store until somebody asks for it. */
export interface BundleRevision extends Stamp {
  readonly number: number;
  readonly summary: BundleSummary;
}

/** An API proxy or shared flow. */
export interface Bundle extends Stamp {
  readonly kind: BundleKind;
  readonly name: string;
  /** Oldest first. */
  readonly revisions: readonly BundleRevision[];
}

interface Kept {
  readonly stamp: Stamp;
  readonly revisions: Map<number, BundleRevision>;
  last: number;
}

const words = {
  apiproxy: { word: 'API proxy', code: 'messaging.config.beans.Application', manifest: 'APIProxy' },
  sharedflow: { word: 'Shared flow', code: 'messaging.config.beans.SharedFlow', manifest: 'SharedFlowBundle' },
} as const;

/** The API proxies, or the shared flows, of an organisation with their revisions. */
export class Bundles {
  readonly #byName = new Map<string, Kept>();

  constructor(
    private readonly context: OrganizationContext,
    readonly kind: BundleKind,
  ) {}

  async load(): Promise<void> {
    const { db } = this.context.store;
    const rows = await db
      .selectFrom('apigee_bundles')
      .selectAll()
      .where('organization', '=', this.context.organization)
      .where('kind', '=', this.kind)
      .orderBy('name')
      .execute();
    for (const { name, document, last_revision } of rows) {
      this.#byName.set(name, { stamp: JSON.parse(document), revisions: new Map(), last: last_revision });
    }
    const revisions = await db
      .selectFrom('apigee_revisions')
      .select(['bundle', 'number', 'document'])
      .where('organization', '=', this.context.organization)
      .where('kind', '=', this.kind)
      .orderBy('number')
      .execute();
    for (const { bundle, number, document } of revisions) {
      this.#byName.get(bundle)?.revisions.set(number, JSON.parse(document));
    }
  }

  list(): Bundle[] {
    return [...this.#byName].map(([name, kept]) => this.#view(name, kept));
  }

  /** @throws ApigeeError 404 */
  get(name: string): Bundle {
    return this.#view(name, this.#kept(name));
  }

  /** @throws ApigeeError 404 */
  revision(name: string, number: number): BundleRevision {
    const revision = this.#kept(name).revisions.get(number);
    if (revision !== undefined) return revision;
    const { word, code } = words[this.kind];
    throw notFound(`${code}RevisionDoesNotExist`, `${word} "${name}" has no revision ${number}`);
  }

  /** The zip of a revision as it was imported. */
  async archive(name: string, number: number): Promise<Uint8Array> {
    this.revision(name, number);
    const { archive } = await this.context.store.db
      .selectFrom('apigee_revisions')
      .select('archive')
      .where('organization', '=', this.context.organization)
      .where('kind', '=', this.kind)
      .where('bundle', '=', name)
      .where('number', '=', number)
      .executeTakeFirstOrThrow();
    return Buffer.from(archive, 'base64');
  }

  async files(name: string, number: number): Promise<Map<string, Uint8Array>> {
    return bundleFiles(this.kind, await this.archive(name, number));
  }

  /**
   * Stores a zip as the next revision; the first one makes the proxy or shared flow.
   * @throws ApigeeError 400 for what is no such bundle
   */
  async import(name: string, zip: Uint8Array, user: string): Promise<BundleRevision> {
    checkedName('name', name);
    const summary = summarize(this.kind, bundleFiles(this.kind, zip));
    const kept = this.#byName.get(name) ?? { stamp: created(this.context, user), revisions: new Map(), last: 0 };
    const number = kept.last + 1;
    const revision: BundleRevision = { number, summary, ...created(this.context, user) };
    await this.#insert(name, kept, revision, zip);
    kept.last = number;
    kept.revisions.set(number, revision);
    this.#byName.set(name, kept);
    return revision;
  }

  /** Makes a proxy or shared flow of one empty revision. @throws ApigeeError 409 for a name that is taken */
  async create(name: string, user: string): Promise<BundleRevision> {
    const { word, code, manifest } = words[this.kind];
    checkedName('name', name);
    if (this.#byName.has(name)) throw conflict(`${code}AlreadyExists`, `${word} "${name}" exists already`);
    const root = createElement(newDocument(), manifest);
    setAttribute(root, 'revision', '1');
    setAttribute(root, 'name', name);
    const files = new Map([[`${name}.xml`, strToU8(serializeElement(root))]]);
    return this.import(name, packBundle(this.kind, files), user);
  }

  /** Gives a revision other files. The caller has made sure that it is not deployed. */
  async change(
    name: string,
    number: number,
    files: ReadonlyMap<string, Uint8Array>,
    user: string,
  ): Promise<BundleRevision> {
    const old = this.revision(name, number);
    const summary = summarize(this.kind, files);
    const revision = { number, summary, ...modified(this.context, old, user) };
    await this.context.store.db
      .updateTable('apigee_revisions')
      .set({ document: JSON.stringify(revision), archive: base64(packBundle(this.kind, files)) })
      .where('organization', '=', this.context.organization)
      .where('kind', '=', this.kind)
      .where('bundle', '=', name)
      .where('number', '=', number)
      .execute();
    this.#kept(name).revisions.set(number, revision);
    return revision;
  }

  /** Deletes a proxy or shared flow with its revisions. The caller has made sure that none is deployed. */
  async remove(name: string): Promise<void> {
    await this.context.store.db
      .deleteFrom('apigee_bundles')
      .where('organization', '=', this.context.organization)
      .where('kind', '=', this.kind)
      .where('name', '=', name)
      .execute();
    this.#byName.delete(name);
  }

  /** Deletes a revision that is not deployed. */
  async removeRevision(name: string, number: number): Promise<void> {
    await this.context.store.db
      .deleteFrom('apigee_revisions')
      .where('organization', '=', this.context.organization)
      .where('kind', '=', this.kind)
      .where('bundle', '=', name)
      .where('number', '=', number)
      .execute();
    this.#kept(name).revisions.delete(number);
  }

  async #insert(name: string, kept: Kept, revision: BundleRevision, zip: Uint8Array): Promise<void> {
    const { organization } = this.context;
    const { kind } = this;
    const { number } = revision;
    const row: BundleRevisionRow = {
      organization,
      kind,
      bundle: name,
      number,
      document: JSON.stringify(revision),
      archive: base64(zip),
    };
    await this.context.store.db.transaction().execute(async (db) => {
      await db
        .insertInto('apigee_bundles')
        .values({ organization, kind, name, document: JSON.stringify(kept.stamp), last_revision: number })
        .onConflict((clash) => clash.columns(['organization', 'kind', 'name']).doUpdateSet({ last_revision: number }))
        .execute();
      await db.insertInto('apigee_revisions').values(row).execute();
    });
  }

  #kept(name: string): Kept {
    const kept = this.#byName.get(name);
    if (kept !== undefined) return kept;
    const { word, code } = words[this.kind];
    const text = `${word} "${name}" does not exist in organization ${this.context.organization}`;
    throw notFound(`${code}DoesNotExist`, text);
  }

  #view(name: string, { stamp, revisions }: Kept): Bundle {
    const all = [...revisions.values()];
    const last = all.reduce<Stamp>((newest, one) => (one.lastModifiedAt > newest.lastModifiedAt ? one : newest), stamp);
    const { lastModifiedAt, lastModifiedBy } = last;
    return { ...stamp, lastModifiedAt, lastModifiedBy, kind: this.kind, name, revisions: all };
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
