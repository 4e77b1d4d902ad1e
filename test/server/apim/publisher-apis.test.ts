import assert from 'node:assert/strict';
import { devportal, managementToken, pizza, v4 } from './harness.js';
import { describePublisher } from './publisher-harness.js';

describePublisher('publisher: apis', (publisher) => {
  describe('api-management 1.2: authorization', () => {
    it('without credentials 401 with the error DTO', async () => {
      const { status, body, headers } = await publisher.call(`${v4}/apis`, { basic: null });
      assert.equal(status, 401);
      const description = 'The user is not authorized';
      assert.deepEqual(body, { code: 401, message: 'Unauthorized', description, moreInfo: '', error: [] });
      assert.match(headers.get('www-authenticate') ?? '', /Bearer/);
    });

    it('a token without the scope: 401 on create, 200 on view', async () => {
      const token = await managementToken(publisher.harness, 'apim:api_view apim:subscribe');
      assert.equal((await publisher.call(`${v4}/apis`, { token })).status, 200);
      assert.equal((await publisher.call(`${v4}/apis`, { token, json: pizza('NoScope') })).status, 401);
      assert.equal((await publisher.call(`${v4}/apis`, { token: 'made-up' })).status, 401);
    });

    it('a path that does not exist, and a tenant-qualified one: 404', async () => {
      assert.equal((await publisher.call(`${v4}/nothing`)).status, 404);
      assert.equal((await publisher.call('/t/acme.com/api/am/publisher/v4/apis')).status, 404);
    });
  });

  describe('api-management 1.4: creation', () => {
    const refusals: [name: string, change: object, status: number, code: number][] = [
      ['blank name', { name: ' ' }, 400, 400],
      ['name with a slash', { name: 'a/b' }, 400, 400],
      ['name of 61 characters', { name: 'a'.repeat(61) }, 400, 400],
      ['blank context', { context: '' }, 400, 400],
      ['context "/"', { context: '/' }, 400, 400],
      ['context with a backtick', { context: '/a`b' }, 400, 400],
      ['context with a trailing slash', { context: '/a/' }, 400, 400],
      ['blank version', { version: '' }, 400, 400],
      ['version with a blank', { version: '1 0' }, 400, 400],
      ['unknown tier', { policies: ['Platinum'] }, 400, 900305],
      ['unknown security scheme', { securityScheme: ['magic'] }, 400, 400],
      [
        'an operation twice',
        {
          operations: [
            { target: '/a', verb: 'GET' },
            { target: 'a', verb: 'get' },
          ],
        },
        400,
        400,
      ],
    ];
    for (const [name, change, status, code] of refusals) {
      it(`${name}: ${status} ${code}`, async () => {
        const answer = await publisher.call(`${v4}/apis`, { json: { ...pizza(publisher.word()), ...change } });
        assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
      });
    }

    it('clashes of name, context and version', async () => {
      await publisher.createApi({}, 'Clash');
      const again = async (change: object) => {
        const { status, body } = await publisher.call(`${v4}/apis`, { json: { ...pizza('Clash'), ...change } });
        return [status, body.code];
      };
      assert.deepEqual(await again({}), [409, 409]);
      assert.deepEqual(await again({ name: 'Other' }), [409, 409]);
      assert.deepEqual(await again({ name: 'CLASHapi', context: '/else' }), [409, 900250]);
      assert.deepEqual(await again({ version: '2.0.0', context: '/else' }), [400, 400]);
      assert.equal((await again({ version: '2.0.0' }))[0], 201);
    });

    it('of calls at once that create the same API one succeeds, the others are 409', async () => {
      const json = pizza(publisher.word());
      const answers = await Promise.all([1, 2, 3, 4].map(() => publisher.call(`${v4}/apis`, { json })));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409]);
    });

    it('defaults: operations, tiers, scheme, provider', async () => {
      const body = await publisher.createApi({
        operations: [],
        policies: [],
        securityScheme: null,
        endpointConfig: null,
      });
      const operations = body.operations.map(({ verb, target }: Record<string, string>) => `${verb} ${target}`);
      assert.deepEqual(operations, ['GET /*', 'POST /*', 'PUT /*', 'DELETE /*', 'PATCH /*']);
      assert.deepEqual(body.policies, ['']);
      assert.deepEqual(body.securityScheme, ['oauth_basic_auth_api_key_mandatory', 'oauth2']);
      assert.equal(body.operations[0].authType, 'Application & Application User');
      assert.equal(body.provider, 'admin');
      assert.equal(body.endpointConfig, null);
      assert.equal(body.lifeCycleStatus, 'CREATED');
      assert.deepEqual(body.corsConfiguration.accessControlAllowOrigins, []);
    });

    it('keeps members and the order of operations as sent', async () => {
      const operations = ['/b', '/a', '/qenc?queryParam={+value}'].map((target) => ({ target, verb: 'GET' }));
      const sent = { operations, description: 'ü', unknownMember: { x: [1] }, businessInformation: { owner: 'me' } };
      const { id } = await publisher.createApi({ ...sent, context: 'with-{version}' }, 'Keep-It');
      const { body } = await publisher.call(`${v4}/apis/${id}`);
      assert.deepEqual(
        body.operations.map(({ target }: { target: string }) => target),
        operations.map(({ target }) => target),
      );
      assert.deepEqual(
        [body.description, body.unknownMember, body.businessInformation],
        ['ü', { x: [1] }, { owner: 'me' }],
      );
      assert.equal(body.context, '/with-{version}');
      assert.equal(body.name, 'Keep-ItAPI');
    });

    it('an unknown API: 404 900308', async () => {
      const { status, body } = await publisher.call(`${v4}/apis/none`);
      assert.deepEqual([status, body.code], [404, 900308]);
      assert.equal(body.description, "Requested API with id 'none' not found");
    });

    it('a body that is no JSON object: 400', async () => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${publisher.harness.url}${v4}/apis`, {
        method: 'POST',
        headers: { ...headers, authorization: `Basic ${Buffer.from('admin:correct horse').toString('base64')}` },
        body: '{"name":',
      });
      assert.equal(response.status, 400);
      assert.equal((await publisher.call(`${v4}/apis`, { json: [1] })).status, 400);
    });
  });

  describe('api-management 1.4: PUT, list, delete', () => {
    it('ignores a changed name, context and version; what is not sent stays', async () => {
      const api = await publisher.createApi();
      const changed = { name: 'X', context: '/x', version: '9', description: 'new' };
      const { status, body } = await publisher.put(api.id, changed);
      assert.equal(status, 200);
      assert.deepEqual([body.name, body.context, body.version], [api.name, api.context, api.version]);
      assert.equal(body.description, 'new');
      assert.deepEqual(body.endpointConfig, api.endpointConfig);
      assert.equal((await publisher.put(api.id, { endpointConfig: null })).body.endpointConfig, null);
    });

    it('pages and finds', async () => {
      const names = ['FindOne', 'FindTwo', 'FindThree'];
      for (const name of names) await publisher.createApi({ tags: ['findable'] }, name);
      const page = await publisher.call(`${v4}/apis?query=name:Find&limit=2&offset=0&sortBy=apiName&sortOrder=asc`);
      assert.deepEqual(
        page.body.list.map(({ name }: { name: string }) => name),
        ['FindOneAPI', 'FindThreeAPI'],
      );
      const { next, ...pagination } = page.body.pagination;
      assert.deepEqual(pagination, { offset: 0, limit: 2, total: 3, previous: '' });
      const rest = await publisher.call(next);
      assert.deepEqual(
        rest.body.list.map(({ name }: { name: string }) => name),
        ['FindTwoAPI'],
      );
      assert.equal((await publisher.call(`${v4}/apis?query=tags:findable%20context:/findtwo`)).body.count, 1);
      assert.equal((await publisher.call(`${v4}/apis?query=status:published%20tags:findable`)).body.count, 0);
      assert.equal((await publisher.call(`${v4}/apis?limit=x`)).status, 400);
    });

    it('is gone after DELETE; 409 while there are subscriptions', async () => {
      const { id } = await publisher.createApi();
      await publisher.act(id, 'Publish');
      const application = (await publisher.call(`${devportal}/applications`, { json: { name: publisher.word() } }))
        .body;
      const json = { applicationId: application.applicationId, apiId: id, throttlingPolicy: 'Unlimited' };
      const subscription = (await publisher.call(`${devportal}/subscriptions`, { json })).body;
      const remove = () => publisher.call(`${v4}/apis/${id}`, { method: 'DELETE' });
      assert.equal((await remove()).status, 409);
      await publisher.call(`${devportal}/subscriptions/${subscription.subscriptionId}`, { method: 'DELETE' });
      assert.equal((await remove()).status, 200);
      assert.equal((await publisher.call(`${v4}/apis/${id}`)).status, 404);
    });
  });

  describe('api-management 1.11: definition', () => {
    it('operations follow an uploaded definition', async () => {
      const { id } = await publisher.createApi();
      const apiDefinition = JSON.stringify({
        openapi: '3.0.1',
        info: { title: 'x', version: '1' },
        paths: { '/new': { get: { 'x-auth-type': 'None' } } },
      });
      const path = `${v4}/apis/${id}/swagger`;
      assert.equal((await publisher.call(path, { method: 'PUT', parts: { apiDefinition } })).status, 200);
      const { operations } = (await publisher.call(`${v4}/apis/${id}`)).body;
      assert.deepEqual([operations.length, operations[0].target, operations[0].authType], [1, '/new', 'None']);
      assert.deepEqual(Object.keys((await publisher.call(path)).body.paths), ['/new']);
      const broken = await publisher.call(path, { method: 'PUT', parts: { apiDefinition: 'a: [' } });
      assert.deepEqual([broken.status, broken.body.code], [400, 900754]);
    });
  });
});
