import { readFileSync } from 'node:fs';
import type { ConfigElement } from '../../configuration/element.js';
import { parseConfiguration } from '../../configuration/parse.js';
import type { MockHeader, MockResource, MockService } from './mock-service.js';

/**
 * Reads a `<mock-service>`, or those of a `<mock-services>` (artifacts 5.5).
 * @throws ConfigurationError when something that it needs is missing
 */
export function readMocks(root: ConfigElement): MockService[] {
  if (root.localName === 'mock-services') return root.elements().map(readMock);
  if (root.localName === 'mock-service') return [readMock(root)];
  return root.fail('no-mock-service', `Expected a <mock-service>, found <${root.localName}>`);
}

/** {@link readMocks} of a file. @throws Error when there is no such file */
export function readMockFile(file: string): MockService[] {
  return readMocks(parseConfiguration(readFileSync(file, 'utf8'), file));
}

function readMock(element: ConfigElement): MockService {
  const context = needed(element, 'context').text.trim();
  return {
    name: needed(element, 'service-name').text.trim(),
    port: readNumber(needed(element, 'port'), 65_535),
    context: context === '/' ? '' : context,
    resources: needed(element, 'resources')
      .elements()
      .filter(({ localName }) => localName === 'resource')
      .map((resource) => readResource(resource, context === '/' ? '' : context)),
  };
}

function readResource(element: ConfigElement, context: string): MockResource {
  const subContext = needed(element, 'sub-context').text.trim();
  const [path = '', query] = split(subContext);
  const request = element.element('request');
  const response = element.element('response');
  const status = response?.element('status-code');
  return {
    subContext,
    path: pathPattern(element, `${context}${path}`),
    query: query === undefined ? [] : [...new URLSearchParams(query)],
    method: needed(element, 'method').text.trim().toUpperCase(),
    payload: request?.element('payload')?.text,
    headers: readHeaders(request),
    response: {
      status: status ? readNumber(status, 599) : 200,
      payload: response?.element('payload')?.text.trim(),
      headers: readHeaders(response),
    },
  };
}

/** Path and query of a sub-context, whose path is a regular expression and may have a `?` of its own before a `)`. */
function split(subContext: string): readonly string[] {
  const [, path = '', query] = /^([^?]*)(?:\?(.*))?$/s.exec(subContext) ?? [];
  return query === undefined ? [path] : [path, query];
}

function pathPattern(element: ConfigElement, path: string): RegExp {
  try {
    return new RegExp(`^${path.replace(/\/$/, '')}/$`);
  } catch (error) {
    return element.fail('invalid-regex', `<sub-context> is no regular expression: ${(error as Error).message}`);
  }
}

function readHeaders(parent: ConfigElement | undefined): MockHeader[] {
  return (parent?.element('headers')?.elements() ?? []).map((header) => ({
    name: header.attribute('name') ?? header.fail('missing-attribute', '<header> needs a name'),
    value: header.attribute('value') ?? '',
  }));
}

function readNumber(element: ConfigElement, most: number): number {
  const text = element.text.trim();
  const number = Number(text);
  if (/^\d+$/.test(text) && number > 0 && number <= most) return number;
  return element.fail('invalid-number', `<${element.localName}> is a number from 1 to ${most}, not "${text}"`);
}

function needed(element: ConfigElement, name: string): ConfigElement {
  return (
    element.element(name) ??
    element.fail('missing-element', `<${element.localName}> of a mock service needs <${name}>`, {
      hint: 'a mock service has service-name, port, context and resources; a resource has sub-context and method',
    })
  );
}
