import type { Row } from '../runtime/database/database.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { compileConnection, connectionAttributes, type DatabaseSource } from './db-connection.js';
import { compileStatements, type Statement, statementAttributes } from './db-statement.js';
import { defineMediator } from './mediator.js';

/**
 * ```xml
 * <dblookup>
 *   <connection><pool><driver>…</driver><url>jdbc:…</url><user>…</user><password>…</password></pool></connection>
 *   <statement><sql>select … where x = ?</sql> <parameter type="VARCHAR" value="…|expression"/>*
 *     <result name="property" column="name|number"/>*</statement>+
 * </dblookup>
 * ```
 * Runs queries and puts columns of their first rows into properties (mediators 10.1). NULL and no row set nothing.
 */
export const dblookup = defineMediator({
  name: 'dblookup',
  summary: 'Reads properties from a database.',
  attributes: { useTransaction: { description: 'Accepted with a warning: there are no transactions.' } },
  children: ['connection', 'statement'],
  inner: {
    ...connectionAttributes,
    ...statementAttributes,
  },
  compile(element, context) {
    const source = compileConnection(element, context);
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
    (await source.open(message)).first(statement.sql, values),
  );
  if (!row) return;
  for (const { name, column } of statement.results) message.setProperty(name, columnOf(row, column, statement));
}

function columnOf(row: Row, column: string, { sql }: Statement): string | null {
  const value = /^\d+$/.test(column) ? row.at(Number(column)) : row.named(column);
  if (value === undefined) throw new Fault(`The result of the statement : ${sql} has no column ${column}`);
  return value;
}

/** Runs one statement; what the driver throws becomes a fault that names statement and database. */
export async function runStatement<Result>(
  source: DatabaseSource,
  { sql }: Statement,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`SQL Exception occurred while executing statement : ${sql} against DataSource : ${source.label}`, {
      cause: error,
    });
  }
}
