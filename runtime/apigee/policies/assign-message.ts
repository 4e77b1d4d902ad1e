import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, childBoolean, readBoolean, textIn } from '../configured.js';
import type { FlowContext } from '../flow-context.js';
import { ApigeeMessage } from '../message.js';
import { definePolicy } from '../policy.js';
import { actionElements, compileActions } from './message-actions.js';

/**
 * ```xml
 * <AssignMessage name="Build-Request">
 *   <AssignTo createNew="true" type="request">calloutRequest</AssignTo>
 *   <Copy source="request"><Headers/></Copy>
 *   <Remove><QueryParams><QueryParam name="apikey"/></QueryParams></Remove>
 *   <Add><Headers><Header name="Via">mediant</Header></Headers></Add>
 *   <Set>
 *     <Verb>POST</Verb>
 *     <Path>/tokens</Path>
 *     <Payload contentType="application/json" variablePrefix="%" variableSuffix="#">{"user": "%user#"}</Payload>
 *   </Set>
 *   <AssignVariable><Name>region</Name><Ref>request.queryparam.region</Ref><Value>eu</Value></AssignVariable>
 *   <IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>
 * </AssignMessage>
 * ```
 *
 * Changes a message, or makes one, and sets variables; the actions run in document order (api-management 2.6). Without a
 * name in `<AssignTo>` it is the current message, whatever `type` says.
 */
export const assignMessage = definePolicy({
  element: 'AssignMessage',
  summary: 'Changes or makes a message and sets flow variables.',
  children: ['AssignTo', 'IgnoreUnresolvedVariables', ...actionElements],
  compile: (element, context) => {
    const actions = compileActions(element, context);
    const changesMessage = element.elements().some(({ localName }) => /^(?:Add|Copy|Remove|Set)$/.test(localName));
    const target = compileTarget(element.element('AssignTo'));
    const ignoreUnresolved = childBoolean(element, 'IgnoreUnresolvedVariables', false);
    return {
      contentAware: actions.some(({ contentAware }) => contentAware),
      run: (flow) => {
        const { message, keep } = changesMessage ? target(flow) : { message: flow.message, keep: undefined };
        for (const action of actions) action.run(message, flow, ignoreUnresolved);
        keep?.();
      },
    };
  },
});

type Target = (flow: FlowContext) => {
  readonly message: ApigeeMessage;
  /** Puts a new message in its place: after the actions, which may still read the one before. */
  readonly keep: (() => void) | undefined;
};

function compileTarget(element: ConfigElement | undefined): Target {
  const variable = textIn(element);
  const createNew = readBoolean(attributeText(element, 'createNew') ?? 'false') ?? false;
  const type = attributeText(element, 'type')?.toLowerCase() === 'response' ? 'response' : 'request';
  return (flow) => {
    const known = variable === undefined ? flow.message : flow.messageVariable(variable);
    if (known && !createNew) return { message: known, keep: undefined };
    const kind = variable === undefined ? flow.message.kind : type;
    const message = kind === 'request' ? ApigeeMessage.request() : ApigeeMessage.response();
    return { message, keep: () => flow.set(variable ?? 'message', message) };
  };
}
