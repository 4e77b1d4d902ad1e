import { CompiledQuery, type Dialect, PostgresDialect } from 'kysely';
import pg from 'pg';

const connectTimeoutMs = 10_000;

/** `bigint` and `count(*)` as numbers: what the store keeps in them stays far below 2⁵³. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (type: number, format?: 'text' | 'binary') =>
    type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format as 'text'),
};

/** A pool of connections to PostgreSQL; connections are made when first needed. */
export function postgresDialect(url: string): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: 10,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'mediant',
  });
  // A connection lost while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {});
  return new PostgresDialect({
    pool,
    onCreateConnection: async (connection) => {
      // An acknowledged write must be on the disk, also where the server's default says otherwise.
      await connection.executeQuery(
        CompiledQuery.raw(
          `select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`,
        ),
      );
    },
  });
}

/** The URL as it may be shown: without password and parameters. */
export function shownPostgresUrl(url: string): string {
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
