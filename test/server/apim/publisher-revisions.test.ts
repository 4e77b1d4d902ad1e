import assert from 'node:assert/strict';
import { badRequest } from '../../../runtime/server/apim-model/error.js';
import type { DeployedApi } from '../../../runtime/server/apim-model/index.js';
import { v4 } from './harness.js';
import { describePublisher } from './publisher-harness.js';

describePublisher('publisher: revisions', (publisher) => {
  describe('api-management 1.10: revisions', () => {
    it('refuses what is unknown with the codes of the reference', async () => {
      const { id } = await publisher.createApi();
      const revision = await publisher.deploy(id);
      const post = async (path: string, json: unknown = [{ name: 'Default', vhost: 'localhost' }]) => {
        const { status, body } = await publisher.call(path, { json });
        return [status, body.code];
      };
      assert.deepEqual(await post(`${v4}/apis/none/revisions`, {}), [500, 900967]);
      assert.deepEqual(await post(`${v4}/apis/none/deploy-revision?revisionId=${revision}`), [404, 900308]);
      assert.deepEqual(await post(`${v4}/apis/${id}/deploy-revision?revisionId=none`), [404, 900347]);
      const unknown = [{ name: 'Mars', vhost: 'localhost' }];
      const target = `${v4}/apis/${id}`;
      assert.deepEqual(await post(`${target}/deploy-revision?revisionId=${revision}`, unknown), [400, 900504]);
      assert.deepEqual(await post(`${target}/undeploy-revision?revisionId=${revision}`, unknown), [400, 900504]);
      const vhost = [{ name: 'Default', vhost: 'mars' }];
      assert.deepEqual(await post(`${target}/deploy-revision?revisionId=${revision}`, vhost), [400, 400]);
      assert.deepEqual((await publisher.call(`${target}/revisions/${revision}`, { method: 'DELETE' })).status, 400);
    });

    it('the working copy does not touch traffic; restore brings it back', async () => {
      const { id } = await publisher.createApi({ description: 'one' });
      const revision = await publisher.deploy(id);
      await publisher.put(id, { description: 'two' });
      assert.equal(publisher.served(id)?.document.description, 'one');
      const restored = await publisher.call(`${v4}/apis/${id}/restore-revision?revisionId=${revision}`, {
        method: 'POST',
      });
      assert.deepEqual([restored.status, restored.body.description], [201, 'one']);
    });

    it('a rollback is another deployment; undeploy ends it', async () => {
      const { id } = await publisher.createApi({ description: 'one' });
      const first = await publisher.deploy(id);
      await publisher.put(id, { description: 'two' });
      await publisher.deploy(id);
      assert.equal(publisher.served(id)?.document.description, 'two');
      await publisher.call(`${v4}/apis/${id}/deploy-revision?revisionId=${first}`, { json: [{ name: 'Default' }] });
      assert.equal(publisher.served(id)?.document.description, 'one');
      const deployed = await publisher.call(`${v4}/apis/${id}/revisions?query=deployed:true`);
      assert.deepEqual([deployed.body.count, deployed.body.list[0].id], [1, first]);
      await publisher.call(`${v4}/apis/${id}/undeploy-revision?revisionId=${first}`, { json: [{ name: 'Default' }] });
      assert.equal(publisher.served(id), undefined);
    });

    it('what the gateway refuses leaves the deployments as they were', async () => {
      const { id } = await publisher.createApi({ description: 'one' });
      const first = await publisher.deploy(id);
      await publisher.put(id, { description: 'two' });
      const stop = publisher.harness.apim.model.onChange((event) => {
        if (event.kind !== 'deployed' || event.api.document.description !== 'two') return;
        throw badRequest('Does not compile');
      });
      const second = (await publisher.call(`${v4}/apis/${id}/revisions`, { json: {} })).body.id;
      const path = `${v4}/apis/${id}/deploy-revision?revisionId=${second}`;
      assert.equal((await publisher.call(path, { json: [{ name: 'Default' }] })).status, 400);
      stop();
      const deployed = await publisher.call(`${v4}/apis/${id}/revisions?query=deployed:true`);
      assert.deepEqual(
        deployed.body.list.map((revision: { id: string }) => revision.id),
        [first],
      );
      assert.equal(publisher.served(id)?.document.description, 'one');
      const served = new Map((await publisher.restart()).map((api) => [api.id, api]));
      assert.equal(served.get(id)?.document.description, 'one');
    });

    it('five revisions at most, numbered on', async () => {
      const { id } = await publisher.createApi();
      const statuses: number[] = [];
      for (let n = 0; n < 6; n += 1)
        statuses.push((await publisher.call(`${v4}/apis/${id}/revisions`, { json: {} })).status);
      assert.deepEqual(statuses, [201, 201, 201, 201, 201, 400]);
      const { body } = await publisher.call(`${v4}/apis/${id}/revisions`);
      assert.equal(body.list[4].displayName, 'Revision 5');
    });
  });

  describe('api-management 1.14: default version', () => {
    it('the flag moves with the copy, the routing when the copy is deployed', async () => {
      const first = await publisher.createApi({ isDefaultVersion: true });
      await publisher.deploy(first.id);
      const copied = await publisher.call(`${v4}/apis/copy-api?apiId=${first.id}&newVersion=2&defaultVersion=true`, {
        method: 'POST',
      });
      assert.equal((await publisher.call(`${v4}/apis/${first.id}`)).body.isDefaultVersion, false);
      assert.equal(publisher.served(first.id)?.isDefaultVersion, true);
      await publisher.deploy(copied.body.id);
      assert.deepEqual(
        [publisher.served(first.id)?.isDefaultVersion, publisher.served(copied.body.id)?.isDefaultVersion],
        [false, true],
      );
      assert.equal(publisher.served(copied.body.id)?.defaultPath, first.context);
      const byId = (apis: DeployedApi[]) => new Map(apis.map((api) => [api.id, api]));
      const before = byId(publisher.harness.apim.model.apis());
      assert.deepEqual(byId(await publisher.restart()), before);
    });

    it('a context with {version} is filled in place', async () => {
      const { id } = await publisher.createApi({ context: '/v/{version}/thing' });
      await publisher.deploy(id);
      assert.deepEqual(
        [publisher.served(id)?.basePath, publisher.served(id)?.defaultPath],
        ['/v/1.0.0/thing', '/v/thing'],
      );
    });
  });
});
