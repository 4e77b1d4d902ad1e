import { refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const json = { body: '{"a":1,"s":"x","t":true,"f":false}' };
const xml = { body: '<r><a>1</a><b>false</b><c/><n>0</n></r>' };

describe('filter', () => {
  const filtered = (test: string) => `<filter ${test}><then>${say('yes')}</then><else>${say('no')}</else></filter>`;
  table([
    ...[
      ['//b', 'yes'],
      ['//zzz', 'no'],
      ['count(//zzz)', 'no'],
      ['string(//b)', 'yes'],
      ["''", 'no'],
      ['$ctx:p', 'yes'],
      ["$ctx:unset != 'v'", 'no'],
    ].map(([expression, answer]) => ({
      rule: `mediators 4.2: the truth of XPath ${expression} is ${answer}`,
      xml: filtered(`xpath="${expression}"`),
      given: { ...xml, properties: { p: 'false' } },
      expect: { logs: [`say = ${answer}`] },
    })),
    ...[
      ['json-eval($.t)', 'yes'],
      ['json-eval($.a)', 'no'],
      ['${payload.f}', 'no'],
      ['${payload.a == 1}', 'yes'],
    ].map(([expression, answer]) => ({
      rule: `mediators 4.2: the truth of ${expression} is its text: ${answer}`,
      xml: filtered(`xpath="${expression}"`),
      given: json,
      expect: { logs: [`say = ${answer}`] },
    })),
    {
      rule: 'mediators 4.2: source has to match the whole regex; no value matches nothing',
      xml:
        filtered('source="json-eval($.s)" regex="x"') +
        filtered('source="json-eval($.s)" regex="[a-z]y?z"') +
        filtered('source="$ctx:none" regex=".*"'),
      given: json,
      expect: { logs: ['say = yes', 'say = no', 'say = no'] },
    },
    {
      rule: 'mediators 4.2: children without then are the then-branch; without else the list goes on',
      xml: `<filter xpath="true()">${say('in')}</filter><filter xpath="false()"><then>${say('no')}</then></filter>${say('after')}`,
      expect: { logs: ['say = in', 'say = after'], outcome: true },
    },
    {
      rule: 'mediators 4.2: a branch names a sequence, a missing one faults',
      xml: '<filter xpath="true()"><then sequence="s"/></filter><filter xpath="true()"><then sequence="none"/></filter>',
      given: { sequences: { s: say('named') } },
      expect: { logs: ['say = named'], outcome: 'fault' },
    },
  ]);
  refusals([
    { rule: 'mediators 4.2: a blank xpath', xml: '<filter xpath=" "><then/></filter>', code: 'missing-attribute' },
    {
      rule: 'mediators 4.2: source without regex',
      xml: '<filter source="//a"><then/></filter>',
      code: 'missing-attribute',
    },
    { rule: 'mediators 4.2: else without then', xml: '<filter xpath="//a"><else/></filter>', code: 'unknown-mediator' },
    { rule: 'mediators 4.2: bad regex', xml: '<filter source="//a" regex="("><then/></filter>', code: 'invalid-regex' },
  ]);
});

describe('switch', () => {
  const cases = `<case regex="x|y">${say('xy')}</case><case regex="">${say('empty')}</case><case regex=".*">${say('any')}</case>`;
  table([
    ...[
      ['json-eval($.s)', 'xy'],
      ['json-eval($.none)', 'empty'],
      ['json-eval($.a)', 'any'],
      ['$ctx:none', 'first'],
    ].map(([source, answer]) => ({
      rule: `mediators 4.3: ${source} takes the branch ${answer}`,
      xml: `<switch source="${source}">${cases}<default>${say('first')}</default><default>${say('second')}</default></switch>${say('after')}`,
      given: json,
      expect: { logs: [`say = ${answer}`, 'say = after'] },
    })),
    {
      rule: 'mediators 4.3: no match and no default goes on; drop in a branch stops everything',
      xml: `<switch source="json-eval($.s)"><case regex="q"/></switch>${say('on')}<switch source="json-eval($.s)"><default><drop/></default></switch>${say('never')}`,
      given: json,
      expect: { logs: ['say = on'], outcome: false },
    },
  ]);
  refusals([
    { rule: 'mediators 4.3: no source', xml: '<switch><case regex="x"/></switch>', code: 'missing-attribute' },
    {
      rule: 'mediators 4.3: a case without regex',
      xml: '<switch source="//a"><case/></switch>',
      code: 'missing-attribute',
    },
    { rule: 'mediators 4.3: bad regex', xml: '<switch source="//a"><case regex="("/></switch>', code: 'invalid-regex' },
  ]);
});

describe('sequence', () => {
  table([
    {
      rule: 'mediators 4.1: by key, by expression, in place',
      xml: `<sequence key="s"/><sequence key="{json-eval($.s)}"/><sequence name="here">${say('here')}</sequence>`,
      given: { ...json, sequences: { s: say('named'), x: say('computed') } },
      expect: { logs: ['say = named', 'say = computed', 'say = here'] },
    },
    {
      rule: 'mediators 4.1: a missing sequence is named in the words of the reference',
      xml: '<sequence key="asdf"/>',
      expect: { fault: "Sequence named Value {name ='null', keyValue ='asdf'} cannot be found" },
    },
    {
      rule: 'mediators 4.1: a missing dynamic sequence names its expression',
      xml: '<sequence key="{$ctx:k}"/>',
      given: { properties: { k: 'K' } },
      expect: { fault: "Sequence named Value {name ='null', keyValue ='K', expression =$ctx:k} cannot be found" },
    },
    {
      rule: 'message-model 6.1: onError handles, a missing one falls through, a completed sequence pops its handler',
      xml: `<sequence key="fine"/><sequence name="inline" onError="h">${say('in')}<throwError type="X" errorMessage="m"/></sequence>`,
      given: {
        sequences: { 'fine@other': say('fine'), other: say('other'), h: say('handler') },
        onFault: say('outer'),
      },
      expect: { logs: ['say = fine', 'say = in', 'say = handler'], outcome: 'handled' },
    },
    {
      rule: 'message-model 6.1: a handler that throws passes its error to the next one',
      xml: '<sequence key="s"/>',
      given: {
        sequences: {
          's@h': '<throwError type="X" errorMessage="m"/>',
          h: `${say('h')}<throwError type="Y" errorMessage="n"/>`,
        },
        onFault:
          '<log level="custom"><property name="code" expression="$ctx:ERROR_CODE"/><property name="m" expression="$ctx:ERROR_MESSAGE"/></log>',
      },
      expect: { logs: ['say = h', 'code = Y, m = n'] },
    },
    {
      rule: 'message-model 6.1: a stale ERROR_CODE keeps the old values',
      xml: '<property name="ERROR_CODE" value="old"/><property name="ERROR_MESSAGE" value="old message"/><sequence key="none"/>',
      given: { onFault: say('handled') },
      expect: { properties: { ERROR_CODE: 'old', ERROR_MESSAGE: 'old message', ERROR_EXCEPTION: undefined } },
    },
    {
      rule: 'mediators 2.2: a body that does not parse is empty for the handler',
      xml: '<property name="x" expression="//a"/>',
      given: { body: '<r><a>', onFault: '<property name="all" expression="count(//*)"/>' },
      expect: { properties: { ERROR_CODE: 'Integer:0', all: '1.0' }, body: undefined },
    },
    {
      rule: 'message-model 6.1: an error without a code has 0, a detail and the exception',
      xml: '<sequence key="none"/>',
      given: { onFault: '<property name="long" expression="string-length($ctx:ERROR_DETAIL) > 100"/>' },
      expect: { properties: { ERROR_CODE: 'Integer:0', long: 'true' } },
    },
  ]);
  refusals([
    { rule: 'mediators 4.1: neither key nor name', xml: '<sequence/>', code: 'missing-attribute' },
    { rule: 'mediators 4.1: key with onError', xml: '<sequence key="a" onError="b"/>', code: 'conflicting-attributes' },
  ]);
});

describe('in, out, rules, drop, comment', () => {
  table([
    {
      rule: 'mediators 4.4: in runs for requests, out for responses, rules always',
      xml: `<in>${say('in')}</in><out>${say('out')}</out><rules><!-- remark -->${say('rules')}<comment>x</comment></rules>`,
      given: { response: true },
      expect: { logs: ['say = out', 'say = rules'] },
    },
    {
      rule: 'mediators 4.5: drop stops the enclosing lists, too',
      xml: `<in><filter xpath="true()"><then><drop/></then></filter>${say('never')}</in>${say('never')}`,
      expect: { logs: [], outcome: false, answers: [] },
    },
  ]);
});

describe('respond, loopback, send', () => {
  table([
    {
      rule: 'mediators 4.6: respond answers the client and stops',
      xml: `<respond/>${say('never')}`,
      given: json,
      expect: { answers: [json.body], outcome: false, logs: [] },
    },
    {
      rule: 'mediators 4.7: loopback takes a request to the out path, and only stops a response',
      xml: `<loopback/>${say('never')}`,
      given: json,
      expect: { injected: [json.body], outcome: false, logs: [] },
    },
    {
      rule: 'mediators 4.7: loopback on the out path',
      xml: '<loopback/>',
      given: { response: true },
      expect: { injected: [], outcome: false },
    },
    {
      rule: 'mediators 4.8: the answer of a send comes in by the out path, properties survive',
      xml: '<send receive="{$ctx:r}"><endpoint><address uri="http://x"/></endpoint></send>',
      given: { ...json, properties: { r: 'seq' } },
      expect: {
        sent: [json.body],
        injected: ['{"backend":"ok"}'],
        outcome: false,
        properties: { RECEIVING_SEQUENCE: 'seq' },
      },
    },
    {
      rule: 'mediators 4.8: without an endpoint a response goes to the client',
      xml: '<send/>',
      given: { ...json, response: true },
      expect: { answers: [json.body], sent: [], outcome: false },
    },
    {
      rule: 'mediators 4.8: without an endpoint a request goes to its To address',
      xml: '<send/>',
      given: json,
      expect: { sent: [], answers: [], outcome: false },
    },
    {
      rule: 'message-model 2.3: OUT_ONLY awaits no answer',
      xml: '<property name="OUT_ONLY" value="true"/><send><endpoint><address uri="http://x"/></endpoint></send>',
      given: json,
      expect: { sent: [json.body], injected: [] },
    },
  ]);
});

describe('throwError', () => {
  const onFault =
    '<log level="custom"><property name="code" expression="$ctx:ERROR_CODE"/><property name="m" expression="$ctx:ERROR_MESSAGE"/></log>';
  table([
    {
      rule: 'mediators 4.9: the type is a String and taken literally, the message may be an expression',
      xml: '<throwError type="{$ctx:p}" errorMessage="{concat(\'a\',$ctx:p)}"/>',
      given: { properties: { p: 'q' }, onFault },
      expect: { logs: ['code = {$ctx:p}, m = aq'], properties: { ERROR_CODE: '{$ctx:p}', ERROR_DETAIL: undefined } },
    },
    {
      rule: 'mediators 4.9: a bare ${…} and inline braces are text',
      xml: '<throwError type="X" errorMessage="pre ${payload.s} {json-eval($.s)}"/>',
      given: { ...json, onFault },
      expect: { logs: ['code = X, m = pre ${payload.s} {json-eval($.s)}'] },
    },
    {
      rule: 'mediators 4.9: the type defaults to ANY, an empty one, too',
      xml: '<throwError type="" errorMessage=""/>',
      given: { onFault: '<log level="custom"><property name="code" expression="$ctx:ERROR_CODE"/></log>' },
      expect: { logs: ['code = ANY'] },
    },
  ]);
});

describe('enqueue', () => {
  table([
    {
      rule: 'mediators 4.14: an unknown executor runs the sequence in place, its result counts',
      xml: `<enqueue sequence="s" executor="none" priority="1"/>${say('never')}`,
      given: { ...json, sequences: { s: `${say('ran')}<respond/>` } },
      expect: { logs: ['say = ran'], outcome: false, answers: [json.body] },
    },
    {
      rule: 'mediators 4.14: an unknown sequence faults',
      xml: '<enqueue sequence="s" executor="e"/>',
      expect: { outcome: 'fault' },
    },
  ]);
  refusals([
    { rule: 'mediators 4.14: no executor', xml: '<enqueue sequence="s"/>', code: 'missing-attribute' },
    {
      rule: 'mediators 4.14: priority is a number',
      xml: '<enqueue sequence="s" executor="e" priority="high"/>',
      code: 'invalid-attribute-value',
    },
  ]);
});
