import assert from 'node:assert/strict';
import type { ApiEvent } from '../../../runtime/server/apim-model/index.js';
import { databases, type TestDatabase } from '../../store/databases.js';
import { type Answer, adminPassword, devportal, type Harness, pizza, sequenceXml, startApim } from './harness.js';

const managementScopes =
  'apim:api_view apim:api_create apim:api_publish apim:mediation_policy_manage apim:subscribe apim:app_manage apim:sub_manage';

/** Scenario 4.1 in one generation of the REST API: how its bodies differ. */
interface Generation {
  name: string;
  publisher: string;
  store: string;
  create: Record<string, unknown>;
  application: Record<string, unknown>;
  subscription(applicationId: string, apiId: string): Record<string, unknown>;
  upload(harness: Harness, token: string, apiId: string): Promise<Answer>;
  bind(api: Record<string, unknown>, policyId: string): Record<string, unknown>;
  deploysAtOnce: boolean;
}

const { policies: _policies, endpointConfig, operations: _operations, ...old } = pizza('Pizza');
const definition = { swagger: '2.0', paths: { '/menu': { get: {} }, '/order': { post: {} } } };

const modernForms = {
  create: pizza('Pizza'),
  application: { name: 'PizzaApp', throttlingPolicy: 'Unlimited', tokenType: 'JWT' },
  subscription: (applicationId: string, apiId: string) => ({ applicationId, apiId, throttlingPolicy: 'Unlimited' }),
};

const multipart = (version: string) => ({
  publisher: `/api/am/publisher/${version}`,
  upload: (harness: Harness, token: string, apiId: string) =>
    harness.call(`/api/am/publisher/${version}/apis/${apiId}/mediation-policies`, {
      token,
      parts: { type: 'in', mediationPolicyFile: { file: 'simple-token-gen.xml', text: sequenceXml } },
    }),
  bind: (api: Record<string, unknown>) => ({
    ...api,
    mediationPolicies: [{ name: 'simple-token-gen', type: 'in', shared: false }],
  }),
});

const generations: Generation[] = [
  {
    name: 'v4',
    ...modernForms,
    publisher: '/api/am/publisher/v4',
    store: devportal,
    deploysAtOnce: false,
    upload: (harness, token, apiId) =>
      harness.call(`/api/am/publisher/v4/apis/${apiId}/operation-policies`, {
        token,
        parts: {
          policySpecFile: { file: 'token-gen.yaml', text: 'data:\n  name: tokenGen\n  version: v1\n' },
          synapsePolicyDefinitionFile: { file: 'token-gen.xml', text: sequenceXml },
        },
      }),
    bind: (api, policyId) => ({
      ...api,
      apiPolicies: { request: [{ policyName: 'tokenGen', policyVersion: 'v1', policyId, parameters: {} }] },
    }),
  },
  { name: 'v3', ...modernForms, ...multipart('v3'), store: devportal, deploysAtOnce: false },
  { name: 'v2', ...modernForms, ...multipart('v2'), store: devportal, deploysAtOnce: false },
  { name: 'v1', ...modernForms, ...multipart('v1'), store: '/api/am/store/v1', deploysAtOnce: true },
  {
    name: 'v0.16',
    publisher: '/api/am/publisher/v0.16',
    store: '/api/am/store/v0.16',
    deploysAtOnce: true,
    create: {
      ...old,
      tiers: ['Unlimited'],
      isDefaultVersion: false,
      transport: ['http', 'https'],
      endpointConfig: JSON.stringify(endpointConfig),
      visibility: 'PUBLIC',
      type: 'HTTP',
      apiDefinition: JSON.stringify(definition),
    },
    application: { name: 'PizzaApp', throttlingTier: 'Unlimited', tokenType: 'JWT' },
    subscription: (applicationId, apiIdentifier) => ({ applicationId, apiIdentifier, tier: 'Unlimited' }),
    upload: (harness, token, apiId) =>
      harness.call(`/api/am/publisher/v0.16/apis/${apiId}/policies/mediation`, {
        token,
        json: { name: 'simple-token-gen', type: 'in', config: sequenceXml },
      }),
    bind: (api, id) => ({ ...api, sequences: [{ name: 'simple-token-gen', type: 'in', id, shared: false }] }),
  },
];

