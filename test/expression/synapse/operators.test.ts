import assert from 'node:assert/strict';
import { compileSynapseExpression } from '../../../runtime/expression/synapse/synapse.js';
import { WholeNumber } from '../../../runtime/java/value.js';
import { parseJson } from '../../../runtime/json/parse.js';
import { JsonElement } from '../../../runtime/json/value.js';
import { messageOf } from './fixture.js';

const json = (text: string) => new JsonElement(parseJson(text));
const body = `{"i":36,"e":1e3,"d":18.50,"one":1.0,"neg":-3000000000,"long":3148483647,"huge":12345678901234567890,"tiny":0.000001,
  "s":"5","yes":true,"x":10.00,"pi":3.141592653589793238,"a":[36,18.50,3148483647,"t",1e3]}`;
const variables = {
  long: WholeNumber.long(3000000000n),
  j: json('18.50'),
  jn: json('{"n":18.50}'),
  inf: Number.POSITIVE_INFINITY,
};
const text = (source: string) => compileSynapseExpression(source).text(messageOf({ body, variables }));

function check(title: string, table: readonly [source: string, expected: string][]): void {
  describe(title, () => {
    for (const [source, expected] of table) it(source, () => assert.equal(text(source), expected));
  });
}

check('message-model 3.6: + adds or joins, never mixes', [
  ['2147483647 + 1', '2147483648'],
  ['9223372036854775807 + 1', '-9223372036854775808'],
  ['8.95 + 8.99', '17.94'],
  ['1 + 1.5', '2.5'],
  ['"a" + "b"', 'ab'],
  ['"abc" + 5', ''],
  ['string(12) + " Angry Men"', '12 Angry Men'],
  ['payload.s + "x"', '5x'],
  ['payload.s + 1', ''],
  ['null + 1', ''],
  ['true + true', ''],
]);

check('message-model 3.6: - * / %', [
  ['-2147483648 - 1', '2147483647'],
  ['2147483647 * -2', '-4294967294'],
  ['3148483647 - 3147483647', '1000000'],
  ['8.9567 - 8.9456', '0.0111'],
  ['25 * 1.05', '26.25'],
  ['34.56 % 3.45', '0.06'],
  ['10 / 2', '5'],
  ['10 / 3', '3.3333333333333335'],
  ['10 / 10000', '0.001'],
  ['20000000000 / 10', '2.0E9'],
  ['34.45 / 3.44', '10.01'],
  ['10.0 / 3', '3.3'],
  ['1.0 / 3', '0.3'],
  ['payload.tiny / 3', '3.0E-7'],
  // The left operand prints as 1.5E7, which has no digit behind the millions.
  ['15000000.0 / 4', '4000000.0'],
  ['7 % 4', '3'],
  ['-7 % 4', '-3'],
  ['5 / 0', ''],
  ['5 % 0', ''],
  ['5.0 / 0', ''],
  ['3000000000 / 0', ''],
  ['"6" / 2', ''],
]);

check('message-model 3.6: comparison takes Integers and Doubles', [
  ['5 > 3', 'true'],
  ['5 <= 4.5', 'false'],
  ['payload.i >= 36', 'true'],
  ['payload.d < 19', 'true'],
  ['3000000000 > 1', ''],
  ['vars.long > 1', ''],
  ['payload.long > 1', ''],
  ['payload.a[2] > 1', 'true'],
  ['5 > "bla"', ''],
  ['true >= false', ''],
]);

check('message-model 3.6: == compares string forms', [
  ['5 == "5"', 'true'],
  ['5 == 5.0', 'false'],
  ['payload.x == 10.0', 'true'],
  ['payload.i == 36.0', 'false'],
  ['payload.a[1] == 18.5', 'false'],
  ['payload.s != 5', 'false'],
  ['null == null', 'true'],
  ['null != payload.i', 'true'],
  ['"a" == \'a\'', 'true'],
]);

check('message-model 3.6: and, or, conditional need Booleans', [
  ['payload.yes and true', 'true'],
  ['boolean("0") || (5 > 2)', 'true'],
  ['5 and "bla"', ''],
  // Both sides are evaluated: an error on either side spoils the whole.
  ['true or (1 / 0)', ''],
  // Only the chosen branch is.
  ['true ? 1 : 1 / 0', '1'],
  ['payload.yes ? "on" : "off"', 'on'],
]);

check('message-model 3.6: numeric typing by the end of the path', [
  ['payload.i + 4', '40'],
  ['payload.i / 5', '7.2'],
  ['payload.e + 1', '1001'],
  ['payload.one * 2', '2.0'],
  ['payload.d + 1', '19.5'],
  ['payload.neg + 1', '1294967297'],
  ['payload.neg - 1.5', '-3.0000000015E9'],
  ['round(payload.neg)', '1294967296'],
  ['float(payload.neg)', '-3.0E9'],
  ['payload.neg', '-3000000000'],
  ['payload.long + 1', '3148483648'],
  ['payload.long / 5', '6.296967294E8'],
  ['abs(payload.long)', ''],
  ['isNumber(payload.long)', 'false'],
  ['payload.huge + 1', ''],
  ['payload.huge', '12345678901234567890'],
  ['payload.pi * 2', ''],
  ['isNumber(payload.pi)', 'false'],
  ['payload.a[0] + 1', '37.0'],
  ['payload.a[0] * 2', '72.0'],
  ['abs(payload.a[0])', '36'],
  ['payload.a[1] + 1', '19.5'],
  ['payload.a[2] + 1', '3.148483648E9'],
  ['payload.a[4]', '1e3'],
  ['vars.j + 1', '19.5'],
  ['vars.j', '18.50'],
  ['vars.jn.n', '18.5'],
]);

describe('message-model 3.6: NaN and Infinity in arithmetic are faults', () => {
  for (const source of ['vars.inf + 1', 'vars.inf * 2', 'sqrt(-1) - 1']) {
    it(source, () => assert.throws(() => text(source), { name: 'Fault', message: /finite/ }));
  }
});
