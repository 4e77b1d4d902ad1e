import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { mediators } from '../../mediators/index.js';
import { check } from '../../runtime/index.js';
import { hold, textOf } from './hold.js';

const namespace = 'http://ws.apache.org/ns/synapse';
const roots = ['sequence', 'api', 'proxy', 'endpoint', 'localEntry', 'template', 'definitions', 'task', 'x'];
const parts = [
  'resource',
  'inSequence',
  'outSequence',
  'faultSequence',
  'target',
  'endpoint',
  'http',
  'address',
  'wsdl',
  'default',
  'loadbalance',
  'failover',
  'member',
  'timeout',
  'suspendOnFailure',
  'format',
  'args',
  'arg',
  'then',
  'else',
  'case',
  'sequence',
  'source',
  'policy',
  'parameter',
  'handlers',
  'handler',
  'authentication',
  'oauth',
];
const children = mediators.flatMap(({ children: own }) => (Array.isArray(own) ? (own as readonly string[]) : []));
const tags = [...new Set([...mediators.map(({ name }) => name), ...parts, ...children])];
const attributes = [
  ...new Set([
    ...mediators.flatMap((one) => Object.keys(one.attributes)),
    'name',
    'key',
    'context',
    'methods',
    'uri-template',
    'url-mapping',
    'version',
    'version-type',
    'uri',
    'method',
    'regex',
    'xmlns',
    'onError',
    'transports',
    'statistics',
  ]),
];
const value = textOf(
  [
    'true',
    'false',
    '0',
    '-1',
    '999999999999999999999',
    'name',
    '/',
    '/x/{y}',
    '/*',
    '{',
    '}',
    '${payload.a}',
    '${',
    'json-eval($.a)',
    'json-eval(',
    "get-property('a')",
    '$ctx:a',
    '//a',
    '[',
    '(',
    '*',
    '?',
    '__proto__',
    'constructor',
    'toString',
    'JSON',
    'STRING',
    'INTEGER',
    'OM',
    'axis2',
    'http://127.0.0.1/{uri.var.a}',
    '(a+)+',
    '\\',
    '$1',
    '$99999999999',
    '#if',
    '<#list',
    '${x?',
    ' ',
    'urn:x',
  ],
  4,
);

const quoted = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them; the mutated examples have them raw
  text.replace(/[&<"\u0000-\u001f]/g, (mark) => `&#${Math.max(32, mark.charCodeAt(0))};`);

const element = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      fc.constantFrom(...tags),
      fc.uniqueArray(fc.tuple(fc.constantFrom(...attributes), value), { maxLength: 4, selector: ([name]) => name }),
      fc.oneof(
        { maxDepth: 5 },
        value.map(quoted),
        fc.array(tie('element'), { maxLength: 4 }).map((all) => all.join('')),
      ),
    )
    .map(
      ([tag, given, content]) =>
        `<${tag}${given.map(([name, text]) => ` ${name}="${quoted(text)}"`).join('')}>${content}</${tag}>`,
    ),
})).element;

function never(xml: string): void {
  const start = performance.now();
  const problems = check(xml, { file: 'x.xml' });
  for (const { line, column, message, code } of problems) {
    assert.ok(Number.isInteger(line) && line >= 1, `line ${line}: ${message}`);
    assert.ok(Number.isInteger(column) && column >= 1, `column ${column}: ${message}`);
    assert.ok(message !== '' && /^[a-z][a-z0-9-]*$/.test(code), `${code}: ${message}`);
  }
  assert.ok(performance.now() - start < 1000, 'took longer than a second');
}

const folder = new URL('../../../sequences/examples/', import.meta.url);
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.xml'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

describe('product 4: check finds problems, with line and column, and never throws', () => {
  it('on configuration of any shape', () =>
    hold(
      fc.property(fc.constantFrom(...roots), value, fc.array(element, { maxLength: 5 }), (root, name, content) =>
        never(
          `<${root} xmlns="${namespace}" name="${quoted(name)}" key="k" context="/c">${content.join('\n')}</${root}>`,
        ),
      ),
      2500,
    ));

  it('on examples with a piece cut out, put in or doubled', () =>
    hold(
      fc.property(
        fc.constantFrom(...examples),
        fc.nat({ max: 4000 }),
        fc.nat({ max: 40 }),
        fc.oneof(value, fc.constantFrom('<', '>', '"', '&', '<!--', ']]>', '<?', '</sequence>', '\u0000', '\ud800')),
        (xml, at, length, piece) => {
          const place = at % xml.length;
          never(xml.slice(0, place) + piece + xml.slice(place + length));
          never(xml.slice(0, place + length) + xml.slice(place));
        },
      ),
      1000,
    ));

  it('on any text', () => hold(fc.property(fc.string({ unit: 'binary' }), never), 500));

  it('on deep nesting', () => {
    for (const tag of ['filter', 'sequence', 'in', 'x']) {
      never(`<sequence xmlns="${namespace}" name="s">${`<${tag}>`.repeat(3000)}${`</${tag}>`.repeat(3000)}</sequence>`);
    }
  });
});
