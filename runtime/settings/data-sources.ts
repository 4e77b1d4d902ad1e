import type { TomlTable } from 'smol-toml';
import type { Connection, Isolation } from '../database/database.js';
import { type DeploymentFile, isTable } from './deployment-file.js';

const isolations: Readonly<Record<string, Isolation>> = {
  READ_UNCOMMITTED: 'read uncommitted',
  READ_COMMITTED: 'read committed',
  REPEATABLE_READ: 'repeatable read',
  SERIALIZABLE: 'serializable',
};

/**
 * The data sources of deployment.toml: `[[datasource]]` with `id`, `url`, `username`, `password` and `pool_options`
 * (artifacts 6.4), by their ids and by the names that configurations look them up by, `jdbc/…` among them.
 */
export function dataSources({ tables }: DeploymentFile): Map<string, Connection> {
  const found = new Map<string, Connection>();
  const given = Array.isArray(tables.datasource) ? tables.datasource : [];
  for (const table of given.filter(isTable)) {
    const url = text(table.url);
    const id = text(table.id);
    if (url === undefined || id === undefined) continue;
    const connection = connectionOf(table, url);
    const jndi = isTable(table.jndi_config) ? text(table.jndi_config.name) : undefined;
    for (const name of [id, jndi ?? id]) {
      for (const prefix of ['', 'jdbc/', 'java:jdbc/', 'java:comp/env/', 'java:comp/env/jdbc/']) {
        if (!found.has(prefix + name)) found.set(prefix + name, connection);
      }
    }
  }
  return found;
}

function connectionOf(table: TomlTable, url: string): Connection {
  const pool = isTable(table.pool_options) ? table.pool_options : {};
  const number = (name: string, byDefault: number): number => {
    const value = Number(pool[name] ?? Number.NaN);
    return Number.isInteger(value) && value > 0 ? value : byDefault;
  };
  return {
    url,
    user: text(table.username),
    password: text(table.password),
    maximum: number('maxActive', 50),
    wait: number('maxWait', 60_000),
    isolation: isolations[text(pool.defaultTransactionIsolation) ?? ''],
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
