import assert from 'node:assert/strict';
import { type Call, managementToken, sequenceXml, v4 } from './harness.js';
import { describePublisher } from './publisher-harness.js';

describePublisher('publisher: sequences', (publisher) => {
  const v3 = '/api/am/publisher/v3';
  describe('api-management 4.1 C8: refused uploads', () => {
    const file = (text: string) => ({ type: 'in', mediationPolicyFile: { file: 'x.xml', text } });
    const cases: [name: string, parts: Call['parts'], status: number, description: RegExp][] = [
      ['no file part', { type: 'in' }, 400, /mediationPolicyFile/],
      ['another type', { ...file(sequenceXml), type: 'sideways' }, 400, /in, out, fault/],
      ['no type', { mediationPolicyFile: { file: 'x.xml', text: sequenceXml } }, 400, /type/],
      ['not XML', file('hello'), 400, /line 1, column 1: expected <sequence>/],
      ['another root', file('<proxy/>'), 400, /expected <sequence>/],
      ['unknown mediator', file('<sequence>\n  <bogus/></sequence>'), 400, /line 2, column 3: unknown mediator bogus/],
    ];
    for (const [name, parts, status, description] of cases) {
      it(`${name}: ${status}`, async () => {
        const { id } = await publisher.createApi();
        const answer = await publisher.call(`${v3}/apis/${id}/mediation-policies`, { parts: parts ?? {} });
        assert.equal(answer.status, status);
        assert.match(answer.body.description, description);
        assert.equal((await publisher.call(`${v3}/apis/${id}/mediation-policies`)).body.count, 0);
      });
    }

    it('an unknown API 404, a token without the scope 401', async () => {
      const parts = file(sequenceXml);
      assert.equal((await publisher.call(`${v3}/apis/none/mediation-policies`, { parts })).status, 404);
      const { id } = await publisher.createApi();
      const token = await managementToken(publisher.harness, 'apim:api_view apim:api_publish');
      assert.equal((await publisher.call(`${v3}/apis/${id}/mediation-policies`, { token, parts })).status, 401);
    });

    it('warnings are in the answer, with place and hint', async () => {
      const { id } = await publisher.createApi();
      const parts = file('<sequence name="w">\n <odd/></sequence>');
      const { status, body } = await publisher.call(`${v3}/apis/${id}/mediation-policies`, { parts });
      assert.equal(status, 201);
      assert.deepEqual(body.warnings, [
        {
          code: 'odd',
          message: 'odd mediator',
          description: 'line 2, column 2: odd mediator (use another)',
          file: 'x.xml',
          line: 2,
          column: 2,
          hint: 'use another',
        },
      ]);
    });

    it('a name twice 409; binding two of one type, or one that is not there: 400', async () => {
      const { id } = await publisher.createApi();
      await publisher.call(`${v3}/apis/${id}/mediation-policies`, { parts: file(sequenceXml) });
      const again = await publisher.call(`${v3}/apis/${id}/mediation-policies`, { parts: file(sequenceXml) });
      assert.equal(again.status, 409);
      const bind = async (...names: string[]) =>
        (await publisher.put(id, { mediationPolicies: names.map((name) => ({ name, type: 'in', shared: false })) }))
          .status;
      assert.equal(await bind('simple-token-gen', 'simple-token-gen'), 400);
      assert.equal(await bind('unknown'), 400);
      assert.equal(await bind('simple-token-gen'), 200);
    });

    it('deleting a bound sequence unbinds it; what is deployed stays until the next deployment', async () => {
      const { id } = await publisher.createApi();
      const { body } = await publisher.call(`${v3}/apis/${id}/mediation-policies`, { parts: file(sequenceXml) });
      await publisher.put(id, { mediationPolicies: [{ name: 'simple-token-gen', type: 'in', shared: false }] });
      await publisher.deploy(id);
      const path = `${v3}/apis/${id}/mediation-policies/${body.id}`;
      assert.equal((await publisher.call(path, { method: 'DELETE' })).status, 200);
      const api = await publisher.call(`${v4}/apis/${id}`);
      assert.deepEqual(api.body.mediationPolicies, []);
      assert.equal(publisher.served(id)?.sequences.in?.xml, sequenceXml);
      assert.equal((await publisher.put(id, api.body)).status, 200);
      await publisher.deploy(id);
      assert.deepEqual(publisher.served(id)?.sequences, { parts: [] });
    });

    it('api-management 1.6: shared sequences are listed and bound by name', async () => {
      const all = (await publisher.call('/api/am/publisher/v0.16/policies/mediation?limit=50')).body.list;
      const named = (name: string) => all.find((sequence: { name: string }) => sequence.name === name)?.type;
      assert.deepEqual(['debug_in_flow', 'log_out_message', 'json_fault'].map(named), ['in', 'out', 'fault']);
      const { id } = await publisher.createApi();
      await publisher.put(id, { mediationPolicies: [{ name: 'json_to_xml_in_message', type: 'in', shared: true }] });
      await publisher.deploy(id);
      assert.match(publisher.served(id)?.sequences.in?.xml ?? '', /messageType" value="application\/xml"/);
    });

    it('PUT replaces the content, DELETE removes it; inline text and JSON are taken', async () => {
      const { id } = await publisher.createApi();
      const path = `${v3}/apis/${id}/mediation-policies`;
      const made = await publisher.call(path, { parts: { type: 'out', inlineContent: sequenceXml } });
      assert.deepEqual([made.status, made.body.type], [201, 'out']);
      const one = `${path}/${made.body.id}`;
      const text = sequenceXml.replace('"x"', '"y"');
      const replaced = await publisher.call(`${one}/content`, {
        method: 'PUT',
        parts: { type: 'out', file: { file: 'f.xml', text } },
      });
      assert.deepEqual([replaced.status, replaced.body.config], [200, text]);
      assert.equal((await publisher.call(one, { method: 'DELETE' })).status, 200);
      assert.equal((await publisher.call(one)).status, 404);
      const json = { name: 'as-json', type: 'fault', config: sequenceXml };
      assert.deepEqual((await publisher.call(path, { json })).body.name, 'as-json');
    });
  });
});
