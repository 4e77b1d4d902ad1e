import { compileForeachCollection } from './foreach-collection.js';
import { compileForeachExpression } from './foreach-expression.js';
import { defineMediator } from './mediator.js';

/**
 * Two loops in one element:
 * ```xml
 * <foreach id="…" expression="…" sequence="name" continueLoopOnFailure="false"><sequence/></foreach>
 * <foreach collection="${…}" parallel-execution="true" update-original="true" target-variable="…"
 *          result-content-type="JSON|XML" result-enclosing-element="…" counter-variable="…"
 *          continue-without-aggregation="false"><sequence/></foreach>
 * ```
 * The first runs the sequence on the message itself, item by item (mediators 7.3); the second, selected by a
 * `collection`, on a copy for each item, and puts the results together (mediators 7.4).
 */
export const foreach = defineMediator({
  name: 'foreach',
  summary: 'Runs a sequence on each item of a list and puts the results in its place.',
  attributes: {
    id: { description: 'Prefix of the properties FOREACH_COUNTER and FOREACH_ORIGINAL_MESSAGE.' },
    expression: { description: 'XPath or json-eval that selects the items of the body.' },
    sequence: { description: 'Sequence that runs on each item; wins over the child.' },
    continueLoopOnFailure: {
      description: 'true: an item that fails or stops does not end the loop.',
      default: 'false',
      values: ['true', 'false'],
    },
    collection: { description: 'Expression whose items are run on copies of the message.' },
    'parallel-execution': { description: 'Whether the items run at once.', default: 'true', values: ['true', 'false'] },
    'update-original': {
      description: 'Whether the results replace the items in the collection.',
      default: 'true',
      values: ['true', 'false'],
    },
    'target-variable': { description: 'Variable that gets the results when the original is not updated.' },
    'result-content-type': { description: 'What the variable holds.', values: ['JSON', 'XML'] },
    'result-enclosing-element': { description: 'Name of the element around XML results.' },
    'counter-variable': { description: 'Variable that counts the items from 0; not with parallel execution.' },
    'continue-without-aggregation': {
      description: 'true: results are dropped.',
      default: 'false',
      values: ['true', 'false'],
    },
  },
  children: ['sequence'],
  compile(element, context) {
    const hasCollection = (element.attribute('collection') ?? '').trim() !== '';
    return {
      contentAware: true,
      mediate: (hasCollection ? compileForeachCollection : compileForeachExpression)(element, context),
    };
  },
});
