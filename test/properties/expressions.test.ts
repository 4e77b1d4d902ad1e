import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluate, Fault, type MessageInput } from '../../runtime/index.js';
import { hold, textOf } from './hold.js';
import { Evaluator } from './limited.js';

const names = [
  'a',
  'b',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '日本',
  '0',
  '-1',
  '1e400',
];
const marks = ['(', ')', '[', ']', '{', '}', '.', '..', ',', "'", '"', '*', '@', '?', ':', ' ', '\\', '\n'];
const operators = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '=',
  '==',
  '!=',
  '<',
  '>=',
  '&&',
  '||',
  ' and ',
  ' or ',
  '!',
  '|',
  '=~',
  '? ',
];
const deep = ['(', '[', '{', '((', '-', '!'].map((mark) => mark.repeat(3000));

const xpath = textOf([
  ...names,
  ...marks,
  ...operators,
  ...deep,
  '//',
  '/',
  '::',
  'ancestor::',
  'following::',
  'node()',
  'text()',
  'count(',
  'concat(',
  'substring(',
  'fn:',
  'number(',
  'get-property(',
  "get-property('a')",
  'base64Encode(',
  'base64Decode(',
  'url-encode(',
  '$ctx:',
  '$trp:',
  '$body',
  '$body/*',
  '$env',
  '$var',
]);
const jsonPath = textOf([
  ...names,
  ...marks,
  ...operators,
  ...deep,
  '$',
  '$.',
  '$..',
  '$..*',
  '[*]',
  '[?(',
  '[?(@.a)]',
  '[?(@.a == 1)]',
  '@.a',
  '[0:1]',
  '[-1]',
  "['a']",
  '.length()',
  '.min()',
  '.keys()',
  '/a/',
  ' in ',
  ' size ',
  'regex',
  '=~ /a+/i',
]).map((path) => `json-eval(${path})`);
const synapse = textOf([
  ...names,
  ...marks,
  ...operators,
  ...deep,
  'payload',
  'payload.',
  'payload.a',
  '$',
  '$.a',
  'vars.',
  'properties.',
  'headers.',
  'params.',
  "['a']",
  'length(',
  'exists(',
  'if(',
  'split(',
  'replace(',
  'charAt(',
  'integer(',
  'float(',
  'string(',
  'pow(',
  'round(',
  'now(',
  'formatDateTime(',
  'base64decode(',
  'xpath(',
  'jsonPath(',
  'object(',
  'not(',
  "'a'",
  '1',
  '1.5',
  'true',
  'null',
]).map((expression) => `\${${expression}}`);

/** Paths that go through all of a document again and again. */
const heavyXPath = fc.letrec<{ step: string; test: string; path: string }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      '//*',
      '//a',
      '/..',
      '/following::*',
      '/preceding::*',
      '/ancestor::*',
      '/descendant::*',
      '/@*',
      '//@*',
    ),
    fc.constantFrom('//namespace::*', '/following-sibling::*', '//text()', '//a | //b', '/ancestor-or-self::node()'),
    tie('test').map((test) => `//*[${test}]`),
    tie('test').map((test) => `/descendant-or-self::node()[${test}]`),
  ),
  test: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(fc.constantFrom('', '.', '..'), tie('path')).map((parts) => parts.join('')),
    fc.tuple(tie('path'), fc.constantFrom('=', '!=', '<', '|'), tie('path')).map((parts) => `.${parts.join(' .')}`),
    tie('path').map((path) => `count(${path}) > position()`),
    tie('path').map((path) => `contains(string(${path}), 'zz')`),
    tie('path').map((path) => `string-length(normalize-space(concat(., ${path}))) = last()`),
    tie('path').map((path) => `translate(., ${path}, .) = substring(${path}, 2)`),
    tie('path').map((path) => `evaluate("${path.replaceAll('"', "'")}")`),
  ),
  path: fc.array(tie('step'), { minLength: 1, maxLength: 3 }).map((steps) => steps.join('')),
})).path;
const heavyJsonPath = fc
  .letrec<{ step: string; filter: string; path: string }>((tie) => ({
    step: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('..*', '..a', '..[*]', '[*]', '..[0:]', '.*', '..id', "..['a','b']", '..[0,1,2]'),
      tie('filter').map((filter) => `..[?(${filter})]`),
      tie('filter').map((filter) => `[?(${filter})]`),
    ),
    filter: fc.oneof(
      { maxDepth: 3 },
      tie('path').map((path) => `@${path}`),
      tie('path').map((path) => `$${path}`),
      fc
        .tuple(tie('path'), fc.constantFrom('==', 'in', 'subsetof', 'anyof', 'contains', '<'), tie('path'))
        .map(([left, operator, right]) => `@${left} ${operator} $${right}`),
      tie('path').map((path) => `@${path} =~ /(\\w+\\s?)*x/`),
      fc.tuple(tie('filter'), tie('filter')).map(([left, right]) => `${left} || !(${right})`),
    ),
    path: fc.array(tie('step'), { minLength: 1, maxLength: 3 }).map((steps) => steps.join('')),
  }))
  .path.map((path) => `json-eval($${path})`);
const items = (write: (id: number) => string): string => Array.from({ length: 4000 }, (_, id) => write(id)).join('');
const wide = `<r>${items((id) => `<a id="${id}"><b>${id}</b></a>`)}</r>`;
const high = `${'<a xmlns:p="urn:p" p:x="1">text'.repeat(900)}${'</a>'.repeat(900)}`;
const wideJson = `[${items((id) => `{"id":${id},"a":["${id} and some words"]},`)}0]`;
const highJson = `${'{"id":1,"a":[2,'.repeat(400)}0${']}'.repeat(400)}`;

