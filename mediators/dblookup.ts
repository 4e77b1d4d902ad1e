import type { Row } from '../runtime/database/database.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { compileConnection, type DatabaseSource } from './db-connection.js';
import { compileStatements, runStatement, type Statement } from './db-statement.js';
import { defineMediator } from './mediator.js';

/**
 * ```xml
 * <dblookup useTransaction="true">
 *   <connection><pool><driver>…</driver><url>jdbc:…</url><user>…</user><password>…</password>
 *     <property name="maxactive|maxwait|isolation" value="…"/>*</pool></connection>
 *   <statement><sql>select … where x = ?</sql> <parameter type="VARCHAR" value="…|expression"/>*
 *     <result name="property" column="name|number"/>*</statement>+
 * </dblookup>
 * ```
 * Runs queries and puts columns of their first rows into properties (mediators 10.1). NULL and no row set nothing.
 *
 * Databases are PostgreSQL, MySQL, MariaDB and SQLite, by their JDBC URLs and driver classes. `driver`, `url`, `user` and
 * `password` may have a `key`, which names an entry with the value. `<pool><dsName>…</dsName></pool>` names a data source:
 * a `[[datasource]]` of deployment.toml with `id`, `url`, `username` and `password`.
 */
export const dblookup = defineMediator({
  name: 'dblookup',
  summary: 'Reads properties from a database.',
  attributes: {
    useTransaction: {
      description: 'true: take part in the transaction that the flow is in.',
      values: ['true', 'false'],
    },
  },
  children: ['connection', 'statement'],
  compile(element, context) {
    const source = compileConnection(element);
    const statements = compileStatements(element, context);
    return {
      contentAware: true,
      async mediate(message) {
        for (const statement of statements) await lookUp(message, source, statement);
        return true;
      },
    };
  },
});

async function lookUp(message: Message, source: DatabaseSource, statement: Statement): Promise<void> {
  const values = statement.values(message);
  const row = await runStatement(source, statement, async () =>
    (await source.session(message)).first(statement.sql, values),
  );
  if (!row) return;
  for (const { name, column } of statement.results) message.setProperty(name, columnOf(row, column, statement));
}

function columnOf(row: Row, column: string, { sql }: Statement): string | null {
  const value = /^\d+$/.test(column) ? row.at(Number(column)) : row.named(column);
  if (value === undefined) throw new Fault(`The result of the statement : ${sql} has no column ${column}`);
  return value;
}
