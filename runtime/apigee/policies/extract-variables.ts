import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, childBoolean, childText, readBoolean, showsContent, textIn } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { ApigeeMessage } from '../message.js';
import { definePolicy } from '../policy.js';
import { resolvedText } from '../template.js';
import { textOf } from '../value.js';
import { compileExtractPattern, type ExtractPattern } from './extract-pattern.js';
import {
  CastError,
  jsonVariables,
  type PayloadVariable,
  parseJsonPayload,
  parseXmlPayload,
  xmlVariables,
} from './extract-payload.js';

/**
 * ```xml
 * <ExtractVariables name="Read-Request">
 *   <Source>request</Source>
 *   <VariablePrefix>order</VariablePrefix>
 *   <URIPath><Pattern ignoreCase="true">/orders/{id}</Pattern></URIPath>
 *   <QueryParam name="code"><Pattern>DBN{code}</Pattern></QueryParam>
 *   <Header name="Authorization"><Pattern ignoreCase="true">Bearer {token}</Pattern></Header>
 *   <FormParam name="grant_type"><Pattern>{grant}</Pattern></FormParam>
 *   <Variable name="request.content"><Pattern>{all}</Pattern></Variable>
 *   <JSONPayload><Variable name="city" type="string"><JSONPath>$.address.city</JSONPath></Variable></JSONPayload>
 *   <XMLPayload>
 *     <Namespaces><Namespace prefix="o">urn:orders</Namespace></Namespaces>
 *     <Variable name="total" type="float"><XPath>/o:order/o:total</XPath></Variable>
 *   </XMLPayload>
 *   <IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>
 * </ExtractVariables>
 * ```
 *
 * Sets flow variables, named behind the prefix, from parts of a message or of a text (api-management 2.6). Of several
 * patterns the first that fits counts; one that does not fit sets nothing. With IgnoreUnresolvedVariables false a part
 * that is not there, or a path that leads nowhere, is a fault; what was found before stays set.
 */
export const extractVariables = definePolicy({
  element: 'ExtractVariables',
  summary: 'Sets flow variables from parts of a message.',
  children: [
    'Source',
    'VariablePrefix',
    'URIPath',
    'QueryParam',
    'Header',
    'FormParam',
    'Variable',
    'JSONPayload',
    'XMLPayload',
    'IgnoreUnresolvedVariables',
  ],
  compile: (element, { name }) => {
    const source = childText(element, 'Source') ?? 'message';
    const prefix = childText(element, 'VariablePrefix');
    const ignoreUnresolved = childBoolean(element, 'IgnoreUnresolvedVariables', false);
    const extractions = element.elements().flatMap((child) => compileExtraction(child, name));
    return {
      contentAware: extractions.some(({ contentAware }) => contentAware),
      run: (flow) => {
        const from = flow.get(source);
        if (from === undefined || from === null) {
          if (ignoreUnresolved) return;
          throw fault('SourceMessageNotAvailable', `${source} message is not available for ExtractVariables: ${name}`);
        }
        const set = (variable: string, value: unknown): void =>
          flow.set(prefix === undefined ? variable : `${prefix}.${variable}`, value);
        for (const { run } of extractions) run({ from, source, set, ignoreUnresolved }, flow);
      },
    };
  },
});

/** What one run works on. */
interface Run {
  readonly from: unknown;
  /** Name of the variable that `from` is. */
  readonly source: string;
  readonly ignoreUnresolved: boolean;
  set(variable: string, value: unknown): void;
}

interface Extraction {
  readonly contentAware: boolean;
  run(run: Run, flow: FlowContext): void;
}

function compileExtraction(element: ConfigElement, policy: string): Extraction[] {
  switch (element.localName) {
    case 'URIPath':
      return byPattern(element, false, ({ from }, flow) =>
        from instanceof ApigeeMessage ? flow.pathSuffix : undefined,
      );
    case 'QueryParam':
      return byName(element, 'queryparam', (message, name) => message.queryParams.get(name));
    case 'Header':
      return byName(element, 'header', (message, name) => message.headers.get(name));
    case 'FormParam':
      return byName(element, 'formparam', (message, name) => message.formParams.get(name));
    case 'Variable': {
      const name = attributeText(element, 'name') ?? '';
      return byPattern(element, showsContent(name), (run, flow) => resolvedText(flow, name, run.ignoreUnresolved));
    }
    case 'JSONPayload':
      return byPayload(jsonVariables(element), parseJsonPayload, policy);
    case 'XMLPayload':
      return byPayload(xmlVariables(element), parseXmlPayload, policy);
    default:
      return [];
  }
}

type Read = (run: Run, flow: FlowContext) => string | undefined;

function byName(
  element: ConfigElement,
  kind: string,
  read: (message: ApigeeMessage, name: string) => string | undefined,
): Extraction[] {
  const name = attributeText(element, 'name') ?? '';
  return byPattern(element, kind === 'formparam', ({ from, source, ignoreUnresolved }) => {
    const value = from instanceof ApigeeMessage ? read(from, name) : undefined;
    return value ?? resolvedText({ get: () => undefined }, `${source}.${kind}.${name}`, ignoreUnresolved);
  });
}

/** The first pattern that fits; an element without a pattern is absent. */
function byPattern(element: ConfigElement, contentAware: boolean, read: Read): Extraction[] {
  const isPath = element.localName === 'URIPath';
  const patterns = element.elements().flatMap((child): ExtractPattern[] => {
    const text = textIn(child);
    const ignoreCase = readBoolean(attributeText(child, 'ignoreCase') ?? 'false') ?? false;
    return text === undefined ? [] : [compileExtractPattern(text, { ignoreCase, isPath })];
  });
  if (patterns.length === 0) return [];
  return [
    {
      contentAware,
      run: (run, flow) => {
        const text = read(run, flow);
        if (text === undefined) return;
        for (const pattern of patterns) {
          const found = pattern.match(text);
          if (!found) continue;
          for (const [name, value] of found) run.set(name, value);
          return;
        }
      },
    },
  ];
}

function byPayload<Root>(
  variables: readonly PayloadVariable<Root>[],
  parse: (content: string) => Root,
  policy: string,
): Extraction[] {
  if (variables.length === 0) return [];
  return [
    {
      contentAware: true,
      run: ({ from, set, ignoreUnresolved }, flow) => {
        const content = textOf(from) ?? '';
        const root = content.trim() === '' ? undefined : parsed(() => parse(content), policy);
        for (const variable of variables) {
          const value = root === undefined ? undefined : readVariable(variable, root, flow, policy);
          if (value !== undefined) set(variable.name, value);
          else if (!ignoreUnresolved) {
            throw fault('UnresolvedPath', `Unresolved path ${variable.path} in policy ${policy}`);
          }
        }
      },
    },
  ];
}

function parsed<Root>(parse: () => Root, policy: string): Root {
  try {
    return parse();
  } catch (error) {
    throw fault('ExecutionFailed', `Failed to execute the ExtractVariables: ${policy}`, error);
  }
}

function readVariable<Root>(variable: PayloadVariable<Root>, root: Root, flow: FlowContext, policy: string): unknown {
  try {
    return variable.read(root, flow);
  } catch (error) {
    if (!(error instanceof CastError))
      throw fault('ExecutionFailed', `Failed to execute the ExtractVariables: ${policy}`, error);
    throw fault('UnableToCast', `The value of ${variable.path} in policy ${policy} ${error.message}`, error);
  }
}

function fault(name: string, text: string, cause?: unknown): PolicyFault {
  return new PolicyFault({ code: `steps.extractvariables.${name}`, text, cause });
}
