import { childBoolean } from '../configured.js';
import { PolicyFault } from '../fault.js';
import { setFaultBody } from '../fault-message.js';
import { ApigeeMessage } from '../message.js';
import { definePolicy } from '../policy.js';
import { actionElements, compileActions } from './message-actions.js';

/**
 * ```xml
 * <RaiseFault name="Not-Found">
 *   <FaultResponse>
 *     <Set>
 *       <StatusCode>404</StatusCode>
 *       <ReasonPhrase>Not Found</ReasonPhrase>
 *       <Payload contentType="application/json">{"error": "{request.path} is not here"}</Payload>
 *     </Set>
 *   </FaultResponse>
 *   <IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>
 * </RaiseFault>
 * ```
 *
 * Enters the error flow with an answer of its own; without a Payload with the default body of a fault
 * (api-management 2.6).
 */
export const raiseFault = definePolicy({
  element: 'RaiseFault',
  summary: 'Stops the flow and answers with a fault.',
  children: ['FaultResponse', 'IgnoreUnresolvedVariables', 'ShortFaultReason', ...actionElements],
  compile: (element, context) => {
    const { name } = context;
    const faultResponse = element.element('FaultResponse');
    const actions = faultResponse ? compileActions(faultResponse, context) : [];
    const hasPayload = faultResponse?.element('Set')?.element('Payload') !== undefined;
    const ignoreUnresolved = childBoolean(element, 'IgnoreUnresolvedVariables', false);
    const code = 'steps.raisefault.RaiseFault';
    const text = `Raising fault. Fault name : ${name}`;
    return {
      contentAware: actions.some(({ contentAware }) => contentAware),
      run: (flow) => {
        const response = ApigeeMessage.response({ status: 500 });
        for (const action of actions) action.run(response, flow, ignoreUnresolved);
        if (!hasPayload && !response.hasBody) setFaultBody(response, { message: text, code }, flow.request);
        throw new PolicyFault({ code, text, status: response.status, response });
      },
    };
  },
});
