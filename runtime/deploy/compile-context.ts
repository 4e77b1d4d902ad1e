import { expressionAt } from '../../mediators/attribute.js';
import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import type { Problem } from '../configuration/problem.js';
import { compileEndpoint } from '../endpoint/compile.js';
import { compileExpression } from '../expression/compile.js';
import type { Expression } from '../expression/expression.js';
import { compileChildren, type MediatorCatalogue } from './compile-list.js';
import { warnAboutEndpoint } from './endpoint-names.js';

/** What of the server around it counts when an artifact is compiled. */
export type CompileSettings = Pick<
  CompileContext,
  'fileProperty' | 'unresolvedPlaceholders' | 'trusted' | 'lifetime' | 'compiled'
>;

/** Makes the context that one artifact is compiled in. `problems` collects what is found. */
export function createCompileContext(
  artifact: string,
  catalogue: MediatorCatalogue,
  problems: Problem[],
  settings: CompileSettings = {},
): CompileContext {
  const context: CompileContext = {
    ...settings,
    artifact,
    report: (problem) => void problems.push(problem),
    children: (parent) => compileChildren(parent, context, catalogue),
    expression: (element, attribute, text) => expressionOf(element, attribute, text),
    endpoint: (element) => {
      warnAboutEndpoint(element, context);
      return compileEndpoint(element, context);
    },
    portOf: (javaClass) => catalogue.port(javaClass),
  };
  return context;
}

function expressionOf(element: ConfigElement, attribute: string, text?: string): Expression {
  const source = text ?? element.attribute(attribute);
  if (source === undefined || source === '') {
    return element.fail('missing-attribute', `<${element.localName}> needs the attribute "${attribute}"`);
  }
  const compile = () => compileExpression(source, element.namespaces());
  return expressionAt(element, text === undefined ? attribute : undefined, compile, text);
}
