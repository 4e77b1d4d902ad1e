import { Fault } from '../runtime/message/fault.js';
import { dynamicText } from './attribute.js';
import { defineMediator } from './mediator.js';

const defaultMessage = 'An error was thrown by the throwError mediator';

/**
 * `<throwError type="T" errorMessage="text|{expression}"/>`: ends the flow with an error (mediators 4.9). `type`, a
 * text that is taken literally, becomes ERROR_CODE as a String; ERROR_DETAIL is not set.
 */
export const throwError = defineMediator({
  name: 'throwError',
  summary: 'Raises an error that the fault sequence handles.',
  attributes: {
    type: { description: 'What ERROR_CODE becomes.', default: 'ANY' },
    errorMessage: { description: 'What ERROR_MESSAGE becomes; a text or {expression}.' },
  },
  compile(element) {
    const type = element.attribute('type') || 'ANY';
    const text = dynamicText(element, element.attribute('errorMessage') || defaultMessage, 'errorMessage');
    return {
      contentAware: true,
      mediate(message) {
        const reason = text.evaluate(message) ?? '';
        message.setProperty('ERROR_CODE', type);
        message.setProperty('ERROR_MESSAGE', reason);
        throw new Fault(reason, { cause: new Error(type) });
      },
    };
  },
});
