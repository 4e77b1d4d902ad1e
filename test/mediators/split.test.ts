import { Fault } from '../../runtime/message/fault.js';
import { refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const show = (name: string, expression: string) =>
  `<log level="custom"><property name="${name}" expression="${expression}"/></log>`;
const body = show('body', 'json-eval($)');
const call = '<call><endpoint><http method="get" uri-template="http://b/"/></endpoint></call>';
const blocking = call.replace('<call>', '<call blocking="true">');
const items = { body: '{"items":[{"n":1},{"n":2}],"m":"x"}' };
const target = (mediators: string, attributes = '') =>
  `<target ${attributes}><sequence>${mediators}</sequence></target>`;
const iterate = (mediators: string, attributes = 'sequential="true" continueParent="true"') =>
  `<iterate expression="json-eval($.items)" ${attributes}>${target(mediators)}</iterate>`;

describe('iterate', () => {
  table([
    {
      rule: 'mediators 7.2: each part has its place, the parent goes on unchanged',
      xml: `${iterate(show('ms', '$ctx:messageSequence') + body)}${say('parent')}`,
      given: items,
      expect: {
        logs: ['ms = 0/2', 'body = {"n":1}', 'ms = 1/2', 'body = {"n":2}', 'say = parent'],
        outcome: true,
        body: items.body,
      },
    },
    {
      rule: 'mediators 7.2: without continueParent the flow ends',
      xml: `${iterate(say('part'), 'sequential="true"')}${say('never')}`,
      given: items,
      expect: { logs: ['say = part', 'say = part'], outcome: false },
    },
    {
      rule: 'mediators 7.2: an id is part of the property names',
      xml: iterate(show('ms', "get-property('messageSequence.x')"), 'id="x" sequential="true"'),
      given: items,
      expect: { logs: ['ms = 0/2', 'ms = 1/2'] },
    },
    {
      rule: 'mediators 7.2: preservePayload puts the part into the rest',
      xml: `<iterate expression="json-eval($.items)" sequential="true" preservePayload="true" attachPath="json-eval($.items)">${target(body)}</iterate>`,
      given: items,
      expect: { logs: ['body = {"items":{"n":1},"m":"x"}', 'body = {"items":{"n":2},"m":"x"}'] },
    },
    {
      rule: 'mediators 7.2: XML parts are cut out of the body, attributes are not',
      xml: `<iterate expression="//i | //@k" sequential="true" preservePayload="true" attachPath="//r">${target(show('n', 'count(//r/i)') + show('i', '//i'))}</iterate>`,
      given: { body: '<r k="0"><i>a</i><z/><i>b</i></r>' },
      expect: { logs: ['n = 1.0', 'i = a', 'n = 1.0', 'i = b'], body: '<r k="0"><i>a</i><z/><i>b</i></r>' },
    },
    {
      rule: 'mediators 7.2: a path that is no array faults',
      xml: `<iterate expression="json-eval($.m)">${target('')}</iterate>`,
      given: items,
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 7.2: ${} deploys and faults',
      xml: `<iterate expression="\${payload.items}">${target('')}</iterate>`,
      given: items,
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 2.8: an error in a part ends that part only',
      xml: `${iterate(`<filter source="json-eval($.n)" regex="1"><then><throwError type="X" errorMessage="m"/></then></filter>${body}`)}${say('parent')}`,
      given: { ...items, onFault: show('code', '$ctx:ERROR_CODE') },
      expect: { logs: ['code = X', 'body = {"n":2}', 'say = parent'], outcome: true },
    },
  ]);
});

describe('branches that made a non-blocking call', () => {
  const after = `${say('after')}${body}`;
  table([
    {
      rule: 'mediators 2.10: go on behind iterate, with their own message',
      xml: `${iterate(call, '')}${after}`,
      given: { body: '{"items":[1]}' },
      expect: { logs: ['say = after', 'body = {"backend":"ok"}'], outcome: false, body: '{"items":[1]}' },
    },
    {
      rule: 'mediators 2.10: not after a blocking call',
      xml: `${iterate(blocking, '')}${after}`,
      given: items,
      expect: { logs: [] },
    },
    {
      rule: 'mediators 2.10: not when the branch stopped',
      xml: `${iterate(`${call}<drop/>`, '')}${after}`,
      given: items,
      expect: { logs: [] },
    },
    {
      rule: 'mediators 2.10: out of filters and sequences',
      xml: `<sequence key="s"/>${say('end')}`,
      given: {
        body: '{"items":[1]}',
        sequences: {
          s: `<filter xpath="true()"><then>${iterate(call, '')}${say('filter')}</then></filter>${say('sequence')}`,
        },
      },
      expect: { logs: ['say = filter', 'say = sequence', 'say = end'] },
    },
    {
      rule: 'mediators 2.10: the parent and every such branch, with continueParent',
      xml: `${iterate(call, 'continueParent="true"')}${show('n', 'json-eval($.backend)')}`,
      given: items,
      expect: { logs: ['n = ', 'n = ok', 'n = ok'], outcome: true },
    },
    {
      rule: 'mediators 2.10: sequential branches wait for no answer',
      xml: iterate(`${show('n', 'json-eval($.n)')}${call}${say('answer')}`, 'sequential="true"'),
      given: items,
      expect: { logs: ['n = 1', 'n = 2', 'say = answer', 'say = answer'] },
    },
    {
      rule: 'mediators 2.10: a second split behind the first',
      xml: `${iterate(call, '')}<clone>${target(call)}</clone>${say('end')}`,
      given: { body: '{"items":[1]}' },
      expect: { logs: ['say = end'], sent: ['1', '{"backend":"ok"}'] },
    },
    {
      rule: 'mediators 8.1: leave the template that split them',
      xml: `<call-template target="t"><with-param name="p" value="1"/></call-template>${say('after')}`,
      given: {
        body: '{"items":[1]}',
        templates: [
          `<template name="t"><parameter name="p"/><sequence>${iterate(call, '')}${show('p', '$func:p')}</sequence></template>`,
        ],
      },
      expect: { logs: ['p = 1', 'say = after'] },
    },
    {
      rule: 'message-model 6.1: their errors behind the split reach their own fault handler',
      xml: `${iterate(call, '')}<throwError type="X" errorMessage="m"/>`,
      given: { body: '{"items":[1]}', onFault: show('code', '$ctx:ERROR_CODE') },
      expect: { logs: ['code = X'] },
    },
    {
      rule: 'mediators 2.10: a call that fails ends the branch',
      xml: `${iterate(call, '')}${say('after')}`,
      given: { ...items, answers: [new Fault('down', { code: 101503 })], onFault: say('fault') },
      expect: { logs: ['say = fault', 'say = fault'] },
    },
  ]);
});

describe('clone', () => {
  table([
    {
      rule: 'mediators 7.1: targets run on copies, in order',
      xml: `<clone sequential="true" continueParent="yes">${target(`<property name="p" value="1"/>${show('ms', '$ctx:messageSequence')}`)}${target(show('p', '$ctx:p'))}</clone>${show('p', '$ctx:p')}`,
      given: items,
      expect: { logs: ['ms = 0/2', 'p = null', 'p = null'], outcome: true },
    },
    {
      rule: 'mediators 7.1: iterations count from 1',
      xml: `<property name="k" value="2"/><clone iterations="{$ctx:k}" sequential="true">${target(show('i', '$ctx:CLONED_ITERATION_INDEX'))}</clone>`,
      given: items,
      expect: { logs: ['i = 1', 'i = 2'] },
    },
    {
      rule: 'mediators 7.1: iterations that are no integer fault',
      xml: `<clone iterations="2.0">${target('')}</clone>`,
      given: items,
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 7.1: a failed branch of a sequential clone fails the parent too',
      xml: `<clone sequential="true" continueParent="true">${target('<throwError type="X" errorMessage="m"/>')}${target(say('never'))}</clone>`,
      given: { ...items, onFault: show('code', '$ctx:ERROR_CODE') },
      expect: { logs: ['code = X', 'code = 0'], outcome: 'handled' },
    },
    {
      rule: 'mediators 2.8: a name that is not deployed faults in the parent',
      xml: `<clone continueParent="true"><target sequence="missing"/></clone>`,
      given: items,
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 7.1: branches of iterations go on behind the clone as well',
      xml: `<clone iterations="2">${target(call)}</clone>${say('after')}`,
      given: items,
      expect: { logs: ['say = after', 'say = after'] },
    },
  ]);
});

describe('splitting mediators at deploy', () => {
  refusals([
    {
      rule: 'mediators 7.2: expression is required',
      xml: `<iterate>${target('')}</iterate>`,
      code: 'missing-attribute',
    },
    { rule: 'mediators 7.2: target is required', xml: '<iterate expression="//a"/>', code: 'missing-element' },
    {
      rule: 'mediators 7.2: attachPath needs preservePayload',
      xml: `<iterate expression="//a" attachPath="//b">${target('')}</iterate>`,
      code: 'conflicting-attributes',
    },
    {
      rule: 'mediators 7.2: attachPath is of the kind of the expression',
      xml: `<iterate expression="//a" preservePayload="true" attachPath="json-eval($)">${target('')}</iterate>`,
      code: 'conflicting-attributes',
    },
    {
      rule: 'mediators 7.1: iterations with two targets',
      xml: `<clone iterations="2">${target('')}${target('')}</clone>`,
      code: 'conflicting-attributes',
    },
    {
      rule: 'mediators 7.1: iterations are no ${}',
      xml: `<clone iterations="{\${payload.k}}">${target('')}</clone>`,
      code: 'invalid-attribute-value',
    },
  ]);
});
