import { defineMediator } from './mediator.js';

/** `<drop/>`: forgets the address and stops the flow; writes no answer itself (mediators 4.5). */
export const drop = defineMediator({
  name: 'drop',
  summary: 'Stops processing of the message.',
  attributes: {},
  compile: () => ({
    mediate: (message) => {
      message.addressing.to = undefined;
      return false;
    },
    contentAware: false,
  }),
});
