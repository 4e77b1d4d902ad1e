import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../runtime/database/jdbc.js';
import { refusals, table } from './harness.js';

const folder = mkdtempSync(path.join(tmpdir(), 'mediant-db-'));
const databases = [
  { driver: 'org.sqlite.JDBC', url: `jdbc:sqlite:${path.join(folder, 'test.db')}`, user: '' },
  { driver: 'org.postgresql.Driver', url: 'jdbc:postgresql://127.0.0.1:5432/test', user: 'postgres' },
  { driver: 'com.mysql.jdbc.Driver', url: 'jdbc:mysql://127.0.0.1:3306/test?useSSL=false', user: 'root' },
  { driver: 'org.mariadb.jdbc.Driver', url: 'jdbc:mariadb://127.0.0.1:3306/test', user: 'root' },
];

const pool = (driver: string, url: string, user = '', more = '') =>
  `<connection><pool><driver>${driver}</driver><url>${url}</url><user>${user}</user><password/>${more}</pool></connection>`;
const statement = (sql: string, children = '') => `<statement><sql><![CDATA[${sql}]]></sql>${children}</statement>`;
const sqlite = pool('org.sqlite.JDBC', 'jdbc:sqlite::memory:');

for (const { driver, url, user } of databases) {
  const connection = pool(driver, url, user);
  const named = `mediant_${driver.split('.')[1]}_${process.pid}`;
  const report = (sql: string, children = '') => `<dbreport>${connection}${statement(sql, children)}</dbreport>`;
  const lookup = (sql: string, children = '') => `<dblookup>${connection}${statement(sql, children)}</dblookup>`;

  describe(`dblookup and dbreport with ${driver}`, () => {
    const run = async (sql: string) => {
      const connectionOf = { url, user, password: undefined, maximum: 1, wait: 5_000 };
      await (await openDatabase(connectionOf)).change(sql, []);
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
          lookup(`select name from ${named} where id = 99`, '<result name="m" column="name"/>'),
        given: { properties: { n: 'kept', m: 'kept' } },
        expect: { properties: { n: 'kept', m: 'kept' } },
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
  after(() => rmSync(folder, { recursive: true, force: true }));

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
      rule: 'mediators 10.1: a driver of another database',
      xml: `<dblookup>${pool('oracle.jdbc.OracleDriver', 'jdbc:oracle:thin:@h:1521:x')}${statement('select 1')}</dblookup>`,
      code: 'unsupported-database',
    },
    {
      rule: 'mediators 10.1: named data sources',
      xml: `<dblookup><connection><pool><dsName>ds</dsName></pool></connection>${statement('select 1')}</dblookup>`,
      code: 'unsupported-data-source',
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
});
