import assert from 'node:assert/strict';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { FloatNumber, WholeNumber } from '../../../runtime/java/value.js';
import { JsonElement } from '../../../runtime/json/value.js';
import { parseElement } from '../../../runtime/xml/parse.js';
import { messageOf, namespaces } from './message.js';

const message = () =>
  messageOf({
    xml: '<r><a>1</a><a>2</a><f>false</f><e/></r>',
    properties: {
      s: 'text',
      no: 'false',
      num: '42',
      exp: '1e3',
      empty: '',
      i: WholeNumber.integer(5),
      l: WholeNumber.long(12n),
      d: 1.5,
      fl: new FloatNumber(12),
      t: true,
      f: false,
      json: new JsonElement(['x']),
      xml: parseElement('<a><b>1</b><b>2</b></a>'),
    },
  });

const texts: Record<string, [expression: string, text: string | null][]> = {
  'message-model 3.3: Java texts of Doubles': [
    ['1+1', '2.0'],
    ['10 div 4', '2.5'],
    ['1 div 3', '0.3333333333333333'],
    ['100000 * 100000', '1.0E10'],
    ['1 div 10000', '1.0E-4'],
    ['0 div 0', 'NaN'],
    ['-1 div 0', '-Infinity'],
    ['$ctx:d', '1.5'],
    ['$ctx:fl', '12.0'],
    ['$ctx:l', '12'],
  ],
  'message-model 3.3: XPath texts inside an expression': [
    ["concat('x', 1+1)", 'x2'],
    ['string(100000 * 100000 * 100000 * 100000 * 100000)', '10000000000000000000000000'],
    ['string(0.00001)', '0.00001'],
    ['string(-0)', '0'],
    ['string(-1.5)', '-1.5'],
    ['string($ctx:i)', '5'],
    ['string($ctx:json)', ''],
    ['string($ctx:xml)', '12'],
  ],
  'message-model 3.3: numbers are read as Java reads a Double': [
    ["number(' 12 ')", '12.0'],
    ["number('1e3')", '1000.0'],
    ["number('+5')", '5.0'],
    ["number('10d')", '10.0'],
    ["number('0x1p3')", '8.0'],
    ["number('Infinity')", 'Infinity'],
    ["number('')", 'NaN'],
    ['$ctx:exp + 1', '1001.0'],
    ['$ctx:i + 1', 'NaN'],
    ['$ctx:fl + 1', 'NaN'],
    ['$ctx:d + 1', '2.5'],
    ['-$ctx:num', '-42.0'],
  ],
};

const tests: Record<string, [expression: string, holds: boolean][]> = {
  'message-model 3.3: null makes = and != false': [
    ["$ctx:none = 'a'", false],
    ["$ctx:none != 'a'", false],
    ["not($ctx:none = 'a')", true],
    ['$ctx:none = $ctx:none', false],
    ['$ctx:none < 5', false],
  ],
  'message-model 3.3: a Java number that is no Double is NaN': [
    ['$ctx:i = 5', false],
    ["$ctx:i = '5'", false],
    ['$ctx:i != 5', true],
    ['$ctx:i > 1', false],
    ['$ctx:l = 12', false],
    ['$ctx:d = 1.5', true],
    ["$ctx:d = '1.50'", true],
    ["string($ctx:i) = '5'", true],
  ],
  'message-model 3.3: a Boolean on one side makes both Boolean': [
    ["$ctx:t = 'x'", true],
    ["$ctx:f = 'false'", false],
    ["$ctx:f = ''", true],
    ['//a = true()', true],
    ['//none = false()', true],
    ['//none != false()', false],
  ],
  'message-model 3.3: numbers beat strings': [
    ['$ctx:num = 42.0', true],
    ["'1' = '1.0'", false],
    ["'a' < 'b'", false],
    ["'1' < '2'", true],
  ],
  'XPath 1.0 3.4: one pair of nodes is enough': [
    ['//a = 2', true],
    ['//a != 2', true],
    ['//a > 2', false],
    ['//a = //r/a[2]', true],
    ['//none = //none', false],
    ['3 > //a', true],
  ],
  'message-model 3.3: truth of the raw object': [
    ['$ctx:no', true],
    ['$ctx:f', false],
    ['$ctx:empty', false],
    ['$ctx:none', false],
    ['$ctx:i', true],
    ['$ctx:json', true],
    ['//e', true],
    ['//none', false],
    ['0 div 0', false],
    ["'false'", true],
    ['//f', true],
  ],
};

const faults: Record<string, string[]> = {
  'message-model 3.2: single objects are no node-sets': [
    'count($body)',
    'count($ctx:xml)',
    'sum($ctx:xml)',
    'count($body[r])',
    '$body | //a',
    '$ctx:i | //a',
    "count('5')",
  ],
};

describe('XPath: values', () => {
  for (const [rule, cases] of Object.entries(texts)) {
    for (const [expression, text] of cases) {
      it(`${rule}: ${expression}`, () => {
        assert.equal(compileXPath(expression, namespaces()).text(message()), text);
      });
    }
  }
  for (const [rule, cases] of Object.entries(tests)) {
    for (const [expression, holds] of cases) {
      it(`${rule}: ${expression}`, () => {
        assert.equal(compileXPath(expression, namespaces()).test(message()), holds);
      });
    }
  }
  for (const [rule, cases] of Object.entries(faults)) {
    for (const expression of cases) {
      it(`${rule}: ${expression}`, () => {
        assert.throws(() => compileXPath(expression, namespaces()).text(message()), /resulted in an error/);
      });
    }
  }
});
