import assert from 'node:assert/strict';
import { WholeNumber } from '../../runtime/java/value.js';
import { copyJson } from '../../runtime/json/copy.js';
import { normalisedJsonNumber, normaliseNumber } from '../../runtime/json/number.js';
import { JsonSyntaxError, parseJson, parseLenientJson, readLenientJson } from '../../runtime/json/parse.js';
import { fromJs, toJs } from '../../runtime/json/plain.js';
import { jsonText } from '../../runtime/json/text.js';
import { JsonNumber } from '../../runtime/json/value.js';

describe('strict JSON', () => {
  const unchanged = [
    '{"10":1,"2":{"b":1e3,"a":1.0},"x":-0}',
    '[268099561782931457,1E400,0.10]',
    '"a\\"b\\\\c\\n\\u0001\\u2028"',
    '"é日😀/<>&"',
    'null',
    '[[],{},""]',
  ];
  for (const text of unchanged) {
    it(`message-model 3.4.2: keeps ${text}`, () => assert.equal(jsonText(parseJson(text)), text));
  }

  it('decodes escapes and drops blanks', () => {
    assert.equal(jsonText(parseJson(' { "\\u00e9" : [ 1 , "\\/\\ud83d\\ude00" ] }\r\n\t')), '{"é":[1,"/😀"]}');
  });

  it('message-model 3.4.2: of two equal names the last value counts, in the first place', () => {
    assert.equal(jsonText(parseJson('{"a":1,"b":2,"a":3}')), '{"a":3,"b":2}');
  });

  const malformed: [string, string][] = [
    ['{"a":', 'End of input at line 1 column 6'],
    ['{"a":1,}', 'Expected a name in quotes at line 1 column 8'],
    ['[1,\n]', 'Expected a value at line 2 column 1'],
    ['01', 'Malformed number at line 1 column 1'],
    ['1.', 'Malformed number at line 1 column 1'],
    ['-', 'Malformed number at line 1 column 1'],
    ['+5', 'Expected a value at line 1 column 1'],
    ["{'a':1}", 'Expected a name in quotes at line 1 column 2'],
    ['[1 2]', 'Expected "," or "]" at line 1 column 4'],
    ['{"a" 1}', 'Expected ":" at line 1 column 6'],
    ['"a\tb"', 'Control character in a string at line 1 column 3'],
    ['"a', 'String without an end at line 1 column 3'],
    ['"\\x"', 'Unknown escape sequence at line 1 column 2'],
    ['"\\u12g4"', 'Malformed \\u escape at line 1 column 2'],
    ['{"a":1} x', 'Unexpected text after the JSON value at line 1 column 9'],
    ['', 'End of input at line 1 column 1'],
    ['NaN', 'Expected a value at line 1 column 1'],
  ];
  for (const [text, message] of malformed) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseJson(text),
        (error) => error instanceof JsonSyntaxError && error.message === message,
      );
    });
  }

  it('nests 10,000 deep without running out of stack, and says so beyond', () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    assert.equal(jsonText(parseJson(deep)), deep);
    const objects = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    assert.equal(jsonText(parseJson(objects)), objects);
    assert.throws(() => parseJson('['.repeat(10_002)), /Nested deeper than 10000 levels/);
  });
});

