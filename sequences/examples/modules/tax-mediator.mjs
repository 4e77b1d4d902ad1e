/**
 * The port of the Java mediator com.example.mediators.TaxMediator: `compile` runs once, when the artifact is deployed, and
 * returns what runs for each message.
 * @type {import('mediant').MediatorDefinition}
 */
export const tax = {
  name: 'tax',
  javaClass: 'com.example.mediators.TaxMediator',
  summary: 'Tells the rate of the tax in a header.',
  attributes: {},
  compile(element) {
    const rate = element.element('property')?.attribute('value');
    if (rate === undefined) element.fail('missing-element', 'The tax mediator needs <property name="rate"/>');
    return {
      contentAware: false,
      mediate(message) {
        message.headers.set('X-Tax-Rate', rate);
        return true;
      },
    };
  },
};
