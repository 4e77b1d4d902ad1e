import assert from 'node:assert/strict';
import { JSONPath } from 'jsonpath-plus';
import { evaluate } from '../../../runtime/index.js';

/**
 * Plain JSONPath by our evaluator and by the package `jsonpath-plus`, on the same documents. Left out is what the two
 * understand differently: slices with steps, several names in one bracket,
 * scripts, parents, functions, filters for members whose value counts as false, filters on members of a single object, objects
 * that have a member `members` or `elements`, numbers whose text differs from JavaScript's.
 */
const documents = {
  store:
    '{"store":{"book":[{"title":"A","price":8,"isbn":"1"},{"title":"B","price":12},{"title":"C","price":9,"tags":["x","y"]}],"bicycle":{"color":"red","price":20}},"expensive":10}',
  arrays: '{"a":[[1,2],[3,[4,5]]],"e":[],"o":{},"s":["p","q","r","s"]}',
  names: '{"a b":1,"c-d":{"e.f":2},"":3,"é":"ü","n":null,"t":true,"deep":{"deep":{"deep":"end"}}}',
  list: '[{"k":1},{"k":"1"},{"k":true},{"j":0},{"k":2}]',
};

/** A definite path selects one value, an indefinite one a list. */
const definite: readonly (readonly [document: keyof typeof documents, paths: readonly string[]])[] = [
  [
    'store',
    [
      '$.store',
      '$.store.book',
      '$.store.book[0]',
      '$.store.book[0].title',
      '$.store.book[2].tags[1]',
      "$['store']['bicycle']['color']",
      '$.expensive',
      "$.store['book'][1]['price']",
    ],
  ],
  ['arrays', ['$.a[0]', '$.a[1][1][0]', '$.a[1][1]', '$.e', '$.o', '$.s[3]']],
  ['names', ["$['a b']", "$['c-d']['e.f']", "$['é']", '$.t', '$.deep.deep.deep']],
  ['list', ['$[0]', '$[1].k', '$[3].j']],
];

const indefinite: readonly (readonly [document: keyof typeof documents, paths: readonly string[]])[] = [
  [
    'store',
    [
      '$.store.book[*]',
      '$.store.book[*].title',
      '$.store.*',
      '$.store.book[0,2].title',
      '$.store.book[0:2].title',
      '$.store.book[1:].title',
      '$.store.book[:1].title',
      '$.store.book[-1:].title',
      '$.store.book[?(@.isbn)].title',
      '$.store.book[?(@.price < 10)].title',
      '$.store.book[?(@.price >= 12)].title',
      "$.store.book[?(@.title == 'B')].price",
      "$.store.book[?(@.title != 'B')].price",
      '$.store.book[?(@.price > 8 && @.price < 12)].title',
      '$.store.book[?(@.price == 8 || @.price == 12)].title',
      '$.store.book[?(@.none)]',
      '$..title',
      '$..none',
    ],
  ],
  ['arrays', ['$.a[*]', '$.a[*][0]', '$.e[*]', '$.s[1,3]', '$.s[1:3]', '$.s[-2:]', '$.s[9:]', '$.o.*', '$.s[*]']],
  ['names', ['$.deep..deep']],
  ['list', ['$[*].k', '$[0:2]', '$[?(@.k == 2)]', '$[-1:]', '$[1,3]']],
];

describe('JSONPath as the package jsonpath-plus has it', () => {
  const cases = [
    ...definite.map(([name, paths]) => ({ name, paths, wrap: false })),
    ...indefinite.map(([name, paths]) => ({ name, paths, wrap: true })),
  ];
  for (const { name, paths, wrap } of cases) {
    for (const path of paths) {
      it(`message-model 3.4.2: ${path} on ${name}`, async () => {
        const body = documents[name];
        const { text } = await evaluate(`json-eval(${path})`, { contentType: 'application/json', body });
        const found: unknown = JSONPath({ path, json: JSON.parse(body), wrap: true, eval: 'safe' });
        const oracle = wrap ? found : (found as unknown[])[0];
        const expected = typeof oracle === 'string' ? oracle : JSON.stringify(oracle);
        assert.equal(wrap ? sorted(text, path) : text, wrap ? sorted(expected, path) : expected);
      });
    }
  }
});

/** Scans and unions go through a document in an order of their own in each implementation. */
function sorted(text: string, path: string): string {
  if (!path.includes('..')) return text;
  return JSON.stringify((JSON.parse(text) as unknown[]).map((item) => JSON.stringify(item)).sort());
}
