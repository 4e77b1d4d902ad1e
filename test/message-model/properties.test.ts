import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type MessageInput, run } from '../../runtime/index.js';
import { json, mediate, xml } from './expression-harness.js';

/** Mediators that leave a property `r`; undefined: it is not set; `fault`: the flow fails; `refused`: it does not deploy. */
type Row = readonly [rule: string, mediators: string, expected: unknown, message?: MessageInput];

function left(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [rule, mediators, expected, message = {}] of rows) {
      it(rule, async () => {
        if (expected === 'refused') {
          await assert.rejects(mediate(mediators, message));
          return;
        }
        const result = await mediate(mediators, message);
        if (expected === 'fault') assert.equal(result.outcome, 'faulted');
        else {
          assert.notEqual(result.outcome, 'faulted', result.error?.message);
          assert.deepEqual(result.message.properties.default.r, expected);
        }
      });
    }
  });
}

const typed = (type: string, value: string) => `<property name="r" type="${type}" expression="${value}"/>`;
const copy = (expression: string) => `<property name="r" expression="${expression}"/>`;
const scoped = (scope: string, read: string) => `<property name="p" value="1" scope="${scope}"/>${copy(read)}`;

left('scopes, written', [
  ['message-model 1.2: scope default', scoped('default', '$ctx:p'), '1'],
  ['message-model 1.2: scope axis2', scoped('axis2', '$axis2:p'), '1'],
  ['message-model 1.2: scope axis2-client is seen by axis2', scoped('axis2-client', '$axis2:p'), '1'],
  ['message-model 1.2: scope transport is a header', scoped('transport', '$trp:P'), '1'],
  ['message-model 1.2: scope operation', scoped('operation', '$operation:p'), '1'],
  ['message-model 1.2: scope system', scoped('system', '$sys:p'), '1'],
  ['message-model 1.2: scope trace leaves the message alone', scoped('trace', '$ctx:p'), undefined],
  [
    'message-model 1.2: scope registry writes a resource',
    `<property name="conf:x.txt" value="1" scope="registry"/>${copy("get-property('registry','conf:x.txt')")}`,
    '1',
  ],
  ['message-model 1.2: a scope of another name', '<property name="p" value="1" scope="synapse"/>', 'refused'],
  [
    'message-model 1.3: axis2 removed shows the operation value behind it',
    `<property name="p" value="o" scope="operation"/><property name="p" value="a" scope="axis2"/><property name="p" scope="axis2" action="remove"/>${copy('$axis2:p')}`,
    'o',
  ],
]);

left('types, converted', [
  ['message-model 1.2: type STRING keeps the text', typed('STRING', "' a '"), ' a '],
  ['message-model 1.2: type BOOLEAN of yes', typed('BOOLEAN', "'YES'"), true],
  ['message-model 1.2: type BOOLEAN of 0', typed('BOOLEAN', "'0'"), false],
  ['message-model 1.2: type INTEGER cuts the fraction off', typed('INTEGER', "'-7.9'"), -7],
  ['message-model 1.2: type INTEGER out of range', typed('INTEGER', "'2147483648'"), 'fault'],
  ['message-model 1.2: type SHORT keeps 16 bits', typed('SHORT', "'70000.9'"), 4464],
  ['message-model 1.2: type LONG', typed('LONG', "'5000000000'"), 5_000_000_000],
  ['message-model 1.2: type FLOAT', typed('FLOAT', "'1.5'"), '1.5'],
  ['message-model 1.2: type DOUBLE of 1e400', typed('DOUBLE', "'1e400'"), Number.POSITIVE_INFINITY],
  ['message-model 1.2: type OM', `${typed('OM', "'&lt;a>1&lt;/a>'")}${copy('$ctx:r')}`, '1'],
  ['message-model 1.2: type JSON', typed('JSON', "'{&quot;a&quot;:1}'"), { a: 1 }],
  ['message-model 1.2: type JSON of a bare word', typed('JSON', "'word'"), 'word'],
  ['message-model 1.2: type unknown', typed('COLOUR', "'x'"), 'refused'],
  ['message-model 1.2: pattern must match the whole value', '<property name="r" value="abc" pattern="b"/>', ''],
  ['message-model 1.2: group of a pattern', '<property name="r" value="abc" pattern="a(b)c" group="1"/>', 'b'],
  ['message-model 1.2: group without pattern', '<property name="r" value="abc" group="1"/>', 'refused'],
]);

