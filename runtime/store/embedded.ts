import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import Database from 'libsql';

/** How long a statement waits for another process that is writing. */
const busyTimeoutMs = 30_000;

/** Takes the write lock at once: a transaction that reads first and then writes cannot lose it to another process. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** SQLite does run DDL in transactions, which makes migrations atomic and lets a second process wait for the first. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class EmbeddedDialect extends SqliteDialect {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new ImmediateDriver({ database: this.#database });
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }
}

/** Path of a `file:` URL; `file:name.db` is relative to the working directory. */
export function databaseFile(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : resolve(url.slice('file:'.length));
}

/**
 * Opens the database file, created with mode 0600. Commits are in the write-ahead log and flushed to the disk
 * (`synchronous=FULL`) before a statement returns, so that an acknowledged write survives `kill -9` and a power cut.
 */
export async function embeddedDialect(url: string): Promise<Dialect> {
  const file = databaseFile(url);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await (await open(file, 'a', 0o600)).close();
  const database = new Database(file, { timeout: busyTimeoutMs });
  try {
    database.pragma('journal_mode=WAL');
    database.pragma('synchronous=FULL');
    database.pragma('foreign_keys=ON');
  } catch (error) {
    database.close();
    throw error;
  }
  return new EmbeddedDialect(database);
}