const json = fc.json({ maxDepth: 4, stringUnit: 'binary' });
const nested = fc.constantFrom('[', '{"a":', '<a>').map((mark) => mark.repeat(20_000));
const markup = textOf([
  '<a>',
  '</a>',
  '<b x="1">',
  '</b>',
  '<p:c xmlns:p="urn:p">',
  '</p:c>',
  '&amp;',
  '&#0;',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '<?x y?>',
  'xmlns=""',
]);
const body = fc.oneof(
  json,
  fc.constant('{"a":{"b":[1,2,{"a":"x"}]},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
  markup,
  nested,
  fc.string({ unit: 'binary' }),
);
const bytes = fc.oneof(
  body,
  fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all)),
);
const contentType = fc.constantFrom(
  'application/json',
  'application/xml',
  'text/xml',
  'application/soap+xml',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/related; boundary=x',
  'application/octet-stream',
  'text/xml; charset=utf-16',
  'application/json; charset=nope',
  'x',
  '',
  ';;=',
);

const evaluator = new Evaluator();
const behaves = (expression: string, input: MessageInput): Promise<void> => evaluator.run({ expression, input });

describe('message-model 3: no expression and no body crashes, hangs or changes a prototype', () => {
  after(() => evaluator.stop());

  for (const [language, expressions] of Object.entries({ XPath: xpath, JSONPath: jsonPath, Synapse: synapse })) {
    it(`any ${language} expression on any body`, () =>
      hold(
        fc.asyncProperty(expressions, body, (expression, text) =>
          behaves(expression, {
            body: text,
            contentType: text.startsWith('<') ? 'application/xml' : 'application/json',
          }),
        ),
        1200,
        true,
      ));
  }

  it('any XPath whose steps and predicates multiply, on a large body', () =>
    hold(
      fc.asyncProperty(heavyXPath, fc.constantFrom(wide, high), (expression, text) =>
        behaves(`count(${expression})`, { body: text, contentType: 'application/xml' }),
      ),
      40,
      true,
    )).timeout(200_000);

  it('any JSONPath whose scans and filters multiply, on a large body', () =>
    hold(
      fc.asyncProperty(heavyJsonPath, fc.constantFrom(wideJson, highJson), (path, text) =>
        behaves(path, { body: text, contentType: 'application/json' }),
      ),
      40,
      true,
    )).timeout(200_000);

  const endless: [name: string, expression: string][] = [
    ['a sum', `\${1${' + 1'.repeat(20_000)}}`],
    ['conditions', `\${true${' and true'.repeat(20_000)}}`],
    ['choices', `\${${'true ? 1 : '.repeat(20_000)}1}`],
    ['members', `\${payload${'.a'.repeat(20_000)}}`],
    ['an XPath sum', `1${' + 1'.repeat(20_000)}`],
    ['an XPath condition', `1${' or 1'.repeat(20_000)}`],
    ['a union', `a${' | a'.repeat(20_000)}`],
    ['steps', `/a${'/a'.repeat(20_000)}`],
    ['predicates', `a${'[1]'.repeat(20_000)}`],
    ['negations', `${'-'.repeat(20_000)}1`],
    ['a JSONPath', `json-eval($${'.a'.repeat(20_000)})`],
    ['descents', `json-eval($${'..a'.repeat(50)})`],
    ['a filter', `json-eval($[?(${'@.a && '.repeat(20_000)}@.a)])`],
  ];
  for (const [name, expression] of endless) {
    it(`${name} without end`, () => behaves(expression, { body: '{"a":{"a":1}}', contentType: 'application/json' }));
  }

  it('any body of any type', () =>
    hold(
      fc.asyncProperty(
        fc.constantFrom(
          '//a',
          '$body',
          'json-eval($..a)',
          'json-eval($)',
          '${payload}',
          '${payload.a}',
          "${xpath('//a')}",
        ),
        bytes,
        contentType,
        (expression, content, type) => behaves(expression, { body: content as string, contentType: type }),
      ),
      1200,
      true,
    ));
});

describe('message-model 5: XML that reaches for more than itself is refused', () => {
  const name = fc.constantFrom('a', 'b', 'x');
  const system = fc.constantFrom(
    'SYSTEM "file:///etc/passwd"',
    'PUBLIC "p" "http://127.0.0.1:1/x.dtd"',
    'SYSTEM "x.dtd"',
    '',
  );
  const declaration = fc.oneof(
    name.map((entity) => `<!ENTITY ${entity} "x&b;&b;&b;&b;&b;&b;&b;&b;">`),
    name.map((entity) => `<!ENTITY ${entity} SYSTEM "file:///etc/passwd">`),
    name.map((entity) => `<!ENTITY % ${entity} SYSTEM "http://127.0.0.1:1/x"> %${entity};`),
    fc.constant('<!ELEMENT a ANY>'),
    fc.constant('<!ATTLIST a b CDATA "x">'),
  );
  const subset = fc.array(declaration, { maxLength: 4 }).map((all) => (all.length === 0 ? '' : ` [${all.join('\n')}]`));
  const document = fc
    .tuple(fc.constantFrom('', '<?xml version="1.0"?>', '<!-- x -->\n', '\n'), system, subset, name)
    .map(([before, outside, inside, entity]) => `${before}<!DOCTYPE a ${outside}${inside}><a>&${entity};</a>`);

  it('a document type, in every form of it', () =>
    hold(
      fc.asyncProperty(document, fc.constantFrom('application/xml', 'text/xml'), async (text, type) => {
        await assert.rejects(evaluate('//a', { body: text, contentType: type }), Fault);
      }),
      300,
    ));
});
