import { refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const body = '<log level="custom"><property name="body" expression="json-eval($)"/></log>';
const call = '<call><endpoint><http method="get" uri-template="http://b/"/></endpoint></call>';
const given = { body: '{"items":[{"n":1},{"n":2},{"n":3}]}' };
const xml = { body: '<r><i>1</i><i>2</i></r>' };
const split = (mediators: string, attributes = 'sequential="true"', expression = 'json-eval($.items)') =>
  `<iterate expression="${expression}" ${attributes}><target><sequence>${mediators}</sequence></target></iterate>`;
const aggregate = (attributes: string, condition = '', mediators = '<respond/>') =>
  `<aggregate>${condition}<onComplete ${attributes}>${mediators}</onComplete></aggregate>`;
const count = (attributes: string, timeout = '') =>
  `<completeCondition ${timeout}><messageCount ${attributes}/></completeCondition>`;
const all = 'expression="json-eval($)"';

describe('aggregate', () => {
  table([
    {
      rule: 'mediators 7.5: all branches as an array',
      xml: split(aggregate(all)),
      given,
      expect: { answers: ['[{"n":1},{"n":2},{"n":3}]'] },
    },
    ...[
      ['min="2"', '[1,2]'],
      ['max="2"', '[1,2]'],
      ['min="2.9" max="2.9"', '[1,2]'],
      ['min="-1" max="-1"', '[1,2,3]'],
      ['min="{$ctx:two}" max="5"', '[1,2]'],
    ].map(([limits = '', expected = '']) => ({
      rule: `mediators 7.5: ${limits}`,
      xml: split(aggregate('expression="json-eval($.n)"', count(limits))),
      given: { ...given, properties: { two: '2' } },
      expect: { answers: [expected] },
    })),
    {
      rule: 'mediators 7.5: single-element arrays are unwrapped',
      xml: split(aggregate(all), undefined, 'json-eval($.l)'),
      given: { body: '{"l":[[1,2],[3]]}' },
      expect: { answers: ['[[1,2],3]'] },
    },
    {
      rule: 'mediators 7.5: aggregateElementType child merges members',
      xml: split(aggregate(`${all} aggregateElementType="child"`)),
      given: { body: '{"items":[{"a":[1],"o":{"x":1}},{"a":2,"b":true},{"o":{"y":2}}]}' },
      expect: { answers: ['{"a":[1,2],"o":{"x":1,"y":2},"b":true}'] },
    },
    {
      rule: 'mediators 7.5: child with something else than objects faults',
      xml: split(aggregate('expression="json-eval($.n)" aggregateElementType="child"')),
      given: { ...given, onFault: say('fault') },
      expect: { logs: ['say = fault'], answers: [] },
    },
    {
      rule: 'mediators 7.5: XML results stand in the body of the first, in an enclosing element on request',
      xml: `<property name="e"><all xmlns=""/></property>${split(aggregate('expression="//i" enclosingElementProperty="e"'), undefined, '//i')}`,
      given: xml,
      expect: { answers: ['<all><i>1</i><i>2</i></all>'] },
    },
    {
      rule: 'mediators 7.5: no match faults',
      xml: split(aggregate('expression="//zzz"'), undefined, '//i'),
      given: { ...xml, onFault: say('fault') },
      expect: { logs: ['say = fault'] },
    },
    {
      rule: 'mediators 7.5: without an expression the first element of each (the reference faults)',
      xml: `<property name="e"><all xmlns=""/></property>${split(aggregate('enclosingElementProperty="e"'), undefined, '//i')}`,
      given: xml,
      expect: { answers: ['<all><i>1</i><i>2</i></all>'] },
    },
    {
      rule: 'mediators 7.5: what completes the group goes on with the result',
      xml: split(`${aggregate(all, '', say('complete'))}${say('after')}${body}`),
      given,
      expect: { logs: ['say = complete', 'say = after', 'body = [{"n":1},{"n":2},{"n":3}]'] },
    },
    {
      rule: 'mediators 7.5: an empty onComplete drops',
      xml: split(`${aggregate(all, '', '')}${say('never')}`),
      given,
      expect: { logs: [] },
    },
    {
      rule: 'mediators 7.5: a message of no split passes',
      xml: `${aggregate(all)}${say('after')}`,
      given,
      expect: { logs: ['say = after'], answers: [] },
    },
    {
      rule: 'mediators 7.5: after the split is put together, late branches are dropped',
      xml: split(`${aggregate(all, count('min="1"'))}`),
      given,
      expect: { answers: ['[{"n":1}]'] },
    },
    {
      rule: 'mediators 7.5: behind an iterate whose branches called',
      xml: `${split(call, '')}${aggregate(all, '', say('complete'))}${body}`,
      given: { body: '{"items":[1,2]}' },
      expect: { logs: ['say = complete', 'body = [{"backend":"ok"},{"backend":"ok"}]'] },
    },
    {
      rule: 'mediators 7.5: a call in onComplete: its answer goes on',
      xml: `${split(`${aggregate(all, '', call)}${body}`)}`,
      given: { ...given, answers: [{ body: '{"stored":true}' }] },
      expect: { logs: ['body = {"stored":true}'], sent: ['[{"n":1},{"n":2},{"n":3}]'] },
    },
    {
      rule: 'mediators 7.5: the time ends an incomplete group, and its last message goes on',
      xml: split(
        `<filter source="json-eval($.n)" regex="2"><then><drop/></then></filter>${aggregate(all, count('min="-1"', 'timeout="1"'), say('complete'))}${body}`,
      ),
      given,
      expect: { logs: ['say = complete', 'body = [{"n":1},{"n":3}]'] },
    },
    {
      rule: 'mediators 7.5: correlateOn compares no values, false is not collected',
      xml: split(
        `<aggregate><correlateOn expression="//n > 1"/>${count('min="2" max="2"')}<onComplete ${all}><respond/></onComplete></aggregate>`,
      ),
      given,
      expect: { answers: ['[{"n":2},{"n":3}]'] },
    },
    {
      rule: 'mediators 7.5: correlateOn needs min and max',
      xml: `<aggregate><correlateOn expression="json-eval($)"/>${count('min="2"')}<onComplete ${all}/></aggregate>`,
      given,
      expect: { outcome: 'fault' },
    },
  ]);

  refusals([
    { rule: 'mediators 7.5: onComplete is required', xml: '<aggregate/>', code: 'missing-element' },
    {
      rule: 'mediators 7.5: timeout is in whole seconds',
      xml: `<aggregate><completeCondition timeout="soon"/><onComplete ${all}/></aggregate>`,
      code: 'invalid-attribute-value',
    },
  ]);
});
