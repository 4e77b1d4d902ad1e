import pg from 'pg';
import { doubleText, floatText } from '../java/double-text.js';
import { type Address, type Connection, type Database, rowOf, timestampText } from './database.js';

/** Values stay the texts that the server sends. */
const types: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/** A pool of connections to PostgreSQL. */
export function openPostgresql(connection: Connection, address: Address): Database {
  const pool = new pg.Pool({
    host: address.host,
    port: address.port ?? 5432,
    database: address.database,
    ...(address.user === undefined ? {} : { user: address.user }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.tls ? { ssl: true } : {}),
    types,
    max: connection.maximum,
    connectionTimeoutMillis: connection.wait,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    application_name: 'mediant',
  });
  // A connection lost while idle is replaced at the next statement; without a listener it would end the process.
  pool.on('error', () => {});
  return {
    async first(sql, values) {
      const { fields, rows } = await pool.query({ text: numbered(sql), values: [...values], rowMode: 'array' });
      const row = rows[0] as (string | null)[] | undefined;
      if (!row) return undefined;
      const texts = row.map((value, index) => (value === null ? null : shown(value, fields[index]?.dataTypeID ?? 0)));
      return rowOf(
        fields.map(({ name }) => name),
        texts,
      );
    },
    async change(sql, values) {
      return (await pool.query({ text: numbered(sql), values: [...values] })).rowCount ?? 0;
    },
  };
}

function shown(text: string, type: number): string {
  const { builtins } = pg.types;
  if (type === builtins.BOOL) return String(text === 't');
  if (type === builtins.FLOAT8) return doubleText(Number(text));
  if (type === builtins.FLOAT4) return floatText(Number(text));
  if (type === builtins.TIMESTAMP || type === builtins.TIMESTAMPTZ)
    return timestampText(text.replace(/[+-]\d\d(?::?\d\d)?$/, ''));
  return text;
}

/** `?` outside of quotes and comments becomes `$1`, `$2` …; `??` stands for the operator `?`, as in JDBC. */
export function numbered(sql: string): string {
  let count = 0;
  const parts = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|\?\??/g;
  return sql.replace(parts, (part) => (part === '?' ? `$${++count}` : part === '??' ? '?' : part));
}
