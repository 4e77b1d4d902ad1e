import assert from 'node:assert/strict';
import { JsonPathError, PathNotFoundError } from '../../../runtime/expression/jsonpath/errors.js';
import { compileJsonPath, type JsonPath } from '../../../runtime/expression/jsonpath/jsonpath.js';
import { parseJson } from '../../../runtime/json/parse.js';
import { jsonText } from '../../../runtime/json/text.js';
import type { JsonValue } from '../../../runtime/json/value.js';

const before = '{"a":1.50,"o":{"k":1e3,"l":[1,2,3]},"p":[{"x":1},{"x":2,"y":3}],"z":null}';

function after(path: string, change: (path: JsonPath, root: JsonValue) => void): string {
  const root = parseJson(before);
  change(compileJsonPath(path), root);
  return jsonText(root);
}

const value = parseJson('"new"');
const set = (path: string) => after(path, (compiled, root) => compiled.set(root, value));
const remove = (path: string) => after(path, (compiled, root) => compiled.remove(root));
const add = (path: string) => after(path, (compiled, root) => compiled.add(root, value));
const put = (path: string) => after(path, (compiled, root) => compiled.put(root, 'n', value));
const rename = (path: string) => after(path, (compiled, root) => compiled.renameKey(root, 'k', 'q'));

describe('JSONPath writing', () => {
  const table: [rule: string, result: string, expected: string][] = [
    ['set a member', set('$.a'), before.replace('1.50', '"new"')],
    ['set an item from the end', set('$.o.l[-1]'), before.replace('1,2,3', '1,2,"new"')],
    ['set all that a filter finds', set('$.p[?(@.y)].x'), before.replace('"x":2', '"x":"new"')],
    ['set by a deep scan', set('$..x'), before.replace('"x":1', '"x":"new"').replace('"x":2', '"x":"new"')],
    ['set several members', set("$.p[1]['x','y']"), before.replace('"x":2,"y":3', '"x":"new","y":"new"')],
    ['remove a member', remove('$.o'), before.replace('"o":{"k":1e3,"l":[1,2,3]},', '')],
    ['remove items, the last ones first', remove('$.o.l[0,1]'), before.replace('1,2,3', '3')],
    ['remove by a filter', remove('$.p[?(@.x == 1)]'), before.replace('{"x":1},', '')],
    ['remove by a filter on an item', remove('$.o.l[?(@ > 1)]'), before.replace('1,2,3', '1')],
    ['add to an array', add('$.o.l'), before.replace('1,2,3', '1,2,3,"new"')],
    ['add passes over null', add('$.z'), before],
    ['put a member', put('$.o'), before.replace('[1,2,3]', '[1,2,3],"n":"new"')],
    ['rename moves to the end', rename('$.o'), before.replace('"k":1e3,"l":[1,2,3]', '"l":[1,2,3],"q":1000')],
    ['rename without a parent changes nothing', rename('$.none'), before],
  ];
  for (const [rule, result, expected] of table) {
    it(`message-model 3.4.3: ${rule}`, () => assert.equal(result, expected));
  }

  it('message-model 3.4.3: the path must exist', () => {
    for (const change of [set, remove, add, put]) assert.throws(() => change('$.none'), PathNotFoundError);
    assert.throws(() => set('$.none.x'), PathNotFoundError);
    assert.throws(() => remove('$..none'), PathNotFoundError);
    assert.throws(() => rename('$.p[0]'), PathNotFoundError);
    assert.throws(() => rename('$.none.x'), PathNotFoundError);
  });

  it('refuses what does not fit', () => {
    assert.throws(() => set('$'), JsonPathError);
    assert.throws(() => remove('$'), JsonPathError);
    assert.throws(() => add('$.o'), JsonPathError);
    assert.throws(() => put('$.o.l'), JsonPathError);
    assert.throws(() => rename('$.o.l'), JsonPathError);
  });
});
