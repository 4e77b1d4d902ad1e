import assert from 'node:assert/strict';
import { type Backend, type Reply, startBackend } from '../endpoint/harness.js';
import { type Given, type Row as MediatorRow, problemsOf, refusals, run, verify } from './harness.js';

/** What the agent answers to one request, and what comes of it. */
interface Row {
  rule: string;
  /** Children after `serverUrl`. */
  children: string;
  given?: Given;
  reply?: Reply;
  expect: MediatorRow['expect'];
  /** What the agent saw; the body is compared as JSON. */
  asked?: { url?: string; method?: string; authorization?: string | undefined; body?: unknown };
}

const decides = (value: unknown): Reply => ({ body: JSON.stringify({ result: value }) });
const rule = '<policy>orders</policy><rule>allow</rule>';
const forbidden = {
  HTTP_RESPONSE_STATUS_CODE: 'Integer:403',
  ERROR_CODE: 'Integer:902012',
  ERROR_MESSAGE: 'Forbidden',
};
const failed = { HTTP_RESPONSE_STATUS_CODE: 'Integer:500', ERROR_CODE: 'Integer:902011' };

const rows: readonly Row[] = [
  {
    rule: 'mediators 9.5: opa asks serverUrl/policy/rule and goes on when the result is true',
    children: `<accessKey> Bearer k </accessKey>${rule}`,
    given: { headers: { 'X-A': '1' }, axis2: { TransportInURL: '/orders/7', REMOTE_ADDR: '10.0.0.9' } },
    reply: decides(true),
    expect: { outcome: true, answers: [] },
    asked: {
      url: '/v1/orders/allow',
      method: 'POST',
      authorization: 'Bearer k',
      body: {
        input: { requestOrigin: '10.0.0.9', method: 'POST', path: '/orders/7', transportHeaders: { 'X-A': '1' } },
      },
    },
  },
  {
    rule: 'mediators 9.5: opa tells the properties of additionalMCProperties that are set, and the first forwarded address',
    children: `${rule}<additionalParameters><parameter name="additionalMCProperties">tenant, none,ok</parameter></additionalParameters>`,
    given: { headers: { 'X-Forwarded-For': '2001:db8::7, 10.0.0.1' }, properties: { tenant: 'acme', ok: true } },
    reply: decides(true),
    expect: { outcome: true },
    asked: {
      authorization: undefined,
      body: {
        input: {
          requestOrigin: '2001:db8::7',
          method: 'POST',
          transportHeaders: { 'X-Forwarded-For': '2001:db8::7, 10.0.0.1' },
          tenant: 'acme',
          ok: true,
        },
      },
    },
  },
  {
    rule: 'mediators 9.5: opa strips the port of a forwarded address',
    children: rule,
    given: { headers: { 'X-Forwarded-For': '10.0.0.1:4711' } },
    reply: decides(true),
    expect: { outcome: true },
    asked: {
      body: {
        input: { requestOrigin: '10.0.0.1', method: 'POST', transportHeaders: { 'X-Forwarded-For': '10.0.0.1:4711' } },
      },
    },
  },
  {
    rule: 'mediators 9.5: opa answers a result of false with 403 and stops, without a fault sequence',
    children: rule,
    given: { body: '{"a":1}', onFault: '<log/>' },
    reply: decides(false),
    expect: {
      outcome: false,
      answers: ['{"a":1}'],
      properties: forbidden,
      axis2: { HTTP_SC: 'Integer:403' },
      fault: undefined,
    },
  },
  {
    rule: 'mediators 9.5: opa without a rule takes allow.result',
    children: '<policy>orders</policy>',
    reply: { body: '{"allow":{"result":true}}' },
    expect: { outcome: true },
    asked: { url: '/v1/orders' },
  },
  {
    rule: 'mediators 9.5: opa without a rule takes result.allow, as agents answer',
    children: '<policy>orders</policy>',
    reply: decides({ allow: false }),
    expect: { outcome: false, properties: forbidden },
  },
  {
    rule: 'mediators 9.5: opa answers 500 when the agent has no such policy',
    children: rule,
    reply: { body: '{}' },
    expect: { outcome: false, properties: failed, axis2: { HTTP_SC: 'Integer:500' }, answers: [''] },
  },
  {
    rule: 'mediators 9.5: opa answers 500 when the agent does not answer with 200',
    children: rule,
    reply: { status: 201, body: '{"result":true}' },
    expect: { outcome: false, properties: failed },
  },
  {
    rule: 'mediators 9.5: opa answers 500 when the agent answers no JSON',
    children: rule,
    reply: { body: 'true' },
    expect: { outcome: false, properties: failed },
  },
  {
    rule: 'mediators 9.5: opa answers 500 when the agent closes the connection',
    children: rule,
    reply: { close: true },
    expect: { outcome: false, properties: failed },
  },
  {
    rule: 'mediators 9.5: opa answers 500 when the agent does not answer in time',
    children: `${rule}<additionalParameters><parameter name="connectionTimeout">1</parameter></additionalParameters>`,
    reply: { hang: true },
    expect: { outcome: false, properties: failed },
  },
  {
    rule: 'mediators 9.5: opa runs the default failure handler, then answers with the status of the failure',
    children: rule,
    given: {
      sequences: {
        _opa_policy_failure_handler_:
          '<property name="HTTP_SC" scope="axis2" value="200"/><property name="h" value="1"/>',
      },
    },
    reply: decides(false),
    expect: { outcome: false, properties: { h: '1' }, axis2: { HTTP_SC: 'Integer:403' }, answers: [''] },
  },
  {
    rule: 'mediators 9.5: opa leaves the answer to a failure handler that stops',
    children: `${rule}<additionalParameters><parameter name="opaPolicyFailureHandler">mine</parameter></additionalParameters>`,
    given: {
      sequences: { mine: '<property name="h" value="1"/><drop/>', _opa_policy_failure_handler_: '<throwError/>' },
    },
    reply: decides(false),
    expect: { outcome: false, properties: { h: '1' }, answers: [] },
  },
  {
    rule: 'mediators 9.5: the failure handler of opa may split the message: its branches go on behind it',
    children: rule,
    given: {
      body: '{"a":[1,2]}',
      sequences: {
        _opa_policy_failure_handler_:
          '<iterate expression="json-eval($.a)"><target><sequence><call><endpoint key="e"/></call></sequence></target></iterate>',
      },
      answers: [{ body: '{"b":1}', contentType: 'application/json' }],
    },
    reply: decides(false),
    expect: { outcome: false, answers: ['{"b":1}', '{"b":1}'] },
  },
];

