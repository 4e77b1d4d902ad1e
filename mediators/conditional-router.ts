import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import { explicitBooleanAttribute } from './attribute.js';
import { compileCondition, conditionAttributes } from './conditions.js';
import { defineMediator, targetAttributes } from './mediator.js';
import { requiredTarget } from './target.js';

/**
 * ```xml
 * <conditionalRouter continueAfter="false">
 *   <conditionalRoute breakRoute="true" asynchronous="false">
 *     <condition><and|or|not|equal|match …/></condition> <target …/>
 *   </conditionalRoute>*
 * </conditionalRouter>
 * ```
 * Runs the targets whose conditions hold, in order, until one breaks (mediators 4.12). What a target returns does not
 * count: `continueAfter` alone decides whether the list goes on.
 */
export const conditionalRouter = defineMediator({
  name: 'conditionalRouter',
  summary: 'Routes by conditions on headers, parameters, the URL, properties or the body.',
  attributes: {
    continueAfter: {
      description: 'Whether the mediators behind the router run.',
      default: 'false',
      values: ['true', 'false'],
    },
  },
  children: ['conditionalRoute'],
  inner: {
    conditionalRoute: ['breakRoute', 'asynchronous'],
    'conditionalRoute/condition': [],
    'conditionalRoute/target': targetAttributes,
    ...conditionAttributes,
  },
  compile(element, context) {
    const continueAfter = explicitBooleanAttribute(element, 'continueAfter', false);
    const routes = element
      .elements()
      .filter((child) => child.localName === 'conditionalRoute')
      .map((child) => compileRoute(child, context));
    return {
      contentAware: true,
      async mediate(message) {
        const { to } = message.addressing;
        if (to === undefined) throw new Fault('The conditionalRouter needs a To address');
        for (const { condition, target, asynchronous, breakRoute } of routes) {
          if (!condition(message, to)) continue;
          if (asynchronous) target.start(message);
          else await target.run(message);
          if (breakRoute) break;
        }
        return continueAfter;
      },
    };
  },
});

function compileRoute(element: ConfigElement, context: CompileContext) {
  const [condition] = element.element('condition')?.elements() ?? [];
  if (!condition) {
    element.fail('missing-element', 'a <conditionalRoute> needs a <condition> with a test in it', {
      hint: 'add <condition><equal type="header" source="…" value="…"/></condition>',
    });
  }
  return {
    condition: compileCondition(condition, context),
    target: requiredTarget(element, context),
    asynchronous: explicitBooleanAttribute(element, 'asynchronous', false),
    breakRoute: explicitBooleanAttribute(element, 'breakRoute', true),
  };
}
