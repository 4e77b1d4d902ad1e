import { attributeText, readBoolean, textIn } from '../../apigee/configured.js';
import type { ConditionalFlow, EndpointFlows, FaultRule } from '../../apigee/endpoint.js';
import { looksAtContent, type Step } from '../../apigee/step.js';
import type { ConfigElement } from '../../configuration/element.js';
import type { StepCompiler } from './compile-steps.js';

/** Child elements of that name; there may be several where one is meant (`<Response/><Response>…`). */
export function childrenNamed(element: ConfigElement | undefined, name: string): ConfigElement[] {
  return element?.elements().filter(({ localName }) => localName === name) ?? [];
}

/**
 * The flows and fault rules of a ProxyEndpoint or TargetEndpoint; the order of elements makes no difference.
 * @param faultRuleOrder in which fault rules are asked: upwards in proxies, downwards in targets (api-management 2.7)
 */
export function compileFlows(
  element: ConfigElement,
  compiler: StepCompiler,
  faultRuleOrder: 'upwards' | 'downwards',
): EndpointFlows {
  const rules = childrenNamed(element, 'FaultRules').flatMap((list) => childrenNamed(list, 'FaultRule'));
  const faultRules = rules.map((rule) => faultRule(rule, compiler));
  const defaultRule = element.element('DefaultFaultRule');
  const enforce = textIn(defaultRule?.element('AlwaysEnforce'));
  return {
    name: attributeText(element, 'name') ?? 'default',
    preFlow: commonFlow(childrenNamed(element, 'PreFlow'), 'PreFlow', compiler),
    flows: childrenNamed(element, 'Flows')
      .flatMap((list) => childrenNamed(list, 'Flow'))
      .map((flow) => conditionalFlow(flow, compiler)),
    postFlow: commonFlow(childrenNamed(element, 'PostFlow'), 'PostFlow', compiler),
    faultRules: faultRuleOrder === 'upwards' ? faultRules.reverse() : faultRules,
    defaultFaultRule: defaultRule && {
      ...faultRule(defaultRule, compiler),
      alwaysEnforce: readBoolean(enforce ?? 'false') ?? false,
    },
  };
}

/** Whether what runs after the call of a target, or instead of it, looks at content. */
export function looksAtContentAfterwards(endpoint: EndpointFlows): boolean {
  const { preFlow, flows, postFlow, faultRules, defaultFaultRule } = endpoint;
  const parts = [preFlow, ...flows, postFlow];
  const rules = [...faultRules, ...(defaultFaultRule ? [defaultFaultRule] : [])];
  return (
    parts.some(({ response, condition }) => condition?.contentAware || looksAtContent(response)) ||
    rules.some(({ steps, condition }) => condition?.contentAware || looksAtContent(steps))
  );
}

function conditionalFlow(element: ConfigElement, compiler: StepCompiler): ConditionalFlow {
  return {
    name: attributeText(element, 'name') ?? '',
    condition: compiler.condition(element),
    ...directions([element], compiler),
  };
}

function commonFlow(elements: readonly ConfigElement[], name: string, compiler: StepCompiler): ConditionalFlow {
  return { name, condition: undefined, ...directions(elements, compiler) };
}

function directions(
  elements: readonly ConfigElement[],
  compiler: StepCompiler,
): { request: readonly Step[]; response: readonly Step[] } {
  const stepsOf = (name: string): Step[] => compiler.steps(elements.flatMap((element) => childrenNamed(element, name)));
  return { request: stepsOf('Request'), response: stepsOf('Response') };
}

function faultRule(element: ConfigElement, compiler: StepCompiler): FaultRule {
  return {
    name: attributeText(element, 'name') ?? '',
    condition: compiler.condition(element),
    steps: compiler.steps([element]),
  };
}
