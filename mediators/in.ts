import { defineMediator } from './mediator.js';

/** `<in>…</in>`: runs its children on the request path (mediators 4.4). */
export const inMediator = defineMediator({
  name: 'in',
  summary: 'Runs its mediators when the message is a request.',
  attributes: {},
  children: 'mediators',
  compile(element, context) {
    const { mediate } = context.children(element);
    return { mediate: (message) => (message.isResponse ? true : mediate(message)), contentAware: false };
  },
});
