import assert from 'node:assert/strict';
import { parseUriTemplate } from '../../../runtime/deploy/api/uri-template.js';

/** Template, path, variables; null: no match (artifacts 1.5, "Worked consequences" and recorded rows). */
const rows: [template: string, path: string, variables: Record<string, string> | null][] = [
  ['/a/{b}', '/a/x', { b: 'x' }],
  ['/a/{b}', '/a/x/', { b: 'x' }],
  ['/a/{b}', '/a/x?q=1', { b: 'x' }],
  ['/a/{b}', '/a/', null],
  ['/a/{b}/c', '/a//c', { b: '' }],
  ['/a/{b}', '/a/x:y', null],
  ['/a/{b}', '/a/x,y', null],
  ['/a/{b}', '/a/x+y', null],
  ['/a/{b}', '/a/x%3Ay', { b: 'x:y' }],
  ['/a/{b}', '/a/x%2By', { b: 'x+y' }],
  ['/a', '/a/', {}],
  ['/a', '/a/?q=1', null],
  ['/a', '/a?next=/x/', null],
  ['/a/{+p}', '/a/x/y?q=1', { p: 'x/y?q=1' }],
  ['/a/{+p}/z', '/a/x/y/z', null],
  ['/a/*', '/a/x/y?q', {}],
  ['/a/*', '/a', null],
  ['/a?x={x}&y={y}', '/a?x=1&y=', { x: '1' }],
  ['/a?x={x}&y={y}', '/a?x=1', null],
  ['/a?x={x}', '/a', null],
  ['/a?x={x}', '/a?x=1&z=2', null],
  ['/*', '/x/y/z?q=1', {}],
  ['/*', '?a=1', null],
  ['/', '/?q=1', {}],
  ['/', '?q=1', null],
  ['/a/{b,c}', '/a/x,y', { b: 'x', c: 'y' }],
  ['/a/{b,c}', '/a/x,y,z', null],
  ['/a{/b}', '/a/x', { b: 'x' }],
  ['/a{/b}', '/a/', {}],
  ['/a{/b}', '/a', null],
  ['/a{.b}', '/a.x', { b: 'x' }],
  ['/a{.b}', '/a.x.y', null],
  ['/a{.b,c}', '/a.x.y', { b: 'x', c: 'y' }],
  ['/a/{+p}', '/a/x,y', { p: 'x,y' }],
  ['/a/{b:3}', '/a/abc', { b: 'abc' }],
  ['/a/{b:3}', '/a/abcd', null],
  ['/a/{b}/x/{b}', '/a/1/x/1', { b: '1' }],
  ['/a/{b}/x/{b}', '/a/1/x/2', null],
  ['/a/{b}-{c}', '/a/-y', { b: '', c: 'y' }],
  ['/a/{b}', '/a/%C3', { b: '�' }],
];

/** Templates that are refused at deployment. */
const refused = ['{a}', '/a/{;b}', '/a/{?b}', '/a/{&b}', '/a/{b', '/a/{}', '/a/{b!}'];

describe('artifacts 1.5: URI templates', () => {
  for (const [template, path, variables] of rows) {
    it(`${template} and ${path}: ${variables === null ? 'no match' : JSON.stringify(variables)}`, () => {
      const match = parseUriTemplate(template).match(path);
      assert.deepEqual(match === null ? null : Object.fromEntries(match), variables);
    });
  }

  for (const template of refused) {
    it(`refuses ${template}`, () => {
      assert.throws(() => parseUriTemplate(template));
    });
  }

  it('a malformed percent escape is an error, not a mismatch', () => {
    assert.throws(() => parseUriTemplate('/a/{b}').match('/a/%zz'), URIError);
  });
});
