import type { CompileContext } from '../../configuration/context.js';
import type { ConfigElement } from '../../configuration/element.js';
import { type JavaRegex, javaRegex } from '../../java/regex.js';
import type { Mediate } from '../../message/message.js';
import { parseUriTemplate, type UriTemplate } from './uri-template.js';
import { parseUrlMapping, type UrlMapping } from './url-mapping.js';

export const httpMethods = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'] as const;

/** A sequence of a resource or proxy: inline, or by key looked up when it runs. */
export type FlowSequence = { readonly mediate: Mediate } | { readonly key: string };

/** A compiled `<resource>` (artifacts 1.1, 1.4). */
export interface Resource {
  /** Unique within the API; stands in the property SYNAPSE_RESOURCE. */
  readonly id: string;
  /** Empty: every method. */
  readonly methods: readonly string[];
  /** HEAD works where GET does, without being one of the methods (api-management 1.14). */
  readonly headAsGet?: boolean;
  readonly mapping: UrlMapping | undefined;
  readonly template: UriTemplate | undefined;
  readonly protocol: string | undefined;
  readonly contentType: string | undefined;
  readonly userAgent: JavaRegex | undefined;
  readonly inSequence: FlowSequence | undefined;
  readonly outSequence: FlowSequence | undefined;
  readonly faultSequence: FlowSequence | undefined;
}

/** `rest.url.pattern`: the mapping as text; undefined for the default resource. */
export function patternOf(resource: Resource): string | undefined {
  return resource.mapping?.text ?? resource.template?.text;
}

export function compileResource(element: ConfigElement, index: number, context: CompileContext): Resource {
  const mapping = element.attribute('url-mapping') || undefined;
  const template = mapping ? undefined : element.attribute('uri-template') || undefined;
  return {
    id: `resource-${index}`,
    methods: readMethods(element),
    mapping: mapping === undefined ? undefined : parseUrlMapping(mapping),
    template: template === undefined ? undefined : readTemplate(element, template),
    protocol: readProtocol(element),
    contentType: readContentType(element),
    userAgent: readUserAgent(element),
    inSequence: flowSequence(element, 'inSequence', context),
    outSequence: flowSequence(element, 'outSequence', context),
    faultSequence: flowSequence(element, 'faultSequence', context),
  };
}

/** A flow's sequence: the attribute with a key wins over the child element (artifacts 1.1, 2.5). */
export function flowSequence(
  element: ConfigElement,
  name: 'inSequence' | 'outSequence' | 'faultSequence',
  context: CompileContext,
): FlowSequence | undefined {
  const key = element.attribute(name);
  if (key) return { key };
  const child = element.element(name);
  return child && { mediate: context.children(child).mediate };
}

function readMethods(element: ConfigElement): string[] {
  const text = (element.attribute('methods') ?? '').trim();
  if (text === '') return [];
  const methods = text.split(' ');
  for (const method of methods) {
    if (!(httpMethods as readonly string[]).includes(method)) {
      element.fail('invalid-method', `Invalid or duplicate method definition for resource: "${method}"`, {
        attribute: 'methods',
        hint: `separate the methods by one blank each; known are ${httpMethods.join(', ')}`,
      });
    }
  }
  return methods;
}

function readTemplate(element: ConfigElement, text: string): UriTemplate {
  try {
    return parseUriTemplate(text);
  } catch (error) {
    return element.fail('invalid-uri-template', `Invalid uri-template "${text}": ${(error as Error).message}`, {
      attribute: 'uri-template',
      hint: 'write literals and {variables}, e.g. /orders/{id}; the operators + . / # are known',
    });
  }
}

function readProtocol(element: ConfigElement): string | undefined {
  const protocol = element.attribute('protocol') || undefined;
  if (protocol === undefined || protocol === 'http' || protocol === 'https') return protocol;
  return element.fail('invalid-protocol', `Invalid protocol name: ${protocol}`, {
    attribute: 'protocol',
    hint: 'use http or https, or leave the attribute out for both',
  });
}

function readContentType(element: ConfigElement): string | undefined {
  const type = element.attribute('content-type') || undefined;
  if (type === undefined || type.split('/').length === 2) return type;
  return element.fail('invalid-content-type', `Invalid content type: ${type}`, { attribute: 'content-type' });
}

function readUserAgent(element: ConfigElement): JavaRegex | undefined {
  const text = element.attribute('user-agent') || undefined;
  if (text === undefined) return undefined;
  try {
    return javaRegex(text);
  } catch (error) {
    return element.fail('invalid-regex', `Invalid user-agent expression "${text}": ${(error as Error).message}`, {
      attribute: 'user-agent',
    });
  }
}
