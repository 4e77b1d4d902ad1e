import assert from 'node:assert/strict';
import { type FlowSpec, flowOf, policyStep, type RequestSpec, requestOf } from './harness.js';

const extract = (inside: string, ignoreUnresolved?: boolean): string =>
  `<ExtractVariables name="E">${inside}${
    ignoreUnresolved === undefined ? '' : `<IgnoreUnresolvedVariables>${ignoreUnresolved}</IgnoreUnresolvedVariables>`
  }</ExtractVariables>`;

const json = (...paths: readonly string[]): string =>
  `<JSONPayload>${paths.map((path, i) => `<Variable name="v${i}"><JSONPath>${path}</JSONPath></Variable>`).join('')}</JSONPayload>`;

const typed = (type: string, path: string): string =>
  `<JSONPayload><Variable name="v" type="${type}"><JSONPath>${path}</JSONPath></Variable></JSONPayload>`;

const xml = (path: string, type = 'string'): string =>
  `<XMLPayload><Namespaces><Namespace prefix="o">urn:o</Namespace></Namespaces>
    <Variable name="v" type="${type}"><XPath>${path}</XPath></Variable></XMLPayload>`;

const request: RequestSpec = {
  query: 'code=DBN880&empty=',
  headers: ['Authorization', 'Bearer abc, def', 'X', 'k=1;l=2'],
};
const document =
  '{"city":"Bern","n":1.50,"ok":true,"none":null,"pods":[{"name":"pod1","r":"a"},{"name":"pod2","r":"b"}],"o":{"x":[1,2]}}';
const markup =
  '<order xmlns="urn:o" id="7"><item>a</item><item>b</item><total> 12.50 </total><paid>true</paid></order>';

interface Row {
  readonly title: string;
  readonly inside: string;
  readonly flow?: FlowSpec;
  readonly expected: Readonly<Record<string, unknown>>;
}

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const { title: name, inside, flow: spec, expected } of rows) {
      it(name, async () => {
        const flow = flowOf({ request, ...spec });
        await policyStep(extract(inside, true)).run(flow);
        assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, flow.get(key)])), expected);
      });
    }
  });
}

const pattern = (element: string, text: string, attributes = ''): string =>
  `<${element}><Pattern ${attributes}>${text}</Pattern></${element.split(' ')[0]}>`;

