import { Fault } from '../runtime/message/fault.js';
import { integerAttribute, requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';

/**
 * `<enqueue sequence="name" executor="name" priority="0"/>`: runs a sequence by a priority executor (mediators 4.14).
 * Node runs one mediation at a time, so there are no executors to choose from: the sequence runs here, with the warning
 * that the reference gives for an executor it does not know.
 */
export const enqueue = defineMediator({
  name: 'enqueue',
  summary: 'Runs a sequence by a priority executor.',
  attributes: {
    sequence: { description: 'Sequence to run.', required: true },
    executor: { description: 'Priority executor.', required: true },
    priority: { description: 'Whole number.', default: '0' },
  },
  compile(element) {
    const key = requiredAttribute(element, 'sequence');
    const executor = requiredAttribute(element, 'executor');
    integerAttribute(element, 'priority', 0);
    return {
      contentAware: false,
      mediate(message) {
        const found = message.sequence(key);
        if (!found) throw new Fault(`Sequence named ${key} cannot be found`);
        const { logger } = message.environment;
        logger.log('WARN', 'EnqueueMediator', `No priority executor ${executor}; sequence ${key} runs in place`);
        return found.mediate(message);
      },
    };
  },
});
