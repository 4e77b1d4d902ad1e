import type { ConfigElement } from '../../configuration/element.js';
import { inTurn } from '../../limit/heavy-work.js';
import { loadXsltEngine, type Stylesheet, type Surroundings } from '../../xslt/engine.js';
import { attributeText, type ConfiguredValue, childText, configuredValue, readBoolean, textIn } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { definePolicy, type PolicyContext } from '../policy.js';
import { contentOf, putContent } from './converted-content.js';

/**
 * ```xml
 * <XSL name="transform">
 *   <Source>response</Source>
 *   <ResourceURL>xsl://transform.xsl</ResourceURL>
 *   <Parameters ignoreUnresolvedVariables="true"><Parameter name="p" ref="variable"/><Parameter name="q" value="text"/></Parameters>
 *   <OutputVariable>result</OutputVariable>
 * </XSL>
 * ```
 *
 * Transforms XML by a stylesheet (api-management 2.6). Without an OutputVariable the message is replaced.
 */
export const xsl = definePolicy({
  element: 'XSL',
  prefix: 'xsl',
  summary: 'Transforms XML by an XSLT stylesheet.',
  children: ['Source', 'ResourceURL', 'Parameters', 'OutputVariable'],
  compile(element, context) {
    const child = element.element('ResourceURL');
    const url = textIn(child) ?? (child ?? element).fail('missing-element', '<XSL> needs a <ResourceURL>');
    const resource = context.resource(url, child ?? element);
    const surroundings = surroundingsOf(context, child ?? element);
    const source = childText(element, 'Source') ?? 'message';
    const output = childText(element, 'OutputVariable') ?? source;
    const parameters = parametersOf(element);
    let compiling: Promise<Stylesheet> | undefined;
    const stylesheet = async (): Promise<Stylesheet> => (await loadXsltEngine()).compile(resource.text, surroundings);
    return {
      contentAware: true,
      async run(flow) {
        const values = parameters(flow);
        const content = contentOf(flow, source, context.name, 'steps.xsl');
        compiling ??= stylesheet();
        try {
          const sheet = await compiling;
          const text = await inTurn(flow, () => sheet.transform(content, values, surroundings));
          putContent(flow, output, text, sheet.isText ? 'text/plain' : 'application/xml');
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          const code = 'steps.xsl.XSLTransformationFailed';
          throw new PolicyFault({ code, text: `XSL[${context.name}]: ${resource.path}: ${reason}`, cause: error });
        }
      },
    };
  },
});

/** A stylesheet reads other stylesheets of the bundle, and nothing else. */
function surroundingsOf(context: PolicyContext, element: ConfigElement): Surroundings {
  return {
    read: (location) => {
      try {
        return context.resource(`xsl://${location}`, element).text;
      } catch {
        return undefined;
      }
    },
    message: () => undefined,
  };
}

function parametersOf(element: ConfigElement): (flow: FlowContext) => Record<string, string> {
  const parent = element.element('Parameters');
  const ignore = readBoolean(attributeText(parent, 'ignoreUnresolvedVariables') ?? 'false') ?? false;
  const parameters = (parent?.elements() ?? []).map((parameter) => ({
    name: attributeText(parameter, 'name') ?? parameter.fail('missing-attribute', '<Parameter> needs a name'),
    text: attributeText(parameter, 'value'),
    value: configuredValue(parameter) as ConfiguredValue | undefined,
  }));
  return (flow) =>
    Object.fromEntries(
      parameters.flatMap(({ name, text, value }) => {
        const found = value?.of(flow) ?? text;
        if (found !== undefined) return [[name, found]];
        if (ignore || value?.ref === undefined) return [];
        const code = 'steps.xsl.UnresolvedVariable';
        throw new PolicyFault({ code, text: `Unresolved variable : ${value.ref}` });
      }),
    );
}