describe('opa', () => {
  let agent: Backend;
  afterEach(() => agent?.close());

  for (const { rule: name, children, given, reply = {}, expect, asked = {} } of rows) {
    it(name, async () => {
      agent = await startBackend([reply]);
      const xml = `<opa><serverUrl>${agent.url}/v1</serverUrl>${children}</opa>`;
      verify(await run(xml, given), expect, xml);
      const [request] = agent.seen;
      assert.equal(request?.headers['content-type'], 'application/json');
      if (asked.url) assert.equal(request?.url, asked.url);
      if (asked.method) assert.equal(request?.method, asked.method);
      if ('authorization' in asked) assert.equal(request?.headers.authorization, asked.authorization);
      if (asked.body) assert.deepEqual(JSON.parse(request?.body ?? ''), asked.body);
    });
  }

  refusals([
    { rule: 'mediators 9.5: opa needs a serverUrl', xml: `<opa>${rule}</opa>`, code: 'missing-element' },
    {
      rule: 'mediators 9.5: opa needs a policy',
      xml: '<opa><serverUrl>http://h</serverUrl><policy/></opa>',
      code: 'missing-element',
    },
    {
      rule: 'mediators 9.5: a parameter of opa needs a name',
      xml: `<opa><serverUrl>http://h</serverUrl>${rule}<additionalParameters><parameter>x</parameter></additionalParameters></opa>`,
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 9.5: connectionTimeout of opa is a number of seconds',
      xml: `<opa><serverUrl>http://h</serverUrl>${rule}<additionalParameters><parameter name="connectionTimeout">soon</parameter></additionalParameters></opa>`,
      code: 'invalid-parameter',
    },
    {
      rule: 'mediators 9.5: a Java request generator of opa',
      xml: `<opa><serverUrl>http://h</serverUrl>${rule}<requestGenerator>com.acme.Generator</requestGenerator></opa>`,
      code: 'needs-jvm',
    },
  ]);

  it('mediators 9.5: opa accepts the name of its own request generator', () => {
    const generator =
      '<requestGenerator>org.apache.synapse.mediators.opa.OPASynapseRequestGenerator</requestGenerator>';
    assert.deepEqual(problemsOf(`<opa><serverUrl>http://h</serverUrl>${rule}${generator}</opa>`), []);
  });
});
