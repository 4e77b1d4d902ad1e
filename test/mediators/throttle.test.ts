import assert from 'node:assert/strict';
import { ThrottleLimits } from '../../mediators/throttle-limits.js';
import { parsePolicy } from '../../mediators/throttle-policy.js';
import { parseElement } from '../../runtime/xml/parse.js';
import { refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const policy = (inside: string, assertion = 'MediatorThrottleAssertion') =>
  `<wsp:Policy xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy" xmlns:throttle="http://www.wso2.org/products/wso2commons/throttle"><throttle:${assertion}>${inside}</throttle:${assertion}></wsp:Policy>`;
const caller = (id: string, rule: string, type = 'IP') =>
  `<wsp:Policy><throttle:ID throttle:type="${type}">${id}</throttle:ID><wsp:Policy>${rule}</wsp:Policy></wsp:Policy>`;
const control = (maximum: number | string, unit = 1000, prohibit?: number) =>
  `<throttle:Control><wsp:Policy><throttle:MaximumCount>${maximum}</throttle:MaximumCount><throttle:UnitTime>${unit}</throttle:UnitTime>${prohibit === undefined ? '' : `<throttle:ProhibitTimePeriod>${prohibit}</throttle:ProhibitTimePeriod>`}</wsp:Policy></throttle:Control>`;
const branches = `<onAccept>${say('accepted')}</onAccept><onReject>${say('rejected')}</onReject>`;
const throttle = (inside: string, attributes = 'id="t"', children = branches) =>
  `<throttle ${attributes}><policy>${policy(inside)}</policy>${children}</throttle>`;
const limitsOf = (inside: string) => new ThrottleLimits(parsePolicy(parseElement(policy(inside))));
const at = (address: string, domain?: string) => ({ address, domain });

/** Requests in order: [milliseconds, passes]. */
const timelines: [string, string, [number, boolean][]][] = [
  [
    'a window of two',
    control(2),
    [
      [0, true],
      [1, true],
      [2, false],
      [999, false],
      [1000, true],
      [1001, true],
      [1002, false],
    ],
  ],
  [
    'a prohibited time runs from the first rejection',
    control(1, 100, 500),
    [
      [0, true],
      [10, false],
      [200, false],
      [509, false],
      [510, true],
    ],
  ],
  [
    'nothing at all',
    control(0),
    [
      [0, false],
      [5000, false],
    ],
  ],
  [
    'any number',
    control('many'),
    [
      [0, true],
      [1, true],
      [2, true],
    ],
  ],
  ['deny', '<throttle:Deny/>', [[0, false]]],
  [
    'allow',
    '<throttle:Allow/>',
    [
      [0, true],
      [1, true],
    ],
  ],
  [
    'a window that was not used up starts anew',
    control(2),
    [
      [0, true],
      [1500, true],
      [1501, true],
      [1502, false],
    ],
  ],
];

describe('throttle', () => {
  for (const [rule, text, requests] of timelines) {
    it(`mediators 9.1: ${rule}`, () => {
      const limits = limitsOf(caller('other', text));
      assert.deepEqual(
        requests.map(([now]) => [now, limits.accepts(at('1.2.3.4'), now)]),
        requests,
      );
    });
  }

  for (const [id, type, from, matches] of [
    ['1.2.3.4', 'IP', at('1.2.3.4'), true],
    ['1.2.3.0-1.2.3.9', 'IP', at('1.2.3.9'), true],
    ['1.2.3.0-1.2.3.9', 'IP', at('1.2.3.10'), false],
    ['1.2.3.0-1.2.3.9', 'IP', at('1.2.4.5'), false],
    ['other', 'IP', at('9.9.9.9'), true],
    ['a.example', 'DOMAIN', at('1.1.1.1', 'a.example'), true],
    ['*.example', 'DOMAIN', at('1.1.1.1', 'b.a.example'), true],
    ['*.example', 'DOMAIN', at('1.1.1.1', 'example'), false],
    ['admin', 'ROLE', at('1.1.1.1', 'admin'), false],
  ] as const) {
    it(`mediators 9.1: ${type} ${id} ${matches ? 'stands' : 'does not stand'} for ${from.domain ?? from.address}`, () => {
      assert.equal(limitsOf(caller(id, '<throttle:Deny/>', type)).accepts(from, 0), !matches);
    });
  }

  it('mediators 9.1: callers of one key share its counter, a domain comes before an address', () => {
    const limits = limitsOf(caller('other', control(1)) + caller('a.example', '<throttle:Allow/>', 'DOMAIN'));
    assert.deepEqual(
      [at('1.1.1.1'), at('2.2.2.2'), at('1.1.1.1', 'a.example')].map((from) => limits.accepts(from, 0)),
      [true, false, true],
    );
  });

  it('mediators 9.1: the older form of a policy', () => {
    const older = `<wsp:All><throttle:ID throttle:type="IP">1.1.1.1</throttle:ID><wsp:ExactlyOne><throttle:IsAllow>false</throttle:IsAllow></wsp:ExactlyOne></wsp:All>`;
    const limits = new ThrottleLimits(parsePolicy(parseElement(policy(older, 'ThrottleAssertion'))));
    assert.equal(limits.accepts(at('1.1.1.1'), 0), false);
  });

  before(() => Object.assign(process.env, { THROTTLE_COUNT: '1', THROTTLE_WORD: 'many' }));
  after(() => {
    for (const name of ['THROTTLE_COUNT', 'THROTTLE_WORD']) delete process.env[name];
  });

  const one = caller('other', control(1, 600_000));
  table([
    {
      rule: 'mediators 9.1: each throttle counts for itself, also with one id',
      xml: throttle(one) + throttle(one),
      given: {},
      expect: { logs: ['say = accepted', 'say = accepted'], outcome: true },
    },
    {
      rule: 'mediators 9.1: named sequences',
      xml: throttle(caller('other', '<throttle:Deny/>'), 'id="t" onReject="r"', ''),
      given: { sequences: { r: say('named') } },
      expect: { logs: ['say = named'], outcome: true },
    },
    {
      rule: 'mediators 9.1: rejected without onReject stops',
      xml: throttle(caller('other', '<throttle:Deny/>'), 'id="t"', ''),
      expect: { outcome: false },
    },
    {
      rule: 'mediators 9.1: at once',
      xml: throttle('<throttle:MaximumConcurrentAccess>1</throttle:MaximumConcurrentAccess>'),
      expect: {
        logs: ['say = accepted'],
        properties: {
          'synapse.concurrency.throttle': 'Boolean:true',
          'synapse.is.concurrent.access.allowed': 'Boolean:true',
        },
      },
    },
    {
      rule: 'mediators 9.1: answers run nothing',
      xml: throttle(one),
      given: { response: true },
      expect: { logs: [], outcome: true },
    },
    {
      rule: 'mediators 9.1: X-Forwarded-For names the caller',
      xml: throttle(caller('10.0.0.1', '<throttle:Deny/>')),
      given: { headers: { 'X-Forwarded-For': '10.0.0.1, 10.0.0.2' } },
      expect: { logs: ['say = rejected'] },
    },
    {
      rule: 'mediators 9.1: an address with a star faults',
      xml: throttle(caller('10.0.0.*', '<throttle:Deny/>')),
      given: { axis2: { REMOTE_ADDR: '10.0.0.1' } },
      expect: { fault: "Invalid string '*' in the throttle policy's address 10.0.0.*" },
    },
    {
      rule: 'mediators 9.1: policy in an entry',
      xml: `<throttle id="t"><policy key="p"/>${branches}</throttle>`,
      given: { entries: { p: policy(caller('other', '<throttle:Deny/>')) } },
      expect: { logs: ['say = rejected'] },
    },
    ...(
      [
        ['its value', '$SYSTEM:THROTTLE_COUNT', ['say = accepted', 'say = rejected']],
        ['one that is no number', '$SYSTEM:THROTTLE_WORD', ['say = accepted', 'say = accepted']],
      ] as const
    ).flatMap(([rule, count, logs]) => [
      {
        rule: `mediators 9.1: MaximumCount of the environment, ${rule}`,
        xml: '<sequence key="t"/><sequence key="t"/>',
        given: { sequences: { t: throttle(caller('other', control(count, 600_000))) } },
        expect: { logs: [...logs] },
      },
      {
        rule: `mediators 9.1: MaximumCount of the environment in an entry, ${rule}`,
        xml: '<sequence key="t"/><sequence key="t"/>',
        given: {
          entries: { p: policy(caller('other', control(count, 600_000))) },
          sequences: { t: `<throttle id="t"><policy key="p"/>${branches}</throttle>` },
        },
        expect: { logs: [...logs] },
      },
    ]),
    {
      rule: 'mediators 9.1: a value that the environment lacks faults',
      xml: '<throttle id="t"><policy key="p"/></throttle>',
      given: { entries: { p: policy(caller('other', control('$SYSTEM:NO_SUCH_NAME'))) } },
      expect: { fault: 'The throttle policy p cannot be used: there is no value for $SYSTEM:NO_SUCH_NAME' },
    },
    {
      rule: 'mediators 9.1: an entry that is missing faults',
      xml: '<throttle id="t"><policy key="none"/></throttle>',
      expect: { outcome: 'fault' },
    },
  ]);

  table([
    {
      rule: 'mediators 9.1: without a policy, as on the response path, everything passes',
      xml: '<throttle id="t"/><throttle id="t"><onAccept><property name="a" value="1"/></onAccept></throttle>',
      expect: { outcome: true, properties: { a: '1' } },
    },
    {
      rule: 'mediators 9.1: a blank ProhibitTimePeriod is none',
      xml: throttle(caller('other', control(1, 60_000, ' ' as unknown as number))),
      given: { axis2: { REMOTE_ADDR: '10.0.0.1' } },
      expect: { outcome: true },
    },
  ]);

  refusals([
    { rule: 'mediators 9.1: id is required', xml: throttle(one, ''), code: 'missing-attribute' },
    {
      rule: 'mediators 9.1: a policy without assertion',
      xml: '<throttle id="t"><policy><x xmlns=""/></policy></throttle>',
      code: 'invalid-policy',
    },
    {
      rule: 'mediators 9.1: unit of time is not zero',
      xml: throttle(caller('other', control(1, 0))),
      code: 'invalid-policy',
    },
    {
      rule: 'mediators 9.1: a value that the environment lacks',
      xml: throttle(caller('other', control('$SYSTEM:NO_SUCH_NAME'))),
      code: 'missing-value',
    },
    {
      rule: 'mediators 9.1: an ID has a type',
      xml: throttle(caller('other', control(1), 'NAME')),
      code: 'invalid-policy',
    },
  ]);
});
