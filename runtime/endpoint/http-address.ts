import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { ConfigurationError } from '../configuration/problem.js';
import type { EndpointDefinition } from './definition.js';
import { type HttpAddress, isVariable } from './destination.js';
import { resolveStatic } from './static-values.js';
import { compileUriTemplate, type UriTemplate, UriTemplateError } from './uri-template.js';

const methods = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);
const legacyPrefix = 'legacy-encoding:';

/**
 * Reads `uri-template` and `method` of an `<http>` endpoint (artifacts 3.6).
 * @param variables literal `<property>` children, which fill the template too
 * @throws ConfigurationError for a template that is missing or does not parse.
 */
export function readHttpAddress(
  element: ConfigElement,
  definition: EndpointDefinition,
  variables: ReadonlyMap<string, string>,
  context: CompileContext,
): HttpAddress {
  const written = element.attribute('uri-template');
  if (!written) {
    return element.fail('missing-attribute', '<http> needs a uri-template that is not empty', {
      hint: 'add uri-template="http://…"',
    });
  }
  const resolved = resolveStatic(written, element, context, 'uri-template');
  const legacy = resolved.startsWith(legacyPrefix);
  const text = legacy ? resolved.slice(legacyPrefix.length) : resolved;
  const shift = resolved === written && legacy ? legacyPrefix.length : 0;
  const template = parseTemplate(element, text, shift);
  reportUnresolved(element, template, shift, context);
  const method = element.attribute('method')?.toUpperCase();
  if (method !== undefined && !methods.has(method)) {
    context.report(
      element.problem(
        'unknown-method',
        `method="${element.attribute('method')}" has no effect: the incoming method is used`,
        {
          attribute: 'method',
          severity: 'warning',
          hint: `use one of: ${[...methods].join(', ').toLowerCase()}`,
        },
      ),
    );
  }
  return {
    text,
    template,
    legacy,
    method: method !== undefined && methods.has(method) ? method : undefined,
    format: definition.format,
    variables: new Map([...variables].filter(([name]) => isVariable(name))),
  };
}

function parseTemplate(element: ConfigElement, text: string, shift: number): UriTemplate {
  try {
    return compileUriTemplate(text);
  } catch (error) {
    if (!(error instanceof UriTemplateError)) throw error;
    const problem = element.problem('invalid-uri-template', `The URI template does not parse: ${error.message}`, {
      attribute: 'uri-template',
      columnOffset: shift + error.offset,
      hint: 'placeholders are {uri.var.name} or {query.param.name}, set as properties before the call',
    });
    throw new ConfigurationError(problem);
  }
}

/** A placeholder that no property can fill vanishes from the URL: almost always one that was left to be replaced. */
function reportUnresolved(element: ConfigElement, template: UriTemplate, shift: number, context: CompileContext): void {
  for (const { name, offset } of template.variables) {
    if (isVariable(name)) continue;
    const inExpression = template.source.charAt(offset - 1) === '$';
    context.report(
      element.problem(
        'unresolved-placeholder',
        inExpression
          ? `\${${name}} is filled only while no uri.var.* or query.param.* property is set; else it vanishes`
          : `The placeholder {${name}} never has a value: only {uri.var.…} and {query.param.…} are filled`,
        {
          attribute: 'uri-template',
          columnOffset: shift + offset,
          severity: inExpression ? 'warning' : (context.unresolvedPlaceholders ?? 'error'),
          hint: `replace {${name}} by its value, or set the property uri.var.${name} and write {uri.var.${name}}`,
        },
      ),
    );
  }
}
