import assert from 'node:assert/strict';
import { ExpressionSyntaxError } from '../../../runtime/expression/expression.js';
import { JsonPathError, PathNotFoundError } from '../../../runtime/expression/jsonpath/errors.js';
import { compileJsonPath } from '../../../runtime/expression/jsonpath/jsonpath.js';
import { parseJson } from '../../../runtime/json/parse.js';
import { jsonText } from '../../../runtime/json/text.js';

const shop =
  parseJson(`{"shop":{"books":[{"t":"A","p":8.95,"i":"1"},{"t":"B","p":22,"n":null},{"t":"C","p":8.990,"i":"3"}],
  "tags":["new","old"],"owner":{"name":"Kim","city":"Ulm"},"open":true,"void":{},"none":[]},
  "max":10,"m":[[1,2],[3,4.50]],"a b":1,"a.b":2,"o":{"k":1.50,"n":1e3},"nums":[1.50,3,2],"neg":[-1,-2],"one":[1],"lists":[[1],[],[2,3]]}`);

const read = (path: string) => jsonText(compileJsonPath(path).read(shop).value);

describe('JSONPath reading', () => {
  const table: [rule: string, path: string, result: string][] = [
    ['member', '$.shop.owner.name', '"Kim"'],
    ['bracket names', "$['shop'][\"owner\"]['city']", '"Ulm"'],
    ['names with blanks and dots', "$['a.b']", '2'],
    ['a path without $', 'max', '10'],
    ['a path that starts with a dot scans', '.name', '["Kim"]'],
    ['index', '$.shop.tags[1]', '"old"'],
    ['index from the end', '$.shop.tags[-1]', '"old"'],
    ['index list', '$.shop.tags[1,0,9]', '["old","new"]'],
    ['slice from', '$.nums[1:]', '[3,2]'],
    ['slice to', '$.nums[:-1]', '[1.50,3]'],
    ['slice between, negative end', '$.nums[0:-1]', '[]'],
    ['slice with an ignored step', '$.nums[0:3:2]', '[1.50,3,2]'],
    ['slice between, negative start', '$.nums[-1:2]', '[2,1.50,3]'],
    ['wildcard on an object', '$.shop.owner.*', '["Kim","Ulm"]'],
    ['wildcard on an array', '$.shop.books[*].t', '["A","B","C"]'],
    ['wildcard on a scalar finds nothing', '$.max.*', '[]'],
    ['missing members behind a wildcard are left out', '$.shop.books[*].i', '["1","3"]'],
    ['several names at the end make an object', "$.shop.owner['city','x','name']", '{"city":"Ulm","name":"Kim"}'],
    ['several names on the way are followed each', "$.shop['owner','void'].name", '["Kim"]'],
    ['deep scan, parents first', '$..p', '[8.95,22,8.99]'],
    ['deep scan of an index', '$.m..[0]', '[[1,2],1,3]'],
    ['deep scan of an index, then a member', '$..[1].t', '["B"]'],
    ['deep scan of everything stops at arrays', '$.shop..*.t', '[]'],
    ['a tail of one character is ignored', '$.shop.tags[', '["new","old"]'],
    ['a member number is normalised', '$.o.k', '1.5'],
    ['and one behind a wildcard on an object', '$.o.*', '[1.5,1000]'],
    ['an array item keeps its literal', '$.nums[0]', '1.50'],
    ['an object keeps all literals', '$.o', '{"k":1.50,"n":1e3}'],
    ['merged members are normalised', "$.o['k','n']", '{"k":1.5,"n":1000}'],
    ['filter', '$.shop.books[?(@.p < 10)].t', '["A","C"]'],
    ['an index behind a filter looks into each match', '$.shop.books[?(@.p < 10)][0]', '[]'],
    ['a filter on an object tests the object', "$.shop.owner[?(@.name == 'Kim')].city", '["Ulm"]'],
    ['length', '$.shop.books.length()', '3'],
    ['length of an object', '$.shop.owner.size()', '2'],
    ['length of a scalar is no value', '$.max.length()', 'null'],
    ['length behind a filter counts each match', '$.shop.books[?(@.i)].length()', '[3,3]'],
    ['length after a scan counts what is below', '$..books.length()', '3'],
    ['length of a definite path counts its last value', '$.length($.m)', '2'],
    ['sum is a double', '$.nums.sum()', '6.5'],
    ['min, max, avg', '$.nums.min()', '1.5'],
    ['max never goes below zero', '$.neg.max()', '4.9E-324'],
    ['an empty array has no first item, behind an index that is no match', '$.lists[*].first()', '[1,2]'],
    ['avg after a scan', '$..p.avg()', '13.313333333333333'],
    ['stddev', '$.m[0].stddev()', '0.5'],
    ['keys', '$.shop.owner.keys()', '["name","city"]'],
    ['keys of no object is no value', '$.max.keys()', 'null'],
    ['first is normalised', '$.nums.first()', '1.5'],
    ['last', '$.nums.last()', '2'],
    ['sum with a path parameter', '$.sum($.max, 5)', '10.0'],
    ['concat of path parameters', '$.concat($.shop.owner.name, $.max, "x")', '"Kim10\\"x\\""'],
    ['append', '$.shop.tags.append(1)', '["new","old",1]'],
    ['functions of functions', '$.sum($.nums.max(), $.nums.min())', '4.5'],
  ];
  for (const [rule, path, result] of table) {
    it(`message-model 3.4.2: ${rule}: ${path}`, () => assert.equal(read(path), result));
  }

  it('append leaves the document as it is', () => {
    read('$.shop.tags.append(1)');
    assert.equal(read('$.shop.tags'), '["new","old"]');
  });

  const missing = ['$.x', '$.shop.x.y', '$.nums[9]', '$.nums[-9]', '$.max.x', '$.max[0]', '$.shop.none[0].x'];
  for (const path of missing) {
    it(`message-model 3.4.2: a definite path that leads nowhere is an error: ${path}`, () => {
      assert.throws(() => read(path), PathNotFoundError);
    });
  }

  const unfit = [
    '$.shop.tags.sum()',
    '$.none.first()',
    '$.max[?(@.x)]',
    '$.nofn()',
    '$.nums[*].max()',
    '$.shop.none.first()',
  ];
  for (const path of unfit) {
    it(`a path that does not fit is an error: ${path}`, () => assert.throws(() => read(path), JsonPathError));
  }

  it('says how a path is made', () => {
    const facts = (path: string) => {
      const { definite, endsInMember, endsInFunction, isRoot, canonical } = compileJsonPath(path);
      return { definite, endsInMember, endsInFunction, isRoot, canonical };
    };
    assert.deepEqual(facts('$'), {
      definite: true,
      endsInMember: false,
      endsInFunction: undefined,
      isRoot: true,
      canonical: '$',
    });
    assert.deepEqual(facts('$.a[0].b'), {
      definite: true,
      endsInMember: true,
      endsInFunction: undefined,
      isRoot: false,
      canonical: "$['a'][0]['b']",
    });
    assert.equal(facts('$..a').definite, false);
    assert.equal(facts('$..a.sum()').definite, true);
    assert.equal(facts('$.a[*].length()').definite, false);
    assert.equal(facts("$['a','b'].c").definite, false);
    assert.equal(facts('$.a[1:2]').canonical, "$['a'][1:2]");
    assert.equal(facts('$.a.length()').endsInFunction, 'length');
  });

  it('tells members from array items', () => {
    assert.equal(compileJsonPath('$.max').read(shop).isMember, true);
    assert.equal(compileJsonPath('$.nums[0]').read(shop).isMember, false);
  });

  it('walks a document of 10,000 levels', () => {
    const deep = parseJson(`${'{"a":'.repeat(9_999)}{"z":1}${'}'.repeat(9_999)}`);
    assert.equal(jsonText(compileJsonPath('$..z').read(deep).value), '[1]');
  });
});

