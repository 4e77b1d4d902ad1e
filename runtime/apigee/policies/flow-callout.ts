import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, configuredValue, requiredText } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { definePolicy } from '../policy.js';

/** Shared flows that call each other in a circle end here. */
const deepest = 20;
const depthKey = Symbol('depth of shared flows').toString();

/**
 * ```xml
 * <FlowCallout name="Check-Caller">
 *   <SharedFlowBundle>check-caller</SharedFlowBundle>
 *   <Parameters>
 *     <Parameter name="audience">orders</Parameter>
 *     <Parameter name="caller" ref="request.header.x-caller"/>
 *   </Parameters>
 * </FlowCallout>
 * ```
 *
 * Runs the steps of a shared flow in the flow that calls it (api-management 2.2). Parameters are variables while it
 * runs. The shared flow is looked up then: it may be deployed after the proxy.
 */
export const flowCallout = definePolicy({
  element: 'FlowCallout',
  summary: 'Runs a shared flow.',
  children: ['SharedFlowBundle', 'Parameters'],
  compile: (element, { name }) => {
    const bundle = requiredText(element, 'SharedFlowBundle');
    const parameters = element.element('Parameters')?.elements().map(compileParameter) ?? [];
    return {
      contentAware: false,
      run: async (flow) => {
        const shared = flow.runtime.sharedFlow?.(bundle);
        if (!shared) throw fault('SharedFlowNotFound', `Shared flow ${bundle} is not deployed, called by ${name}`);
        const depth = Number(flow.session.get(depthKey) ?? 0);
        if (depth >= deepest) throw fault('SharedFlowRecursion', `Shared flow ${bundle} is called in a circle`);
        const before = parameters.map((parameter) => [parameter.name, flow.get(parameter.name)] as const);
        for (const parameter of parameters) flow.set(parameter.name, parameter.of(flow));
        flow.session.set(depthKey, depth + 1);
        try {
          await shared.run(flow);
        } finally {
          flow.session.set(depthKey, depth);
          for (const [parameter, value] of before) flow.set(parameter, value);
        }
      },
    };
  },
});

function compileParameter(element: ConfigElement): { name: string; of(flow: FlowContext): unknown } {
  const name = attributeText(element, 'name') ?? element.fail('missing-attribute', '<Parameter> needs a name');
  const value = configuredValue(element) ?? configuredValue(element, 'value');
  return { name, of: (flow) => (value?.ref === undefined ? value?.text : (flow.get(value.ref) ?? value.text)) };
}

function fault(name: string, text: string): PolicyFault {
  return new PolicyFault({ code: `flow.${name}`, text });
}
