import type { ConfigElement } from '../../configuration/element.js';
import { parseConfiguration } from '../../configuration/parse.js';
import { readMocks } from './read-mock.js';
import type {
  Assertion,
  CaseInput,
  CaseProperty,
  Suite,
  SuiteArtifact,
  SuiteConnector,
  SuiteResource,
  TestCase,
} from './suite.js';
import { readAnyContent, readContent, readZip } from './suite-content.js';

/**
 * Reads a unit-test suite and the files that it names (artifacts 5.2). The name of the root element does not matter.
 * @param file path of the suite, from which other paths are looked for
 * @throws ConfigurationError for a suite that cannot be read
 */
export function readSuite(text: string, file: string): Suite {
  const root = parseConfiguration(text, file);
  const artifacts = child(root, 'artifacts');
  return {
    file,
    artifact: readArtifact(child(child(artifacts, 'test-artifact'), 'artifact')),
    supportive: children(artifacts, 'supportive-artifacts', 'artifact').map(readArtifact),
    resources: children(artifacts, 'registry-resources', 'registry-resource').map(readResource),
    connectors: children(artifacts, 'connector-resources', 'connector-resource').map(readConnector),
    cases: named(child(root, 'test-cases'), 'test-case').map(readCase),
    mocks: children(root, 'mock-services', 'mock-service').flatMap(readMockReference),
  };
}

function readArtifact(element: ConfigElement): SuiteArtifact {
  const { bytes, file } = readContent(element);
  return { xml: text(bytes), file };
}

function readResource(element: ConfigElement): SuiteResource {
  return {
    fileName: child(element, 'file-name').text.trim(),
    content: readAnyContent(child(element, 'artifact')).bytes,
    path: child(element, 'registry-path').text.trim(),
    mediaType: child(element, 'media-type').text.trim(),
  };
}

function readConnector(element: ConfigElement): SuiteConnector {
  return readZip(element);
}

function readMockReference(element: ConfigElement) {
  if (element.elements().length > 0) return readMocks(element);
  const { bytes, file } = readContent(element);
  return readMocks(parseConfiguration(text(bytes), file));
}

function readCase(element: ConfigElement, index: number): TestCase {
  return {
    name: element.attribute('name') ?? `test case ${index + 1}`,
    input: readInput(element.element('input')),
    assertions: child(element, 'assertions').elements().map(readAssertion),
  };
}

function readInput(element: ConfigElement | undefined): CaseInput {
  const value = (name: string): string | undefined => element?.element(name)?.text;
  const protocol = (value('request-protocol')?.trim() || 'http').toLowerCase();
  if (protocol !== 'http' && protocol !== 'https') {
    element?.element('request-protocol')?.fail('invalid-value', `<request-protocol> is http or https, not ${protocol}`);
  }
  const payload = element?.element('payload');
  return {
    path: value('request-path')?.trim() || undefined,
    method: value('request-method')?.trim().toUpperCase() || undefined,
    protocol: protocol as CaseInput['protocol'],
    payload: payload && text(payload.elements().length > 0 ? readContent(payload).bytes : Buffer.from(payload.text)),
    properties: element ? children(element, 'properties', 'property').map(readProperty) : [],
  };
}

function readProperty(element: ConfigElement): CaseProperty {
  const scope = element.attribute('scope')?.toLowerCase() || 'default';
  if (scope !== 'default' && scope !== 'axis2' && scope !== 'transport') {
    element.fail('invalid-value', `A property of a test case has the scope default, axis2 or transport, not ${scope}`, {
      attribute: 'scope',
    });
  }
  return {
    name: element.attribute('name') ?? element.fail('missing-attribute', '<property> needs a name'),
    value: element.attribute('value') ?? '',
    scope: scope as CaseProperty['scope'],
  };
}

function readAssertion(element: ConfigElement): Assertion {
  const actual = child(element, 'actual').text.trim();
  const message = child(element, 'message').text.trim();
  switch (element.localName) {
    case 'assertEquals':
      return { kind: 'assertEquals', actual, expected: contentText(child(element, 'expected')), message };
    case 'assertNotNull':
      return { kind: 'assertNotNull', actual, message };
    default:
      return element.fail('unknown-assertion', `<${element.localName}> is no assertion`, {
        hint: 'there are assertEquals and assertNotNull',
      });
  }
}

/** XML may stand in `<expected>` without a CDATA section. */
function contentText(element: ConfigElement): string {
  return element.elements().length > 0 ? text(readContent(element).bytes) : element.text;
}

function child(element: ConfigElement, name: string): ConfigElement {
  return (
    element.element(name) ??
    element.fail('missing-element', `<${element.localName}> of a unit test needs <${name}>`, {
      hint: 'docs/testing.md shows a whole suite',
    })
  );
}

const named = (element: ConfigElement, name: string): ConfigElement[] =>
  element.elements().filter(({ localName }) => localName === name);

/** The elements of a list that may be missing. */
function children(element: ConfigElement, list: string, name: string): ConfigElement[] {
  const found = element.element(list);
  return found ? named(found, name) : [];
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