describe('lenient JSON', () => {
  const read: [string, string][] = [
    [`{'a':1, b:'two', "c":[1,2,]}`, '{"a":1,"b":"two","c":[1,2,null]}'],
    ['[01,0x1,+5,NaN,tru,-,1e]', '["01","0x1","+5","NaN","tru","-","1e"]'],
    ['{a=1;b=>2}', '{"a":1,"b":2}'],
    ['[TRUE,False,NULL,nulls]', '[true,false,null,"nulls"]'],
    ['[,;]', '[null,null,null]'],
    ['// c\n[1 /* x */, # y\n 2]', '[1,2]'],
    ["'it\\'s'", '"it\'s"'],
    ['"a\nb"', '"a\\nb"'],
    ['{"a":1.50,"b":-0}', '{"a":1.50,"b":-0}'],
    ['', 'null'],
    ['  ', 'null'],
    ['word', '"word"'],
  ];
  for (const [text, result] of read) {
    it(`message-model 3.4.1: ${JSON.stringify(text)}`, () => assert.equal(jsonText(parseLenientJson(text)), result));
  }

  for (const text of ['{"a":1,}', '{bad', '[1', '{"a":1} junk', '{a:{b:}}', '"\\q"', '[1}', '/* open']) {
    it(`message-model 3.4.1: refuses ${text}`, () => assert.throws(() => parseLenientJson(text), JsonSyntaxError));
  }

  it('reports where the value ends', () => {
    const { value, end } = readLenientJson('{"a":1} junk');
    assert.equal(jsonText(value), '{"a":1}');
    assert.equal(end, 7);
  });
});

describe('JSON text', () => {
  it('message-model 3.4.3: escapes markup on request, in names too', () => {
    assert.equal(
      jsonText(parseJson('{"<a>":"b&c=\'d\'"}'), { htmlSafe: true }),
      '{"\\u003ca\\u003e":"b\\u0026c\\u003d\\u0027d\\u0027"}',
    );
  });

  it('mediators 6.1: leaves out null members at every depth, not null items', () => {
    assert.equal(
      jsonText(parseJson('{"a":null,"b":[null,{"c":null,"d":1}],"e":null}'), { dropNulls: true }),
      '{"b":[null,{"d":1}]}',
    );
  });
});

describe('number literals', () => {
  const normal: [string, string, unknown][] = [
    ['10.500', '10.5', 10.5],
    ['1.0', '1.0', 1],
    ['1e3', '1000', WholeNumber.integer(1000)],
    ['36', '36', WholeNumber.integer(36)],
    ['-0', '0', WholeNumber.integer(0)],
    ['-0.0', '0.0', 0],
    ['15e-1', '1.5', 1.5],
    ['0.000001', '1.0E-6', 1e-6],
    ['1.5e-7', '1.5E-7', 1.5e-7],
    ['2147483647', '2147483647', WholeNumber.integer(2147483647)],
    ['2147483648', '2147483648', WholeNumber.long(2147483648n)],
    ['9223372036854775808', '9223372036854775808', undefined],
    ['-3000000000', '-3000000000', WholeNumber.integer(1294967296)],
    ['1e400', '1E+400', undefined],
    ['1e999999999', '1E+999999999', undefined],
    ['3.141592653589793238', '3.141592653589793238', undefined],
  ];
  for (const [literal, text, value] of normal) {
    it(`message-model 3.4.2 "Numbers", 3.6: ${literal}`, () => {
      assert.deepEqual(normaliseNumber(literal), { text, value });
      assert.equal(normalisedJsonNumber(new JsonNumber(literal)).literal, text);
    });
  }
});

describe('JSON and JavaScript values', () => {
  it('converts both ways', () => {
    const value = { a: [1, 1.5, null, true, 'x'], b: { '2': 1, '1': undefined }, d: new Date(0) };
    assert.equal(jsonText(fromJs(value)), '{"a":[1,1.5,null,true,"x"],"b":{"2":1},"d":"1970-01-01T00:00:00.000Z"}');
    assert.deepEqual(toJs(parseJson('{"a":[1.50,"x",null],"b":{"c":true}}')), { a: [1.5, 'x', null], b: { c: true } });
  });

  it('takes a member named __proto__ for a member', () => {
    const value = toJs(parseJson('{"__proto__":{"x":1}}')) as Record<string, unknown>;
    assert.equal(value.x, undefined);
    assert.ok(Object.hasOwn(value, '__proto__'));
  });

  it('copies deeply', () => {
    const value = parseJson('{"a":[{"b":1}]}');
    const copy = copyJson(value);
    assert.notEqual(copy, value);
    assert.ok(copy instanceof Map && Array.isArray(copy.get('a')));
    copy.set('a', 'changed');
    assert.equal(jsonText(value), '{"a":[{"b":1}]}');
  });
});
