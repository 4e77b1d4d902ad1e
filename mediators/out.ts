import { defineMediator } from './mediator.js';

/** `<out>…</out>`: runs its children on the response path (mediators 4.4). */
export const outMediator = defineMediator({
  name: 'out',
  summary: 'Runs its mediators when the message is a response.',
  attributes: {},
  children: 'mediators',
  compile(element, context) {
    const { mediate } = context.children(element);
    return { mediate: (message) => (message.isResponse ? mediate(message) : true), contentAware: false };
  },
});
