import assert from 'node:assert/strict';
import { queryParameters } from '../../../runtime/deploy/api/query-parameters.js';

/** Path and what its query means (artifacts 1.6). */
const rows: [path: string, parameters: Record<string, string>][] = [
  ['/x', {}],
  ['/x?a=1&b=2', { a: '1', b: '2' }],
  ['/x?a=1&b', { a: '1&b' }],
  ['/x?a', { null: 'null&a' }],
  ['/x?', { null: 'null&' }],
  ['/x?&', {}],
  ['/x?a=1&', { a: '1' }],
  ['/x?a=1&&c=3', { a: '1&', c: '3' }],
  ['/x?a=1=2', { a: '1=2' }],
  ['/x?a=b+c%20d', { a: 'b c d' }],
  ['/x?a%20b=1', { 'a%20b': '1' }],
  ['/x?a=1&a=2', { a: '2' }],
  ['/x?a=x?y', { a: 'x?y' }],
];

describe('artifacts 1.6: query parameters', () => {
  for (const [path, parameters] of rows) {
    it(path, () => {
      const expected = Object.entries(parameters).map(([name, value]) => [`query.param.${name}`, value]);
      assert.deepEqual(Object.fromEntries(queryParameters(path)), Object.fromEntries(expected));
    });
  }

  it('a malformed percent escape is an error', () => {
    assert.throws(() => queryParameters('/x?a=%zz'), URIError);
  });
});
