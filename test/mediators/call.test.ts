import assert from 'node:assert/strict';
import { Fault } from '../../runtime/message/fault.js';
import { type Given, problemsOf, refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const call = (inside = '', attributes = '') =>
  `<call ${attributes}><endpoint><address uri="http://b"/></endpoint>${inside}</call>`;
const json: Given = { body: '{"a":1,"o":{"k":"v"}}', headers: { 'X-A': 'one' } };
const answer = '{"backend":"ok"}';

describe('call', () => {
  table([
    {
      rule: 'mediators 5.2: the message becomes the answer, properties and variables survive',
      xml: `<property name="p" value="1"/><variable name="v" value="2"/>${call()}${say('after')}`,
      given: json,
      expect: {
        sent: [json.body ?? ''],
        body: answer,
        logs: ['say = after'],
        outcome: true,
        properties: { p: '1', 'continuation.call': undefined },
        variables: { v: '2' },
        headers: { 'X-A': undefined },
        axis2: { HTTP_SC: 'Integer:200' },
      },
    },
    {
      rule: 'mediators 5.2: without an endpoint to the To address',
      xml: '<call/>',
      given: { ...json, onFault: say('no transport here') },
      expect: { sent: [], logs: ['say = no transport here'] },
    },
    {
      rule: 'message-model 2.3: OUT_ONLY sends a copy and goes on at once',
      xml: `<property name="OUT_ONLY" value="true"/>${call()}${say('after')}`,
      given: json,
      expect: { sent: [json.body ?? ''], body: json.body, injected: [], logs: ['say = after'] },
    },
    {
      rule: 'message-model 2.3: OUT_ONLY is a text',
      xml: `<property name="OUT_ONLY" value="true" type="BOOLEAN"/>${call()}`,
      given: json,
      expect: { body: answer },
    },
    {
      rule: 'message-model 6.3: a fault of the answer has status 500',
      xml: `${call()}<throwError type="X" errorMessage="m"/>`,
      given: { ...json, onFault: say('fault') },
      expect: { axis2: { HTTP_SC: 'Integer:500' }, logs: ['say = fault'] },
    },
    {
      rule: 'message-model 6.3: a failing endpoint leaves the status alone',
      xml: call(),
      given: {
        ...json,
        answers: [new Fault('Error connecting to the back end', { code: 101503 })],
        onFault: say('fault'),
      },
      expect: {
        axis2: { HTTP_SC: undefined, SENDING_FAULT: 'Boolean:true' },
        properties: { ERROR_CODE: 'Integer:101503', ERROR_MESSAGE: 'Error connecting to the back end' },
        headers: { 'X-A': 'one' },
      },
    },
    ...["{'backend':'ok'}", '{"backend":'].map((body) => ({
      rule: `api-management 4.1: a blocking call faults for the answer ${body}`,
      xml: call('', 'blocking="true"'),
      given: { ...json, answers: [{ body }], onFault: say('fault') },
      expect: { logs: ['say = fault'], properties: { ERROR_CODE: 'Integer:0' } },
    })),
    {
      rule: 'mediators 5.2: blocking="TRUE" is blocking',
      xml: call('', 'blocking="TRUE"'),
      given: json,
      expect: { body: answer, outcome: true },
    },
  ]);

  table(
    (
      [
        ['<source>json-eval($.o)</source>', '{"k":"v"}'],
        ['<source type="property">ps</source>', '{"ps":2}'],
        ['<source type="property">pj</source>', '{"pj":1}'],
        ['<source type="inline">{"in":1}</source>', '{"in":1}'],
        ['<source type="inline" contentType="application/xml"><in xmlns="">1</in></source>', '<in>1</in>'],
        ['<source type="inline" contentType="text/plain">words</source>', 'words'],
        ['<source type="body"/>', '{"a":1,"o":{"k":"v"}}'],
        ['<source type="nonsense">x</source>', '{"a":1,"o":{"k":"v"}}'],
      ] as const
    ).map(([source, sent]) => ({
      rule: `mediators 5.2: ${source}`,
      xml: `<property name="pj" type="JSON" value="{&quot;pj&quot;:1}"/><property name="ps" value="{&quot;ps&quot;:2}"/>${call(source)}`,
      given: json,
      expect: { sent: [sent], body: answer },
    })),
  );

  table([
    {
      rule: 'mediators 5.2: a target property takes the answer; body and headers are put back',
      xml: call('<source type="custom">json-eval($.o)</source><target type="property">res</target>'),
      given: json,
      expect: { sent: ['{"k":"v"}'], body: json.body, properties: { res: answer }, headers: { 'X-A': 'one' } },
    },
    {
      rule: 'mediators 5.2: a target without source, too',
      xml: call('<target type="property">res</target>', 'blocking="true"'),
      given: json,
      expect: { sent: [json.body ?? ''], body: json.body, properties: { res: answer }, headers: { 'X-A': 'one' } },
    },
    {
      rule: 'mediators 5.2: a source of type body keeps the answer in the body, too',
      xml: call('<source type="body"/><target type="property">res</target>'),
      given: json,
      expect: { body: answer, properties: { res: answer }, headers: { 'X-A': undefined } },
    },
    {
      rule: 'mediators 5.2: a target variable is a map; its name may be an expression',
      xml: `<property name="n" value="res"/>${call('<target type="variable">{$ctx:n}</target>')}`,
      given: { ...json, answers: [{ status: 404, headers: { 'X-B': 'b' } }] },
      expect: {
        body: json.body,
        variables: {
          res: {
            payload: `JSON:${answer}`,
            headers: 'JSON:{"Content-Type":"application/json","X-B":"b"}',
            attributes: 'JSON:{"statusCode":404}',
          },
        },
      },
    },
    {
      rule: 'mediators 5.2: the answer is read by the type of what was sent',
      xml: call(
        '<source type="inline" contentType="application/xml"><in xmlns="">1</in></source><target type="property">res</target>',
      ),
      given: json,
      expect: {
        properties: { res: ['XML:<jsonObject><backend>ok</backend></jsonObject>'] },
        body: json.body,
        axis2: { messageType: 'application/json' },
      },
    },
    {
      rule: 'mediators 5.2: an XML answer to a JSON request reads as an empty object',
      xml:
        call('<target type="variable">res</target>') +
        '<variable name="p" type="STRING" expression="${vars.res.payload}"/>',
      given: { ...json, answers: [{ body: '<r/>', contentType: 'application/xml' }] },
      expect: { variables: { p: '{}' }, body: json.body, axis2: { messageType: 'application/xml' } },
    },
    {
      rule: 'mediators 5.2: an XML body cannot be put back behind a JSON answer',
      xml: call('<target type="property">res</target>'),
      given: { body: '<r><a>1</a></r>' },
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 5.2: a target of type body or custom changes nothing',
      xml: call('<target type="custom">json-eval($.o)</target>'),
      given: json,
      expect: { body: answer },
    },
    {
      rule: 'mediators 5.2: XPath on a JSON body, and a path that selects nothing, fault',
      xml: call('<source type="custom">//o</source>'),
      given: json,
      expect: { outcome: 'fault', sent: [] },
    },
    {
      rule: 'mediators 5.2: an XML source',
      xml: call('<source type="custom">//a</source><target type="property">res</target>'),
      given: { body: '<r><a>1</a></r>', answers: [{ body: '<ok/>', contentType: 'application/xml' }] },
      expect: { sent: ['<a>1</a>'], body: '<r><a>1</a></r>', properties: { res: ['XML:<ok/>'] } },
    },
  ]);

  refusals([
    {
      rule: 'mediators 5.2: a variable target needs a name',
      xml: call('<target type="variable"/>'),
      code: 'missing-element',
    },
    {
      rule: 'mediators 5.2: unknown target type',
      xml: call('<target type="nonsense">x</target>'),
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 5.2: an empty inline source',
      xml: call('<source type="inline"> </source>'),
      code: 'missing-element',
    },
    { rule: 'mediators 5.2: a custom source without expression', xml: call('<source/>'), code: 'missing-element' },
    {
      rule: 'mediators 5.2: no ${…} in a source',
      xml: call('<source>${payload.o}</source>'),
      code: 'invalid-expression',
    },
    {
      rule: 'mediators 5.2: files of a blocking call exist',
      xml: call('', 'blocking="true" axis2xml="/none/at/all"'),
      code: 'missing-file',
    },
  ]);

  for (const [type, warnings] of [
    ['bodyy', ['type="bodyy" is no source of a call; the body is sent as it is']],
    ['body', []],
  ] as const) {
    it(`mediators 5.2: source type="${type}" is ${warnings.length === 0 ? 'known' : 'warned about'}`, () => {
      const problems = problemsOf(call(`<source type="${type}">//a</source>`));
      assert.deepEqual(
        problems.map(({ severity, message }) => [severity, message]),
        warnings.map((message) => ['warning', message]),
      );
    });
  }
});
