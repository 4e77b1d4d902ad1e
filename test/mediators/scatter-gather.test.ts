import { Fault } from '../../runtime/message/fault.js';
import { refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const json = (format: string) => `<payloadFactory media-type="json"><format>${format}</format><args/></payloadFactory>`;
const xml = (format: string) => `<payloadFactory media-type="xml"><format>${format}</format><args/></payloadFactory>`;
const call = '<call><endpoint><http method="get" uri-template="http://b/"/></endpoint></call>';
const given = { body: '{"a":1}' };
const scatter = (
  branches: readonly string[],
  aggregation = 'expression="${payload}"',
  attributes = 'parallel-execution="false" target="body" result-content-type="JSON"',
) =>
  `<scatter-gather ${attributes}><aggregation ${aggregation}/>${branches.map((one) => `<sequence>${one}</sequence>`).join('')}</scatter-gather>${say('after')}`;
const three = [json('{"b":1}'), json('{"b":2}'), json('{"b":3}')];
const toVariable = (type: string) =>
  `target="variable" target-variable="v" result-content-type="${type}" result-enclosing-element="all"`;

describe('scatter-gather', () => {
  table([
    {
      rule: 'mediators 7.6: the branches as an array',
      xml: scatter(three),
      given,
      expect: { body: '[{"b":1},{"b":2},{"b":3}]', logs: ['say = after'], axis2: { messageType: 'application/json' } },
    },
    {
      rule: 'mediators 7.6: the state of the last branch is seen afterwards',
      xml: scatter(['<property name="p" value="1"/>', '<property name="p" value="2"/>']),
      given,
      expect: { properties: { p: '2' } },
    },
    {
      rule: 'mediators 7.6: into a variable, the message stays',
      xml: scatter(three, 'expression="${payload.b}"', toVariable('JSON')),
      given,
      expect: { variables: { v: 'JSON:[1,2,3]' }, body: given.body },
    },
    {
      rule: 'mediators 7.6: texts and missing values are strings',
      xml: scatter([json('{"b":"x"}'), '']),
      given,
      expect: { body: '[{"b":"x"},{"a":1}]' },
    },
    {
      rule: 'mediators 7.6: a missing value is empty',
      xml: scatter([''], 'expression="${payload.z}"'),
      given,
      expect: { body: '[""]' },
    },
    {
      rule: 'mediators 7.6: XML in an enclosing element',
      xml: scatter(
        [xml('<b xmlns=""><c>1</c></b>'), xml('<b xmlns=""><c>2</c></b>')],
        'expression="${xpath(\'//b\')}"',
        toVariable('XML'),
      ),
      given,
      expect: { variables: { v: 'XML:<all><b><c>1</c></b><b><c>2</c></b></all>' } },
    },
    {
      rule: 'mediators 7.6: a result that is no XML faults',
      xml: scatter([json('{"b":"x"}')], 'expression="${payload.b}"', toVariable('XML')),
      given,
      expect: { outcome: 'fault' },
    },
    ...['json-eval($)', '//b'].map((expression) => ({
      rule: `mediators 7.6: ${expression} deploys and faults for JSON`,
      xml: scatter(three, `expression="${expression}"`),
      given,
      expect: { outcome: 'fault' as const },
    })),
    {
      rule: 'mediators 7.6: condition and min-messages',
      xml: scatter(three, 'expression="${payload}" condition="${payload.b != 2}" min-messages="2"'),
      given,
      expect: { body: '[{"b":1},{"b":3}]' },
    },
    {
      rule: 'mediators 7.6: max-messages',
      xml: scatter(three, 'expression="${payload}" max-messages="1"'),
      given,
      expect: { body: '[{"b":1}]' },
    },
    {
      rule: 'mediators 7.6: the time ends it, ms after the first',
      xml: scatter([...three, '<drop/>'], 'expression="${payload.b}" timeout="20"'),
      given,
      expect: { body: '[1,2,3]', logs: ['say = after'] },
    },
    {
      rule: 'mediators 7.6: too few branches end the flow',
      xml: scatter([...three, '<drop/>']),
      given,
      expect: { logs: [], outcome: false },
    },
    {
      rule: 'mediators 7.6: a branch that fails runs the fault handler',
      xml: scatter(
        ['<throwError type="X" errorMessage="m"/>', json('{"b":2}')],
        'expression="${payload}" min-messages="1"',
      ),
      given: { ...given, onFault: say('fault') },
      expect: { logs: ['say = fault', 'say = after'], body: '[{"b":2}]' },
    },
    {
      rule: 'mediators 7.6: results stand in the order of completion',
      xml: scatter([call, json('{"b":2}')], undefined, 'target="body" result-content-type="JSON"'),
      given,
      expect: { body: '[{"b":2},{"backend":"ok"}]' },
    },
    {
      rule: 'mediators 7.6: a call that fails',
      xml: scatter([call], undefined, 'target="body" result-content-type="JSON"'),
      given: { ...given, answers: [new Fault('down', { code: 101503 })], onFault: say('fault') },
      expect: { logs: ['say = fault'], outcome: false },
    },
  ]);

  refusals([
    {
      rule: 'mediators 7.6: aggregation is required',
      xml: '<scatter-gather target="body" result-content-type="JSON"><sequence/></scatter-gather>',
      code: 'missing-element',
    },
    { rule: 'mediators 7.6: a sequence is required', xml: scatter([]), code: 'missing-element' },
    { rule: 'mediators 7.6: expression is required', xml: scatter([''], ''), code: 'missing-attribute' },
    {
      rule: 'mediators 7.6: type is required',
      xml: scatter([''], undefined, 'target="body"'),
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 7.6: type is JSON or XML',
      xml: scatter([''], undefined, 'target="body" result-content-type="TEXT"'),
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 7.6: target is body or variable',
      xml: scatter([''], undefined, 'target="x" result-content-type="JSON"'),
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 7.6: a variable needs a name',
      xml: scatter([''], undefined, 'target="variable" result-content-type="JSON"'),
      code: 'missing-attribute',
    },
  ]);
});
