import type { Connection } from '../runtime/database/database.js';
import type { Participant } from '../runtime/database/flow-transaction.js';
import { openDatabase, shownUrl } from '../runtime/database/jdbc.js';
import { Fault } from '../runtime/message/fault.js';
import type { Environment } from '../runtime/message/message.js';
import { keptValue } from './kept-value.js';

/** An open pool and what names it in a transaction. */
export type OpenDataSource = Participant;

/** The pools of named data sources: all who name one share its connections. */
const pools = new WeakMap<Connection, Promise<OpenDataSource>>();

/**
 * A named data source of the server's configuration (artifacts 6.4 `[[datasource]]`).
 * @throws Fault when there is none of that name
 */
export function openDataSource(name: string, environment: Environment): Promise<OpenDataSource> {
  const connection = environment.dataSource?.(name);
  if (!connection) {
    const where = 'add it to deployment.toml as [[datasource]] with id, url, username and password';
    return Promise.reject(new Fault(`There is no data source ${name}: ${where}`));
  }
  let pool = pools.get(connection);
  if (!pool) {
    pool = open(connection, environment).catch((error: unknown) => {
      pools.delete(connection);
      throw error;
    });
    pools.set(connection, pool);
  }
  return pool;
}

async function open(connection: Connection, environment: Environment): Promise<OpenDataSource> {
  const { user, password } = connection;
  const label = shownUrl(connection.url);
  const database = await openDatabase({
    ...connection,
    password: password === undefined ? undefined : keptValue(password, environment),
  });
  return { label, key: `${label} ${user ?? ''}`, database };
}
