import { defineMediator } from './mediator.js';

/**
 * `<comment>text</comment>`: no effect (mediators 4.11). XML comments in a list count as one, too.
 */
export const comment = defineMediator({
  name: 'comment',
  summary: 'Holds a remark; does nothing.',
  attributes: {},
  compile: () => ({ mediate: () => true, contentAware: false }),
});
