import assert from 'node:assert/strict';
import { problemsOf, refusals, table } from './harness.js';
import { connectionTo, mariadb, mysql, open, postgresql, sqlite as sqliteFile, statement } from './sql.js';

const memory = { driver: 'org.sqlite.JDBC', url: 'jdbc:sqlite::memory:', user: '' };
const sqlite = connectionTo(memory);

for (const server of [sqliteFile, postgresql, mysql, mariadb]) {
  const { driver, url } = server;
  const connection = connectionTo(server);
  const named = `mediant_${driver.split('.')[1]}_${process.pid}`;
  const report = (sql: string, children = '') => `<dbreport>${connection}${statement(sql, children)}</dbreport>`;
  const lookup = (sql: string, children = '') => `<dblookup>${connection}${statement(sql, children)}</dblookup>`;

  describe(`dblookup and dbreport with ${driver}`, () => {
    const run = async (sql: string) => {
      const database = await open(server);
      await database.change(sql, []);
      await database.close();
    };
    before(() => run(`create table ${named} (id integer, name varchar(40), price double precision, big bigint)`));
    after(() => run(`drop table ${named}`));

    table([
      {
        rule: 'mediators 10.1: dbreport counts the rows that it changed',
        xml: report(
          `insert into ${named} values (?, ?, ?, ?)`,
          '<parameter type="INTEGER" value="7"/><parameter type="VARCHAR" expression="json-eval($.name)"/><parameter type="DOUBLE" value="1"/><parameter type="BIGINT" value="9007199254740993"/>',
        ),
        given: { body: '{"name":"it\'s ?"}' },
        expect: { properties: { DBREPORT_MODIFIED_RAW_COUNT: 'Integer:1' }, outcome: true },
      },
      {
        rule: 'mediators 10.1: columns of the first row as texts, by name in any case and by number',
        xml: lookup(
          `select id, name, price, big from ${named} where id = ? and name <> '?'`,
          '<parameter type="INTEGER" expression="$ctx:id"/><result name="n" column="NAME"/><result name="i" column="1"/><result name="p" column="price"/><result name="b" column="big"/>',
        ),
        given: { properties: { id: '7' } },
        expect: { properties: { n: "it's ?", i: '7', p: '1.0', b: '9007199254740993' } },
      },
      {
        rule: 'mediators 10.1: NULL and no row leave properties alone; an empty parameter is NULL',
        xml:
          report(`insert into ${named} values (8, ?, null, null)`, '<parameter type="VARCHAR" value=""/>') +
          lookup(`select name from ${named} where id = 8`, '<result name="n" column="name"/>') +
          lookup(`select name from ${named} where id = 99`, '<result name="m" column="name"/>') +
          lookup(
            `select name from ${named} where name = ?`,
            '<parameter type="VARCHAR" value=""/><result name="m" column="name"/>',
          ),
        given: { properties: { n: 'kept', m: 'kept' } },
        expect: { properties: { n: 'kept', m: 'kept' }, outcome: true },
      },
      {
        rule: 'mediators 10.1: a failure names the statement and the database, without credentials',
        xml: lookup('select nothing from nowhere'),
        expect: {
          fault: `SQL Exception occurred while executing statement : select nothing from nowhere against DataSource : ${url.replace(/\?.*/, '')}`,
        },
      },
      {
        rule: 'mediators 10.1: a column that the result does not have faults',
        xml: lookup(`select id from ${named} where id = 7`, '<result name="x" column="zzz"/>'),
        expect: { outcome: 'fault' },
      },
    ]);
  });
}

describe('database mediators at deploy', () => {
  table([
    {
      rule: 'mediators 10.1: a parameter of type INTEGER that is no number faults',
      xml: `<dblookup>${sqlite}${statement('select ?', '<parameter type="INTEGER" value="x"/>')}</dblookup>`,
      expect: { fault: '"x" is no INTEGER for a parameter of an SQL statement' },
    },
    {
      rule: 'mediators 10.1: url and password from entries and elsewhere',
      xml: `<dblookup>${sqlite.replace('<url>jdbc:sqlite::memory:</url>', '<url key="u"/>')}${statement("select 'v' as c", '<result name="r" column="c"/>')}</dblookup>`,
      given: { entries: { u: 'jdbc:sqlite::memory:' } },
      expect: { properties: { r: 'v' } },
    },
  ]);

  refusals([
    {
      rule: 'mediators 10.1: pool is required',
      xml: `<dblookup>${statement('select 1')}</dblookup>`,
      code: 'missing-element',
    },
    { rule: 'mediators 10.1: statement is required', xml: `<dbreport>${sqlite}</dbreport>`, code: 'missing-element' },
    {
      rule: 'mediators 10.1: a pool needs a driver or the name of a data source',
      xml: `<dblookup><connection><pool><url>jdbc:sqlite::memory:</url></pool></connection>${statement('select 1')}</dblookup>`,
      code: 'missing-element',
    },
    {
      rule: 'mediators 10.1: a pool with a driver needs a URL',
      xml: `<dblookup><connection><pool><driver>org.sqlite.JDBC</driver></pool></connection>${statement('select 1')}</dblookup>`,
      code: 'missing-element',
    },
    {
      rule: 'mediators 10.1: unknown parameter type',
      xml: `<dblookup>${sqlite}${statement('select ?', '<parameter type="BLOB" value="1"/>')}</dblookup>`,
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 10.1: a result needs a column',
      xml: `<dblookup>${sqlite}${statement('select 1', '<result name="r"/>')}</dblookup>`,
      code: 'missing-attribute',
    },
  ]);

  const refused: [what: string, driver: string, url: string, expected: RegExp][] = [
    ['the driver of H2', 'org.h2.Driver', 'jdbc:h2:mem:x', /driver org\.h2\.Driver is for H2, which is not supported/],
    ['the driver of Derby', 'org.apache.derby.jdbc.ClientDriver', 'jdbc:derby://h/x', /is for Apache Derby, which/],
    ['the driver of Oracle', 'oracle.jdbc.OracleDriver', 'jdbc:oracle:thin:@h:1521:x', /is for Oracle, which/],
    [
      'a driver that nobody knows',
      'com.acme.Driver',
      'jdbc:acme:x',
      /com\.acme\.Driver is for a database that is not known/,
    ],
    [
      'the URL of Oracle',
      'org.sqlite.JDBC',
      'jdbc:oracle:thin:@h:1521:x',
      /URL jdbc:oracle:thin:@h:1521:x is for Oracle/,
    ],
    [
      'the URL of H2, without its password',
      'org.sqlite.JDBC',
      'jdbc:h2://u:secret@h/x?p=1',
      /URL jdbc:h2:\/\/h\/x is for H2/,
    ],
  ];
  for (const [what, driver, url, expected] of refused) {
    it(`mediators 10.1: ${what} is refused by name`, () => {
      const xml = `<dblookup>${connectionTo({ driver, url, user: 'u' })}${statement('select 1')}</dblookup>`;
      const [problem] = problemsOf(xml);
      assert.equal(problem?.code, 'unsupported-database');
      assert.match(problem.message, expected);
      assert.match(problem.hint ?? '', /PostgreSQL, MySQL, MariaDB and SQLite/);
    });
  }
});

