import assert from 'node:assert/strict';
import { describeManagement } from './harness.js';

const tokenCache = `<Cache name="oauth-token-cache">
    <Description>OAuth token cache</Description>
    <MaxElementsInMemory>100</MaxElementsInMemory>
    <MaxElementsOnDisk>1000</MaxElementsOnDisk>
    <OverflowToDisk>true</OverflowToDisk>
    <Persistent>false</Persistent>
    <ExpirySettings>
        <!-- once a day -->
        <TimeOfDay>00:00:00</TimeOfDay>
    </ExpirySettings>
    <Compression>
        <MinimumSizeInKB>1024</MinimumSizeInKB>
    </Compression>
</Cache>`;

describeManagement('api-management 2.9: environments', (management) => {
  const remove = { method: 'DELETE' };
  const caches = '/environments/test/caches';
  const servers = '/environments/test/targetservers';

  for (const type of ['application/xml', 'text/xml']) {
    it(`4.3 A2: a cache is made from ${type}; the second time is 409`, async () => {
      const call = { raw: tokenCache, headers: { 'content-type': type } };
      const body = await management.expect(201, caches, call);
      assert.equal(body.name, 'oauth-token-cache');
      assert.deepEqual(body.expirySettings, { timeOfDay: { value: '00:00:00' } });
      assert.deepEqual(
        [body.maxElementsInMemory, body.overflowToDisk, body.compression],
        [100, true, { minimumSizeInKB: 1024 }],
      );
      assert.equal((await management.call(caches, call)).status, 409);
      const xml = await management.call(`${caches}/oauth-token-cache`, { headers: { accept: type } });
      assert.match(xml.text, /<Cache name="oauth-token-cache">[\s\S]*<TimeOfDay>00:00:00<\/TimeOfDay>/);
      assert.equal((await management.organization()).caches.has('test', 'oauth-token-cache'), true);
      assert.equal((await management.organization()).caches.has('prod', 'oauth-token-cache'), false);
      await management.expect(200, `${caches}/oauth-token-cache`, remove);
      assert.equal((await management.organization()).caches.has('test', 'oauth-token-cache'), false);
    });
  }

  it('a cache is made from JSON, its name in the query, changed and listed', async () => {
    const json = { expirySettings: { timeoutInSec: { value: '300' } }, skipCacheIfElementSizeInKBExceeds: '512' };
    const name = management.word('cache');
    const made = await management.expect(201, `${caches}?name=${name}`, { json });
    assert.deepEqual([made.expirySettings, made.skipCacheIfElementSizeInKBExceeds], [json.expirySettings, 512]);
    const expirySettings = { expiryDate: { value: '12-31-2099' } };
    const changed = await management.expect(200, `${caches}/${name}`, { method: 'PUT', json: { expirySettings } });
    assert.deepEqual(changed.expirySettings, expirySettings);
    await management.restart();
    assert.deepEqual(await management.expect(200, `${caches}/${name}`), changed);
    assert.ok((await management.expect(200, caches)).includes(name));
  });

  it('a cache is emptied', async () => {
    const name = management.word('cache');
    await management.expect(201, caches, { json: { name } });
    const flows = await management.organization();
    await flows.caches.put('test', name, 'k', 'v', 60);
    await management.expect(204, `${caches}/${name}/entries?action=clear`, { method: 'POST' });
    assert.equal(await flows.caches.get('test', name, 'k'), undefined);
    assert.equal((await management.call(`${caches}/${name}/entries`, { method: 'POST' })).status, 400);
  });

  it('a target server is made from JSON and XML, changed, listed and deleted', async () => {
    const json = { name: management.word('server'), host: 'a.example', port: 8080 };
    const made = await management.expect(201, servers, { json });
    assert.deepEqual([made.host, made.port, made.isEnabled, made.sSLInfo], ['a.example', 8080, true, undefined]);
    assert.equal((await management.call(servers, { json })).status, 409);
    const flows = await management.organization();
    const asFlow = { name: json.name, host: 'a.example', port: 8080, isEnabled: true, ssl: false };
    assert.deepEqual(flows.targetServer('test', json.name), asFlow);
    const xml = `<TargetServer name="${json.name}"><Host>b.example</Host><Port>443</Port><IsEnabled>false</IsEnabled>
      <SSLInfo><Enabled>true</Enabled><Protocols><Protocol>TLSv1.2</Protocol></Protocols></SSLInfo></TargetServer>`;
    const changed = await management.expect(200, `${servers}/${json.name}`, { method: 'PUT', xml });
    assert.deepEqual(changed.sSLInfo, { enabled: 'true', protocols: ['TLSv1.2'] });
    const moved = { name: json.name, host: 'b.example', port: 443, isEnabled: false, ssl: true };
    assert.deepEqual(flows.targetServer('test', json.name), moved);
    assert.ok((await management.expect(200, servers)).includes(json.name));
    await management.expect(200, `${servers}/${json.name}`, remove);
    assert.equal(flows.targetServer('test', json.name), undefined);
    assert.equal((await management.call(`${servers}/${json.name}`)).status, 404);
  });

  it('an environment is made and deleted with what it has', async () => {
    await management.expect(201, '/environments', { json: { name: 'stage' } });
    assert.equal((await management.call('/environments', { json: { name: 'stage' } })).status, 409);
    await management.expect(201, '/environments/stage/caches', { json: { name: 'c' } });
    await management.expect(201, '/environments/stage/keyvaluemaps', { json: { name: 'm' } });
    assert.deepEqual(await management.expect(200, '/environments/stage/virtualhosts'), ['default', 'secure']);
    await management.expect(200, '/environments/stage', remove);
    assert.equal((await management.call('/environments/stage')).status, 404);
    await management.expect(201, '/environments', { json: { name: 'stage' } });
    await management.restart();
    assert.deepEqual(await management.expect(200, '/environments/stage/caches'), []);
    assert.deepEqual(await management.expect(200, '/environments/stage/keyvaluemaps'), []);
    await management.expect(200, '/environments/stage', remove);
  });

  it('names the environments that there are when one is asked for that is not', async () => {
    const { status, body } = await management.call('/environments/nowhere/caches');
    assert.equal(status, 404);
    assert.match(body.message, /"nowhere" does not exist in organization default; there are test, prod$/);
  });
});
