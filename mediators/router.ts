import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Message } from '../runtime/message/message.js';
import { booleanAttribute, regexAttribute, requiredAttribute } from './attribute.js';
import { defineMediator, targetAttributes } from './mediator.js';
import { requiredTarget } from './target.js';

/**
 * ```xml
 * <router continueAfter="false"><route expression="xpath" match="java-regex" breakRouter="true"><target/></route>*</router>
 * ```
 * Runs the targets of the routes that match, in order, until one breaks (mediators 4.13). A route without `match` counts
 * by the truth of its expression, else its whole text has to match.
 */
export const router = defineMediator({
  name: 'router',
  summary: 'Routes by expressions on the body.',
  attributes: {
    continueAfter: {
      description: 'Whether the mediators behind the router run.',
      default: 'false',
      values: ['true', 'false'],
    },
  },
  children: ['route'],
  inner: {
    route: ['expression', 'match', 'breakRouter'],
    'route/target': targetAttributes,
  },
  compile(element, context) {
    const continueAfter = booleanAttribute(element, 'continueAfter');
    const routes = element
      .elements()
      .filter((child) => child.localName === 'route')
      .map((child) => compileRoute(child, context));
    return {
      contentAware: true,
      async mediate(message) {
        for (const { matches, target, breakRouter } of routes) {
          if (!matches(message)) continue;
          await target.run(message);
          if (breakRouter) break;
        }
        return continueAfter;
      },
    };
  },
});

function compileRoute(element: ConfigElement, context: CompileContext) {
  requiredAttribute(element, 'expression');
  const expression = context.expression(element, 'expression');
  const regex = element.attribute('match') === undefined ? undefined : regexAttribute(element, 'match');
  const matches = (message: Message): boolean => {
    if (!regex) return expression.test(message);
    const text = expression.text(message);
    return text !== null && regex.test(text);
  };
  const breakRouter = element.attribute('breakRouter') === undefined || booleanAttribute(element, 'breakRouter');
  return { matches, target: requiredTarget(element, context), breakRouter };
}
