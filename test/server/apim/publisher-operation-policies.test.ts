import assert from 'node:assert/strict';
import { v4 } from './harness.js';
import { describePublisher } from './publisher-harness.js';

describePublisher('publisher: operation policies', (publisher) => {
  describe('api-management 1.7: operation policies', () => {
    const specification = `type: operation_policy_specification
version: v4.5.0
data:
  category: Mediation
  name: tokenGen
  version: v1
  applicableFlows: [request]
  policyAttributes:
    - {name: url, type: String, required: true, validationRegex: "https?://.+"}
    - {name: key, type: Secret, required: true}
    - {name: extra, type: Boolean}
`;
    const template =
      '<property name="u" value="{{url}}"/>\n{% if extra %}<property name="k" value="{{key}}"/>{% endif %}';
    const upload = (id: string, spec = specification, text = template, name = 'p.j2') =>
      publisher.call(`${v4}/apis/${id}/operation-policies`, {
        parts: { policySpecFile: { file: 's.yaml', text: spec }, synapsePolicyDefinitionFile: { file: name, text } },
      });
    const attach = (parameters: object, more: object = {}) => ({
      request: [{ policyName: 'tokenGen', policyVersion: 'v1', parameters, ...more }],
    });

    it('an upload is stored; parameters are rendered into what is deployed', async () => {
      const { id } = await publisher.createApi();
      const { status, body } = await upload(id);
      assert.equal(status, 201);
      assert.deepEqual([body.name, body.version, body.isAPISpecific, body.md5.length], ['tokenGen', 'v1', true, 32]);
      const parameters = { url: 'http://as', key: 'k3y', extra: 'true' };
      const saved = await publisher.put(id, { apiPolicies: attach(parameters) });
      assert.equal(saved.status, 200, saved.text);
      assert.deepEqual(saved.body.apiPolicies.request[0].parameters, { ...parameters, key: '' });
      assert.equal(saved.body.apiPolicies.request[0].policyId, body.id);
      await publisher.put(id, { apiPolicies: saved.body.apiPolicies });
      await publisher.deploy(id);
      const { in: bound, parts } = publisher.served(id)?.sequences ?? { parts: [] };
      const head = '<sequence xmlns="http://ws.apache.org/ns/synapse" name="policy">';
      const properties = '<property name="u" value="http://as"/>\n<property name="k" value="k3y"/>';
      assert.deepEqual(
        parts.map(({ xml }) => xml),
        [`${head}${properties}</sequence>`],
      );
      assert.equal(bound?.xml.includes(`<sequence key="${parts[0]?.name}"/>`), true);
    });

    it('policies of operations run in a switch, the fault flow ends in fault', async () => {
      const add = (value: string) => ({
        policyName: 'addHeader',
        policyVersion: 'v3',
        parameters: { headerName: 'X', headerValue: value },
      });
      const operations = [
        {
          target: '/menu/{id}',
          verb: 'GET',
          operationPolicies: { request: [add('a'), add('b')], fault: [add('f')] },
        },
        { target: '/order', verb: 'POST' },
      ];
      const { id } = await publisher.createApi({ operations, apiPolicies: { request: [add('wide')] } });
      await publisher.deploy(id);
      const { in: bound, fault, parts } = publisher.served(id)?.sequences ?? { parts: [] };
      const name = publisher.served(id)?.synapseName;
      assert.deepEqual(
        parts.map((part) => part.xml.match(/value="(\w+)"/)?.[1]),
        ['wide', 'a', 'b', 'f'],
      );
      const callOf = (flow: string, n: number) => `<sequence key="${name}--${flow}--${n}-addHeader-v3"/>`;
      const open = (flow: string) => `<sequence xmlns="http://ws.apache.org/ns/synapse" name="${name}--${flow}">`;
      const elected = `<property name="switchExpression" expression="fn:concat($ctx:REST_METHOD,'_',$ctx:API_ELECTED_RESOURCE)"/>`;
      const cases = (text: string) =>
        `${elected}<switch source="$ctx:switchExpression"><case regex="GET_\\/menu\\/\\{id\\}">${text}</case></switch>`;
      assert.equal(bound?.xml, `${open('In')}${callOf('In', 1)}${cases(callOf('In', 2) + callOf('In', 3))}</sequence>`);
      assert.equal(fault?.xml, `${open('Fault')}${cases(callOf('Fault', 1))}<sequence key="fault"/></sequence>`);
    });

    it('a common policy is cloned: a new id, the same md5', async () => {
      const common = (await publisher.call(`${v4}/operation-policies?limit=50`)).body.list.find(
        ({ name }: { name: string }) => name === 'addHeader',
      );
      const policy = {
        policyName: 'addHeader',
        policyVersion: 'v3',
        parameters: { headerName: 'X', headerValue: 'y' },
      };
      const { id, apiPolicies } = await publisher.createApi({
        apiPolicies: { request: [{ ...policy, policyId: common.id }] },
      });
      const [attached] = apiPolicies.request;
      assert.notEqual(attached.policyId, common.id);
      const clone = await publisher.call(`${v4}/apis/${id}/operation-policies/${attached.policyId}`);
      assert.deepEqual([clone.body.md5, clone.body.isAPISpecific], [common.md5, true]);
    });

    const refusals: [name: string, apiPolicies: object, description: RegExp][] = [
      ['missing required attribute', attach({ key: 'k' }), /Required attribute\(s\) url/],
      ['value against the regex', attach({ url: 'ftp://x', key: 'k' }), /does not match/],
      ['unknown policy', attach({}, { policyName: 'none' }), /There is no policy none/],
      [
        'a flow it is not for',
        { response: attach({ url: 'http://a', key: 'k' }).request },
        /not applicable to the response flow/,
      ],
      [
        'XML broken by a parameter',
        attach({ url: 'http://x"/><bogus a="', key: 'k' }),
        /line 1, column \d+: unknown mediator bogus/,
      ],
    ];
    for (const [name, apiPolicies, description] of refusals) {
      it(`${name}: 400`, async () => {
        const { id } = await publisher.createApi();
        await upload(id);
        const { status, body } = await publisher.put(id, { apiPolicies });
        assert.equal(status, 400);
        assert.match(body.description, description);
      });
    }

    const uploads: [name: string, spec: string, text: string, file: string, description: RegExp][] = [
      [
        'no name in the specification',
        'data: {version: v1}',
        template,
        'p.j2',
        /Policy specification validation failure/,
      ],
      ['a specification that is no YAML', 'a: [', template, 'p.j2', /Policy specification validation failure/],
      ['an unknown flow', 'data: {name: a, applicableFlows: [sideways]}', template, 'p.j2', /applicableFlows/],
      ['a template that does not parse', specification, '{% if %}', 'p.j2', /cannot be rendered/],
      [
        'an unknown mediator in a template',
        specification,
        '<log/>\n<bogus/>',
        'p.j2',
        /line 2, column 1: unknown mediator/,
      ],
      ['an unknown mediator in XML', specification, ' <bogus/>', 'p.xml', /line 1, column 2: unknown mediator/],
    ];
    for (const [name, spec, text, file, description] of uploads) {
      it(`${name}: 400`, async () => {
        const { id } = await publisher.createApi();
        const { status, body } = await upload(id, spec, text, file);
        assert.equal(status, 400);
        assert.match(body.description, description);
      });
    }

    it('a template reaches no code', async () => {
      const { id } = await publisher.createApi();
      const text = `<property name="x" value="{{ url.constructor.constructor('return process')() }}"/>`;
      assert.equal((await upload(id, specification, text)).status, 400);
    });

    it('content is a zip with both files; a copy of the API carries policy and secret', async () => {
      const { id } = await publisher.createApi();
      const { body } = await upload(id);
      const zip = await publisher.call(`${v4}/apis/${id}/operation-policies/${body.id}/content`);
      assert.equal(zip.headers.get('content-type'), 'application/zip');
      assert.equal(zip.text.startsWith('PK'), true);
      await publisher.put(id, { apiPolicies: attach({ url: 'http://as', key: 'copied-key', extra: true }) });
      const copied = await publisher.call(`${v4}/apis/copy-api?apiId=${id}&newVersion=2.0.0`, { method: 'POST' });
      assert.equal(copied.status, 201, copied.text);
      await publisher.deploy(copied.body.id);
      assert.equal(publisher.served(copied.body.id)?.sequences.parts[0]?.xml.includes('copied-key'), true);
    });
  });
});
