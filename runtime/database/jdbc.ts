import type { Address, Connection, Database } from './database.js';

export type DatabaseKind = 'postgresql' | 'mysql' | 'sqlite';

const kinds: Readonly<Record<string, DatabaseKind>> = {
  postgresql: 'postgresql',
  mysql: 'mysql',
  mariadb: 'mysql',
  sqlite: 'sqlite',
};

/** Driver classes of existing configurations. */
const drivers: Readonly<Record<string, DatabaseKind>> = {
  'org.postgresql.Driver': 'postgresql',
  'com.mysql.jdbc.Driver': 'mysql',
  'com.mysql.cj.jdbc.Driver': 'mysql',
  'org.gjt.mm.mysql.Driver': 'mysql',
  'org.mariadb.jdbc.Driver': 'mysql',
  'org.sqlite.JDBC': 'sqlite',
};

/** Databases of existing configurations that are not supported: how their driver classes and URLs look. */
const others: readonly (readonly [name: string, driver: RegExp, scheme: string])[] = [
  ['H2', /^org\.h2\./, 'h2'],
  ['Apache Derby', /^org\.apache\.derby\./, 'derby'],
  ['Oracle', /^oracle\.jdbc\./, 'oracle'],
  ['Microsoft SQL Server', /^com\.microsoft\.|^net\.sourceforge\.jtds\./, 'sqlserver'],
  ['IBM DB2', /^com\.ibm\.db2\./, 'db2'],
  ['HSQLDB', /^org\.hsqldb\./, 'hsqldb'],
  ['SAP HANA', /^com\.sap\./, 'sap'],
];

/** The database, not supported, that a driver class or a JDBC URL is for; undefined for one that nobody knows. */
export function otherDatabase(driverOrUrl: string): string | undefined {
  const scheme = schemeOf(driverOrUrl);
  return others.find((other) => (scheme === undefined ? other[1].test(driverOrUrl) : other[2] === scheme))?.[0];
}

const schemeOf = (url: string): string | undefined => /^jdbc:([a-z0-9]+):/i.exec(url)?.[1]?.toLowerCase();

/** The database that a driver class is for; undefined for one that is not known here. */
export const kindOfDriver = (driver: string): DatabaseKind | undefined => drivers[driver];

/** The database that a JDBC URL names; undefined for one that is not known here. */
export function kindOfUrl(url: string): DatabaseKind | undefined {
  return kinds[schemeOf(url) ?? ''];
}

/** A JDBC URL as it may be shown: without user, password and parameters. */
export function shownUrl(url: string): string {
  return url.replace(/\?.*$/s, '').replace(/\/\/[^/@]*@/, '//');
}

/**
 * Opens a database; nothing is connected before the first statement.
 * @throws Error for a URL that names no database known here
 */
export async function openDatabase(connection: Connection): Promise<Database> {
  switch (kindOfUrl(connection.url)) {
    case 'postgresql':
      return (await import('./postgresql.js')).openPostgresql(connection, addressOf(connection));
    case 'mysql':
      return (await import('./mysql.js')).openMysql(connection, addressOf(connection));
    case 'sqlite':
      return (await import('./sqlite.js')).openSqlite(
        connection.url
          .slice('jdbc:sqlite:'.length)
          .replace(/^file:/, '')
          .replace(/\?.*$/s, ''),
        connection.wait,
      );
    default:
      throw new Error(`${shownUrl(connection.url)} names no database known here: PostgreSQL, MySQL, MariaDB, SQLite`);
  }
}

/** `jdbc:kind://host:port/name?user=…&password=…&ssl=true`; of several hosts the first one, `jdbc:kind:name` is local. */
function addressOf({ url, user, password }: Connection): Address {
  const [, rest = ''] = /^jdbc:[a-z0-9]+:(.*)$/is.exec(url) ?? [];
  const absolute = rest.startsWith('//') ? rest : `//localhost/${rest}`;
  const [authority = '', ...path] = absolute.slice(2).split('/');
  const parsed = new URL(`db://${authority.split(',')[0] || 'localhost'}/${path.join('/')}`);
  const parameters = parsed.searchParams;
  const flag = (name: string) => /^(?:true|require|required|verify.*|trust)$/i.test(parameters.get(name) ?? '');
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? undefined : Number(parsed.port),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    user: user || parameters.get('user') || undefined,
    password: password || parameters.get('password') || undefined,
    tls: flag('ssl') || flag('sslmode') || flag('sslMode') || flag('useSSL'),
  };
}
