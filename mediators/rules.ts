import { defineMediator } from './mediator.js';

/** `<rules>…</rules>`: the legacy form of the main sequence, runs its children in order (mediators 4.4). */
export const rules = defineMediator({
  name: 'rules',
  summary: 'Runs its mediators in order.',
  attributes: {},
  children: 'mediators',
  compile: (element, context) => ({ mediate: context.children(element).mediate, contentAware: false }),
});
