import assert from 'node:assert/strict';
import { ExpiringMap } from '../../runtime/endpoint/expiring-map.js';

describe('values that expire', () => {
  let now: number;
  let map: ExpiringMap<string>;

  beforeEach(() => {
    now = 1000;
    map = new ExpiringMap(() => now);
  });

  it('are had until their time is over', () => {
    map.set('a', 'one', 10);
    now = 1009;
    assert.equal(map.get('a'), 'one');
    now = 1010;
    assert.equal(map.get('a'), undefined);
  });

  it('are dropped when they are over, also behind one that is set again and again', () => {
    map.set('kept', 'one', 10);
    map.set('left', 'two', 10);
    now = 1005;
    map.set('kept', 'one', 10);
    now = 1012;
    map.set('kept', 'one', 10);
    assert.equal(map.size, 1);
    assert.equal(map.get('kept'), 'one');
  });

  it('can be dropped before', () => {
    map.set('a', 'one', 10);
    map.delete('a');
    assert.equal(map.get('a'), undefined);
  });

  it('can be limited in number: those set first go', () => {
    for (const key of ['a', 'b', 'c']) map.set(key, key, 10);
    map.shrink(2);
    assert.deepEqual([map.size, map.get('a'), map.get('b')], [2, undefined, 'b']);
  });
});
