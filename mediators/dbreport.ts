import { WholeNumber } from '../runtime/java/value.js';
import { compileConnection } from './db-connection.js';
import { compileStatements, runStatement } from './db-statement.js';
import { defineMediator } from './mediator.js';

/**
 * ```xml
 * <dbreport useTransaction="true">
 *   <connection><pool>…</pool></connection>
 *   <statement><sql>insert into … values (?)</sql> <parameter type="VARCHAR" value="…|expression"/>*</statement>+
 * </dbreport>
 * ```
 * Runs changes, each committed by itself unless it takes part in a `transaction` (mediators 10.1).
 * `DBREPORT_MODIFIED_RAW_COUNT` is the number of rows that the last one changed. `<connection>` is as in `dblookup`.
 */
export const dbreport = defineMediator({
  name: 'dbreport',
  summary: 'Writes to a database.',
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
        for (const statement of statements) {
          const values = statement.values(message);
          const count = await runStatement(source, statement, async () =>
            (await source.session(message)).change(statement.sql, values),
          );
          message.setProperty('DBREPORT_MODIFIED_RAW_COUNT', WholeNumber.integer(count));
        }
        return true;
      },
    };
  },
});
