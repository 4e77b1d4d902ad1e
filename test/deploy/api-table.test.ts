import assert from 'node:assert/strict';
import type { Api } from '../../runtime/deploy/api/compile-api.js';
import { ApiTable } from '../../runtime/deploy/api-table.js';

function api(context: string, more: Partial<Api> = {}): Api {
  return {
    kind: 'api',
    name: `${context}${more.version ?? ''}${more.hostname ?? ''}`,
    plainName: context,
    context,
    version: '',
    versionType: '',
    hostname: undefined,
    port: undefined,
    transports: undefined,
    resources: [],
    handlers: [],
    ...more,
  };
}

const table = new ApiTable();
for (const one of [
  api(''),
  api('/a'),
  api('/a/b'),
  api('/v', { version: '1', versionType: 'url' }),
  api('/v', { version: '2', versionType: 'url' }),
  api('/v/1/long'),
  api('/w/3', { version: '3', versionType: 'context' }),
  api('/host', { hostname: 'api.example' }),
  api('/tls', { transports: 'https' }),
]) {
  table.add(one);
}

/** Path, name of the API that takes it (artifacts 1.2). */
const rows: [path: string, name: string, host?: string][] = [
  ['/a', '/a'],
  ['/a?q=1', '/a'],
  ['/a/x', '/a'],
  ['/a/b/c', '/a/b'],
  ['/ab', ''],
  ['/A', ''],
  ['/v/1/x', '/v1'],
  ['/v/2?q', '/v2'],
  ['/v/1x', ''],
  ['/v/1/long/x', '/v1'],
  ['/w/3/x', '/w/33'],
  ['/host/x', '/hostapi.example', 'api.example:80'],
  ['/host/x', '', 'other.example'],
  ['/tls/x', ''],
];

describe('artifacts 1.2: selecting an API', () => {
  for (const [path, name, host] of rows) {
    it(`${path}${host ? ` at ${host}` : ''}: ${name || 'the root API'}`, () => {
      assert.equal(table.find({ path, host: host ?? 'localhost', transport: 'http' })?.name, name);
    });
  }

  it('a removed API is found no more', () => {
    const one = new ApiTable();
    one.add(api('/a'));
    one.delete('/a');
    assert.equal(one.find({ path: '/a', host: undefined, transport: 'http' }), undefined);
    assert.equal(one.size, 0);
  });

  it('names the API that already has the context and version', () => {
    assert.equal(table.conflict({ ...api('/a'), name: 'other' })?.name, '/a');
    assert.equal(table.conflict(api('/new')), undefined);
  });
});
