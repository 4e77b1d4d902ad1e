import assert from 'node:assert/strict';
import type { Database } from '../../runtime/database/database.js';
import { type Given, type Outcomes, problemsOf, refusals, run, table } from './harness.js';
import { connectionTo, mariadb, mysql, open, postgresql, type SqlServer, sqlite, statement } from './sql.js';

const begin = '<transaction action="new"/>';
const commit = '<transaction action="commit"/>';
const rollback = '<transaction action="rollback"/>';

interface TransactionRow {
  rule: string;
  xml: string;
  given?: Given;
  outcome?: Outcomes['outcome'];
  properties?: Record<string, string>;
  /** Rows in the table after the flow has ended. */
  stored: number;
}

/** Mediators on a server's table of this test. */
function on(server: SqlServer, name: string, more?: string) {
  const connection = connectionTo(server, more);
  const sql = (mediator: string, text: string, children = '', attributes = 'useTransaction="true"') =>
    `<${mediator} ${attributes}>${connection}${statement(text, children)}</${mediator}>`;
  return {
    insert: (id: number | string, attributes?: string) =>
      sql('dbreport', `insert into ${name} values (${id})`, '', attributes),
    insertItem: sql(
      'dbreport',
      `insert into ${name} values (?)`,
      '<parameter type="INTEGER" expression="json-eval($.id)"/>',
    ),
    count: (property: string, attributes?: string) =>
      sql('dblookup', `select count(*) from ${name}`, `<result name="${property}" column="1"/>`, attributes),
    failing: sql('dbreport', 'insert into no_such_table values (1)'),
  };
}

for (const server of [sqlite, postgresql, mysql, mariadb]) {
  const name = `mediant_tx_${server.driver.split('.')[1]}_${process.pid}`;
  const { insert, insertItem, count, failing } = on(server, name);

  describe(`transaction with ${server.driver}`, () => {
    let database: Database;
    const stored = async () => Number((await database.first(`select count(*) from ${name}`, []))?.at(1));

    before(async () => {
      database = await open(server);
      await database.change(`create table ${name} (id integer primary key)`, []);
    });
    beforeEach(() => database.change(`delete from ${name}`, []));
    after(async () => {
      await database.change(`drop table ${name}`, []);
      await database.close();
    });

    const rows: TransactionRow[] = [
      {
        rule: 'mediators 10.2: commit keeps what took part',
        xml: begin + insert(1) + insert(2) + commit,
        stored: 2,
      },
      {
        rule: 'mediators 10.2: rollback undoes what took part',
        xml: begin + insert(1) + insert(2) + rollback,
        stored: 0,
      },
      {
        rule: 'mediators 10.1: dblookup with useTransaction sees what the transaction has written',
        xml: begin + insert(1) + count('seen') + rollback,
        properties: { seen: '1' },
        stored: 0,
      },
      {
        rule: 'mediators 10.1: useTransaction without a transaction commits by itself',
        xml: insert(1),
        stored: 1,
      },
      {
        rule: 'mediators 10.2: a fault sequence rolls back after a statement that failed',
        xml: begin + insert(1) + failing + commit,
        given: { onFault: rollback },
        outcome: 'handled',
        stored: 0,
      },
      {
        rule: 'mediators 10.2: what the flow leaves open is rolled back when the exchange has ended',
        xml: begin + insert(1),
        stored: 0,
      },
      {
        rule: 'mediators 10.2: a transaction goes on behind a call, with its answer',
        xml: `${begin}${insert(1)}<call><endpoint key="e"/></call>${insert(2)}${commit}`,
        stored: 2,
      },
      {
        rule: 'mediators 10.2: branches of a sequential iterate are in the transaction',
        xml: `${begin}<iterate expression="json-eval($.items)" sequential="true" continueParent="true"><target><sequence>${insertItem}</sequence></target></iterate>${rollback}`,
        given: { body: '{"items":[{"id":1},{"id":2}]}' },
        stored: 0,
      },
      {
        rule: 'mediators 10.2: branches of a sequential clone are in the transaction',
        xml: `${begin}<clone sequential="true" continueParent="true"><target><sequence>${insert(1)}</sequence></target></clone>${rollback}`,
        stored: 0,
      },
      {
        rule: 'mediators 10.2: items of a foreach are in the transaction',
        xml: `${begin}<foreach expression="json-eval($.items)"><sequence>${insertItem}</sequence></foreach>${rollback}`,
        given: { body: '{"items":[{"id":1},{"id":2}]}' },
        stored: 0,
      },
      {
        rule: 'mediators 10.2: items of a foreach over a collection, one after the other, are in the transaction',
        xml: `${begin}<foreach collection="\${payload.items}" parallel-execution="false"><sequence>${insertItem}</sequence></foreach>${rollback}`,
        given: { body: '{"items":[{"id":1},{"id":2}]}' },
        stored: 0,
      },
      {
        rule: 'mediators 10.2: branches of a scatter-gather, one after the other, are in the transaction',
        xml: `${begin}<scatter-gather parallel-execution="false" result-content-type="JSON" target="body"><aggregation expression="\${payload}"/><sequence>${insert(1)}</sequence><sequence>${insert(2)}</sequence></scatter-gather>${rollback}`,
        given: { body: '{"a":1}' },
        stored: 0,
      },
      {
        rule: 'mediators 10.2: a branch that begins a transaction leaves it to the parent, as a thread does',
        xml: `<clone sequential="true" continueParent="true"><target><sequence>${begin}${insert(1)}</sequence></target></clone>${insert(2)}${commit}`,
        stored: 2,
      },
    ];
    for (const { rule, xml, given, outcome = true, properties = {}, stored: expected } of rows) {
      it(rule, async () => {
        const ran = await run(xml, given);
        assert.equal(ran.outcome, outcome, ran.fault);
        for (const [property, value] of Object.entries(properties)) assert.equal(ran.properties[property], value);
        assert.equal(await stored(), expected);
      });
    }
  });
}

