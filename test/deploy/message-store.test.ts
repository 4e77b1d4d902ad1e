import assert from 'node:assert/strict';
import { connect } from 'amqplib';
import type { StoreArtifact, Taken } from '../../runtime/deploy/message-store/message-store.js';
import type { Exchange } from '../../runtime/message/message.js';
import { mariadb, mysql, open, postgresql, type SqlServer, sqlite } from '../mediators/sql.js';
import { DeployedWorld } from './world.js';

const implementations = 'org.apache.synapse.message.store.impl';
const parameters = (values: Record<string, string | number>) =>
  Object.entries(values)
    .map(([name, value]) => `<parameter name="${name}">${value}</parameter>`)
    .join('');
const jdbcStore = (name: string, server: SqlServer, more: Record<string, string> = {}) => {
  const values = {
    'store.jdbc.driver': server.driver,
    'store.jdbc.connection.url': server.url,
    'store.jdbc.username': server.user,
    ...more,
  };
  return `<messageStore name="${name}" class="${implementations}.jdbc.JDBCMessageStore">${parameters(values)}</messageStore>`;
};
const queueName = `mediant.test.${process.pid}`;
const rabbitStore = (name: string, more: Record<string, string | number> = {}) => {
  const values = { 'store.rabbitmq.host.name': '127.0.0.1', 'store.rabbitmq.queue.name': queueName, ...more };
  return `<messageStore name="${name}" class="${implementations}.rabbitmq.RabbitMQStore">${parameters(values)}</messageStore>`;
};

const tableName = `mediant_messages_${process.pid}`;
/** The tables of the reference's documentation. */
const tables: [server: SqlServer, ddl: string][] = [
  [sqlite, 'indexId integer primary key autoincrement, msg_id varchar(200) not null, message blob not null'],
  [postgresql, 'indexId bigserial primary key, msg_id varchar(200) not null, message bytea not null'],
  [
    mysql,
    'indexId bigint(20) not null auto_increment, msg_id varchar(200) not null, message blob not null, primary key (indexId)',
  ],
  [
    mariadb,
    'indexId bigint(20) not null auto_increment, msg_id varchar(200) not null, message longblob not null, primary key (indexId)',
  ],
];

interface Kind {
  readonly name: string;
  readonly xml: string;
  /** Outlives the store. */
  readonly durable: boolean;
  create?(): Promise<void>;
  drop?(): Promise<void>;
}

const kinds: Kind[] = [
  { name: 'in memory', xml: '<messageStore name="s"/>', durable: false },
  ...tables.map(
    ([server, ddl]): Kind => ({
      name: server.driver,
      xml: jdbcStore('s', server, { 'store.jdbc.table': tableName }),
      durable: true,
      create: () => sql(server, `create table ${tableName} (${ddl})`),
      drop: () => sql(server, `drop table ${tableName}`),
    }),
  ),
  { name: 'RabbitMQ', xml: rabbitStore('s'), durable: true, drop: () => deleteQueue(queueName) },
];

async function sql(server: SqlServer, ...statements: string[]): Promise<void> {
  const database = await open(server);
  for (const statement of statements) await database.change(statement, []);
  await database.close();
}

async function deleteQueue(...names: string[]): Promise<void> {
  const connection = await connect('amqp://127.0.0.1');
  const channel = await connection.createChannel();
  for (const name of names) await channel.deleteQueue(name);
  await connection.close();
}

