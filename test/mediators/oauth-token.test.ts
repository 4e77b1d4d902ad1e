import assert from 'node:assert/strict';
import { check, run } from '../../runtime/index.js';
import { letIn, OAuthGateway, until } from '../outbound-oauth/gateway.js';
import { TestBackend } from '../outbound-oauth/protected-backend.js';
import { grant, granted, inTurn, TokenServer } from '../outbound-oauth/token-server.js';

const SYNAPSE = 'http://ws.apache.org/ns/synapse';

/** A flow that has a token put there and calls; over real HTTP. */
describe('api-management 3.2: the mediator oauthToken', () => {
  let gateway: OAuthGateway;
  afterEach(() => gateway?.stop());

  const call = (attributes = ''): string =>
    `<call${attributes}><endpoint><http method="post" uri-template="${gateway.backend.url}/x"/></endpoint></call>`;
  const mediator = (grantXml: string, attributes = ''): string =>
    `<oauthToken xmlns="urn:mediant:mediators"${attributes}>${grantXml}</oauthToken>`;

  const fault =
    '<property name="HTTP_SC" value="502" scope="axis2"/><payloadFactory media-type="json"><format>{"code":"$1"}</format><args><arg expression="$ctx:ERROR_CODE"/></args></payloadFactory><respond/>';
  function deploy(flow: string): void {
    gateway.deploy(
      `<api xmlns="${SYNAPSE}" name="a" context="/a"><resource methods="POST"><inSequence>${flow}</inSequence><outSequence><respond/></outSequence><faultSequence>${fault}</faultSequence></resource></api>`,
    );
  }

  const flows: [name: string, flow: () => string][] = [
    ['a call', () => `${mediator(gateway.grantXml())}${call()}<respond/>`],
    [
      'a blocking call',
      () =>
        `<property name="REST_URL_POSTFIX" action="remove" scope="axis2"/>${mediator(gateway.grantXml())}${call(' blocking="true"')}<respond/>`,
    ],
    [
      'a send',
      () =>
        `<property name="REST_URL_POSTFIX" action="remove" scope="axis2"/>${mediator(gateway.grantXml())}<send><endpoint><address uri="${gateway.backend.url}/x"/></endpoint></send>`,
    ],
    [
      'a call of a clone',
      () =>
        `${mediator(gateway.grantXml())}<clone continueParent="false"><target><sequence>${call()}<respond/></sequence></target></clone>`,
    ],
  ];
  for (const [name, flow] of flows) {
    it(`${name} has the token; the body stays; a 401 is met with one replay`, async () => {
      gateway = await OAuthGateway.start();
      const { backend, tokens } = gateway;
      deploy(flow());
      assert.deepEqual([await gateway.post(), await gateway.post()], [letIn, letIn]);
      assert.equal(tokens.calls.length, 1);
      backend.valid.clear();
      assert.equal(await gateway.post(), letIn);
      assert.deepEqual(backend.tokens, ['T1', 'T1', 'T1', 'T2']);
      assert.deepEqual(new Set(backend.calls.map(({ body }) => body)), new Set(['{"n":1}']));
    });
  }

  it('on behalf of the caller: a refused token is exchanged anew for the same caller', async () => {
    gateway = await OAuthGateway.start();
    const { backend, tokens } = gateway;
    for (const attributes of ['', ' blocking="true"']) {
      const path = '<property name="REST_URL_POSTFIX" action="remove" scope="axis2"/>';
      deploy(`${path}${mediator(gateway.grantXml({ grant: 'tokenExchange' }))}${call(attributes)}<respond/>`);
      const caller = { headers: { Authorization: 'Bearer caller-1' } };
      assert.equal(await gateway.post('a', caller), letIn);
      backend.valid.clear();
      assert.equal(await gateway.post('a', caller), letIn);
    }
    assert.deepEqual(new Set(tokens.calls.map(({ form }) => form.subject_token)), new Set(['caller-1']));
    assert.equal(tokens.calls.length, 4);
  });

  it('on behalf of the caller, after another token and another call', async () => {
    gateway = await OAuthGateway.start();
    const { tokens } = gateway;
    const exchange = mediator(gateway.grantXml({ grant: 'tokenExchange' }));
    deploy(`${mediator(gateway.grantXml())}${call()}${exchange}${call()}<respond/>`);
    assert.match(await gateway.post('a', { headers: { Authorization: 'Bearer caller-1' } }), /^200/);
    assert.deepEqual(
      tokens.calls.map(({ form }) => form.subject_token),
      [undefined, 'caller-1'],
    );
  });

  it('a second 401 is the answer', async () => {
    gateway = await OAuthGateway.start();
    gateway.backend.serve = (_call, response) => void response.writeHead(401).end('no');
    deploy(`${mediator(gateway.grantXml())}${call()}<respond/>`);
    assert.equal(await gateway.post(), '401 no');
    assert.deepEqual(gateway.backend.tokens, ['T1', 'T2']);
  });

  it('a header that the flow has changed since is left alone', async () => {
    gateway = await OAuthGateway.start();
    const changed = '<header name="Authorization" scope="transport" value="Bearer mine"/>';
    deploy(`${mediator(gateway.grantXml())}${changed}${call()}<respond/>`);
    assert.match(await gateway.post(), /^401/);
    assert.deepEqual(gateway.backend.tokens, ['mine']);
  });

  it('the token goes into a property, and the flow puts it where it wants', async () => {
    gateway = await OAuthGateway.start();
    gateway.backend.serve = ({ headers }, response) => void response.end(String(headers['x-token']));
    const own = '<header name="X-Token" scope="transport" expression="fn:concat(\'v1:\', $ctx:t)"/>';
    deploy(`${mediator(gateway.grantXml(), ' property="t"')}${own}${call()}<respond/>`);
    assert.equal(await gateway.post(), '200 v1:T1');
    assert.equal(gateway.backend.calls[0]?.authorization, undefined);
  });

  it('header name and prefix, and members of the answer', async () => {
    gateway = await OAuthGateway.start(grant({ tenant: 'acme' }));
    gateway.backend.serve = ({ headers }, response) => void response.end(`${headers['x-t']} ${headers['x-tenant']}`);
    const more =
      '<headerName>X-T</headerName><headerPrefix>Token</headerPrefix><responseProperties><property name="tenant"/></responseProperties>';
    const own = '<header name="X-Tenant" scope="transport" expression="$ctx:tenant"/>';
    deploy(`${mediator(gateway.grantXml({ more }))}${own}${call()}<respond/>`);
    assert.equal(await gateway.post(), '200 Token T1 acme');
  });

  it('values of form and header are what they are: nothing is taken for encoded', async () => {
    gateway = await OAuthGateway.start();
    const more = '<requestParameters><parameter name="scope">a%20b+c</parameter></requestParameters>';
    deploy(`${mediator(gateway.grantXml({ more }))}${call()}<respond/>`);
    assert.equal(await gateway.post(), letIn);
    assert.equal(gateway.tokens.calls[0]?.form.scope, 'a%20b+c');
  });

  it('without a token the flow faults, and the backend is not called', async () => {
    gateway = await OAuthGateway.start(inTurn({ status: 400 }));
    deploy(`${mediator(gateway.grantXml())}${call()}<respond/>`);
    assert.equal(await gateway.post(), '502 {"code":"990001"}');
    deploy(`${mediator(gateway.grantXml({ more: '<failureCode>7</failureCode>' }))}${call()}<respond/>`);
    assert.equal(await gateway.post(), '502 {"code":"7"}');
    assert.equal(gateway.backend.calls.length, 0);
  });

  it('no new token after a 401: the flow faults', async () => {
    gateway = await OAuthGateway.start(inTurn(granted('T1'), { status: 400 }));
    gateway.backend.serve = (_call, response) => void response.writeHead(401).end();
    deploy(`${mediator(gateway.grantXml())}${call()}<respond/>`);
    assert.equal(await gateway.post(), '502 {"code":"990001"}');
  });

  it('api-management 3.11 rule 10: a replaced flow never uses what the old one was still fetching', async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const old = `Basic ${Buffer.from('id:old').toString('base64')}`;
    gateway = await OAuthGateway.start(async ({ headers }) => {
      if (headers.authorization !== old) return granted('new');
      await opened;
      return granted('old');
    });
    const { backend, tokens } = gateway;
    deploy(`${mediator(gateway.grantXml({ secret: 'old' }))}${call()}<respond/>`);
    const waiting = gateway.post();
    await until(() => tokens.calls.length === 1);
    deploy(`${mediator(gateway.grantXml({ secret: 'fresh' }))}${call()}<respond/>`);
    assert.equal(await waiting, letIn);
    open();
    assert.equal(await gateway.post(), letIn);
    assert.deepEqual(backend.tokens, ['new', 'new']);
  });

  describe('what the client sees', () => {
    const answers: [name: string, more: string, flow: (token: string) => string][] = [
      ['a flow that answers without a call', '', (token) => `${token}<respond/>`],
      ['another header, without a call', '<headerName>X-T</headerName>', (token) => `${token}<respond/>`],
      [
        'another header, after a blocking call',
        '<headerName>X-T</headerName>',
        (token) =>
          `<property name="REST_URL_POSTFIX" action="remove" scope="axis2"/>${token}${call(' blocking="true"')}<respond/>`,
      ],
    ];
    for (const [name, more, flow] of answers) {
      it(`never the token: ${name}`, async () => {
        gateway = await OAuthGateway.start();
        gateway.backend.serve = (_call, response) => void response.end('{}');
        deploy(flow(mediator(gateway.grantXml({ more }))));
        const headers = { 'Content-Type': 'application/json' };
        const response = await fetch(gateway.url(), { method: 'POST', body: '{}', headers });
        assert.equal(response.status, 200);
        assert.ok(!JSON.stringify([...response.headers]).includes('T1'));
      });
    }
  });

  describe('product 5: a dry run', () => {
    const sequence = (tokenUrl: string, backendUrl: string, attributes = ''): string =>
      `<sequence xmlns="${SYNAPSE}" name="s">${mediator(
        `<clientCredentials><clientId>id</clientId><clientSecret>the-secret</clientSecret><tokenUrl>${tokenUrl}</tokenUrl><headerName>X-T</headerName><headerPrefix/></clientCredentials>`,
        attributes,
      )}<call><endpoint><http method="post" uri-template="${backendUrl}/x"/></endpoint></call><respond/></sequence>`;

    for (const attributes of ['', ' property="t"']) {
      it(`shows no token${attributes ? ', in a property either' : ', under whatever name its header has'}`, async () => {
        const tokens = await TokenServer.start(inTurn(granted('dry-token-1')));
        const backend = await TestBackend.start();
        backend.serve = ({ headers }, response) => void response.end(JSON.stringify({ got: headers['x-t'] ?? '' }));
        const xml = sequence(tokens.url, backend.url, attributes);
        const message = { contentType: 'application/json', body: '{}' };
        const hidden = await run(xml, message);
        assert.equal(hidden.outcome, 'responded');
        assert.ok(!JSON.stringify(hidden).includes('dry-token-1'), JSON.stringify(hidden));
        assert.ok(!JSON.stringify(hidden).includes('the-secret'));
        const shown = await run(xml, message, { showSecrets: true });
        assert.ok(JSON.stringify(shown).includes('dry-token-1'));
        tokens.stop();
        backend.stop();
      });
    }
  });

  const ok = '<clientId>a</clientId><clientSecret>s3cret</clientSecret><tokenUrl>http://a</tokenUrl>';
  const wrong: [name: string, xml: string, code: string][] = [
    ['no grant', mediator(''), 'invalid-authentication'],
    ['a grant without its secret', mediator('<clientCredentials/>'), 'invalid-authentication'],
    [
      'an empty property',
      mediator(`<clientCredentials>${ok}</clientCredentials>`, ' property=""'),
      'invalid-attribute-value',
    ],
    [
      'the namespace of Synapse',
      `<oauthToken><clientCredentials>${ok}</clientCredentials></oauthToken>`,
      'unknown-mediator',
    ],
  ];
  for (const [name, xml, code] of wrong) {
    it(`refused: ${name}`, () => {
      const problems = check(`<sequence xmlns="${SYNAPSE}" name="s">${xml}</sequence>`, { file: 's.xml' });
      assert.deepEqual(
        problems.map((problem) => [problem.severity, problem.code]),
        [['error', code]],
      );
      assert.ok(problems[0]?.hint);
      assert.ok(!JSON.stringify(problems).includes('s3cret'));
    });
  }
});