for (const server of [postgresql, mysql, mariadb]) {
  const name = `mediant_txp_${server.driver.split('.')[1]}_${process.pid}`;
  const { insert, insertItem, count } = on(server, name);

  describe(`transaction beside other statements with ${server.driver}`, () => {
    let database: Database;
    const ids = async () => {
      const found = await database.first(`select min(id), max(id), count(*) from ${name}`, []);
      return `${found?.at(1)}-${found?.at(2)} (${found?.at(3)})`;
    };
    before(async () => {
      database = await open(server);
      await database.change(`create table ${name} (id integer primary key)`, []);
    });
    beforeEach(() => database.change(`delete from ${name}`, []));
    after(async () => {
      await database.change(`drop table ${name}`, []);
      await database.close();
    });

    it('mediators 10.1: without useTransaction a statement is outside: it does not see it and stays', async () => {
      const ran = await run(begin + insert(1) + insert(5, '') + count('outside', '') + count('inside') + rollback);
      assert.equal(ran.outcome, true, ran.fault);
      assert.deepEqual([ran.properties.outside, ran.properties.inside, await ids()], ['1', '2', '5-5 (1)']);
    });

    it('mediators 10.2: suspend runs what follows outside of the transaction until resume', async () => {
      const suspended = '<transaction action="suspend"/>';
      const ran = await run(
        `${begin}${insert(1)}${suspended}${insert(5)}<transaction action="resume"/>${insert(2)}${rollback}`,
      );
      assert.equal(ran.outcome, true, ran.fault);
      assert.equal(await ids(), '5-5 (1)');
    });

    it('mediators 10.2: branches that run beside one another are outside of the transaction', async () => {
      const split = `<iterate expression="json-eval($.items)" continueParent="true"><target><sequence>${insertItem}</sequence></target></iterate>`;
      const ran = await run(begin + insert(9) + split + rollback, { body: '{"items":[{"id":1},{"id":2}]}' });
      assert.equal(ran.outcome, true, ran.fault);
      assert.equal(await ids(), '1-2 (2)');
    });

    it('mediators 10.2: a transaction gives its connection back, however it ends', async () => {
      const { insert: one } = on(
        server,
        name,
        '<property name="maxactive" value="1"/><property name="maxwait" value="9000"/>',
      );
      // All in one flow and one pool of one connection: a connection that stays away stops the next round.
      const pooled = `${begin}${one('(select 100)')}`;
      const round = (end: string) => `<sequence key="statement"/>${end}`;
      const given = { sequences: { statement: pooled }, onFault: '<log level="custom"/>' };
      const ran = await run(round(rollback) + round(rollback) + round(commit), given);
      assert.equal(ran.outcome, true, ran.fault);
      assert.equal(await ids(), '100-100 (1)');
    });

    it('mediators 10.1: a statement that no connection is free for fails', async () => {
      const small = await open(server, 1, 50);
      const open1 = await small.begin();
      await assert.rejects(small.first('select 1', []));
      await open1.rollback();
      assert.equal((await small.first('select 1', []))?.at(1), '1');
      await small.close();
    });
  });
}

