import { refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const show = (name: string, expression: string) =>
  `<log level="custom"><property name="${name}" expression="${expression}"/></log>`;
const json = (format: string) => `<payloadFactory media-type="json"><format>${format}</format><args/></payloadFactory>`;
const wrap = json('{"was":${payload}}');
const call = '<call><endpoint><http method="get" uri-template="http://b/"/></endpoint></call>';
const given = { body: '{"items":[{"n":1},{"n":2},{"n":3}],"m":"x"}' };
const stopAt2 = (mediators: string) => `<filter source="json-eval($.n)" regex="2"><then>${mediators}</then></filter>`;
const error = '<throwError type="X" errorMessage="m"/>';
const first = (mediators: string, attributes = 'expression="json-eval($.items)"') =>
  `<foreach ${attributes}><sequence>${mediators}</sequence></foreach>`;
const second = (mediators: string, attributes = '') =>
  first(mediators, `collection="\${payload.items}" parallel-execution="false" ${attributes}`);

describe('foreach with an expression', () => {
  table([
    {
      rule: 'mediators 7.3: items are replaced by what they become, counted from 0',
      xml: `${first(show('c', '$ctx:FOREACH_COUNTER') + wrap)}${show('c', '$ctx:FOREACH_COUNTER')}`,
      given,
      expect: {
        logs: ['c = 0', 'c = 1', 'c = 2', 'c = 3'],
        body: '{"items":[{"was":{"n":1}},{"was":{"n":2}},{"was":{"n":3}}],"m":"x"}',
      },
    },
    {
      rule: 'mediators 7.3: a wildcard puts the whole result at every match',
      xml: first(json('1'), 'expression="json-eval($.items[*])"'),
      given: { body: '{"items":[1,2]}' },
      expect: { body: '{"items":[[1,1],[1,1]]}' },
    },
    {
      rule: 'mediators 7.3: a stop keeps the item and loses the rest',
      xml: `${first(stopAt2('<drop/>') + wrap)}${say('after')}`,
      given,
      expect: { logs: ['say = after'], body: '{"items":[{"was":{"n":1}},{"n":2}],"m":"x"}' },
    },
    {
      rule: 'mediators 7.3: continueLoopOnFailure leaves out an item that failed',
      xml: first(stopAt2(error) + wrap, 'expression="json-eval($.items)" continueLoopOnFailure="true"'),
      given,
      expect: { outcome: true, body: '{"items":[{"was":{"n":1}},{"was":{"n":3}}],"m":"x"}' },
    },
    {
      rule: 'mediators 7.3: after an error the message is the item',
      xml: first(stopAt2(error)),
      given,
      expect: { outcome: 'fault', body: '{"n":2}' },
    },
    {
      rule: 'mediators 7.3: XML items move behind their siblings',
      xml: first('', 'expression="//a"'),
      given: { body: '<r><a>1</a><b/><a>2</a></r>' },
      expect: { body: '<r><b/><a>1</a><a>2</a></r>' },
    },
    ...['json-eval($.m)', 'json-eval($.none)', '${payload.items}', '//@k'].map((expression) => ({
      rule: `mediators 7.3: ${expression} faults`,
      xml: first('', `expression="${expression}"`),
      given: expression === '//@k' ? { body: '<r k="1"/>' } : given,
      expect: { outcome: 'fault' as const },
    })),
    {
      rule: 'mediators 7.3: without a sequence it faults',
      xml: '<foreach expression="//a"/>',
      given: { body: '<a/>' },
      expect: { outcome: 'fault' },
    },
  ]);
});

describe('foreach with a collection', () => {
  table([
    {
      rule: 'mediators 7.4: results replace the items',
      xml: `${second(wrap)}${say('after')}`,
      given,
      expect: { logs: ['say = after'], body: '{"items":[{"was":{"n":1}},{"was":{"n":2}},{"was":{"n":3}}],"m":"x"}' },
    },
    {
      rule: 'mediators 7.4: in parallel too, by index',
      xml: first(call, 'collection="${payload.items}"'),
      given: { ...given, answers: [{ body: '1' }, { body: '2' }, { body: '3' }] },
      expect: { body: '{"items":[1,2,3],"m":"x"}' },
    },
    {
      rule: 'mediators 7.4: into a variable as JSON; the items change nothing around them',
      xml: second(
        `<property name="p" value="in"/>${json('{"n":${payload.n}}')}`,
        'update-original="false" target-variable="v" result-content-type="JSON"',
      ),
      given,
      expect: { variables: { v: 'JSON:[{"n":1},{"n":2},{"n":3}]' }, properties: { p: undefined }, body: given.body },
    },
    {
      rule: 'mediators 7.4: into a variable as XML',
      xml: second(
        '<payloadFactory media-type="xml"><format><a xmlns="">${payload.n}</a></format><args/></payloadFactory>',
        'update-original="false" target-variable="v" result-content-type="XML" result-enclosing-element="all"',
      ),
      given,
      expect: { variables: { v: 'XML:<all><a>1</a><a>2</a><a>3</a></all>' } },
    },
    {
      rule: 'mediators 7.4: counter-variable counts from 0',
      xml: second(show('c', '${vars.c}'), 'counter-variable="c"'),
      given,
      expect: { logs: ['c = 0', 'c = 1', 'c = 2'] },
    },
    {
      rule: 'mediators 7.4: an item that stops ends the flow, the others run',
      xml: `${second(`${stopAt2('<drop/>')}${show('n', 'json-eval($.n)')}`)}${say('never')}`,
      given,
      expect: { logs: ['n = 1', 'n = 3'], outcome: false },
    },
    {
      rule: 'mediators 7.4: an item that fails runs the fault handler, and the flow ends',
      xml: `${second(stopAt2(error))}${say('never')}`,
      given: { ...given, onFault: show('n', 'json-eval($.n)') },
      expect: { logs: ['n = 2'], outcome: false },
    },
    {
      rule: 'mediators 7.4: continue-without-aggregation drops results',
      xml: `${second(wrap, 'continue-without-aggregation="TRUE"')}${say('after')}`,
      given,
      expect: { logs: ['say = after'], body: given.body },
    },
    {
      rule: 'mediators 7.4: split and joined again within an item',
      xml: second(
        `<iterate expression="json-eval($.l)"><target><sequence>${call}</sequence></target></iterate><aggregate><onComplete expression="json-eval($.b)">${say('joined')}</onComplete></aggregate>`,
      ),
      given: { body: '{"items":[{"l":[1,2]}]}', answers: [{ body: '{"b":1}' }] },
      expect: { logs: ['say = joined'], body: '{"items":[[1,1]]}' },
    },
    {
      rule: 'mediators 7.4: XML nodes move behind their siblings',
      xml: first('', 'collection="${xpath(\'//a\')}"'),
      given: { body: '<r><a>1</a><b/><a>2</a></r>' },
      expect: { body: '<r><b/><a>1</a><a>2</a></r>' },
    },
    ...['${payload.m}', 'json-eval($.items)', '//items', '${payload.none}'].map((collection) => ({
      rule: `mediators 7.4: ${collection} faults`,
      xml: first('', `collection="${collection}"`),
      given,
      expect: { outcome: 'fault' as const },
    })),
  ]);

  refusals([
    { rule: 'mediators 7.3: expression is required', xml: first('', ''), code: 'missing-attribute' },
    { rule: 'mediators 7.3: call directly in the loop', xml: first(call), code: 'misplaced-mediator' },
    { rule: 'mediators 7.4: sequence is required', xml: '<foreach collection="${payload}"/>', code: 'missing-element' },
    {
      rule: 'mediators 7.4: no counter in parallel',
      xml: first('', 'collection="${payload}" counter-variable="c"'),
      code: 'conflicting-attributes',
    },
    {
      rule: 'mediators 7.4: a variable to write to',
      xml: second('', 'update-original="false" result-content-type="JSON"'),
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 7.4: XML needs an element',
      xml: second('', 'update-original="false" target-variable="v" result-content-type="XML"'),
      code: 'missing-attribute',
    },
  ]);
});
