import assert from 'node:assert/strict';
import { JsonPathError } from '../../../runtime/expression/jsonpath/errors.js';
import { compileJsonPath } from '../../../runtime/expression/jsonpath/jsonpath.js';
import { parseJson } from '../../../runtime/json/parse.js';
import { jsonText } from '../../../runtime/json/text.js';

const data = parseJson(`{"l":[
  {"id":1,"n":"ann","tags":["a","b"],"v":1.50,"ok":true,"z":null,"o":{}},
  {"id":2,"n":"Bob","tags":[],"v":2,"ok":false,"s":"2"},
  {"id":3,"n":"cid d","v":-3000000000,"s":""}],
  "limit":1.5,"names":["ann","x"],"e":[[1],[],[2,3]]}`);

const ids = (filter: string) => jsonText(compileJsonPath(`$.l[?(${filter})].id`).read(data).value);

describe('JSONPath filters', () => {
  const table: [rule: string, filter: string, result: string][] = [
    ['equal numbers', '@.v == 1.5', '[1]'],
    ['equal whatever the literal', '@.v == 2.0', '[2]'],
    ['a number equals its text', "@.id == '2'", '[2]'],
    ['a text equals its number', '@.s == 2', '[2]'],
    ['literal first', "'ann' == @.n", '[1]'],
    ['double quotes', '@.n == "ann"', '[1]'],
    ['not equal counts missing ones', "@.s != '2'", '[1,3]'],
    ['null', '@.z == null', '[1]'],
    ['missing is not null', '@.none == null', '[]'],
    ['missing is unlike null', '@.none != null', '[1,2,3]'],
    ['=== wants one type', "@.id === '2'", '[]'],
    ['order of numbers', '@.v < 2', '[1,3]'],
    ['order of texts by code', "@.n < 'a'", '[2]'],
    ['no order between types', "@.id > 'a'", '[]'],
    ['path from the root', '@.v > $.limit', '[2]'],
    ['exists, null included', '@.z', '[1]'],
    ['does not exist', '!@.z', '[2,3]'],
    ['negated test', '!(@.id == 2)', '[1,3]'],
    ['and binds tighter than or', '@.id == 1 || @.id == 2 && @.s', '[1,2]'],
    ['parentheses', '(@.id == 1 || @.id == 2) && @.s', '[2]'],
    ['regex matches the whole text', '@.n =~ /an/', '[]'],
    ['regex', '@.n =~ /an.*/', '[1]'],
    ['regex with flags', '@.n =~ /b.*/i', '[2]'],
    ['regex on an array wants one item', '@.tags =~ /b/', '[1]'],
    ['regex on a number', '@.v =~ /1\\.5/', '[1]'],
    ['regex takes missing values for empty', '@.none =~ /.{0}/', '[1,2,3]'],
    ['in', "@.n in ['ann','Bob']", '[1,2]'],
    ['in, numbers as texts', "@.id in ['1','3']", '[1,3]'],
    ['in a path', '@.n in $.names', '[1]'],
    ['nin', "@.n nin ['ann']", '[2,3]'],
    ['a value in a path', "'a' in @.tags", '[1]'],
    ['contains an item', "@.tags contains 'b'", '[1]'],
    ['contains a text', "@.n contains 'd'", '[3]'],
    ['size of an array', '@.tags size 2', '[1]'],
    ['size of a text', '@.n size 3', '[1,2]'],
    ['empty', '@.tags empty true', '[2]'],
    ['empty text', '@.s empty true', '[3]'],
    ['subsetof', "@.tags subsetof ['a','b','c']", '[1,2]'],
    ['anyof', "@.tags anyof ['b','x']", '[1]'],
    ['noneof', "@.tags noneof ['b']", '[2]'],
    ['words in any case', "@.n IN ['ann']", '[1]'],
    ['boolean', '@.ok == true', '[1]'],
    ['boolean is no text', "@.ok == 'true'", '[]'],
    ['an index inside', "@.tags[0] == 'a'", '[1]'],
    ['a function inside', '@.tags.length() == 2', '[1]'],
    ['an empty object literal', '@.o == {}', '[1]'],
    ['an array literal of texts', "@.tags == ['a','b']", '[1]'],
    ['without blanks', '@.id>1', '[2,3]'],
    ['literals only', '1 == 1', '[1,2,3]'],
  ];
  for (const [rule, filter, result] of table) {
    it(`message-model 3.4.1 "Filters": ${rule}: ${filter}`, () => assert.equal(ids(filter), result));
  }

  it('a whole number of a literal equals none of the document', () => {
    assert.equal(jsonText(compileJsonPath('$.e[?(@ == [1])]').read(data).value), '[]');
    assert.equal(jsonText(compileJsonPath('$.e[?(@ == [1.0])]').read(data).value), '[[1]]');
    assert.equal(jsonText(compileJsonPath('$.e[?([1.0] == @)]').read(data).value), '[]');
  });

  it('"empty" of an object is an error of the whole path', () => {
    assert.throws(() => ids('@.o empty true'), JsonPathError);
  });
});
