import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { compileCondition, conditionAttributes } from './conditions.js';
import { defineMediator } from './mediator.js';
import { compileAction } from './rewrite-action.js';
import { formatUri, parseUri, type UriParts } from './rewrite-uri.js';

/**
 * ```xml
 * <rewrite inProperty="…" outProperty="…">
 *   <rewriterule>
 *     <condition>and|or|not|equal|match</condition>
 *     <action type="set|append|prepend|replace|remove|remove-query-param" fragment="full|protocol|user|host|port|path|query|ref"
 *             value="…" xpath="…" regex="…" resolve="false"/>*
 *   </rewriterule>*
 * </rewrite>
 * ```
 * Rewrites the To address, or a URI in a property, part by part (mediators 6.10).
 */
export const rewrite = defineMediator({
  name: 'rewrite',
  summary: 'Rewrites the To address or a URI in a property.',
  attributes: {
    inProperty: { description: 'Property that holds the URI.', default: 'the To address' },
    outProperty: { description: 'Property that takes the result.', default: 'the To address' },
  },
  children: ['rewriterule'],
  inner: {
    rewriterule: [],
    'rewriterule/condition': [],
    'rewriterule/action': ['type', 'fragment', 'value', 'xpath', 'regex', 'resolve'],
    ...conditionAttributes,
  },
  compile(element, context) {
    const rules = element
      .elements()
      .filter(({ localName }) => localName === 'rewriterule')
      .map((rule) => compileRule(rule, context));
    const input = element.attribute('inProperty');
    const output = element.attribute('outProperty');
    return {
      contentAware: true,
      mediate(message) {
        const uri = inputUri(message, input);
        for (const rule of rules) rule(message, uri);
        const result = formatUri(uri);
        if (output === undefined) message.addressing.to = result;
        else message.setProperty(output, result);
        return true;
      },
    };
  },
});

function inputUri(message: Message, property: string | undefined): UriParts {
  const value = property === undefined ? message.addressing.to : message.properties.get(property);
  return typeof value === 'string' ? parseUri(value) : {};
}

type Rule = (message: Message, uri: UriParts) => void;

/** A condition that cannot be evaluated does not hold. */
function compileRule(element: ConfigElement, context: CompileContext): Rule {
  const [condition] = element.element('condition')?.elements() ?? [];
  const holds = condition && compileCondition(condition, context);
  const actions = element
    .elements()
    .filter(({ localName }) => localName === 'action')
    .map(compileAction);
  return (message, uri) => {
    if (holds && !evaluates(() => holds(message, formatUri(uri)))) return;
    for (const action of actions) action(message, uri);
  };
}

function evaluates(test: () => boolean): boolean {
  try {
    return test();
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}
