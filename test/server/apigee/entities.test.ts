import assert from 'node:assert/strict';
import { type Call, describeManagement, organization } from './harness.js';

describeManagement('api-management 2.9: organizations and entities', (management) => {
  describe('who may call', () => {
    const rows: [what: string, path: string, call: Call, status: number][] = [
      ['GET', organization, {}, 200],
      ['HEAD', organization, { method: 'HEAD' }, 200],
      ['the short form', '/v1/o/default', {}, 200],
      ['no credentials', organization, { basic: null }, 401],
      ['a wrong password', organization, { basic: 'admin:wrong' }, 401],
      ['a wrong password by HEAD', organization, { basic: 'admin:wrong', method: 'HEAD' }, 401],
      ['a user who is no administrator', organization, { basic: 'guest:guest' }, 403],
      ['another organisation', '/v1/organizations/other', {}, 403],
      ['another organisation without credentials', '/v1/organizations/other', { basic: null }, 401],
      ['an entity of another organisation', '/v1/organizations/other/developers', {}, 403],
      ['a path that is none', '/v1/organizations/default/nothing', {}, 404],
      ['a method that is not served', '/v1/organizations/default/apiproducts', { method: 'DELETE' }, 405],
    ];
    for (const [what, path, call, status] of rows) {
      it(`api-management 2.9: ${what} is ${status}`, async () => {
        const answer = await management.call(path, call);
        assert.equal(answer.status, status, answer.text);
        if (status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic /);
      });
    }

    it('names the organisation that there is, and its environments test and prod', async () => {
      const body = await management.expect(200, organization);
      assert.deepEqual([body.name, body.environments], ['default', ['test', 'prod']]);
      assert.deepEqual(await management.expect(200, '/v1/o/default/e'), ['test', 'prod']);
    });

    it('makes, lists and deletes further organisations, each with entities of its own', async () => {
      const made = await management.expect(201, '/v1/organizations', { json: { name: 'second' } });
      assert.deepEqual(made.environments, ['test', 'prod']);
      assert.equal((await management.call('/v1/organizations', { json: { name: 'second' } })).status, 409);
      assert.deepEqual(await management.expect(200, '/v1/organizations'), ['default', 'second']);
      await management.expect(201, '/v1/o/second/apiproducts', { json: { name: 'OnlyThere' } });
      assert.equal((await management.call('/apiproducts/OnlyThere')).status, 404);
      await management.restart();
      await management.expect(200, '/v1/o/second/apiproducts/OnlyThere');
      await management.expect(200, '/v1/o/second', { method: 'DELETE' });
      assert.equal((await management.call('/v1/o/second')).status, 403);
      assert.equal((await management.call(organization, { method: 'DELETE' })).status, 400);
    });
  });

  describe('form of the answers', () => {
    it('writes one member a line as "name" : "value", lists in a line', async () => {
      const name = await management.product({
        environments: ['test', 'prod'],
        attributes: [{ name: 'a', value: 'b' }],
      });
      const { text } = await management.call(`/apiproducts/${name}`);
      assert.match(text, /^\{\n {2}"apiResources" : \[ \],\n {2}"approvalType" : "auto",\n/);
      assert.match(text, /^ {2}"attributes" : \[ \{\n {4}"name" : "a",\n {4}"value" : "b"\n {2}\} \],$/m);
      assert.match(text, /^ {2}"environments" : \[ "test", "prod" \],$/m);
      assert.match(text, new RegExp(`^ {2}"name" : "${name}",$`, 'm'));
    });

    it('gives scripts the fourth quoted text of a line: the key stands before the secret', async () => {
      const { path, key, secret } = await management.app();
      const { text } = await management.call(path);
      const lines = text.split('\n').filter((line) => /consumer(Key|Secret)/.test(line));
      const cut = lines.join(' ').split('"');
      assert.deepEqual([cut[3], cut[7]], [key, secret]);
    });

    const accepts: [accept: string, type: RegExp][] = [
      ['*/*', /^application\/json/],
      ['application/json', /^application\/json/],
      ['application/xml', /^application\/xml/],
      ['text/xml', /^text\/xml/],
    ];
    for (const [accept, type] of accepts) {
      it(`answers Accept: ${accept} so`, async () => {
        const answer = await management.call('/environments/test', { headers: { accept } });
        assert.match(answer.headers.get('content-type') ?? '', type);
      });
    }

    it('writes entities as XML, and lists as items', async () => {
      const name = await management.product({ environments: ['test'], attributes: [{ name: 'a', value: '<b>' }] });
      const headers = { accept: 'application/xml' };
      const { text } = await management.call(`/apiproducts/${name}`, { headers });
      assert.match(text, new RegExp(`^<\\?xml[^>]*>\n<ApiProduct name="${name}">\n {4}<ApiResources/>\n`));
      assert.match(text, /<Environments>\s*<Environment>test<\/Environment>\s*<\/Environments>/);
      assert.match(text, /<Attribute>\s*<Name>a<\/Name>\s*<Value>&lt;b><\/Value>\s*<\/Attribute>/);
      assert.match((await management.call('/apiproducts', { headers })).text, new RegExp(`<Item>${name}</Item>`));
    });

    it('says what is wrong in the form that was asked for', async () => {
      const path = '/apiproducts/nowhere';
      const { status, body } = await management.call(path);
      assert.equal(status, 404);
      assert.equal(body.code, 'keymanagement.service.apiproduct_doesnot_exist');
      assert.match(body.message, /"nowhere" does not exist in organization default/);
      const { text } = await management.call(path, { headers: { accept: 'application/xml' } });
      assert.match(text, /<Error>\s*<Code>keymanagement.service.apiproduct_doesnot_exist<\/Code>/);
    });
  });

  describe('bodies that are refused', () => {
    const product = '/apiproducts';
    const rows: [what: string, path: string, call: Call, message: RegExp][] = [
      ['no body', product, { method: 'POST' }, /^name: is required/],
      ['broken JSON', product, { raw: '{"name":', headers: { 'content-type': 'application/json' } }, /^body:1:9 /],
      ['a list', product, { json: [] }, /must be a JSON object/],
      ['broken XML', product, { xml: '<ApiProduct>\n<Name></Nam>' }, /^body:2:\d+ The XML is not well-formed/],
      [
        'XML of something else',
        product,
        { xml: '<Developer/>' },
        /^body:1:1 <ApiProduct> is expected, not <Developer>/,
      ],
      ['a name with a slash', product, { json: { name: 'a/b' } }, /^name: "a\/b" may not have any of/],
      [
        'an unknown word',
        product,
        { json: { name: 'a', approvalType: 'often' } },
        /^approvalType: "often" is none of auto, manual/,
      ],
      ['a quota that is no number', product, { json: { name: 'a', quota: 'ten' } }, /^quota: "ten" is no whole number/],
      [
        'a path without a slash',
        product,
        { json: { name: 'a', apiResources: ['x'] } },
        /^apiResources: "x" does not begin with \//,
      ],
      ['a text for a list', product, { json: { name: 'a', proxies: 'p' } }, /^proxies: must be a list/],
      ['no address', '/developers', { json: { firstName: 'A', lastName: 'B', userName: 'c' } }, /^email: is required/],
      ['an address that is none', '/developers', { json: { email: 'x' } }, /^email: "x" is no e-mail address/],
      [
        'a time of day that is none',
        '/e/test/caches',
        { json: { name: 'a', expirySettings: { timeOfDay: { value: '25:00:00' } } } },
        /^timeOfDay: "25:00:00"/,
      ],
      [
        'a date that is none',
        '/e/test/caches',
        { json: { name: 'a', expirySettings: { expiryDate: { value: '02-30-2030' } } } },
        /^expiryDate: "02-30-2030"/,
      ],
      [
        'a port that is none',
        '/e/test/targetservers',
        { json: { name: 'a', host: 'h', port: 70000 } },
        /^port: "70000" is no whole number from 1 to 65535/,
      ],
      [
        'a host with a scheme',
        '/e/test/targetservers',
        { json: { name: 'a', host: 'http://h', port: 80 } },
        /^host: "http:\/\/h"/,
      ],
    ];
    for (const [what, path, call, message] of rows) {
      it(`api-management 2.9: ${what} is 400`, async () => {
        const answer = await management.call(path.replace('/e/', '/environments/'), call);
        assert.equal(answer.status, 400, answer.text);
        assert.match(answer.body.message, message);
      });
    }

    it('a body over 15 MB is 413', async () => {
      const answer = await management.call('/apis?action=import&name=big', {
        zip: new Uint8Array(15 * 1024 * 1024 + 1),
      });
      assert.equal(answer.status, 413);
    });
  });

  describe('products', () => {
    const full = {
      apiResources: ['/**'],
      approvalType: 'auto',
      attributes: [],
      description: 'Cheap',
      displayName: 'Entry level',
      environments: ['test', 'prod'],
      proxies: ['weather'],
      quota: '10',
      quotaInterval: '2',
      quotaTimeUnit: 'hour',
      scopes: ['READ'],
    };

    it('are made, shown, listed, changed and deleted', async () => {
      const name = management.word('Full');
      const made = await management.expect(201, '/apiproducts', { json: { ...full, name } });
      assert.deepEqual({ ...made, ...full, name }, made);
      assert.equal((await management.call('/apiproducts', { json: { ...full, name } })).status, 409);
      assert.deepEqual(await management.expect(200, `/apiproducts/${name}`), made);
      assert.ok((await management.expect(200, '/apiproducts')).includes(name));
      const expanded = await management.expect(200, '/apiproducts?expand=true');
      assert.deepEqual(
        expanded.apiProduct.find((product: { name: string }) => product.name === name),
        made,
      );
      const put = { method: 'PUT', json: { displayName: 'New', scopes: ['A', 'B'] } };
      const changed = await management.expect(200, `/apiproducts/${name}`, put);
      assert.deepEqual([changed.displayName, changed.scopes, changed.proxies], ['New', ['A', 'B'], []]);
      assert.equal(changed.createdAt, made.createdAt);
      await management.expect(200, `/apiproducts/${name}`, { method: 'DELETE' });
      assert.equal((await management.call(`/apiproducts/${name}`)).status, 404);
    });

    it('are taken as XML', async () => {
      const name = management.word('Xml');
      const xml = `<?xml version="1.0"?>
        <ApiProduct name="${name}">
          <ApiResources><ApiResource>/a</ApiResource><ApiResource>/b</ApiResource></ApiResources>
          <ApprovalType>manual</ApprovalType><DisplayName>X</DisplayName>
          <Environments/><Proxies><Proxy>p</Proxy></Proxies><Quota>5</Quota><Scopes><Scope>S</Scope></Scopes>
        </ApiProduct>`;
      const made = await management.expect(201, '/apiproducts', { xml });
      const { apiResources, approvalType, environments, proxies, quota, scopes } = made;
      assert.deepEqual(
        { apiResources, approvalType, environments, proxies, quota, scopes },
        {
          apiResources: ['/a', '/b'],
          approvalType: 'manual',
          environments: [],
          proxies: ['p'],
          quota: '5',
          scopes: ['S'],
        },
      );
    });

    it('are taken as JSON whatever curl -d calls it', async () => {
      const name = management.word('Form');
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      await management.expect(201, '/apiproducts', { raw: JSON.stringify({ name }), headers });
      assert.equal((await management.organization()).product(name)?.name, name);
    });
  });

  describe('developers', () => {
    const xml = (email: string) => `<Developer><Email>${email}</Email><FirstName>Joe</FirstName><LastName>Doe</LastName>
      <UserName>joe</UserName><Status>active</Status></Developer>`;

    it('are made from JSON and XML, shown, listed, changed and deleted', async () => {
      const email = `${management.word('joe')}@example.com`;
      const made = await management.expect(201, '/developers', { xml: xml(email) });
      assert.deepEqual([made.email, made.firstName, made.status, made.apps], [email, 'Joe', 'active', []]);
      assert.equal((await management.call('/developers', { xml: xml(email.toUpperCase()) })).status, 409);
      assert.deepEqual(await management.expect(200, `/developers/${email.toUpperCase()}`), made);
      assert.deepEqual(await management.expect(200, `/developers/${made.developerId}`), made);
      assert.ok((await management.expect(200, '/developers')).includes(email));
      const moved = `moved-${email}`;
      const json = { email: moved, firstName: 'Joe', lastName: 'Roe', userName: 'joe' };
      const changed = await management.expect(200, `/developers/${email}`, { method: 'PUT', json });
      assert.deepEqual([changed.lastName, changed.developerId], ['Roe', made.developerId]);
      assert.equal((await management.call(`/developers/${email}`)).status, 404);
      await management.expect(200, `/developers/${moved}`, { method: 'DELETE' });
      assert.equal((await management.call(`/developers/${moved}`)).status, 404);
    });

    it('are made inactive and active again', async () => {
      const email = await management.developer();
      const status = async () => (await management.organization()).developer(email)?.status;
      await management.expect(204, `/developers/${email}?action=inactive`, { method: 'POST' });
      assert.equal(await status(), 'inactive');
      await management.expect(204, `/developers/${email}?action=active`, { method: 'POST' });
      assert.equal(await status(), 'active');
      assert.equal((await management.call(`/developers/${email}?action=gone`, { method: 'POST' })).status, 400);
    });
  });

  it('holds everything after a restart', async () => {
    const product = await management.product({ quota: '3', attributes: [{ name: 'tier', value: 'gold' }] });
    const { path, id, key, secret } = await management.app({
      apiProducts: [product],
      callbackUrl: 'https://a.example/cb',
    });
    const before = await Promise.all([path, `/apiproducts/${product}`].map((one) => management.expect(200, one)));
    await management.restart();
    const after = await Promise.all([path, `/apiproducts/${product}`].map((one) => management.expect(200, one)));
    assert.deepEqual(after, before);
    const flows = await management.organization();
    assert.equal(flows.credential(key)?.consumerSecret, secret);
    assert.deepEqual(flows.app(id)?.consumerKeys, [key]);
    assert.equal(flows.product(product)?.attributes.tier, 'gold');
  });
});
