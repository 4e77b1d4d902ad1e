import assert from 'node:assert/strict';
import { type FlowSpec, flowOf, policyStep, requestOf } from './harness.js';

const assign = (inside: string): string => `<AssignMessage name="A">${inside}</AssignMessage>`;
const header = (name: string, value = ''): string => `<Headers><Header name="${name}">${value}</Header></Headers>`;
const ignore = '<IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>';

interface Row {
  readonly title: string;
  readonly inside: string;
  readonly flow?: FlowSpec;
  /** Variables afterwards. */
  readonly expected: Readonly<Record<string, unknown>>;
}

const request = { verb: 'POST', path: '/p', query: 'a=1&b=2', headers: ['X', '1', 'X', '2', 'Y', '3'], body: 'body' };

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const { title: name, inside, flow: spec, expected } of rows) {
      it(name, async () => {
        const flow = flowOf({ request, ...spec });
        await policyStep(assign(inside)).run(flow);
        const found = Object.fromEntries(Object.keys(expected).map((variable) => [variable, flow.get(variable)]));
        assert.deepEqual(found, expected);
      });
    }
  });
}

describe('api-management 2.6: AssignMessage', () => {
  table('Set', [
    {
      title: 'a header replaces all of that name',
      inside: `<Set>${header('x', ' {request.verb} ')}</Set>`,
      expected: { 'request.header.X.values': ['POST'] },
    },
    {
      title: 'a header that is named twice has both values',
      inside: '<Set><Headers><Header name="X">a</Header><Header name="X">b</Header></Headers></Set>',
      expected: { 'request.header.X.values': ['a', 'b'] },
    },
    {
      title: 'query parameters',
      inside: '<Set><QueryParams><QueryParam name="a">{request.header.Y}</QueryParam></QueryParams></Set>',
      expected: { 'request.querystring': 'a=3&b=2' },
    },
    {
      title: 'form parameters imply the form type',
      inside: '<Set><FormParams><FormParam name="f">x y</FormParam></FormParams></Set>',
      expected: { 'request.content': 'f=x%20y', 'request.header.Content-Type': 'application/x-www-form-urlencoded' },
    },
    {
      title: 'payload with its type',
      inside: '<Set><Payload contentType="application/json">{"v": "{request.verb}"}</Payload></Set>',
      expected: { 'request.content': '{"v": "POST"}', 'request.header.Content-Type': 'application/json' },
    },
    {
      title: 'payload with other delimiters',
      inside: '<Set><Payload variablePrefix="%" variableSuffix="#">{"v": "%request.verb#"}</Payload></Set>',
      expected: { 'request.content': '{"v": "POST"}' },
    },
    {
      title: 'payload of XML elements',
      inside: '<Set><Payload contentType="text/xml">\n  <a b="1"><c>{request.verb}</c></a>\n</Payload></Set>',
      expected: { 'request.content': '<a b="1"><c>POST</c></a>' },
    },
    {
      title: 'payload in CDATA',
      inside: '<Set><Payload><![CDATA[<a>{request.verb}</a>]]></Payload></Set>',
      expected: { 'request.content': '<a>POST</a>' },
    },
    { title: 'an empty payload', inside: '<Set><Payload/></Set>', expected: { 'request.content': '' } },
    {
      title: 'verb and path',
      inside: '<Set><Verb>get</Verb><Path>/q/{request.header.Y}</Path></Set>',
      expected: { 'request.verb': 'GET', 'request.path': '/q/3' },
    },
    {
      title: 'status and reason of a response',
      inside: '<Set><StatusCode>{code}</StatusCode><ReasonPhrase>Tea</ReasonPhrase></Set>',
      flow: { response: {}, variables: { code: 418 } },
      expected: { 'response.status.code': 418, 'response.reason.phrase': 'Tea' },
    },
    {
      title: 'what is empty is absent',
      inside: '<Set><Verb/><Path/><StatusCode/></Set>',
      expected: { 'request.verb': 'POST', 'request.path': '/p' },
    },
  ]);

  table('Add and Remove', [
    {
      title: 'Add appends',
      inside: `<Add>${header('X', '{request.header.Y}')}</Add>`,
      expected: { 'request.header.X.values': ['1', '2', '3'] },
    },
    {
      title: 'Add takes parameters',
      inside: '<Add><QueryParams><QueryParam name="a">9</QueryParam></QueryParams></Add>',
      expected: { 'request.queryparam.a.values': ['1', '9'] },
    },
    {
      title: 'Remove a header',
      inside: `<Remove>${header('x')}</Remove>`,
      expected: { 'request.headers.names': ['Y'] },
    },
    {
      title: 'Remove one of several values',
      inside: `<Remove>${header('X.1')}</Remove>`,
      expected: { 'request.header.X.values': ['2'] },
    },
    { title: 'Remove all headers', inside: '<Remove><Headers/></Remove>', expected: { 'request.headers.count': 0 } },
    {
      title: 'Remove a parameter',
      inside: '<Remove><QueryParams><QueryParam name="a"/></QueryParams></Remove>',
      expected: { 'request.querystring': 'b=2' },
    },
    {
      title: 'Remove the payload',
      inside: '<Remove><Payload>true</Payload></Remove>',
      expected: { 'request.content': '' },
    },
    {
      title: 'actions run in document order',
      inside: `<Remove><Headers/></Remove><Set>${header('X', 'new')}</Set><Add>${header('X', 'more')}</Add><Remove>${header('Y')}</Remove>`,
      expected: { 'request.header.X.values': ['new', 'more'] },
    },
  ]);

  const other = { other: requestOf({ ...request, verb: 'PUT', headers: ['X', 'o', 'Content-Type', 'text/plain'] }) };
  table('Copy', [
    {
      title: 'a header',
      inside: `<Copy source="other">${header('X')}</Copy>`,
      flow: { variables: other },
      expected: { 'request.header.X.values': ['o'], 'request.header.Y': '3' },
    },
    {
      title: 'all headers',
      inside: '<Copy source="other"><Headers/></Copy>',
      flow: { variables: other },
      expected: {
        'request.header.X.values': ['o'],
        'request.header.Y': '3',
        'request.header.Content-Type': 'text/plain',
      },
    },
    {
      title: 'payload, with its type when there is none',
      inside: '<Copy source="request"><Payload>true</Payload></Copy>',
      flow: { response: {}, request: { headers: ['Content-Type', 'a/b'], body: 'x' } },
      expected: { 'response.content': 'x', 'response.header.Content-Type': 'a/b' },
    },
    {
      title: 'what is false is left out',
      inside: '<Copy source="other"><Verb>false</Verb><Path>true</Path></Copy>',
      flow: { variables: other },
      expected: { 'request.verb': 'POST' },
    },
    {
      title: 'everything',
      inside: '<AssignTo createNew="true" type="request">new</AssignTo><Copy source="other"/>',
      flow: { variables: other },
      expected: { 'new.verb': 'PUT', 'new.header.X': 'o', 'new.content': 'body', 'new.queryparam.b': '2' },
    },
    {
      title: 'from a message that is not there, ignored',
      inside: `<Copy source="none"><Headers/></Copy>${ignore}`,
      expected: { 'request.headers.count': 2 },
    },
  ]);

  const variable = (inside: string): string => `<AssignVariable><Name>v</Name>${inside}</AssignVariable>`;
  const object = { a: 1 };
  table('AssignVariable', [
    { title: 'Value', inside: variable('<Value>x</Value>'), expected: { v: 'x' } },
    {
      title: 'Ref counts over Value',
      inside: variable('<Value>x</Value><Ref>request.verb</Ref>'),
      expected: { v: 'POST' },
    },
    { title: 'Value when Ref has no value', inside: variable('<Ref>none</Ref><Value>x</Value>'), expected: { v: 'x' } },
    {
      title: 'Template',
      inside: variable('<Template>{request.verb} {none}</Template>') + ignore,
      expected: { v: 'POST ' },
    },
    {
      title: 'Template in a variable',
      inside: variable('<Template ref="t"/>'),
      flow: { variables: { t: '<{request.verb}>' } },
      expected: { v: '<POST>' },
    },
    {
      title: 'Ref keeps the object',
      inside: variable('<Ref>o</Ref>'),
      flow: { variables: { o: object } },
      expected: { v: object },
    },
    { title: 'neither sets nothing', inside: variable('<Value></Value><Ref></Ref>'), expected: { v: undefined } },
    {
      title: 'parts of messages',
      inside: '<AssignVariable><Name>request.header.Z</Name><Value>z</Value></AssignVariable>',
      expected: { 'request.header.Z': 'z' },
    },
  ]);

  table('AssignTo', [
    {
      title: 'a new message',
      inside: '<AssignTo createNew="true" type="request">m</AssignTo><Set><Verb>PUT</Verb></Set>',
      expected: { 'm.verb': 'PUT', 'request.verb': 'POST', 'm.header.X': undefined },
    },
    {
      title: 'a message that is not there is made',
      inside: '<AssignTo>m</AssignTo><Set><Verb>PUT</Verb></Set>',
      expected: { 'm.verb': 'PUT' },
    },
    {
      title: 'a message that is there is changed',
      inside: '<AssignTo>m</AssignTo><Set><Verb>DELETE</Verb></Set>',
      flow: { variables: { m: requestOf({ path: '/m' }) } },
      expected: { 'm.uri': '/m', 'm.verb': 'DELETE' },
    },
    {
      title: 'without a name the current message, whatever type says',
      inside: `<AssignTo createNew="false" type="response"/><Set>${header('Z', 'z')}</Set>`,
      expected: { 'request.header.Z': 'z', 'request.header.Y': '3' },
    },
    {
      title: 'a new one in the place of the current message',
      inside: '<AssignTo createNew="true" type="response"/><Set><Payload>{response.header.X}</Payload></Set>',
      flow: { response: { status: 404, headers: ['X', '1'] } },
      expected: { 'response.content': '1', 'response.status.code': 200, 'response.headers.count': 0 },
    },
  ]);

  describe('faults', () => {
    const rows: readonly (readonly [title: string, inside: string, fault: object])[] = [
      [
        'an unresolved variable',
        `<Set>${header('X', '{none}')}</Set>`,
        { code: 'entities.UnresolvedVariable', status: 500, message: 'Unresolved variable : none' },
      ],
      ['an unresolved Ref', variable('<Ref>none</Ref>'), { code: 'entities.UnresolvedVariable' }],
      ['a missing source', '<Copy source="none"><Headers/></Copy>', { code: 'entities.UnresolvedVariable' }],
      [
        'no status code',
        '<Set><StatusCode>{request.verb}</StatusCode></Set>',
        { code: 'steps.assignmessage.InvalidStatusCode' },
      ],
    ];
    for (const [title, inside, fault] of rows) {
      it(title, () => assert.rejects(policyStep(assign(inside)).run(flowOf({ request })), fault));
    }
  });

  describe('is refused', () => {
    const rows: readonly (readonly [inside: string, message: RegExp])[] = [
      ['<Set><StatusCode>ok</StatusCode></Set>', /must be a status code/],
      ['<AssignVariable><Value>1</Value></AssignVariable>', /needs a <Name>/],
      ['<Set><Headers><Header>1</Header></Headers></Set>', /needs a name/],
      ['<Copy source="request"><Foo/></Copy>', /cannot hold <Foo>/],
      ['<IgnoreUnresolvedVariables>yes</IgnoreUnresolvedVariables>', /must be true or false/],
    ];
    for (const [inside, message] of rows) it(inside, () => assert.throws(() => policyStep(assign(inside)), message));
  });

  it('does not read a body that it does not look at', async () => {
    const flow = flowOf({ request });
    Object.defineProperty(flow, 'build', { value: () => assert.fail('built') });
    Object.defineProperty(flow, 'hasUnread', { value: true });
    await policyStep(assign(`<Set>${header('X', '{request.verb}')}</Set>`)).run(flow);
    await assert.rejects(policyStep(assign(`<Set>${header('X', '{request.content}')}</Set>`)).run(flow));
  });
});
