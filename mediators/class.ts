import { requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';

/**
 * `<class name="com.acme.Foo"><property name="…" value="…"/>*</class>`
 *
 * Runs the port of a Java mediator: one that was made with `defineMediator` and names the class as its `javaClass`
 * (mediators 11). The port gets the element, its properties included. `mediant start --module FILE` loads ports; a class
 * without one does not deploy.
 */
export const classMediator = defineMediator({
  name: 'class',
  summary: 'Runs the JavaScript port of a Java class mediator.',
  attributes: {
    name: { description: 'Java class whose port runs.', required: true },
    method: { description: 'Method of the class; for the port to read.' },
    target: { description: 'Where the result goes; for the port to read.', values: ['body', 'variable', 'none'] },
    'target-variable': { description: 'Variable for target="variable"; for the port to read.' },
  },
  children: ['property', 'inputs'],
  compile(element, context) {
    const name = requiredAttribute(element, 'name');
    const port = context.portOf?.(name);
    if (port) return port.compile(element, context);
    return element.fail('unknown-class', `The class mediator ${name} is Java, and there is no port of it`, {
      attribute: 'name',
      hint: `port it with defineMediator({ javaClass: '${name}', … }) in a module, which --module names, or replace it by a <script>`,
    });
  },
});
