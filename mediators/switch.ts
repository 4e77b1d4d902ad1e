import type { JavaRegex } from '../runtime/java/regex.js';
import type { Mediate } from '../runtime/message/message.js';
import { regexAttribute, requiredAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';

/**
 * ```xml
 * <switch source="expression"><case regex="java-regex">mediators</case>… <default>mediators</default></switch>
 * ```
 * Runs the first case whose regular expression matches the whole text, else the first default (mediators 4.3). No
 * value at all matches no case.
 */
export const switchMediator = defineMediator({
  name: 'switch',
  summary: 'Runs the first branch whose regular expression matches.',
  attributes: { source: { description: 'Expression whose text is matched.', required: true } },
  children: ['case', 'default'],
  compile(element, context) {
    requiredAttribute(element, 'source');
    const source = context.expression(element, 'source');
    const cases: { regex: JavaRegex; mediate: Mediate }[] = [];
    let otherwise: Mediate | undefined;
    for (const child of element.elements()) {
      if (child.localName === 'case') {
        if (child.attribute('regex') === undefined) requiredAttribute(child, 'regex');
        cases.push({ regex: regexAttribute(child, 'regex'), mediate: context.children(child).mediate });
      } else if (child.localName === 'default') {
        otherwise ??= context.children(child).mediate;
      }
    }
    return {
      contentAware: source.contentAware,
      mediate(message) {
        const text = source.text(message);
        if (text !== null) {
          for (const { regex, mediate } of cases) if (regex.test(text)) return mediate(message);
        }
        return otherwise ? otherwise(message) : true;
      },
    };
  },
});
