import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Connection, Database } from '../runtime/database/database.js';
import { kindOfDriver, kindOfUrl, openDatabase, shownUrl } from '../runtime/database/jdbc.js';
import type { Message } from '../runtime/message/message.js';
import { entryText } from './entry.js';
import { keptValue } from './kept-value.js';

/** The database of a dblookup or dbreport, opened when the first message needs it. */
export interface DatabaseSource {
  /** Where it is, without credentials. */
  readonly label: string;
  open(message: Message): Promise<Database>;
}

/** A text in the configuration, or in an entry. */
type Setting = (message: Message) => string;

const supported = 'PostgreSQL, MySQL, MariaDB and SQLite are supported';

/** Reads `<connection><pool>…` (mediators 10.1). Driver classes and JDBC URLs stay what they are in existing sequences. */
export function compileConnection(element: ConfigElement, context: CompileContext): DatabaseSource {
  const pool = element.element('connection')?.element('pool');
  if (!pool) {
    return element.fail('missing-element', `<${element.localName}> needs <connection><pool>`, {
      hint: 'add <connection><pool><driver>…</driver><url>jdbc:…</url><user>…</user><password>…</password></pool></connection>',
    });
  }
  if (pool.element('dsName')) {
    pool.fail('unsupported-data-source', 'Named data sources of JNDI do not exist here', {
      hint: 'give the pool a driver, url, user and password instead of dsName',
    });
  }
  const driver = pool.element('driver');
  if (!driver)
    return pool.fail('missing-element', '<pool> needs <driver>', { hint: `name a JDBC driver class; ${supported}` });
  const className = driver.text.trim();
  if (driver.attribute('key') === undefined && !kindOfDriver(className)) {
    driver.fail('unsupported-database', `The driver ${className} is for a database that is not supported`, {
      hint: supported,
    });
  }
  const url = pool.element('url');
  if (!url)
    return pool.fail('missing-element', '<pool> needs <url>', { hint: 'add <url>jdbc:postgresql://host/name</url>' });
  const address = url.text.trim();
  if (url.attribute('key') === undefined && !kindOfUrl(address)) {
    url.fail('unsupported-database', `${shownUrl(address)} names a database that is not supported`, {
      hint: supported,
    });
  }
  const settings = {
    url: setting(url),
    user: setting(pool.element('user')),
    password: setting(pool.element('password')),
  };
  const size = poolSize(pool);
  warnAboutTransaction(element, context);
  let opened: Promise<Database> | undefined;
  const open = (message: Message): Promise<Database> => {
    const connection: Connection = {
      url: settings.url(message),
      user: settings.user(message) || undefined,
      password: settings.password(message) || undefined,
      ...size,
    };
    return openDatabase(connection);
  };
  return {
    label: shownUrl(address || `key ${url.attribute('key')}`),
    open(message) {
      opened ??= open(message).catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return opened;
    },
  };
}

function setting(element: ConfigElement | undefined): Setting {
  if (!element) return () => '';
  const key = element.attribute('key');
  if (key !== undefined) return (message) => entryText(message.environment, key).trim();
  const text = element.text.trim();
  return ({ environment }) => keptValue(text, environment);
}

/** `maxactive` and `maxwait`; numbers that are none are ignored, and so are properties without effect here. */
function poolSize(pool: ConfigElement): { maximum: number; wait: number } {
  const number = (name: string, byDefault: number) => {
    const property = pool
      .elements()
      .find((child) => child.localName === 'property' && child.attribute('name') === name);
    const value = Number(property?.attribute('value')?.trim() || Number.NaN);
    return Number.isInteger(value) && value > 0 ? value : byDefault;
  };
  return { maximum: number('maxactive', 8), wait: number('maxwait', 10_000) };
}

function warnAboutTransaction(element: ConfigElement, context: CompileContext): void {
  if (element.attribute('useTransaction')?.toLowerCase() !== 'true') return;
  context.report(
    element.problem('no-transaction', 'There are no transactions here: each statement is committed by itself', {
      attribute: 'useTransaction',
      severity: 'warning',
    }),
  );
}

/** Attributes of `<connection>` and what is in it. */
export const connectionAttributes: Readonly<Record<string, readonly string[]>> = {
  connection: [],
  'connection/pool': [],
  ...Object.fromEntries(
    ['driver', 'url', 'user', 'password', 'dsName', 'icClass'].map((name) => [`pool/${name}`, ['key']]),
  ),
  'pool/property': ['name', 'value'],
};
