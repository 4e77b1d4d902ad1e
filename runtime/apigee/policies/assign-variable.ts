import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, childText, showsContent, textIn } from '../configured.js';
import type { FlowContext } from '../flow-context.js';
import { compileTemplate, resolvedText } from '../template.js';
import type { MessageAction } from './message-action.js';

/** `<AssignVariable>`: the variable of Ref, by reference, else Template, else Value. */
export function compileAssignVariable(element: ConfigElement): MessageAction {
  const name = childText(element, 'Name') ?? element.fail('missing-element', '<AssignVariable> needs a <Name>');
  const ref = childText(element, 'Ref');
  const valueElement = element.element('Value');
  const templateElement = element.element('Template');
  const templateRef = attributeText(templateElement, 'ref');
  const template = textIn(templateElement) === undefined ? undefined : compileTemplate(templateElement?.text ?? '');
  const read = (flow: FlowContext, ignoreUnresolved: boolean): unknown => {
    const found = ref === undefined ? undefined : flow.get(ref);
    if (found !== undefined) return found;
    if (templateRef !== undefined) {
      return compileTemplate(resolvedText(flow, templateRef, ignoreUnresolved)).render(flow, ignoreUnresolved);
    }
    if (template) return template.render(flow, ignoreUnresolved);
    if (valueElement) return ref === undefined && valueElement.text === '' ? undefined : valueElement.text;
    return ref === undefined ? undefined : resolvedText(flow, ref, ignoreUnresolved);
  };
  return {
    contentAware: [ref ?? '', templateRef ?? '', ...(template?.variables ?? [])].some(showsContent) || !!templateRef,
    run: (_message, flow, ignoreUnresolved) => {
      const value = read(flow, ignoreUnresolved);
      if (value !== undefined) flow.set(name, value);
    },
  };
}
