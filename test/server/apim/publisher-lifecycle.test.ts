import assert from 'node:assert/strict';
import { devportal, v4 } from './harness.js';
import { describePublisher } from './publisher-harness.js';

describePublisher('publisher: lifecycle', (publisher) => {
  describe('api-management 1.9: lifecycle', () => {
    it('publishing without tiers: 400 903224, still Created', async () => {
      const { id } = await publisher.createApi({ policies: [] });
      const { status, body } = await publisher.act(id, 'Publish');
      assert.deepEqual([status, body.code], [400, 903224]);
      assert.equal((await publisher.call(`${v4}/apis/${id}/lifecycle-state`)).body.state, 'Created');
    });

    it('offers the transitions of each state and refuses others', async () => {
      const { id } = await publisher.createApi();
      const state = async () => {
        const { body } = await publisher.call(`${v4}/apis/${id}/lifecycle-state`);
        return [body.state, ...body.availableTransitions.map(({ event }: { event: string }) => event)];
      };
      assert.deepEqual(await state(), ['Created', 'Publish', 'Deploy as a Prototype']);
      assert.equal((await publisher.act(id, 'publish')).status, 400);
      assert.equal((await publisher.act(id, 'Retire')).status, 400);
      await publisher.act(id, 'Publish');
      const offered = ['Block', 'Deploy as a Prototype', 'Demote to Created', 'Deprecate'];
      assert.deepEqual(await state(), ['Published', ...offered]);
      await publisher.act(id, 'Block');
      assert.deepEqual(await state(), ['Blocked', 'Re-Publish', 'Deprecate']);
      await publisher.act(id, 'Deprecate');
      await publisher.act(id, 'Retire');
      assert.deepEqual(await state(), ['Retired']);
      const { body } = await publisher.call(`${v4}/apis/${id}/lifecycle-history`);
      assert.deepEqual(
        body.list.map(({ postState }: { postState: string }) => postState),
        ['Created', 'Published', 'Blocked', 'Deprecated', 'Retired'],
      );
    });

    it('the gateway follows: blocked, deprecated, retired, demoted', async () => {
      const { id } = await publisher.createApi();
      await publisher.act(id, 'Publish');
      await publisher.deploy(id);
      const states: (string | undefined)[] = [];
      for (const action of ['Block', 'Re-Publish', 'Demote to Created']) {
        await publisher.act(id, action);
        states.push(publisher.served(id)?.state);
      }
      await publisher.act(id, 'Publish');
      await publisher.deploy(id);
      await publisher.act(id, 'Deprecate');
      states.push(publisher.served(id)?.state);
      await publisher.act(id, 'Retire');
      states.push(publisher.served(id)?.state);
      assert.deepEqual(states, ['BLOCKED', 'PUBLISHED', undefined, 'DEPRECATED', undefined]);
    });

    it('a new version takes subscriptions along and deprecates the old one when asked to', async () => {
      const first = await publisher.createApi();
      await publisher.act(first.id, 'Publish');
      const { applicationId } = (
        await publisher.call(`${devportal}/applications`, { json: { name: publisher.word() } })
      ).body;
      await publisher.call(`${devportal}/subscriptions`, {
        json: { applicationId, apiId: first.id, throttlingPolicy: 'Unlimited' },
      });
      const copy = (version: string) =>
        publisher.call(`${v4}/apis/copy-api?apiId=${first.id}&newVersion=${version}`, { method: 'POST' });
      const second = await copy('2.0.0');
      assert.deepEqual([second.status, second.body.version, second.body.lifeCycleStatus], [201, '2.0.0', 'CREATED']);
      assert.deepEqual((await copy('2.0.0')).body.code, 900252);
      await publisher.act(second.body.id, 'Publish', 'Deprecate old versions after publishing the API:true');
      const count = async (id: string) => (await publisher.call(`${devportal}/subscriptions?apiId=${id}`)).body.count;
      assert.equal(await count(second.body.id), 1);
      assert.equal((await publisher.call(`${v4}/apis/${first.id}`)).body.lifeCycleStatus, 'DEPRECATED');
      const third = (await copy('3.0.0')).body;
      await publisher.act(third.id, 'Publish', 'Requires re-subscription when publishing the API:true');
      assert.equal(await count(third.id), 0);
    });
  });
});
