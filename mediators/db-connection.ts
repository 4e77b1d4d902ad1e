import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Connection, Session } from '../runtime/database/database.js';
import { SecondDatabaseError } from '../runtime/database/flow-transaction.js';
import { kindOfDriver, kindOfUrl, openDatabase, otherDatabase, shownUrl } from '../runtime/database/jdbc.js';
import { Fault } from '../runtime/message/fault.js';
import type { Environment, Message } from '../runtime/message/message.js';
import { booleanAttribute } from './attribute.js';
import { type OpenDataSource, openDataSource } from './data-source.js';
import { poolSettings } from './db-pool.js';
import { entryText } from './entry.js';
import { keptValue } from './kept-value.js';

/** The database of a dblookup or dbreport, opened when the first message needs it. */
export interface DatabaseSource {
  /** Where it is, without credentials. */
  readonly label: string;
  /** What runs the message's statements: with `useTransaction` the transaction that its flow is in. */
  session(message: Message): Promise<Session>;
}

/** A text in the configuration, or in an entry. */
type Setting = (environment: Environment) => string;

const supported = 'PostgreSQL, MySQL, MariaDB and SQLite are supported';

/** Reads `<connection><pool>…` (mediators 10.1). Driver classes and JDBC URLs stay what they are in existing sequences. */
export function compileConnection(element: ConfigElement): DatabaseSource {
  const pool = element.element('connection')?.element('pool');
  if (!pool) {
    return element.fail('missing-element', `<${element.localName}> needs <connection><pool>`, {
      hint: 'add <connection><pool><driver>…</driver><url>jdbc:…</url><user>…</user><password>…</password></pool></connection>',
    });
  }
  const name = pool.element('dsName')?.text.trim();
  const open = name ? (message: Message) => openDataSource(name, message.environment) : ownPool(pool);
  const takesPart = booleanAttribute(element, 'useTransaction');
  return {
    label: name ?? labelOf(pool),
    async session(message) {
      const source = await open(message);
      if (!takesPart || !message.transactions) return source.database;
      return message.transactions.session(source).catch((error: unknown) => {
        throw error instanceof SecondDatabaseError ? new Fault(error.message) : error;
      });
    },
  };
}

function labelOf(pool: ConfigElement): string {
  const url = pool.element('url');
  return shownUrl(url?.text.trim() || `key ${url?.attribute('key')}`);
}

/** A pool of the mediator's own. One that cannot be opened is tried again with the next message. */
function ownPool(pool: ConfigElement): (message: Message) => Promise<OpenDataSource> {
  checkDriver(pool);
  const settings = {
    url: setting(requiredUrl(pool)),
    user: setting(pool.element('user')),
    password: setting(pool.element('password')),
  };
  const more = poolSettings(pool);
  const open = async ({ environment }: Message): Promise<OpenDataSource> => {
    const connection: Connection = {
      url: settings.url(environment),
      user: settings.user(environment) || undefined,
      password: settings.password(environment) || undefined,
      ...more,
    };
    const label = shownUrl(connection.url);
    return { label, key: `${label} ${connection.user ?? ''}`, database: await openDatabase(connection) };
  };
  let opened: Promise<OpenDataSource> | undefined;
  return (message) => {
    opened ??= open(message).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

function checkDriver(pool: ConfigElement): void {
  const driver = pool.element('driver');
  if (!driver) {
    const hint = `name a JDBC driver class; ${supported}`;
    pool.fail('missing-element', '<pool> needs <driver>, or <dsName>', { hint });
  }
  const className = driver.text.trim();
  if (driver.attribute('key') === undefined && !kindOfDriver(className)) {
    refuse(driver, `The driver ${className}`, otherDatabase(className));
  }
}

function requiredUrl(pool: ConfigElement): ConfigElement {
  const url = pool.element('url');
  if (!url)
    return pool.fail('missing-element', '<pool> needs <url>', { hint: 'add <url>jdbc:postgresql://host/name</url>' });
  const address = url.text.trim();
  // A value kept elsewhere is seen when it is used.
  if (url.attribute('key') === undefined && address.startsWith('jdbc:') && !kindOfUrl(address)) {
    refuse(url, `The URL ${shownUrl(address)}`, otherDatabase(address));
  }
  return url;
}

function refuse(element: ConfigElement, what: string, database: string | undefined): never {
  const message =
    database === undefined
      ? `${what} is for a database that is not known here`
      : `${what} is for ${database}, which is not supported`;
  return element.fail('unsupported-database', message, { hint: `${supported}; move the tables to one of them` });
}

function setting(element: ConfigElement | undefined): Setting {
  if (!element) return () => '';
  const key = element.attribute('key');
  if (key !== undefined) return (environment) => entryText(environment, key).trim();
  const text = element.text.trim();
  return (environment) => keptValue(text, environment);
}
