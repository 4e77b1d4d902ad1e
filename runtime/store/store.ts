import { join } from 'node:path';
import { type Dialect, Kysely, Migrator } from 'kysely';
import { reason, StoreError } from './error.js';
import { migrations } from './migrations/index.js';
import type { Schema } from './schema.js';

export type { Schema } from './schema.js';

/**
 * What Mediant keeps: one database, embedded in the home or PostgreSQL.
 *
 * The embedded database has one connection: inside `db.transaction().execute(trx => …)` use `trx` only, a query on
 * `db` would wait for the transaction's own end.
 */
export interface Store {
  readonly db: Kysely<Schema>;
  readonly kind: 'embedded' | 'postgres';
  /** The URL as it may be printed: without a password. */
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Opens the store and brings its tables to this version; safe when several processes do so at once.
 *
 * @param url `file:PATH`, `postgres://…` or `postgresql://…`; undefined: `file:<home>/mediant.db`
 * @param options.home directory of the state (product 1), created when missing
 * @throws StoreError when the store cannot be opened, reached or migrated
 */
export async function openStore(url: string | undefined, options: { home: string }): Promise<Store> {
  const { kind, name, dialect } = await connect(url ?? `file:${join(options.home, 'mediant.db')}`);
  const db = new Kysely<Schema>({ dialect });
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  if (error !== undefined) {
    await db.destroy().catch(() => {});
    throw new StoreError(`store ${name}`, migrationFailure(error), error);
  }
  return { db, kind, name, close: () => db.destroy() };
}

async function connect(url: string): Promise<{ kind: Store['kind']; name: string; dialect: Dialect }> {
  if (url.startsWith('file:')) {
    const { embeddedDialect } = await import('./embedded.js');
    try {
      return { kind: 'embedded', name: url, dialect: await embeddedDialect(url) };
    } catch (error) {
      throw new StoreError(`store ${url}`, `cannot be opened: ${reason(error)}`, error);
    }
  }
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) {
    const { postgresDialect, shownPostgresUrl } = await import('./postgres.js');
    return { kind: 'postgres', name: shownPostgresUrl(url), dialect: postgresDialect(url) };
  }
  throw new StoreError('store of --database', 'the URL is neither file:PATH nor postgres://user@host:port/name');
}

function migrationFailure(error: unknown): string {
  const text = reason(error);
  return text.startsWith('corrupted migrations: previously executed migration')
    ? 'was written by a newer version of Mediant; start that version, or name another store with --database'
    : `cannot be used: ${text}`;
}
