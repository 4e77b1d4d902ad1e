import assert from 'node:assert/strict';
import { describePublisher } from './publisher-harness.js';

describePublisher('publisher: secrets', (publisher) => {
  describe('api-management 1.3: secrets', () => {
    const security = (secret: string) => ({
      production: {
        enabled: true,
        type: 'OAUTH',
        grantType: 'PASSWORD',
        clientId: 'c',
        clientSecret: secret,
        password: secret,
      },
      sandbox: { enabled: false },
    });
    const config = (secret: string) => ({
      endpoint_type: 'http',
      production_endpoints: { url: 'http://b' },
      endpoint_security: security(secret),
    });

    it('GET shows "", PUT "" keeps, the gateway sees the secret, the store does not', async () => {
      const { id, endpointConfig } = await publisher.createApi({ endpointConfig: config('s3cret-value') });
      assert.deepEqual(endpointConfig, config(''));
      assert.equal((await publisher.put(id, { endpointConfig: config('') })).status, 200);
      await publisher.deploy(id);
      assert.deepEqual(publisher.served(id)?.endpointConfig, config('s3cret-value'));
      await publisher.put(id, { endpointConfig: config('another') });
      await publisher.deploy(id);
      assert.deepEqual(publisher.served(id)?.endpointConfig, config('another'));
      const { db } = publisher.harness.store;
      const rows = [
        await db.selectFrom('apis').selectAll().execute(),
        await db.selectFrom('api_revisions').selectAll().execute(),
      ];
      assert.equal(JSON.stringify(rows).includes('s3cret-value'), false);
    });

    it('so do the secrets of Mediant’s own members, and those under names that say what they are', async () => {
      const oauth = (secret: string) => ({
        endpoint_type: 'http',
        production_endpoints: { url: 'http://b' },
        endpoint_security: {
          production: {
            enabled: true,
            type: 'OAUTH',
            refreshToken: secret,
            privateKey: secret,
            keyPassphrase: secret,
            tls: { caCertificate: 'shown', key: secret, keyPassphrase: secret },
            proxyConfigs: { proxyHost: 'shown', proxyPassword: secret },
            customHeaders: { 'X-Api-Key': secret, 'X-Tenant': 'shown' },
            customParameters: { client_assertion: secret, scope: 'shown', requested_token_type: 'shown' },
          },
        },
      });
      const { id, endpointConfig } = await publisher.createApi({ endpointConfig: oauth('s3cret-value') });
      assert.deepEqual(endpointConfig, oauth(''));
      assert.equal((await publisher.put(id, { endpointConfig: oauth('') })).status, 200);
      await publisher.deploy(id);
      assert.deepEqual(publisher.served(id)?.endpointConfig, oauth('s3cret-value'));
      const rows = await publisher.harness.store.db.selectFrom('apis').selectAll().execute();
      assert.equal(JSON.stringify(rows).includes('s3cret-value'), false);
    });

    it('v0.16 endpointSecurity is the same object', async () => {
      const { id } = await publisher.createApi();
      const path = `/api/am/publisher/v0.16/apis/${id}`;
      const { body } = await publisher.call(path);
      const basic = { type: 'basic', username: 'u', password: 'hidden' };
      await publisher.call(path, { method: 'PUT', json: { ...body, endpointSecurity: basic } });
      const read = await publisher.call(path);
      assert.deepEqual(read.body.endpointSecurity, { ...basic, password: '' });
      await publisher.call(path, { method: 'PUT', json: read.body });
      await publisher.deploy(id);
      const section = { enabled: true, type: 'BASIC', username: 'u', password: 'hidden' };
      assert.deepEqual(publisher.served(id)?.endpointConfig?.endpoint_security, {
        production: section,
        sandbox: section,
      });
    });
  });
});
