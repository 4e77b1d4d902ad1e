import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluate, Fault, type MessageInput } from '../../runtime/index.js';
import { jsonPath, synapse, xpath } from './expression-texts.js';
import { heavyJsonPath, heavyXPath, high, highJson, wide, wideJson } from './heavy-paths.js';
import { hold, textOf } from './hold.js';
import { Evaluator } from './limited.js';

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