describe('api-management 2.6: ExtractVariables', () => {
  table('patterns', [
    { title: 'query parameter', inside: pattern('QueryParam name="code"', 'DBN{dbn}'), expected: { dbn: '880' } },
    { title: 'case counts', inside: pattern('QueryParam name="code"', 'dbn{dbn}'), expected: { dbn: undefined } },
    {
      title: 'unless it is to be ignored',
      inside: pattern('QueryParam name="code"', 'dbn{dbn}', 'ignoreCase="true"'),
      expected: { dbn: '880' },
    },
    { title: 'an empty value', inside: pattern('QueryParam name="empty"', '{e}'), expected: { e: '' } },
    {
      title: 'header, the whole of it',
      inside: pattern('Header name="authorization"', 'Bearer {t}'),
      expected: { t: 'abc, def' },
    },
    {
      title: 'several variables and a wildcard',
      inside: pattern('Header name="X"', '{a}=*;{b}=2'),
      expected: { a: 'k', b: 'l' },
    },
    {
      title: 'form parameter, names with dots',
      inside: pattern('FormParam name="user"', '{the.user}'),
      flow: { request: { headers: ['Content-Type', 'application/x-www-form-urlencoded'], body: 'user=me' } },
      expected: { 'the.user': 'me' },
    },
    {
      title: 'variable',
      inside: pattern('Variable name="request.querystring"', 'code={code}&amp;*'),
      expected: { code: 'DBN880' },
    },
    {
      title: 'the prefix',
      inside: `<VariablePrefix>p</VariablePrefix>${pattern('QueryParam name="code"', '{c}')}`,
      expected: { 'p.c': 'DBN880', c: undefined },
    },
    {
      title: 'an element without a pattern is absent',
      inside: '<QueryParam name="name"/><URIPath name="name"/>',
      expected: {},
    },
  ]);

  const twoPaths = '<URIPath><Pattern>/{collection}</Pattern><Pattern>/{collection}/{document}</Pattern></URIPath>';
  table('path', [
    {
      title: 'the first that fits',
      inside: twoPaths,
      flow: { pathSuffix: '/a' },
      expected: { collection: 'a', document: undefined },
    },
    {
      title: 'or a later one',
      inside: twoPaths,
      flow: { pathSuffix: '/a/b' },
      expected: { collection: 'a', document: 'b' },
    },
    { title: 'a slash at the end', inside: twoPaths, flow: { pathSuffix: '/a/' }, expected: { collection: 'a' } },
    {
      title: 'a variable is one element',
      inside: twoPaths,
      flow: { pathSuffix: '/a/b/c' },
      expected: { collection: undefined },
    },
    {
      title: 'wildcards',
      inside: pattern('URIPath', '/v*/**/{last}'),
      flow: { pathSuffix: '/v1/a/b/c' },
      expected: { last: 'c' },
    },
  ]);

  const payload = { request: { body: document } };
  table('JSON', [
    { title: 'text', inside: json('$.city'), flow: payload, expected: { v0: 'Bern' } },
    {
      title: 'number as written in a list, objects as JSON',
      inside: json('$.o.x', '$.o'),
      flow: payload,
      expected: { v0: '[1,2]', v1: '{"x":[1,2]}' },
    },
    { title: 'boolean', inside: json('$.ok'), flow: payload, expected: { v0: true } },
    {
      title: 'null and nothing set nothing',
      inside: json('$.none', '$.nowhere', '$.city'),
      flow: payload,
      expected: { v0: undefined, v1: undefined, v2: 'Bern' },
    },
    {
      title: 'a list result is JSON text',
      inside: json('$.pods[*].name', '$.pods[0].name'),
      flow: payload,
      expected: { v0: '["pod1","pod2"]', v1: 'pod1' },
    },
    {
      title: 'a list as the root, with a dot',
      inside: json('$.[1].name', '$.[*].name'),
      flow: { request: { body: '[{"name":"a"},{"name":"b"}]' } },
      expected: { v0: 'b', v1: '["a","b"]' },
    },
    {
      title: 'a variable in the path',
      inside: json("$.pods[?(@.r=='{region}')].name"),
      flow: { ...payload, variables: { region: 'b' } },
      expected: { v0: '["pod2"]' },
    },
    { title: 'as a number', inside: typed('float', '$.n'), flow: payload, expected: { v: 1.5 } },
    {
      title: 'of the current message',
      inside: json('$.city'),
      flow: { response: { body: '{"city":"Chur"}' } },
      expected: { v0: 'Chur' },
    },
    {
      title: 'of a text variable',
      inside: `<Source>t</Source>${json('$.city')}`,
      flow: { variables: { t: '{"city":"Thun"}' } },
      expected: { v0: 'Thun' },
    },
    {
      title: 'of another message',
      inside: `<Source clearPayload="false">m</Source>${json('$.city')}`,
      flow: { variables: { m: requestOf({ body: '{"city":"Zug"}' }) } },
      expected: { v0: 'Zug' },
    },
    { title: 'no body', inside: json('$.city'), expected: { v0: undefined } },
    {
      title: 'a source that is not there',
      inside: `<Source>none</Source>${json('$.city')}`,
      expected: { v0: undefined },
    },
  ]);

  const xmlBody = { request: { body: markup } };
  table('XML', [
    { title: 'text of an element', inside: xml('/o:order/o:item'), flow: xmlBody, expected: { v: 'a' } },
    { title: 'text node', inside: xml('/o:order/o:item[2]/text()'), flow: xmlBody, expected: { v: 'b' } },
    { title: 'attribute', inside: xml('//@id'), flow: xmlBody, expected: { v: '7' } },
    { title: 'function', inside: xml('concat(name(/*), count(//o:item))'), flow: xmlBody, expected: { v: 'order2' } },
    { title: 'as a number', inside: xml('//o:total', 'double'), flow: xmlBody, expected: { v: 12.5 } },
    { title: 'as an integer', inside: xml('//@id', 'integer'), flow: xmlBody, expected: { v: 7 } },
    { title: 'as a Boolean', inside: xml('//o:paid', 'boolean'), flow: xmlBody, expected: { v: true } },
    {
      title: 'as nodes',
      inside: xml('//o:item', 'nodeset'),
      flow: xmlBody,
      expected: { v: '<item xmlns="urn:o">a</item><item xmlns="urn:o">b</item>' },
    },
    { title: 'nothing', inside: xml('/o:none'), flow: xmlBody, expected: { v: undefined } },
    {
      title: 'of a text variable',
      inside: `<Source>AccessEntity.Get</Source>${xml('/Developer/Email')}`,
      flow: { variables: { 'AccessEntity.Get': '<Developer><Email>a@b</Email></Developer>' } },
      expected: { v: 'a@b' },
    },
  ]);

  describe('faults', () => {
    const code = (name: string): string => `steps.extractvariables.${name}`;
    const rows: readonly (readonly [title: string, inside: string, body: string, fault: object])[] = [
      [
        'a path that leads nowhere',
        json('$.none'),
        '{}',
        { code: code('UnresolvedPath'), message: 'Unresolved path $.none in policy E', status: 500 },
      ],
      ['no body', json('$.none'), '', { code: code('UnresolvedPath') }],
      ['JSON that is none', json('$.a'), '{', { code: code('ExecutionFailed') }],
      ['XML that is none', xml('/a'), '<a>', { code: code('ExecutionFailed') }],
      ['a value of another type', typed('integer', '$.city'), document, { code: code('UnableToCast') }],
      [
        'a source that is not there',
        `<Source>none</Source>${json('$.a')}`,
        '',
        { code: code('SourceMessageNotAvailable') },
      ],
      [
        'a parameter that is not there',
        pattern('QueryParam name="none"', '{a}'),
        '',
        { code: 'entities.UnresolvedVariable', message: 'Unresolved variable : message.queryparam.none' },
      ],
    ];
    for (const [title, inside, body, fault] of rows) {
      it(title, () => assert.rejects(policyStep(extract(inside)).run(flowOf({ request: { body } })), fault));
    }

    it('a pattern that does not fit is none', () =>
      policyStep(extract(pattern('URIPath', '/{zip}'), false)).run(flowOf({ pathSuffix: '/a/b' })));

    it('what was found before stays set', async () => {
      const flow = flowOf({ request: { body: document } });
      await policyStep(
        extract(json('$.city', '$.nowhere', '$.ok')).replace('name="E"', 'name="E" continueOnError="true"'),
      ).run(flow);
      assert.deepEqual(
        [flow.get('v0'), flow.get('v2'), flow.get('extractvariables.E.failed')],
        ['Bern', undefined, true],
      );
    });

    it('entities of a document type are not expanded', () =>
      assert.rejects(
        policyStep(extract(xml('/a'))).run(
          flowOf({ request: { body: '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>' } }),
        ),
        { code: code('ExecutionFailed') },
      ));
  });

  describe('is refused', () => {
    const rows: readonly (readonly [inside: string, message: RegExp])[] = [
      [json('$.['), /path cannot be read/],
      [xml('/a['), /path cannot be read/],
      [xml('$body'), /no variable \$body/],
      [xml("vault-lookup('x')"), /no function vault-lookup/],
      [xml('/a', 'date'), /type must be one of/],
    ];
    for (const [inside, message] of rows) it(inside, () => assert.throws(() => policyStep(extract(inside)), message));
  });
});
