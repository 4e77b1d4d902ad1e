import Libsql from 'libsql';
import { doubleText } from '../java/double-text.js';
import { type Database, rowOf, type SqlValue } from './database.js';

/** A SQLite file, or `:memory:`. */
export function openSqlite(file: string): Database {
  const database = new Libsql(file === '' ? ':memory:' : file);
  const bound = (values: readonly SqlValue[]) =>
    values.map((value) => (typeof value === 'boolean' ? Number(value) : value));
  return {
    async first(sql, values) {
      const statement = database.prepare(sql).raw(true).safeIntegers(true);
      const row = statement.get(...bound(values)) as unknown[] | undefined;
      if (!row) return undefined;
      return rowOf(
        statement.columns().map(({ name }) => name),
        row.map(shown),
      );
    },
    async change(sql, values) {
      return database.prepare(sql).run(...bound(values)).changes;
    },
  };
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return typeof value === 'number' ? doubleText(value) : String(value);
}
