import { defineMediator } from './mediator.js';
import { property } from './property.js';

/**
 * `<propertyGroup><property …/>…</propertyGroup>`: its properties in order (mediators 3.2). Other children are ignored.
 * The body is built even when no property looks at it, as in the reference engine.
 */
export const propertyGroup = defineMediator({
  name: 'propertyGroup',
  summary: 'Sets or removes several properties.',
  attributes: {},
  children: ['property'],
  inner: {
    property: Object.keys(property.attributes),
  },
  compile(element, context) {
    const steps = element
      .elements()
      .filter((child) => child.localName === 'property')
      .map((child) => property.compile(child, context));
    return {
      contentAware: true,
      mediate(message) {
        for (const step of steps) step.mediate(message);
        return true;
      },
    };
  },
});
