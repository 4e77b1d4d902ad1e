import assert from 'node:assert/strict';
import type { MapScope } from '../../../runtime/apigee/organization.js';
import { describeManagement } from './harness.js';

describeManagement('api-management 2.9: key value maps', (management) => {
  const remove = { method: 'DELETE' };
  const at = (scope: MapScope['scope'], more: Partial<MapScope> = {}): MapScope => {
    return { scope, environment: 'test', proxy: 'p', policy: 'q', ...more };
  };

  const places: [path: string, at: () => Promise<MapScope> | MapScope][] = [
    ['', () => at('organization')],
    ['/environments/test', () => at('environment')],
    ['/apis/PROXY', () => at('apiproxy')],
  ];
  for (const [path, placeOf] of places) {
    it(`${path || 'of the organisation'}: made, read by flows, changed, listed, deleted`, async () => {
      const proxy = await management.proxy();
      const place = { ...(await placeOf()), proxy };
      const maps = `${path.replace('PROXY', proxy)}/keyvaluemaps`;
      const name = management.word('map');
      const json = {
        name,
        entry: [
          { name: 'b', value: '2' },
          { name: 'a', value: '1' },
        ],
      };
      const made = await management.expect(201, maps, { json });
      const entry = [
        { name: 'a', value: '1' },
        { name: 'b', value: '2' },
      ];
      assert.deepEqual(made, { encrypted: false, entry, name });
      assert.equal((await management.call(maps, { json })).status, 409);
      const { keyValueMaps } = await management.organization();
      assert.deepEqual(await keyValueMaps.get(place, name, 'a'), ['1']);
      await keyValueMaps.put(place, name, 'a', ['1', 'more']);
      assert.equal((await management.expect(200, `${maps}/${name}/entries/a`)).value, '1,more');
      await management.expect(200, `${maps}/${name}/entries/a`, { json: { name: 'a', value: '9' } });
      assert.deepEqual(await keyValueMaps.get(place, name, 'a'), ['9']);
      await management.expect(201, `${maps}/${name}/entries`, { json: { name: 'c', value: '3' } });
      assert.equal((await management.call(`${maps}/${name}/entries`, { json: { name: 'c', value: '4' } })).status, 409);
      assert.deepEqual(await management.expect(200, `${maps}/${name}/keys`), ['a', 'b', 'c']);
      await management.expect(200, `${maps}/${name}/entries/b`, remove);
      assert.equal((await management.call(`${maps}/${name}/entries/b`)).status, 404);
      await management.restart();
      const after = await management.expect(200, `${maps}/${name}`);
      assert.deepEqual(after.entry, [
        { name: 'a', value: '9' },
        { name: 'c', value: '3' },
      ]);
      assert.deepEqual(await management.expect(200, maps), [name]);
      await management.expect(200, `${maps}/${name}`, { method: 'PUT', json: { entry: [{ name: 'z', value: '0' }] } });
      assert.deepEqual(await management.expect(200, `${maps}/${name}/keys`), ['z']);
      await management.expect(200, `${maps}/${name}`, remove);
      assert.equal(await (await management.organization()).keyValueMaps.get(place, name, 'z'), undefined);
      assert.equal((await management.call(`${maps}/${name}`)).status, 404);
    });
  }

  it('are taken and answered as XML', async () => {
    const name = management.word('map');
    const xml = `<KeyValueMap name="${name}"><Entry name="k"><Value>v</Value></Entry><Entry name="l"><Value>w</Value></Entry></KeyValueMap>`;
    const answer = await management.call('/keyvaluemaps', { xml, headers: { accept: 'application/xml' } });
    assert.equal(answer.status, 201);
    assert.match(answer.text, /<Entry name="k">\s*<Value>v<\/Value>\s*<\/Entry>/);
    assert.deepEqual(await management.expect(200, `/keyvaluemaps/${name}/keys`), ['k', 'l']);
  });

  it('that are encrypted do not show their values; flows read them', async () => {
    const name = management.word('map');
    const json = { name, encrypted: 'true', entry: [{ name: 'k', value: 'hidden' }] };
    const made = await management.expect(201, '/environments/test/keyvaluemaps', { json });
    assert.deepEqual(made.entry, [{ name: 'k', value: '*****' }]);
    const entry = await management.expect(200, `/environments/test/keyvaluemaps/${name}/entries/k`);
    assert.equal(entry.value, '*****');
    const { keyValueMaps } = await management.organization();
    assert.equal(keyValueMaps.isEncrypted(at('environment'), name), true);
    assert.equal(keyValueMaps.isEncrypted(at('organization'), name), false);
    assert.deepEqual(await keyValueMaps.get(at('environment'), name, 'k'), ['hidden']);
  });

  it('of other scopes are other maps; a map that a flow writes to is made', async () => {
    const { keyValueMaps } = await management.organization();
    const name = management.word('map');
    const scopes = [at('organization'), at('environment'), at('environment', { environment: 'prod' }), at('apiproxy')];
    const all = [...scopes, at('apiproxy', { proxy: 'other' }), at('policy'), at('policy', { policy: 'other' })];
    for (const [index, place] of all.entries()) await keyValueMaps.put(place, name, 'k', [String(index)]);
    const values = await Promise.all(all.map((place) => keyValueMaps.get(place, name, 'k')));
    assert.deepEqual(
      values,
      all.map((_, index) => [String(index)]),
    );
    assert.deepEqual(await keyValueMaps.get(at('apiproxy', { environment: 'prod', policy: 'x' }), name, 'k'), ['3']);
    await keyValueMaps.delete(at('policy'), name, 'k');
    assert.equal(await keyValueMaps.get(at('policy'), name, 'k'), undefined);
    assert.deepEqual(await keyValueMaps.get(at('policy', { policy: 'other' }), name, 'k'), ['6']);
  });

  it('of a proxy go with it', async () => {
    const proxy = await management.proxy();
    const { keyValueMaps } = await management.organization();
    await keyValueMaps.put(at('policy', { proxy }), 'm', 'k', ['v']);
    await management.expect(200, `/apis/${proxy}`, remove);
    assert.equal(await keyValueMaps.get(at('policy', { proxy }), 'm', 'k'), undefined);
  });
});