for (const { kind, create } of databases) {
  describe(`api-management 4.1 on ${kind}`, () => {
    for (const generation of generations) {
      describe(`${generation.name}: publish, subscribe, upload`, () => {
        let database: TestDatabase;
        let harness: Harness;
        let token = '';
        let apiId = '';
        let applicationId = '';
        let userToken = '';
        let policyId = '';
        const events: ApiEvent[] = [];

        before(async () => {
          database = await create();
          harness = await startApim(database);
          harness.apim.model.onChange((event) => {
            events.push(event);
          });
        });
        after(async () => {
          await harness.stop();
          await database.drop();
        });

        async function deploy(): Promise<void> {
          const api = `${generation.publisher}/apis/${apiId}`;
          const revision = await harness.call(`${api}/revisions`, { token, json: { description: 'r' } });
          assert.equal(revision.status, 201);
          const json = [{ name: 'Default', vhost: 'localhost', displayOnDevportal: true }];
          const deployed = await harness.call(`${api}/deploy-revision?revisionId=${revision.body.id}`, { token, json });
          assert.equal(deployed.status, 201);
        }

        it('C0: management credentials', async () => {
          const json = { clientName: 'rest_api', owner: 'admin', grantType: 'password refresh_token', saasApp: true };
          const { body } = await harness.call('/client-registration/v0.17/register', { json });
          const form = { grant_type: 'password', username: 'admin', password: adminPassword, scope: managementScopes };
          const answer = await harness.call('/oauth2/token', { basic: `${body.clientId}:${body.clientSecret}`, form });
          assert.equal(answer.body.scope, managementScopes);
          token = answer.body.access_token;
        });

        it('C1: the API is created', async () => {
          const { status, body, headers } = await harness.call(`${generation.publisher}/apis`, {
            token,
            json: generation.create,
          });
          assert.equal(status, 201);
          assert.equal(body.lifeCycleStatus ?? body.status, 'CREATED');
          assert.equal(body.context, '/pizza');
          assert.equal(headers.get('location'), `${generation.publisher}/apis/${body.id}`);
          apiId = body.id;
          assert.deepEqual(harness.apim.model.apis(), []);
        });

        it('C2, C3: it is served once published (and deployed)', async () => {
          if (!generation.deploysAtOnce) await deploy();
          const path = `${generation.publisher}/apis/change-lifecycle?apiId=${apiId}&action=Publish`;
          const { status, body, text } = await harness.call(path, { method: 'POST', token });
          assert.equal(status, 200);
          if (generation.name === 'v0.16') assert.equal(text, '');
          else assert.equal(body.lifecycleState.state, 'Published');
          const [api] = harness.apim.model.apis();
          assert.equal(api?.basePath, '/pizza/1.0.0');
          assert.equal(api.state, 'PUBLISHED');
          const operations = api.operations.map(({ verb, target, authType }) => `${verb} ${target} ${authType}`);
          assert.deepEqual(operations, ['GET /menu any', 'POST /order any']);
          assert.deepEqual(api.sequences, { parts: [] });
        });

        it('C4: application, keys and subscription', async () => {
          const { store } = generation;
          const application = await harness.call(`${store}/applications`, { token, json: generation.application });
          assert.equal(application.status, 201);
          applicationId = application.body.applicationId;
          const path = store.endsWith('v0.16')
            ? `${store}/applications/generate-keys?applicationId=${applicationId}`
            : `${store}/applications/${applicationId}/generate-keys`;
          const grants = ['client_credentials', 'password'];
          const json = { keyType: 'PRODUCTION', validityTime: '3600', grantTypesToBeSupported: grants };
          const keys = await harness.call(path, { token, json });
          assert.equal(keys.status, 200);
          assert.ok(keys.body.consumerKey && keys.body.consumerSecret && keys.body.token.accessToken);
          const wanted = generation.subscription(applicationId, apiId);
          const subscription = await harness.call(`${store}/subscriptions`, { token, json: wanted });
          assert.equal(subscription.status, 201);
          assert.equal(subscription.body.status, 'UNBLOCKED');
          userToken = `${keys.body.consumerKey}:${keys.body.consumerSecret}`;
        });

        it('C5: the caller token passes the gateway model', async () => {
          const form = { grant_type: 'client_credentials' };
          const { body } = await harness.call('/token', { basic: userToken, form });
          assert.equal(body.access_token.split('.').length, 3);
          const check = await harness.apim.model.readToken(body.access_token);
          assert.ok('token' in check);
          const [api] = harness.apim.model.apis();
          const [resource] = api?.operations ?? [];
          assert.ok(api !== undefined && resource !== undefined);
          const decision = harness.apim.model.validateAccess(check.token, api, resource);
          assert.ok('access' in decision);
          assert.equal(decision.access.keyType, 'PRODUCTION');
          assert.equal(decision.access.application.name, 'PizzaApp');
          assert.equal(decision.access.subscription?.tier, 'Unlimited');
        });

        it('C8: the sequence is uploaded: 201, nothing served yet', async () => {
          const { status, body } = await generation.upload(harness, token, apiId);
          assert.equal(status, 201);
          policyId = body.id;
          assert.equal(body.name, generation.name === 'v4' ? 'tokenGen' : 'simple-token-gen');
          assert.deepEqual(harness.apim.model.apis()[0]?.sequences, { parts: [] });
        });

        it('C8: every generation shows the same stored object', async () => {
          const v3 = await harness.call(`/api/am/publisher/v3/apis/${apiId}/mediation-policies/${policyId}`, { token });
          const path = `/api/am/publisher/v0.16/apis/${apiId}/policies/mediation/${policyId}`;
          const v016 = await harness.call(path, { token });
          const v4 = await harness.call(`/api/am/publisher/v4/apis/${apiId}/operation-policies/${policyId}`, { token });
          assert.deepEqual([v3.status, v016.status, v4.status], [200, 200, 200]);
          assert.equal(v3.body.config, sequenceXml);
          assert.equal(v016.body.config, sequenceXml);
          assert.equal(v4.body.name, v3.body.name);
          const raw = `/api/am/publisher/v3/apis/${apiId}/mediation-policies/${policyId}/content`;
          assert.equal((await harness.call(raw, { token })).text, sequenceXml);
        });

        it('C9: saving binds it; it is served at once or after a new revision', async () => {
          const path = `${generation.publisher}/apis/${apiId}`;
          const { body: api } = await harness.call(path, { token });
          const saved = await harness.call(path, { method: 'PUT', token, json: generation.bind(api, policyId) });
          assert.equal(saved.status, 200, saved.text);
          if (!generation.deploysAtOnce) {
            assert.equal(harness.apim.model.apis()[0]?.sequences.in, undefined);
            await deploy();
          }
          const { in: bound, parts } = harness.apim.model.apis()[0]?.sequences ?? { parts: [] };
          assert.equal(bound?.name, 'admin--PizzaAPI:v1.0.0--In');
          if (generation.name === 'v4') assert.equal(parts[0]?.xml, sequenceXml);
          else assert.equal(bound.xml, sequenceXml);
          assert.equal(events.at(-1)?.kind, 'deployed');
        });

        it('everything survives a restart', async () => {
          const before = harness.apim.model.apis();
          await harness.stop();
          harness = await startApim(database);
          assert.deepEqual(harness.apim.model.apis(), before);
          const { body } = await harness.call('/token', {
            basic: userToken,
            form: { grant_type: 'client_credentials' },
          });
          const check = await harness.apim.model.readToken(body.access_token);
          const [api] = before;
          const [resource] = api?.operations ?? [];
          assert.ok('token' in check && api !== undefined && resource !== undefined);
          assert.ok('access' in harness.apim.model.validateAccess(check.token, api, resource));
        });
      });
    }
  });
}
