import assert from 'node:assert/strict';
import {
  type Files,
  proxyXml,
  routeTo,
  steps,
  TestEnvironment,
  targetXml,
  trailPolicies,
} from './environment-harness.js';
import { FakeTransport } from './harness.js';

const raise = (name: string, inside = ''): Files => ({
  [`policies/${name}.xml`]: `<RaiseFault name="${name}"><FaultResponse>${inside}</FaultResponse></RaiseFault>`,
});

const set = (name: string, inside: string): Files => ({
  [`policies/${name}.xml`]: `<AssignMessage name="${name}"><Set>${inside}</Set>
    <IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables></AssignMessage>`,
});

const rule = (name: string, step: string, condition?: string): string =>
  `<FaultRule name="${name}">${steps(step)}${condition === undefined ? '' : `<Condition>${condition}</Condition>`}</FaultRule>`;

const request = (name: string): string => `<PreFlow><Request>${steps(name)}</Request></PreFlow>`;

const run = (files: Files, path = '/p', headers: readonly string[] = [], transport = new FakeTransport()) =>
  new TestEnvironment(transport).deploy('p', files).request(path, { headers });

describe('api-management 2.7: faults', () => {
  describe('the default body', () => {
    const files: Files = { ...raise('r'), 'proxies/default.xml': proxyXml({ inside: request('r') }) };
    const json =
      '{"fault":{"faultstring":"Raising fault. Fault name : r","detail":{"errorcode":"steps.raisefault.RaiseFault"}}}';
    const xml =
      '<fault><faultstring>Raising fault. Fault name : r</faultstring><detail><errorcode>steps.raisefault.RaiseFault</errorcode></detail></fault>';
    const rows: readonly (readonly [headers: readonly string[], type: string, body: string])[] = [
      [[], 'application/json', json],
      [['Accept', '*/*'], 'application/json', json],
      [['Accept', 'application/json, text/xml'], 'application/json', json],
      [['Accept', 'application/xml'], 'application/xml', xml],
      [['Content-Type', 'text/xml; charset=utf-8'], 'application/xml', xml],
      [['Accept', '*/*', 'Content-Type', 'application/soap+xml'], 'application/xml', xml],
      [['Accept', 'application/json', 'Content-Type', 'text/xml'], 'application/json', json],
    ];
    for (const [headers, type, body] of rows) {
      it(`for ${headers.join(': ') || 'no headers'} is ${type}`, async () => {
        const answer = await run(files, '/p', headers);
        assert.deepEqual([answer.status, answer.headers['Content-Type'], answer.body], [500, type, body]);
      });
    }
  });

  describe('which rule runs', () => {
    const base: Files = {
      ...raise('r'),
      ...trailPolicies('one', 'two', 'three', 'always'),
      ...set('show', '<Payload>{trail}</Payload>'),
    };
    const trail = async (files: Files): Promise<string> => String((await run(files)).flow.get('trail') ?? '');
    const inProxy = (rules: string): Files => ({
      ...base,
      'proxies/default.xml': proxyXml({ inside: rules + request('r') }),
    });
    const inTarget = (rules: string): Files => ({
      ...base,
      'proxies/default.xml': proxyXml({
        inside: `<FaultRules>${rule('p', 'three')}</FaultRules>${routeTo('default')}`,
      }),
      'targets/default.xml': targetXml('http://b.example', { inside: rules + request('r') }),
    });
    const rules = (...inside: readonly string[]): string => `<FaultRules>${inside.join('')}</FaultRules>`;
    const isRaised = 'fault.name = "RaiseFault"';

    it('in a proxy endpoint the last one comes first', async () => {
      assert.equal(await trail(inProxy(rules(rule('a', 'one'), rule('b', 'two')))), 'two,');
    });
    it('in a target endpoint the first one comes first, and those of the proxy are not asked', async () => {
      assert.equal(await trail(inTarget(rules(rule('a', 'one'), rule('b', 'two')))), 'one,');
    });
    it('one whose condition is false is passed over', async () => {
      assert.equal(
        await trail(inProxy(rules(rule('a', 'one', isRaised), rule('b', 'two', 'fault.name = "X"')))),
        'one,',
      );
    });

    const defaultRule = (always: boolean): string =>
      `<DefaultFaultRule name="d">${steps('always')}<AlwaysEnforce>${always}</AlwaysEnforce></DefaultFaultRule>`;
    it('the default rule when none fits', async () => {
      assert.equal(await trail(inProxy(rules(rule('a', 'one', 'fault.name = "X"')) + defaultRule(false))), 'always,');
    });
    it('the default rule not when one fits', async () => {
      assert.equal(await trail(inProxy(rules(rule('a', 'one')) + defaultRule(false))), 'one,');
    });
    it('the default rule behind the one that fits, when it is always enforced', async () => {
      assert.equal(await trail(inProxy(rules(rule('a', 'one')) + defaultRule(true))), 'one,always,');
    });
    it('steps of a rule have conditions of their own', async () => {
      const conditional = `<FaultRule name="a"><Step><Name>one</Name><Condition>fault.name = "X"</Condition></Step>${steps('two')}</FaultRule>`;
      assert.equal(await trail(inProxy(rules(conditional))), 'two,');
    });
    it('the response flow is left out', async () => {
      const files = inProxy(`<PostFlow><Response>${steps('three')}</Response></PostFlow>${rules(rule('a', 'one'))}`);
      assert.equal(await trail(files), 'one,');
    });
  });

  describe('what a rule does to the answer', () => {
    it('changes the message of the fault', async () => {
      const answer = await run({
        ...raise('r'),
        ...set(
          's',
          '<StatusCode>418</StatusCode><ReasonPhrase>Tea</ReasonPhrase><Payload contentType="text/plain">{fault.name}: {error.message}</Payload>',
        ),
        'proxies/default.xml': proxyXml({ inside: `<FaultRules>${rule('a', 's')}</FaultRules>${request('r')}` }),
      });
      assert.deepEqual(
        [answer.status, answer.reason, answer.headers, answer.body],
        [418, 'Tea', { 'Content-Type': 'text/plain' }, 'RaiseFault: Raising fault. Fault name : r'],
      );
    });

    const target = `<AssignTo type="response" createNew="true">response</AssignTo>`;
    for (const [title, assignTo] of [
      ['a new response', target],
      ['the response', '<AssignTo type="response">response</AssignTo>'],
      ['the error', '<AssignTo type="response">error</AssignTo>'],
    ] as const) {
      it(`sets ${title}`, async () => {
        const answer = await run({
          ...raise('r'),
          'policies/s.xml': `<AssignMessage name="s">${assignTo}<Set><Payload>mine</Payload></Set></AssignMessage>`,
          'proxies/default.xml': proxyXml({ inside: `<FaultRules>${rule('a', 's')}</FaultRules>${request('r')}` }),
        });
        assert.equal(answer.body, 'mine');
      });
    }

    it('raises another fault, which takes its place', async () => {
      const answer = await run({
        ...raise('r'),
        ...raise(
          'again',
          '<Set><StatusCode>409</StatusCode><Payload contentType="text/plain">{fault.name}</Payload></Set>',
        ),
        ...trailPolicies('never'),
        'proxies/default.xml': proxyXml({
          inside: `<FaultRules><FaultRule name="a">${steps('again', 'never')}</FaultRule></FaultRules>${request('r')}`,
        }),
      });
      assert.deepEqual([answer.status, answer.body], [409, 'RaiseFault']);
      assert.equal(answer.flow.get('trail'), undefined);
    });
  });

  describe('variables of a fault', () => {
    it('tell its name, text, place and answer', async () => {
      const { flow } = await run({
        ...raise('r', '<Set><StatusCode>403</StatusCode><ReasonPhrase>No</ReasonPhrase><Payload>x</Payload></Set>'),
        'proxies/default.xml': proxyXml({ inside: request('r') }),
      });
      const names = [
        'fault.name',
        'error.message',
        'error.state',
        'error.status.code',
        'error.reason.phrase',
        'error.content',
        'is.error',
        'message.status.code',
        'raisefault.r.failed',
      ];
      assert.deepEqual(
        names.map((name) => flow.get(name)),
        ['RaiseFault', 'Raising fault. Fault name : r', 'PROXY_REQ_FLOW', 403, 'No', 'x', true, 403, true],
      );
    });
  });

  describe('an answer outside of success.codes', () => {
    const transport = (): FakeTransport =>
      new FakeTransport(() => ({ status: 401, headers: ['X-B', '1'], body: Buffer.from('{"why":"no"}') }));
    const files = (rules: string): Files => ({
      ...set('s', '<Payload contentType="text/plain">{response.status.code} {why}</Payload>'),
      'policies/e.xml':
        '<ExtractVariables name="e"><Source>response</Source><JSONPayload><Variable name="why"><JSONPath>$.why</JSONPath></Variable></JSONPayload></ExtractVariables>',
      'proxies/default.xml': proxyXml({ inside: routeTo('default') }),
      'targets/default.xml': targetXml('http://b.example', { inside: rules }),
    });
    it('is the answer when no rule fits', async () => {
      const answer = await run(files(''), '/p', [], transport());
      assert.deepEqual([answer.status, answer.headers, answer.body], [401, { 'X-B': '1' }, '{"why":"no"}']);
    });
    it('can be read in the rules of the target', async () => {
      const rules = `<FaultRules><FaultRule name="a"><Condition>response.status.code = 401</Condition>${steps('e', 's')}</FaultRule></FaultRules>`;
      const answer = await run(files(rules), '/p', [], transport());
      assert.deepEqual([answer.status, answer.body], [401, '401 no']);
    });
  });

  it('an error of the program is a fault without its details, and a line of the log', async () => {
    const env = new TestEnvironment(new FakeTransport(() => Promise.reject(new Error('internal secret')))).deploy('p', {
      'proxies/default.xml': proxyXml({ inside: routeTo('default') }),
      'targets/default.xml': targetXml('http://b.example'),
    });
    const answer = await env.request('/p');
    assert.equal(answer.status, 500);
    assert.doesNotMatch(answer.body, /secret/);
    assert.match(env.log.join('\n'), /internal secret/);
  });
});
