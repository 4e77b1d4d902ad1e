import pg from 'pg';
import { doubleText, floatText } from '../java/double-text.js';
import {
  type Address,
  type Connection,
  type Database,
  type Row,
  rowOf,
  type Session,
  type Transaction,
  timestampText,
} from './database.js';

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
    ...(connection.isolation ? { options: isolationOption(connection.isolation) } : {}),
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
    ...sessionOf(pool),
    begin: () => begin(pool),
    close: () => pool.end(),
  };
}

/** The blank in it would begin another option. */
function isolationOption(isolation: string): string {
  return `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`;
}

function sessionOf(queryable: pg.Pool | pg.PoolClient): Session {
  return {
    async first(sql, values) {
      const { fields, rows } = await queryable.query({ text: numbered(sql), values: [...values], rowMode: 'array' });
      const row = rows[0] as (string | null)[] | undefined;
      return row && readRow(fields, row);
    },
    async change(sql, values) {
      return (await queryable.query({ text: numbered(sql), values: [...values] })).rowCount ?? 0;
    },
  };
}

async function begin(pool: pg.Pool): Promise<Transaction> {
  const client = await pool.connect();
  const ignore = (): void => {};
  // A connection lost between two statements is told by the next one.
  client.on('error', ignore);
  const run = async (sql: string, end: boolean): Promise<string> => {
    try {
      const { command } = await client.query(sql);
      if (end) {
        client.off('error', ignore);
        client.release();
      }
      return command;
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
  await run('begin', false);
  return {
    ...sessionOf(client),
    async commit() {
      // After a statement that failed the server answers a commit by a rollback, without an error.
      const command = await run('commit', true);
      if (command === 'ROLLBACK') throw new Error('the database rolled back, as a statement before had failed');
    },
    async rollback() {
      await run('rollback', true);
    },
  };
}

function readRow(fields: readonly pg.FieldDef[], row: readonly (string | null)[]): Row {
  const texts = row.map((value, index) => (value === null ? null : shown(value, fields[index]?.dataTypeID ?? 0)));
  return rowOf(
    fields.map(({ name }) => name),
    texts,
  );
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
