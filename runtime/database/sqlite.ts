import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Libsql from 'libsql';
import { doubleText } from '../java/double-text.js';
import { type Database, rowOf, type Session, type SqlValue, type Transaction } from './database.js';
import { Turns } from './turns.js';

/** How long to wait before another process is asked again whether it has finished, ms. */
const retryMs = 20;

/** An open file. Everybody in this process shares it: a second handle would block the process when both write. */
interface Handle {
  readonly database: Libsql.Database;
  readonly turns: Turns;
  users: number;
}

const files = new Map<string, Handle>();

/**
 * A SQLite file, or `:memory:`, which is a database of its own each time.
 * @param wait milliseconds that a statement waits for others, also those of other processes
 */
export function openSqlite(file: string, wait: number): Database {
  const key = file === '' || file === ':memory:' ? undefined : path.resolve(file);
  const handle = take(key);
  const { database, turns } = handle;
  const alone = async <Result>(run: () => Result): Promise<Result> => {
    const done = await turns.take(wait);
    try {
      return await whenFree(run, wait);
    } finally {
      done();
    }
  };
  return {
    first: (sql, values) => alone(() => first(database, sql, values)),
    change: (sql, values) => alone(() => change(database, sql, values)),
    begin: () => begin(handle, wait),
    async close() {
      const done = await turns.take(wait);
      done();
      if (--handle.users > 0) return;
      if (key !== undefined) files.delete(key);
      database.close();
    },
  };
}

function take(key: string | undefined): Handle {
  let handle = key === undefined ? undefined : files.get(key);
  if (!handle) {
    handle = { database: new Libsql(key ?? ':memory:'), turns: new Turns(), users: 0 };
    if (key !== undefined) files.set(key, handle);
  }
  handle.users++;
  return handle;
}

async function begin({ database, turns }: Handle, wait: number): Promise<Transaction> {
  const done = await turns.take(wait);
  const run = (sql: string) => whenFree(() => database.exec(sql), wait);
  try {
    // The write lock from the start: one that is taken later may never come, as both wait for each other.
    await run('begin immediate');
  } catch (error) {
    done();
    throw error;
  }
  const end = async (sql: string): Promise<void> => {
    try {
      await run(sql);
    } catch (error) {
      if (database.inTransaction) database.exec('rollback');
      throw error;
    } finally {
      done();
    }
  };
  return { ...sessionOf(database), commit: () => end('commit'), rollback: () => end('rollback') };
}

const sessionOf = (database: Libsql.Database): Session => ({
  first: async (sql, values) => first(database, sql, values),
  change: async (sql, values) => change(database, sql, values),
});

function first(database: Libsql.Database, sql: string, values: readonly SqlValue[]) {
  const statement = database.prepare(sql).raw(true).safeIntegers(true);
  const row = statement.get(bound(values)) as unknown[] | undefined;
  if (!row) return undefined;
  return rowOf(
    statement.columns().map(({ name }) => name),
    row.map(shown),
  );
}

function change(database: Libsql.Database, sql: string, values: readonly SqlValue[]): number {
  return database.prepare(sql).run(bound(values)).changes;
}

/** For the driver one list: it takes a null that stands alone for the names of parameters. */
const bound = (values: readonly SqlValue[]) =>
  values.map((value) => (typeof value === 'boolean' ? BigInt(value) : value));

/** Tries again while another process writes: waiting inside of SQLite would stop this process. */
async function whenFree<Result>(run: () => Result, wait: number): Promise<Result> {
  for (const end = performance.now() + wait; ; await pause(retryMs)) {
    try {
      return run();
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || performance.now() > end) throw error;
    }
  }
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return typeof value === 'number' ? doubleText(value) : String(value);
}
