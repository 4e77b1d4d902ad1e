import { WholeNumber } from '../runtime/java/value.js';
import { compileConnection, connectionAttributes } from './db-connection.js';
import { compileStatements, statementAttributes } from './db-statement.js';
import { runStatement } from './dblookup.js';
import { defineMediator } from './mediator.js';

/**
 * ```xml
 * <dbreport>
 *   <connection><pool>…</pool></connection>
 *   <statement><sql>insert into … values (?)</sql> <parameter type="VARCHAR" value="…|expression"/>*</statement>+
 * </dbreport>
 * ```
 * Runs changes, each committed by itself (mediators 10.1). `DBREPORT_MODIFIED_RAW_COUNT` is the number of rows that the
 * last one changed.
 */
export const dbreport = defineMediator({
  name: 'dbreport',
  summary: 'Writes to a database.',
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
        for (const statement of statements) {
          const values = statement.values(message);
          const count = await runStatement(source, statement, async () =>
            (await source.open(message)).change(statement.sql, values),
          );
          message.setProperty('DBREPORT_MODIFIED_RAW_COUNT', WholeNumber.integer(count));
        }
        return true;
      },
    };
  },
});
