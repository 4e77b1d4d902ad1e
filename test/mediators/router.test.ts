import { refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const given = { body: '{"s":"x"}', headers: { 'X-A': 'one' }, properties: { p: 'q' }, to: '/c/test/sub/p?k=7&m=' };
const route = (condition: string, target = say('taken'), attributes = '') =>
  `<conditionalRoute ${attributes}><condition>${condition}</condition><target><sequence>${target}</sequence></target></conditionalRoute>`;
const one = '<equal type="header" source="X-A" value="one"/>';
const two = '<equal type="header" source="X-A" value="two"/>';

describe('conditionalRouter', () => {
  table([
    ...[
      ['<equal source="X-A" value="ONE"/>', true],
      ['<equal source="x-a" value="one"/>', false],
      ['<equal type="header" source="X-Z" value=""/>', false],
      ['<equal type="param" source="k" value="7"/>', true],
      ['<equal type="param" source="z" value="7"/>', false],
      ['<match type="param" source="m" regex=""/>', true],
      ['<match type="param" source="k" regex=""/>', false],
      ['<equal type="url" value="x"/>', false],
      ['<match type="url" regex=".*/sub/p.*"/>', true],
      ['<equal type="url" source="path" value="/c/test/sub/p"/>', true],
      ['<equal type="url" source="query" value="k=7&amp;m="/>', true],
      ['<equal type="property" source="p" value="q"/>', true],
      ['<equal type="property" source="z" value="q"/>', false],
      ['<match source="X-A" regex="on"/>', false],
      ['<match source="X-Z" regex=".*"/>', false],
      ['<match type="soap" source="//s" regex="x"/>', true],
      [`<and>${one}${two}</and>`, false],
      [`<or>${two}${one}</or>`, true],
      [`<not>${two}</not>`, true],
    ].map(([condition, taken]) => ({
      rule: `mediators 4.12: ${condition}`,
      xml: `<conditionalRouter continueAfter="true">${route(String(condition))}</conditionalRouter>`,
      given,
      expect: { logs: taken ? ['say = taken'] : [], outcome: true },
    })),
    {
      rule: 'mediators 4.12: routes run in order until one breaks',
      xml: `<conditionalRouter continueAfter="yes">${route(two, say('0'))}${route(one, say('1'), 'breakRoute="no"')}${route(one, say('2'))}${route(one, say('3'))}</conditionalRouter>${say('after')}`,
      given,
      expect: { logs: ['say = 1', 'say = 2', 'say = after'] },
    },
    {
      rule: 'mediators 4.12: continueAfter is false by default',
      xml: `<conditionalRouter>${route(one)}</conditionalRouter>${say('never')}`,
      given,
      expect: { logs: ['say = taken'], outcome: false },
    },
    {
      rule: 'mediators 4.12: what the target returns does not count',
      xml: `<conditionalRouter continueAfter="1">${route(one, '<drop/>')}</conditionalRouter>${say('after')}`,
      given,
      expect: { logs: ['say = after'], outcome: true },
    },
    {
      rule: 'mediators 2.8: an error in a target runs the fault handler, and the router goes on',
      xml: `<conditionalRouter continueAfter="true">${route(one, '<throwError type="X" errorMessage="m"/>')}</conditionalRouter>${say('after')}`,
      given: { ...given, onFault: say('fault') },
      expect: {
        logs: ['say = fault', 'say = after'],
        outcome: true,
        properties: { ERROR_ON_TARGET_EXECUTION: 'Boolean:true' },
      },
    },
    {
      rule: 'mediators 2.8: a target names a sequence; a missing one is an error of the router',
      xml: `<conditionalRouter continueAfter="true"><conditionalRoute><condition>${one}</condition><target sequence="s" to="urn:to"/></conditionalRoute></conditionalRouter>
        <conditionalRouter><conditionalRoute><condition><not><equal type="url" value="x"/></not></condition><target sequence="none"/></conditionalRoute></conditionalRouter>`,
      given: { ...given, sequences: { s: say('named') } },
      expect: { logs: ['say = named'], outcome: 'fault' },
    },
    {
      rule: 'mediators 2.8: an endpoint in a target sends, its answer comes in by the out path',
      xml: `<conditionalRouter><conditionalRoute><condition>${one}</condition><target endpoint="e"/></conditionalRoute></conditionalRouter>`,
      given,
      expect: { sent: ['{"s":"x"}'], injected: ['{"backend":"ok"}'] },
    },
    {
      rule: 'mediators 4.12: asynchronous routes run beside',
      xml: `<conditionalRouter continueAfter="true">${route(one, say('beside'), 'asynchronous="true"')}</conditionalRouter>${say('after')}`,
      given,
      expect: { outcome: true },
    },
    {
      rule: 'mediators 4.12: a message without To faults',
      xml: `<header name="To" action="remove"/><conditionalRouter continueAfter="true">${route(one)}</conditionalRouter>`,
      given,
      expect: { outcome: 'fault', logs: [] },
    },
  ]);
  refusals([
    {
      rule: 'mediators 4.12: continueAfter is true or false',
      xml: '<conditionalRouter continueAfter="maybe"/>',
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 4.12: no condition',
      xml: '<conditionalRouter><conditionalRoute><target/></conditionalRoute></conditionalRouter>',
      code: 'missing-element',
    },
    {
      rule: 'mediators 4.12: no target',
      xml: `<conditionalRouter><conditionalRoute><condition>${one}</condition></conditionalRoute></conditionalRouter>`,
      code: 'missing-element',
    },
    {
      rule: 'mediators 4.12: unknown condition',
      xml: '<conditionalRouter><conditionalRoute><condition><xor/></condition><target/></conditionalRoute></conditionalRouter>',
      code: 'unknown-element',
    },
  ]);
});

describe('router', () => {
  const xml = { body: '<r><a>1</a></r>' };
  table([
    {
      rule: 'mediators 4.13: by truth or by match, until one breaks',
      xml: `<router continueAfter="true"><route expression="//b"><target><sequence>${say('b')}</sequence></target></route>
        <route expression="//a" breakRouter="false"><target><sequence>${say('a')}</sequence></target></route>
        <route expression="//a" match="[0-9]"><target><sequence>${say('digit')}</sequence></target></route>
        <route expression="//a"><target><sequence>${say('never')}</sequence></target></route></router>${say('after')}`,
      given: xml,
      expect: { logs: ['say = a', 'say = digit', 'say = after'] },
    },
    {
      rule: 'mediators 4.13: continueAfter is false by default',
      xml: `<router><route expression="//b"><target/></route></router>${say('never')}`,
      given: xml,
      expect: { logs: [], outcome: false },
    },
  ]);
  refusals([
    { rule: 'mediators 4.13: no target', xml: '<router><route expression="//b"/></router>', code: 'missing-element' },
    {
      rule: 'mediators 4.13: no expression',
      xml: '<router><route><target/></route></router>',
      code: 'missing-attribute',
    },
  ]);
});

describe('sampler', () => {
  table([
    {
      rule: 'mediators 4.15: requests wait for the timer, the flow stops',
      xml: `<sampler id="s" rate="2" unitTime="5"><target><sequence>${say('sampled')}</sequence></target></sampler>${say('never')}`,
      given: { body: '<r/>' },
      expect: { logs: ['say = sampled'], outcome: false },
    },
    {
      rule: 'mediators 4.15: the queue of the reference engine',
      xml: `<sampler id="s" unitTime="5"><messageQueue class="org.apache.synapse.mediators.eip.sample.UnboundedMessageQueue"/><target><sequence>${say('sampled')}</sequence></target></sampler>`,
      expect: { logs: ['say = sampled'], outcome: false },
    },
    {
      rule: 'mediators 4.15: responses are refused',
      xml: `<sampler id="s"><target><sequence>${say('never')}</sequence></target></sampler>`,
      given: { response: true },
      expect: { logs: [], outcome: false },
    },
  ]);
  refusals([
    { rule: 'mediators 4.15: no target', xml: '<sampler id="s"/>', code: 'missing-element' },
    {
      rule: "mediators 1: a queue of one's own is a Java class",
      xml: '<sampler id="s"><messageQueue class="com.acme.Queue"/><target sequence="s"/></sampler>',
      code: 'needs-jvm',
      at: '1:100',
    },
    {
      rule: 'mediators 4.15: rate is a number',
      xml: '<sampler rate="x"><target/></sampler>',
      code: 'invalid-attribute-value',
    },
  ]);
});