describe('transaction: what the databases do with a failed one', () => {
  const failAndCommit = (server: SqlServer) => run(begin + on(server, 'none').failing, { onFault: commit });

  it('mediators 10.2: PostgreSQL answers the commit after a failed statement by a rollback, which is a fault', async () => {
    assert.equal((await failAndCommit(postgresql)).outcome, 'fault');
    const database = await open(postgresql);
    const transaction = await database.begin();
    await assert.rejects(transaction.change('insert into no_such_table values (1)', []));
    await assert.rejects(transaction.commit(), /rolled back, as a statement before had failed/);
    await database.close();
  });

  it('mediators 10.2: MariaDB goes on after a failed statement, and commits', async () => {
    assert.equal((await failAndCommit(mariadb)).outcome, 'handled');
  });

  for (const server of [mysql, mariadb]) {
    it(`mediators 10.2: a deadlock of ${server.driver} ends the transaction: nothing more runs in it, commit fails`, async () => {
      const name = `mediant_deadlock_${process.pid}`;
      const database = await open(server, 3);
      await database.change(`create table ${name} (id integer primary key, n integer)`, []);
      try {
        await database.change(`insert into ${name} values (1, 0), (2, 0)`, []);
        const [one, two] = [await database.begin(), await database.begin()];
        await one.change(`update ${name} set n = 1 where id = 1`, []);
        await two.change(`update ${name} set n = 2 where id = 2`, []);
        const ends = await Promise.allSettled([
          one.change(`update ${name} set n = 1 where id = 2`, []),
          two.change(`update ${name} set n = 2 where id = 1`, []),
        ]);
        const victim = ends[0].status === 'rejected' ? one : two;
        const winner = victim === one ? two : one;
        await assert.rejects(victim.change(`insert into ${name} values (3, 0)`, []), /has rolled back the transaction/);
        await assert.rejects(victim.commit(), /has rolled back the transaction/);
        await winner.commit();
        assert.equal((await database.first(`select count(*) from ${name}`, []))?.at(1), '2');
      } finally {
        await database.change(`drop table ${name}`, []);
        await database.close();
      }
    });
  }
});

describe('transaction: its actions', () => {
  const memory = on({ driver: 'org.sqlite.JDBC', url: 'jdbc:sqlite::memory:', user: '' }, 'none');
  table([
    {
      rule: 'mediators 10.2: new faults while a transaction is active',
      xml: begin + begin,
      expect: { fault: 'A transaction is active already: commit or roll it back before a new one' },
    },
    {
      rule: 'mediators 10.2: new after commit begins another one',
      xml: begin + commit + begin + rollback,
      expect: { outcome: true },
    },
    {
      rule: 'mediators 10.2: use-existing-or-new begins only when there is none',
      xml: `<transaction action="use-existing-or-new"/><transaction action="use-existing-or-new"/><transaction action="fault-if-no-tx"/>${commit}${commit}`,
      expect: { fault: 'There is no transaction to commit' },
    },
    {
      rule: 'mediators 10.2: fault-if-no-tx faults without one',
      xml: '<transaction action="fault-if-no-tx"/>',
      expect: { fault: 'No transaction is active' },
    },
    {
      rule: 'mediators 10.2: rollback without one faults',
      xml: rollback,
      expect: { fault: 'There is no transaction to roll back' },
    },
    {
      rule: 'mediators 10.2: an unknown action faults when it runs',
      xml: '<log level="custom"><property name="before" value="yes"/></log><transaction action="Commit"/>',
      expect: { fault: 'Unknown action Commit of a transaction', logs: ['before = yes'] },
    },
    {
      rule: 'mediators 10.2: suspend needs a transaction',
      xml: '<transaction action="suspend"/>',
      expect: { fault: 'There is no transaction to suspend' },
    },
    {
      rule: 'mediators 10.2: resume needs a suspended one',
      xml: '<transaction action="resume"/>',
      expect: { fault: 'There is no suspended transaction to resume' },
    },
    {
      rule: 'mediators 10.2: resume beside an active one faults',
      xml: `${begin}<transaction action="suspend"/>${begin}<transaction action="resume"/>`,
      expect: { fault: 'A transaction is active: the suspended one cannot be resumed' },
    },
    {
      rule: 'mediators 10.2: a database that cannot be opened leaves nothing to roll back',
      xml: begin + memory.failing,
      given: { onFault: rollback },
      expect: { outcome: 'handled' },
    },
    {
      rule: 'mediators 10.2: a second database in one transaction is a fault',
      xml: `${begin}${memory.count('a').replace('select count(*) from none', 'select 1')}${on(postgresql, 'x').count('b')}`,
      expect: {
        fault:
          'A transaction is one of one database: jdbc:sqlite::memory: takes part in this one, so jdbc:postgresql://127.0.0.1:5432/postgres cannot',
      },
    },
  ]);
  refusals([
    { rule: 'mediators 10.2: action is required', xml: '<transaction/>', code: 'missing-attribute', at: '1:63' },
  ]);

  it('mediators 10.2: an unknown action is a warning at deploy', () => {
    const [problem] = problemsOf('<transaction action="Commit"/>');
    assert.equal(problem?.severity, 'warning');
    assert.match(problem.message, /action="Commit" is none that <transaction> knows/);
  });
});
