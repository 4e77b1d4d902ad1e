import assert from 'node:assert/strict';
import { javaText } from '../../runtime/java/text.js';
import { FloatNumber, WholeNumber } from '../../runtime/java/value.js';
import { parseJson } from '../../runtime/json/parse.js';
import { JsonElement } from '../../runtime/json/value.js';
import { parseElement } from '../../runtime/xml/parse.js';

const json = (text: string) => new JsonElement(parseJson(text));

describe('javaText', () => {
  const texts: [string, unknown, string][] = [
    ['String', 'a', 'a'],
    ['Double', 5, '5.0'],
    ['Integer', WholeNumber.integer(5), '5'],
    ['Long', WholeNumber.long(5000000000n), '5000000000'],
    ['Float', new FloatNumber(Math.fround(0.1)), '0.1'],
    ['Float, beyond its precision', new FloatNumber(2 ** 31), '2.14748365E9'],
    ['Float, three digits beyond', new FloatNumber(Math.fround(99999999999.5)), '9.9999998E10'],
    ['Float, negative', new FloatNumber(-(2 ** 24)), '-1.6777216E7'],
    ['Float, past long', new FloatNumber(2 ** 63), '9.223372E18'],
    ['Double, whole', 123456789, '1.23456789E8'],
    ['Double, power of ten', 1e10, '1.0E10'],
    ['Double, not shortened', 2 ** 55, '3.6028797018963968E16'],
    ['Double, beyond its precision', 2 ** 60, '1.15292150460684698E18'],
    ['Double, past long', 2 ** 63, '9.223372036854776E18'],
    ['Boolean', true, 'true'],
    ['null', null, 'null'],
    ['JSON string', json('"a"'), '"a"'],
    ['JSON number', json('1.50'), '1.50'],
    ['JSON object', json('{ "a" : [1, null] }'), '{"a":[1,null]}'],
    ['List', ['a', 1, null], '[a, 1.0, null]'],
    [
      'Map',
      new Map<string, unknown>([
        ['a', WholeNumber.integer(1)],
        ['b', 'x'],
      ]),
      '{a=1, b=x}',
    ],
    ['bytes', new Uint8Array([104, 105]), 'aGk='],
    ['element', parseElement('<a b="1"><c/></a>'), '<a b="1"><c/></a>'],
  ];
  for (const [what, value, text] of texts) {
    it(`message-model 3.3: ${what} is ${text}`, () => assert.equal(javaText(value), text));
  }

  it('Date.toString has weekday, time, zone and year', () => {
    assert.match(javaText(new Date(2026, 0, 2, 3, 4, 5)), /^Fri Jan 02 03:04:05 \S+ 2026$/);
  });
});