for (const { name, xml, durable, create, drop } of kinds) {
  describe(`message store: ${name}`, () => {
    let world: DeployedWorld;
    const store = (): StoreArtifact => world.deployed.messageStores.get('s') as StoreArtifact;
    const take = async (): Promise<Taken> => {
      const taken = await store().take(world.deployed);
      assert.ok(taken, 'the store is empty');
      return taken;
    };
    const bodyOf = (taken: Taken) => taken.copy({} as Exchange, world.deployed).payload.jsonText;
    const empty = async (): Promise<void> => {
      for (let taken = await store().take(world.deployed); taken; taken = await store().take(world.deployed))
        await taken.acknowledge();
    };

    before(async () => {
      await create?.();
      world = new DeployedWorld();
      world.add(xml);
    });
    afterEach(empty);
    after(async () => {
      await world.close();
      await drop?.();
    });

    it('artifacts 2.7: first in, first out; what is acknowledged is gone', async () => {
      for (const body of ['{"n":1}', '{"n":2}']) await world.put('s', body);
      const first = await take();
      assert.equal(bodyOf(first), '{"n":1}');
      await first.acknowledge();
      const second = await take();
      assert.equal(bodyOf(second), '{"n":2}');
      await second.acknowledge();
      assert.equal(await store().take(world.deployed), undefined);
      assert.equal(await world.size('s'), 0);
    });

    it('artifacts 2.7: what is taken is given to nobody else, and comes first when it is released', async () => {
      for (const body of ['{"n":1}', '{"n":2}']) await world.put('s', body);
      const [first, second] = [await take(), await take()];
      assert.deepEqual([bodyOf(first), bodyOf(second)], ['{"n":1}', '{"n":2}']);
      assert.equal(await store().take(world.deployed), undefined);
      assert.equal(await world.size('s'), 2);
      await first.release();
      const again = await take();
      assert.equal(bodyOf(again), '{"n":1}');
      await Promise.all([again.acknowledge(), second.acknowledge()]);
    });

    it('artifacts 2.7: id, properties and headers come back, in as many copies as asked for', async () => {
      const message = world.message('{"n":1}', { p: 'v' });
      message.headers.set('X-One', '1');
      const { id } = message;
      await store().put(message);
      const taken = await take();
      assert.equal(taken.id, id);
      const copies = [0, 1].map(() => taken.copy({} as Exchange, world.deployed));
      copies[0]?.payload.setJsonText('{"changed":true}');
      for (const copy of copies) {
        assert.deepEqual([copy.id, copy.properties.get('p'), copy.headers.get('X-One')], [id, 'v', '1']);
      }
      assert.equal(copies[1]?.payload.jsonText, '{"n":1}');
      await taken.acknowledge();
    });

    it('artifacts 2.7: of many who take at once, each message goes to one', async function () {
      this.timeout(60_000);
      const numbers = Array.from({ length: 80 }, (_, index) => index);
      await Promise.all(numbers.map((n) => world.put('s', `{"n":${n}}`)));
      const seen: number[] = [];
      const worker = async (): Promise<void> => {
        for (let taken = await store().take(world.deployed); taken; taken = await store().take(world.deployed)) {
          seen.push(JSON.parse(bodyOf(taken) ?? '').n as number);
          await taken.acknowledge();
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
      assert.deepEqual(
        seen.sort((a, b) => a - b),
        numbers,
      );
    });

    it('artifacts 2.7: close waits for what has been taken; the store opens again when it is used', async () => {
      await world.put('s', '{"n":1}');
      const taken = await take();
      const closing = store().close();
      await taken.acknowledge();
      await closing;
      assert.equal(await world.size('s'), 0);
    });

    if (durable) {
      it('artifacts 2.7: messages outlive the process that stored them', async () => {
        await world.put('s', '{"n":1}');
        const other = new DeployedWorld();
        other.add(xml);
        const taken = await other.deployed.messageStores.get('s')?.take(other.deployed);
        assert.equal(taken?.copy({} as Exchange, other.deployed).payload.jsonText, '{"n":1}');
        await taken?.acknowledge();
        await other.close();
      });
    } else {
      it('artifacts 4.2: a new version of a store in memory has the messages of the old one', async () => {
        await world.put('s', '{"n":1}');
        const old = world.deployed.messageStores.get('s') as StoreArtifact;
        world.deployed.remove('messageStore', 's');
        const [artifact] = world.add(xml);
        assert.ok(artifact);
        world.deployed.succeed(artifact, { kind: 'messageStore', name: 's', value: old });
        assert.equal(bodyOf(await take()), '{"n":1}');
      });
    }
  });
}

describe('message store: a table', () => {
  const foreign = Buffer.from('aced0005737200', 'hex');
  for (const [server, ddl] of tables.slice(0, 3)) {
    it(`artifacts 2.7: a row that is no message of Mediant is told, left there and passed over: ${server.driver}`, async () => {
      const world = new DeployedWorld();
      const database = await open(server);
      const table = `${tableName}_foreign`;
      await database.change(`create table ${table} (${ddl})`, []);
      try {
        world.add(jdbcStore('s', server, { 'store.jdbc.table': table }));
        await database.change(`insert into ${table} (msg_id, message) values (?, ?)`, ['java', foreign]);
        await world.put('s', '{"n":1}');
        const store = world.deployed.messageStores.get('s');
        const taken = await store?.take(world.deployed);
        assert.equal(taken?.copy({} as Exchange, world.deployed).payload.jsonText, '{"n":1}');
        await taken?.acknowledge();
        assert.equal(await store?.take(world.deployed), undefined);
        assert.equal(await world.size('s'), 1);
        assert.equal(world.lines.filter((line) => /Row 1 of .* cannot be read.*it is left there/.test(line)).length, 1);
      } finally {
        await world.close();
        await database.change(`drop table ${table}`, []);
        await database.close();
      }
    });
  }

  it('artifacts 2.7: a table that does not exist fails the message, and works once it is there', async () => {
    const world = new DeployedWorld();
    const table = `${tableName}_late`;
    world.add(jdbcStore('s', sqlite, { 'store.jdbc.table': table }));
    await assert.rejects(world.put('s', '{}'), new RegExp(`no such table: ${table}`));
    await sql(sqlite, `create table ${table} (${tables[0]?.[1]})`);
    await world.put('s', '{}');
    assert.equal(await world.size('s'), 1);
    await world.close();
  });

  it('artifacts 2.7: a password of the vault, in either form', async () => {
    for (const value of [
      `<parameter name="store.jdbc.password" expression="wso2:vault-lookup('db')"/>`,
      `<parameter name="store.jdbc.password">{wso2:vault-lookup('db')}</parameter>`,
    ]) {
      const xml = jdbcStore('s', postgresql).replace('</messageStore>', `${value}</messageStore>`);
      const missing = new DeployedWorld();
      missing.add(xml);
      await assert.rejects(missing.put('s', '{}'), /wso2:vault-lookup\('db'\).* has no value/);
      const known = new DeployedWorld({ secrets: { db: 'x' } });
      known.add(xml);
      // The server trusts everybody: what is missing now is the table.
      await assert.rejects(known.put('s', '{}'), /relation "jdbc_message_store" does not exist/);
      await known.close();
    }
  });
});

describe('message store: RabbitMQ', () => {
  const names = ['exchange', 'other'].map((part) => `${queueName}.${part}`);
  const [exchange = '', queue = ''] = names;
  after(() => deleteQueue(queue));

  it('artifacts 2.7: by an exchange and a route key; both are made when they do not exist', async () => {
    const world = new DeployedWorld();
    const values = { 'store.rabbitmq.queue.name': queue, 'store.rabbitmq.exchange.name': exchange };
    world.add(rabbitStore('s', { ...values, 'store.rabbitmq.route.key': 'orders' }));
    await world.put('s', '{"n":1}');
    assert.equal(await world.size('s'), 1);
    const connection = await connect('amqp://127.0.0.1');
    const channel = await connection.createChannel();
    const got = await channel.get(queue, { noAck: true });
    assert.ok(got);
    assert.deepEqual([got.fields.exchange, got.fields.routingKey], [exchange, 'orders']);
    assert.equal(got.properties.deliveryMode, 2, 'not persistent');
    await channel.unbindQueue(queue, exchange, 'orders');
    await assert.rejects(world.put('s', '{"n":2}'), /No queue takes messages of the exchange/);
    await channel.deleteExchange(exchange);
    await connection.close();
    await world.close();
  });

  it('artifacts 2.7: a message of somebody else is told, left there and passed over', async () => {
    const world = new DeployedWorld();
    world.add(rabbitStore('s', { 'store.rabbitmq.queue.name': queue }));
    const connection = await connect('amqp://127.0.0.1');
    const channel = await connection.createConfirmChannel();
    channel.sendToQueue(queue, Buffer.from('hello'));
    await channel.waitForConfirms();
    await world.put('s', '{"n":1}');
    const taken = await world.deployed.messageStores.get('s')?.take(world.deployed);
    assert.equal(taken?.copy({} as Exchange, world.deployed).payload.jsonText, '{"n":1}');
    await taken?.acknowledge();
    assert.ok(world.lines.some((line) => /A message in its queue cannot be read.*it is left there/.test(line)));
    await world.close();
    await channel.purgeQueue(queue);
    await connection.close();
  });

  it('artifacts 2.7: a lost connection is made again; what was taken is handed out again', async () => {
    const world = new DeployedWorld();
    world.add(rabbitStore('s', { 'store.rabbitmq.queue.name': queue }));
    await world.put('s', '{"n":1}');
    const store = world.deployed.messageStores.get('s') as StoreArtifact;
    const taken = await store.take(world.deployed);
    assert.ok(taken);
    // A second acknowledgement of one message is an error that makes the broker close the channel.
    await taken.acknowledge();
    await world.put('s', '{"n":2}');
    const second = (await store.take(world.deployed)) as Taken;
    await taken.acknowledge();
    await world.until(async () => {
      try {
        await second.acknowledge();
        return false;
      } catch {
        return true;
      }
    }, 'the channel is closed');
    await second.release();
    let again: Taken | undefined;
    await world.until(async () => {
      again = await store.take(world.deployed);
      return again !== undefined;
    }, 'the message is back');
    await again?.acknowledge();
    await world.close();
  });

  it('artifacts 2.7: connecting is tried as often as retry.count says, then the message fails', async () => {
    const world = new DeployedWorld();
    const values = { 'rabbitmq.connection.retry.count': 2, 'rabbitmq.connection.retry.interval': 1 };
    world.add(rabbitStore('s', { ...values, 'store.rabbitmq.host.port': 1 }));
    await assert.rejects(world.put('s', '{}'), /ECONNREFUSED/);
    await world.close();
  });

  it('artifacts 2.7: wrong credentials fail the message, without showing them', async () => {
    const world = new DeployedWorld();
    const values = { 'store.rabbitmq.username': 'nobody', 'store.rabbitmq.password': 's3cret' };
    world.add(rabbitStore('s', { ...values, 'rabbitmq.connection.retry.count': 0 }));
    await assert.rejects(world.put('s', '{}'), (error: Error) => {
      assert.match(error.message, /ACCESS-REFUSED|refused|403/i);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
    await world.close();
  });
});

describe('message store: at deploy', () => {
  const world = new DeployedWorld();
  const store = (className: string, children = '') =>
    `<messageStore name="s" class="${className}">${children}</messageStore>`;
  const jdbc = `${implementations}.jdbc.JDBCMessageStore`;
  const rabbit = `${implementations}.rabbitmq.RabbitMQStore`;

  const accepted: [what: string, xml: string, type: string][] = [
    ['without a class', '<messageStore name="s"/>', 'in-memory-message-store'],
    ['in memory', store(`${implementations}.memory.InMemoryStore`), 'in-memory-message-store'],
    ['in memory, old name', store('org.apache.synapse.message.store.InMemoryMessageStore'), 'in-memory-message-store'],
    ['a data source', store(jdbc, parameters({ 'store.jdbc.dsName': 'jdbc/X' })), 'jdbc-message-store'],
    ['RabbitMQ without parameters', store(rabbit), 'rabbitmq-message-store'],
  ];
  for (const [what, xml, type] of accepted) {
    it(`artifacts 2.7: ${what}`, () => {
      const { artifacts, problems } = world.compile(xml);
      assert.deepEqual(problems, []);
      assert.equal((artifacts[0]?.value as StoreArtifact | undefined)?.type, type);
    });
  }

  const refusals: [what: string, xml: string, code: string, message: RegExp][] = [
    ['a name is required', '<messageStore/>', 'missing-attribute', /needs a name/],
    ['JMS', store(`${implementations}.jms.JmsStore`), 'unsupported-message-store', /JmsStore is a JMS message store/],
    [
      'JMS, Carbon',
      store('org.wso2.carbon.message.store.persistence.jms.JMSMessageStore'),
      'unsupported-message-store',
      /JMSMessageStore is a JMS message store/,
    ],
    [
      'resequencing',
      store(`${implementations}.resequencer.ResequencingMessageStore`),
      'unsupported-message-store',
      /is a resequencing store/,
    ],
    ['another class', store('com.acme.Store'), 'unsupported-message-store', /com\.acme\.Store is a store of a class/],
    ['a URL is required', store(jdbc), 'missing-parameter', /needs the parameter store\.jdbc\.connection\.url/],
    [
      'H2',
      store(jdbc, parameters({ 'store.jdbc.connection.url': 'jdbc:h2:mem:x' })),
      'invalid-parameter',
      /jdbc:h2:mem:x is for H2, which is not supported/,
    ],
    [
      'a driver of Oracle',
      store(
        jdbc,
        parameters({ 'store.jdbc.driver': 'oracle.jdbc.OracleDriver', 'store.jdbc.connection.url': 'jdbc:sqlite:x' }),
      ),
      'invalid-parameter',
      /is for Oracle, which is not supported/,
    ],
    [
      'a table that is SQL',
      store(jdbc, parameters({ 'store.jdbc.dsName': 'x', 'store.jdbc.table': 'a; drop table b' })),
      'invalid-parameter',
      /is no name of a table/,
    ],
    [
      'a port',
      store(rabbit, parameters({ 'store.rabbitmq.host.port': 'x' })),
      'invalid-parameter',
      /no whole number: x/,
    ],
    [
      'a key store of Java',
      store(
        rabbit,
        parameters({
          'rabbitmq.connection.ssl.enabled': 'true',
          'rabbitmq.connection.ssl.keystore.location': 'k.jks',
          'rabbitmq.connection.ssl.keystore.type': 'JKS',
        }),
      ),
      'invalid-parameter',
      /type JKS cannot be read here/,
    ],
    [
      'a trust store of Java',
      store(
        rabbit,
        parameters({
          'rabbitmq.connection.ssl.enabled': 'true',
          'rabbitmq.connection.ssl.truststore.location': 't.jks',
        }),
      ),
      'invalid-parameter',
      /has to be a PEM file/,
    ],
    [
      'a value that is missing',
      store(jdbc, parameters({ 'store.jdbc.username': '$SYSTEM:MEDIANT_NO_SUCH' })),
      'missing-value',
      /MEDIANT_NO_SUCH/,
    ],
  ];
  for (const [what, xml, code, message] of refusals) {
    it(`artifacts 2.7: refused: ${what}`, () => {
      const { artifacts, problems } = world.compile(xml);
      assert.deepEqual([artifacts.length, problems[0]?.code], [0, code]);
      assert.match(problems[0]?.message ?? '', message);
    });
  }

  it('artifacts 2.7: an unknown parameter is a warning with the nearest name', () => {
    const { artifacts, problems } = world.compile(store(rabbit, parameters({ 'store.rabbitmq.queue.nam': 'q' })));
    assert.equal(artifacts.length, 1);
    assert.deepEqual(
      [problems[0]?.severity, problems[0]?.hint],
      ['warning', 'did you mean "store.rabbitmq.queue.name"?'],
    );
  });

  it('artifacts 2.7: failover counts with guaranteed delivery only', () => {
    const failover = (enabled: string) =>
      world.compile(
        `<messageStore name="s">${parameters({ 'store.producer.guaranteed.delivery.enable': enabled, 'store.failover.message.store.name': 'other' })}</messageStore>`,
      ).artifacts[0]?.value as StoreArtifact;
    assert.deepEqual([failover('true').failover, failover('false').failover], ['other', undefined]);
  });
});
