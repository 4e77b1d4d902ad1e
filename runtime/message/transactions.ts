import { TransactionScope } from '../database/flow-transaction.js';
import type { Message } from './message.js';

/**
 * The transaction scope of the message's flow, made when first asked for. What is open in it when the exchange has ended
 * is rolled back, so that no flow keeps a connection.
 */
export function transactionScope(message: Message): TransactionScope {
  if (message.transactions) return message.transactions;
  const scope = new TransactionScope();
  message.transactions = scope;
  const { logger } = message.environment;
  message.exchange.whenEnded?.(async () => {
    if (!(await scope.abandon())) return;
    logger.log(
      'WARN',
      'TransactionMediator',
      'A flow ended without commit or rollback; its transaction is rolled back',
    );
  });
  return scope;
}