const typed = (type: string, value: string) =>
  `<dblookup>${sqlite}${statement('select ? as v', `<parameter type="${type}" value="${value}"/><result name="v" column="v"/>`)}</dblookup>`;

describe('mediators 10.1: types of parameters', () => {
  const taken: [type: string, value: string, read: string][] = [
    ['VARCHAR', ' a ', ' a '],
    ['DECIMAL', '12345678901234567890.50', '12345678901234567890.50'],
    ['NUMERIC', '-1e3', '-1e3'],
    ['BIT', 'TRUE', '1'],
    ['TINYINT', '-128', '-128'],
    ['SMALLINT', '+32767', '32767'],
    ['INTEGER', '2147483647', '2147483647'],
    ['BIGINT', '9223372036854775807', '9223372036854775807'],
    ['DOUBLE', '1', '1.0'],
    ['DATE', '2026-1-31', '2026-1-31'],
    ['TIME', '23:59:59', '23:59:59'],
    ['TIMESTAMP', '2026-01-31 23:59:59.123', '2026-01-31 23:59:59.123'],
  ];
  table(
    taken.map(([type, value, read]) => ({
      rule: `mediators 10.1: ${type} takes ${value}`,
      xml: typed(type, value),
      expect: { properties: { v: read } },
    })),
  );
  const faulty: [type: string, value: string][] = [
    ['DECIMAL', 'x'],
    ['NUMERIC', '1,5'],
    ['TINYINT', '128'],
    ['SMALLINT', '32768'],
    ['INTEGER', '2147483648'],
    ['BIGINT', '9223372036854775808'],
    ['DOUBLE', ' '],
    ['DATE', '31.1.2026'],
    ['TIME', '23:59'],
    ['TIMESTAMP', '2026-01-31'],
  ];
  table(
    faulty.map(([type, value]) => ({
      rule: `mediators 10.1: ${type} does not take "${value}"`,
      xml: typed(type, value),
      expect: { fault: `"${value}" is no ${type} for a parameter of an SQL statement` },
    })),
  );
});

describe('mediators 10.1: data sources and pools', () => {
  const source = (name: string) => `<connection><pool><dsName>${name}</dsName></pool></connection>`;
  const select = (connection: string, sql: string) =>
    `<dblookup>${connection}${statement(sql, '<result name="v" column="1"/>')}</dblookup>`;
  const isolation = (level: string) => `<property name="isolation" value="Connection.TRANSACTION_${level}"/>`;
  const shared = { url: 'jdbc:sqlite::memory:', user: undefined, password: undefined, maximum: 1, wait: 5_000 };

  table([
    {
      rule: 'mediators 10.1: dsName is a data source of the server; all mediators share its pool',
      xml: `<dbreport>${source('jdbc/Orders')}${statement("create table t as select 'shared' as v")}</dbreport>${select(source('Orders'), 'select v from t')}`,
      given: { dataSources: { 'jdbc/Orders': shared, Orders: shared } },
      expect: { properties: { v: 'shared' } },
    },
    {
      rule: 'mediators 10.1: a data source that does not exist faults',
      xml: select(source('jdbc/None'), 'select 1'),
      expect: {
        fault:
          'There is no data source jdbc/None: add it to deployment.toml as [[datasource]] with id, url, username and password',
      },
    },
    {
      rule: 'mediators 10.1: isolation of PostgreSQL',
      xml: select(
        connectionTo(postgresql, isolation('REPEATABLE_READ')),
        "select current_setting('transaction_isolation')",
      ),
      expect: { properties: { v: 'repeatable read' } },
    },
    {
      rule: 'mediators 10.1: isolation of MariaDB',
      xml: select(connectionTo(mariadb, isolation('READ_UNCOMMITTED')), 'select @@session.tx_isolation'),
      expect: { properties: { v: 'READ-UNCOMMITTED' } },
    },
    {
      rule: 'mediators 10.1: pool properties that are no numbers, or unknown, are ignored',
      xml: select(
        connectionTo(
          memory,
          '<property name="maxactive" value="x"/><property name="maxwait" value="-1"/><property name="a" value="b"/>',
        ),
        "select 'v'",
      ),
      expect: { properties: { v: 'v' } },
    },
  ]);
});
