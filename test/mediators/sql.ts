import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../runtime/database/jdbc.js';

/** A database that tests run on; PostgreSQL and MariaDB listen on their usual ports. */
export interface SqlServer {
  readonly driver: string;
  readonly url: string;
  readonly user: string;
}

const folder = mkdtempSync(path.join(tmpdir(), 'mediant-sql-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

export const sqlite: SqlServer = {
  driver: 'org.sqlite.JDBC',
  url: `jdbc:sqlite:${path.join(folder, 'test.db')}`,
  user: '',
};
export const postgresql: SqlServer = {
  driver: 'org.postgresql.Driver',
  url: 'jdbc:postgresql://127.0.0.1:5432/postgres',
  user: 'postgres',
};
export const mysql: SqlServer = {
  driver: 'com.mysql.jdbc.Driver',
  url: 'jdbc:mysql://127.0.0.1:3306/test?useSSL=false',
  user: 'root',
};
export const mariadb: SqlServer = {
  driver: 'org.mariadb.jdbc.Driver',
  url: 'jdbc:mariadb://127.0.0.1:3306/test',
  user: 'root',
};

/** A pool of the server for the tests themselves. */
export const open = ({ url, user }: SqlServer, maximum = 2, wait = 5_000) =>
  openDatabase({ url, user, password: undefined, maximum, wait });

/** `<connection>` to a server. @param more `<property>` elements of the pool */
export const connectionTo = ({ driver, url, user }: SqlServer, more = '') =>
  `<connection><pool><driver>${driver}</driver><url>${url}</url><user>${user}</user><password/>${more}</pool></connection>`;

export const statement = (sql: string, children = '') =>
  `<statement><sql><![CDATA[${sql}]]></sql>${children}</statement>`;
