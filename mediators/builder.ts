import type { ConfigElement } from '../runtime/configuration/element.js';
import { buildBody } from '../runtime/message/build.js';
import { defineMediator } from './mediator.js';

/** Packages of the builders and formatters that the reference engine brings along, for which there are others here. */
const ownPackages = /^org\.(?:apache\.(?:axis2|synapse)|wso2\.carbon\.relay)\./;

/**
 * `<builder class="…" formatterClass="…"/>` or `<builder><messageBuilder contentType="…" class="…" formatterClass="…"/></builder>`
 *
 * Reads the body by its content type (mediators 11). The classes of the reference engine itself count for nothing: a body
 * is read by whatever knows its type. A body that cannot be read stays as it is, with a warning.
 */
export const builder = defineMediator({
  name: 'builder',
  summary: 'Reads the body, where it would be passed through.',
  attributes: {
    class: { description: 'Builder of the reference engine; without effect.' },
    formatterClass: { description: 'Formatter of the reference engine; without effect.' },
  },
  children: ['messageBuilder'],
  inner: { messageBuilder: ['contentType', 'class', 'formatterClass'] },
  compile(element) {
    for (const part of [element, ...element.elements()]) refuseOwnClasses(part);
    return {
      contentAware: false,
      async mediate(message) {
        if (message.payload.built) return true;
        try {
          await buildBody(message);
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          message.environment.logger.log('WARN', 'BuilderMediator', `The body cannot be read: ${reason}`);
        }
        return true;
      },
    };
  },
});

function refuseOwnClasses(element: ConfigElement): void {
  for (const name of ['class', 'formatterClass']) {
    const value = element.attribute(name)?.trim();
    if (!value || ownPackages.test(value)) continue;
    element.fail('needs-jvm', `The message builder ${value} is a Java class`, {
      attribute: name,
      hint: 'remove it: bodies are read by their content type; others can be converted by a <script>',
    });
  }
}
