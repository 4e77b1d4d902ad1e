import type { CompileContext } from '../../configuration/context.js';
import type { ConfigElement } from '../../configuration/element.js';
import { kindOfDriver, kindOfUrl, otherDatabase, shownUrl } from '../../database/jdbc.js';
import { Parameters } from '../parameters.js';
import { JdbcMessageStore, type JdbcSettings } from './jdbc.js';
import { MemoryMessageStore } from './memory.js';
import type { StoreArtifact } from './message-store.js';
import { RabbitMqMessageStore } from './rabbitmq.js';
import { brokerParameters, brokerSettings } from './rabbitmq-settings.js';

const guaranteed = 'store.producer.guaranteed.delivery.enable';
const failover = 'store.failover.message.store.name';

/** Parameters of every store (artifacts 2.7). */
export const commonParameters: readonly string[] = [guaranteed, failover];

const jdbc = 'store.jdbc';
const jdbcParameters = [
  ...['driver', 'connection.url', 'username', 'password', 'dsName', 'icClass', 'table'].map(
    (name) => `${jdbc}.${name}`,
  ),
];

interface StoreKind {
  readonly parameters: readonly string[];
  create(parts: Parts): StoreArtifact;
}

interface Parts {
  readonly name: string;
  readonly parameters: Parameters;
  readonly failover: string | undefined;
}

const memory: StoreKind = {
  parameters: [],
  create: ({ name, parameters, failover }) => new MemoryMessageStore(name, parameters.all, failover),
};

const table: StoreKind = {
  parameters: jdbcParameters,
  create: ({ name, parameters, failover }) =>
    new JdbcMessageStore(name, parameters.all, failover, jdbcSettings(parameters)),
};

const queue: StoreKind = {
  parameters: brokerParameters,
  create: ({ name, parameters, failover }) =>
    new RabbitMqMessageStore(name, parameters.all, failover, brokerSettings(parameters, name)),
};

const implementations = 'org.apache.synapse.message.store.impl';

/** Classes of existing configurations; without a class a store is in memory. */
export const storeKinds: Readonly<Record<string, StoreKind>> = {
  [`${implementations}.memory.InMemoryStore`]: memory,
  'org.apache.synapse.message.store.InMemoryMessageStore': memory,
  [`${implementations}.jdbc.JDBCMessageStore`]: table,
  [`${implementations}.rabbitmq.RabbitMQStore`]: queue,
};

/** Stores that do not run here, with what they need. */
const refused: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\.(?:JmsStore|JMSMessageStore)$/, 'a JMS message store, and JMS is an interface of Java'],
  [/\.ResequencingMessageStore$/, 'a resequencing store, which this version does not have'],
];

/** Compiles a `<messageStore>` (artifacts 2.7). Nothing is connected before the first message. */
export function compileMessageStore(element: ConfigElement, context: CompileContext): StoreArtifact {
  const name = element.attribute('name') || element.fail('missing-attribute', 'A message store needs a name attribute');
  const className = element.attribute('class') || `${implementations}.memory.InMemoryStore`;
  const kind = storeKinds[className] ?? refuse(element, className);
  const parameters = new Parameters(element, context, [...commonParameters, ...kind.parameters]);
  const other = parameters.flag(guaranteed, false) ? parameters.text(failover) : undefined;
  return kind.create({ name, parameters, failover: other });
}

function refuse(element: ConfigElement, className: string): never {
  const what = refused.find(([pattern]) => pattern.test(className))?.[1] ?? 'a store of a class that is not known here';
  return element.fail('unsupported-message-store', `${className} is ${what}`, {
    attribute: 'class',
    hint: 'use a store in memory, or the classes jdbc.JDBCMessageStore or rabbitmq.RabbitMQStore of the same package, which processors read in the same way',
  });
}

function jdbcSettings(parameters: Parameters): JdbcSettings {
  const named = parameters.text(`${jdbc}.dsName`);
  const name = parameters.text(`${jdbc}.table`) ?? 'jdbc_message_store';
  if (!/^[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)?$/.test(name)) {
    parameters.refuse(`${jdbc}.table`, `${name} is no name of a table`, 'write letters, digits and _ only');
  }
  if (named !== undefined) return { table: name, source: { name: named } };
  checkDatabase(parameters);
  return {
    table: name,
    source: {
      url: parameters.secret(`${jdbc}.connection.url`),
      user: parameters.secret(`${jdbc}.username`),
      password: parameters.secret(`${jdbc}.password`),
    },
  };
}

function checkDatabase(parameters: Parameters): void {
  const hint = 'PostgreSQL, MySQL, MariaDB and SQLite are supported';
  const url = parameters.required(`${jdbc}.connection.url`);
  const driver = parameters.text(`${jdbc}.driver`);
  if (driver !== undefined && !kindOfDriver(driver)) {
    parameters.refuse(`${jdbc}.driver`, `The driver ${driver} is for ${databaseName(driver)}`, hint);
  }
  if (url.startsWith('jdbc:') && !kindOfUrl(url)) {
    parameters.refuse(`${jdbc}.connection.url`, `${shownUrl(url)} is for ${databaseName(url)}`, hint);
  }
}

function databaseName(driverOrUrl: string): string {
  const other = otherDatabase(driverOrUrl);
  return other === undefined ? 'a database that is not known here' : `${other}, which is not supported`;
}