const variable = (attributes: string, read = '$var:v') => `<variable name="v" ${attributes}/>${copy(read)}`;

left('variables', [
  ['message-model 1.6: a typed value', variable('type="INTEGER" value="5"'), '5'],
  [
    'message-model 1.6: a type that does not match faults',
    variable('type="INTEGER" expression="${&quot;x&quot;}"'),
    'fault',
  ],
  ['message-model 1.6: without a type a text keeps its quotes', variable('expression="${&quot;t&quot;}"'), '"t"'],
  ['message-model 1.6: neither value nor expression', '<variable name="v"/>', 'refused'],
  [
    'message-model 1.6: action remove',
    `<variable name="v" type="STRING" value="x"/><variable name="v" action="remove"/>${copy('$var:v')}`,
    undefined,
  ],
]);

left('which language', [
  ['message-model 3.1: static value: text without braces is itself', '<property name="r" value="{abc"/>', '{abc'],
  [
    'message-model 3.1: {json-eval(…)} names a property',
    '<property name="{json-eval($.n)}" value="1"/>',
    '1',
    json('{"n":"r"}'),
  ],
  ['message-model 3.1: {${…}} names a property', '<property name="{${payload.n}}" value="1"/>', '1', json('{"n":"r"}')],
  ['message-model 3.1: {xpath} names a property', '<property name="{//n}" value="1"/>', '1', xml('<n>r</n>')],
  ['message-model 3.1: text around ${…} does not parse', copy('${payload.n} and ${payload.n}'), 'refused'],
]);

describe('values that are evaluated later', () => {
  it('message-model 3.1: {{xpath}} of a template parameter is evaluated where it is read', async () => {
    const template = `<template xmlns="http://ws.apache.org/ns/synapse" name="t"><parameter name="p"/><sequence><property name="r" expression="$func:p"/></sequence></template>`;
    const folder = mkdtempSync(path.join(tmpdir(), 'mediant-template-'));
    writeFileSync(path.join(folder, 't.xml'), template);
    try {
      const sequence = `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s"><call-template target="t"><with-param name="p" value="{{//n}}"/></call-template></sequence>`;
      const { message } = await run(sequence, xml('<n>late</n>'), { deploy: [folder] });
      assert.equal(message.properties.default['r'], 'late');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

left('null and empty', [
  ['message-model 3.8: property of null is not set', `<property name="r" value="old"/>${copy('$ctx:none')}`, 'old'],
  ['message-model 3.8: property of the empty text is', `<property name="r" value="old"/>${copy("''")}`, ''],
  [
    'message-model 3.8: header of null is empty',
    `<header name="X" expression="$ctx:none" scope="transport"/>${copy("concat('[', $trp:X, ']')")}`,
    '[]',
  ],
  [
    'message-model 3.8: filter of null with a regex is false',
    '<filter source="$ctx:none" regex=".*"><then><property name="r" value="then"/></then><else><property name="r" value="else"/></else></filter>',
    'else',
  ],
  [
    'message-model 3.8: filter must match the whole text',
    '<filter source="\'abc\'" regex="b"><then><property name="r" value="then"/></then><else><property name="r" value="else"/></else></filter>',
    'else',
  ],
  [
    'message-model 3.8: switch of null takes the default',
    '<switch source="$ctx:none"><case regex=".*"><property name="r" value="case"/></case><default><property name="r" value="default"/></default></switch>',
    'default',
  ],
  [
    'message-model 3.8: variable of null keeps its value',
    `<variable name="v" type="STRING" value="old"/><variable name="v" type="STRING" expression="$ctx:none"/>${copy('$var:v')}`,
    'old',
  ],
]);

describe('null and empty in logs and errors', () => {
  it('message-model 3.8: log prints null', async () => {
    const { logs } = await mediate('<log level="custom"><property name="v" expression="$ctx:none"/></log>');
    assert.match(logs[0]?.text ?? '', /v = null$/);
  });
  it('message-model 3.8: throwerror takes its message from an expression', async () => {
    const { error } = await mediate('<throwError type="T" errorMessage="{${payload.a}}"/>', json('{"a":"told"}'));
    assert.equal(error?.message, 'told');
  });
});
