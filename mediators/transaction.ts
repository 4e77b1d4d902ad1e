import type { TransactionScope } from '../runtime/database/flow-transaction.js';
import { Fault } from '../runtime/message/fault.js';
import { transactionScope } from '../runtime/message/transactions.js';
import { requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';

/**
 * `<transaction action="new|use-existing-or-new|fault-if-no-tx|commit|rollback|suspend|resume"/>`
 *
 * Begins and ends the transaction that `dblookup` and `dbreport` with `useTransaction="true"` take part in
 * (mediators 10.2). It belongs to the flow: to the message through calls and their answers, and to the branches of
 * `iterate`, `clone`, `foreach` and `scatter-gather` that run one after the other. A transaction is one of one database;
 * a statement for a second one is a fault. What a flow leaves open is rolled back when its request has ended.
 */
export const transaction = defineMediator({
  name: 'transaction',
  summary: 'Begins, commits or rolls back a database transaction.',
  attributes: {
    action: {
      description:
        'What to do; `suspend` runs what follows outside of the transaction until `resume`. Another word faults.',
      required: true,
      values: ['new', 'use-existing-or-new', 'fault-if-no-tx', 'commit', 'rollback', 'suspend', 'resume'],
    },
  },
  compile(element, context) {
    const action = requiredAttribute(element, 'action');
    const act = actions[action];
    if (!act) {
      context.report(
        element.problem('invalid-attribute-value', `action="${action}" is none that <transaction> knows: it faults`, {
          attribute: 'action',
          severity: 'warning',
          hint: `use one of: ${Object.keys(actions).join(', ')}`,
        }),
      );
    }
    return {
      contentAware: false,
      mediate(message) {
        if (!act) throw new Fault(`Unknown action ${action} of a transaction`);
        const ended = act(transactionScope(message));
        return ended ? ended.then(() => true) : true;
      },
    };
  },
});

type Action = (scope: TransactionScope) => Promise<void> | undefined;

const actions: Readonly<Record<string, Action>> = {
  new(scope) {
    if (scope.isActive) throw new Fault('A transaction is active already: commit or roll it back before a new one');
    scope.begin();
    return undefined;
  },
  'use-existing-or-new'(scope) {
    if (!scope.isActive) scope.begin();
    return undefined;
  },
  'fault-if-no-tx'(scope) {
    requireActive(scope, 'No transaction is active');
    return undefined;
  },
  commit: (scope) => end(scope, 'commit'),
  rollback: (scope) => end(scope, 'rollback'),
  suspend(scope) {
    requireActive(scope, 'There is no transaction to suspend');
    if (scope.isSuspended) throw new Fault('A transaction is suspended already');
    scope.suspend();
    return undefined;
  },
  resume(scope) {
    if (!scope.isSuspended) throw new Fault('There is no suspended transaction to resume');
    if (scope.isActive) throw new Fault('A transaction is active: the suspended one cannot be resumed');
    scope.resume();
    return undefined;
  },
};

async function end(scope: TransactionScope, how: 'commit' | 'rollback'): Promise<void> {
  requireActive(scope, `There is no transaction to ${how === 'commit' ? 'commit' : 'roll back'}`);
  try {
    await scope.end(how);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault(`The ${how} of the transaction failed: ${reason}`, { cause: error });
  }
}

function requireActive(scope: TransactionScope, text: string): void {
  if (!scope.isActive) throw new Fault(text);
}