describe('JSONPath syntax', () => {
  const refused: [path: string, column: number, message: RegExp][] = [
    ['', 1, /empty/],
    ['$.a.', 4, /must not end with a '.'/],
    ['$a', 2, /Illegal character at position 1/],
    ['$...a', 4, /Character '\.' on position 3/],
    ['$.a b', 3, /Use bracket notion/],
    ['$ .a', 2, /Illegal character/],
    ["$['a", 4, /missing closing '/],
    ["$['a',]", 7, /empty property/],
    ['$.a[0;1]', 4, /Could not parse token starting at position 3/],
    ['$.a[:]', 4, /SliceOperation/],
    ['$.a[::2]', 4, /SliceOperation/],
    ['$.a[1.0]', 4, /Could not parse token/],
    ['$.a[(@.length-1)]', 4, /Could not parse token/],
    ['$.a[{$ctx:i}]', 4, /Could not parse token/],
    ['$.a[?()]', 7, /Failed to parse filter/],
    ['$.a[?(@.b <)]', 12, /Failed to parse filter/],
    ['$.a[?(true)]', 11, /Expected path node/],
    ['$.a[?(@.b == 1 and @.c)]', 16, /Expected character: \)/],
    ['$.a[?(@.b % 2 == 1)]', 11, /Expected character: \)/],
    ['$.a[?(@.b = 1)]', 11, /Expected character: \)/],
    ['$.a[?(@.b =~ /(/)]', 14, /Unclosed group/],
    ['$.sum(1', 6, /not closed properly/],
  ];
  for (const [path, column, message] of refused) {
    it(`message-model 3.4.1: refuses ${JSON.stringify(path)}`, () => {
      assert.throws(
        () => compileJsonPath(path),
        (error) => {
          assert.ok(error instanceof ExpressionSyntaxError);
          assert.match(error.message, message);
          assert.equal(error.column, column);
          return true;
        },
      );
    });
  }
});
