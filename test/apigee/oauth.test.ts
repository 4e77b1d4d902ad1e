import assert from 'node:assert/strict';
import type { PolicyFault } from '../../runtime/apigee/fault.js';
import type { FlowContext } from '../../runtime/apigee/flow-context.js';
import type { AccessToken, Developer, Product } from '../../runtime/apigee/organization.js';
import { type FlowOptions, runPolicy, testFlow } from './policy-run.js';
import { TutorialOrganization } from './tutorial-organization.js';

const formType = { 'Content-Type': 'application/x-www-form-urlencoded' };
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

const seed = `<OAuthV2 name="Gen"><Operation>GenerateAccessToken</Operation><ExpiresIn>3600000</ExpiresIn>
  <SupportedGrantTypes><GrantType>client_credentials</GrantType></SupportedGrantTypes>
  <GrantType>request.queryparam.grant_type</GrantType><GenerateResponse enabled="true"/></OAuthV2>`;
const allGrants = `<OAuthV2 name="Gen"><Operation>GenerateAccessToken</Operation><GenerateResponse/></OAuthV2>`;
const verify = `<OAuthV2 name="Verify"><Operation>VerifyAccessToken</Operation></OAuthV2>`;

function tokenFlow(form: Record<string, string>, options: FlowOptions = {}): FlowContext {
  return testFlow({
    verb: 'POST',
    pathSuffix: '/accesstoken',
    ...options,
    headers: { ...formType, ...options.headers },
    body: new URLSearchParams(form).toString(),
  });
}

const key = { client_id: 'key-1', client_secret: 'secret-1' };
const answerOf = (flow: FlowContext): Record<string, string> =>
  JSON.parse(flow.response?.content ?? '{}') as Record<string, string>;
const answered = (fault: PolicyFault | undefined) => [fault?.response?.status, fault?.response?.content];

describe('Apigee: OAuthV2', () => {
  describe('api-management 2.6: GenerateAccessToken, client credentials', () => {
    it('answers with the members of 4.2 B5, in their order and all texts', async () => {
      const flow = tokenFlow(key, { query: 'grant_type=client_credentials' });
      assert.equal(await runPolicy(flow, seed), undefined);
      assert.equal(flow.isRequestEnded, true);
      const answer = answerOf(flow);
      assert.deepEqual(Object.entries({ ...answer, access_token: answer.access_token?.length }), [
        ['issued_at', '1000000'],
        ['application_name', 'app-1'],
        ['scope', 'READ WRITE'],
        ['status', 'approved'],
        ['api_product_list', '[PremiumWeatherAPI]'],
        ['expires_in', '3599'],
        ['developer.email', 'nikolai@example.com'],
        ['organization_id', '0'],
        ['token_type', 'BearerToken'],
        ['client_id', 'key-1'],
        ['access_token', 28],
        ['organization_name', 'acme'],
        ['refresh_token_expires_in', '0'],
        ['refresh_count', '0'],
      ]);
      assert.match(flow.response?.content ?? '', /^ {2}"client_id" : "key-1",$/m);
      assert.equal(flow.get('oauthv2accesstoken.Gen.access_token'), answer.access_token);
    });

    const requests: [name: string, form: Record<string, string>, options: FlowOptions, expected: unknown][] = [
      [
        'B10: grant_type in the body only',
        { ...key, grant_type: 'client_credentials' },
        {},
        [400, '{"ErrorCode":"invalid_request","Error":"Required param : grant_type"}'],
      ],
      [
        'B11: a wrong secret',
        { ...key, client_secret: 'x' },
        { query: 'grant_type=client_credentials' },
        [401, '{"ErrorCode":"invalid_client","Error":"ClientId is Invalid"}'],
      ],
      [
        'an unknown key',
        { ...key, client_id: 'x' },
        { query: 'grant_type=client_credentials' },
        [401, '{"ErrorCode":"invalid_client","Error":"ClientId is Invalid"}'],
      ],
      [
        'B12: a grant that is not supported',
        key,
        { query: 'grant_type=password' },
        [400, '{"ErrorCode":"invalid_request","Error":"Unsupported grant type : password"}'],
      ],
      [
        'no client',
        {},
        { query: 'grant_type=client_credentials' },
        [400, '{"ErrorCode":"invalid_request","Error":"The request is missing a required parameter : client_id"}'],
      ],
    ];
    for (const [name, form, options, expected] of requests) {
      it(name, async () => assert.deepEqual(answered(await runPolicy(tokenFlow(form, options), seed)), expected));
    }

    it('the client by Basic authentication; a scope that is asked for', async () => {
      const flow = tokenFlow(
        { scope: 'WRITE OTHER' },
        { query: 'grant_type=client_credentials', headers: { Authorization: basic('key-1', 'secret-1') } },
      );
      await runPolicy(flow, seed);
      assert.equal(answerOf(flow).scope, 'WRITE');
    });

    it('without GenerateResponse the flow goes on, and refusals are faults', async () => {
      const plain = seed.replace('<GenerateResponse enabled="true"/>', '');
      const flow = tokenFlow(key, { query: 'grant_type=client_credentials' });
      await runPolicy(flow, plain);
      assert.equal(flow.isRequestEnded, false);
      assert.equal(String(flow.get('oauthv2accesstoken.Gen.access_token')).length, 28);
      const refused = await runPolicy(
        tokenFlow({ ...key, client_secret: 'x' }, { query: 'grant_type=client_credentials' }),
        plain,
      );
      assert.deepEqual(
        [refused?.status, refused?.code, refused?.response],
        [401, 'oauth.v2.InvalidClientIdentifier', undefined],
      );
      const grant = await runPolicy(tokenFlow(key, { query: 'grant_type=x' }), plain);
      assert.deepEqual([grant?.status, grant?.code], [500, 'steps.oauth.v2.UnSupportedGrantType']);
    });

    const states: [name: string, change: (organization: TutorialOrganization) => void][] = [
      ['the key is revoked', (o) => o.changeKey({ status: 'revoked' })],
      ['the key has expired', (o) => o.changeKey({ expiresAt: 5 })],
      ['the app is revoked', (o) => o.changeApp({ status: 'revoked' })],
      [
        'the developer is inactive',
        (o) => o.developers.splice(0, 1, { ...(o.developer('dev-1') as Developer), status: 'inactive' }),
      ],
    ];
    for (const [name, change] of states) {
      it(`no token when ${name}`, async () => {
        const organization = new TutorialOrganization();
        change(organization);
        const fault = await runPolicy(tokenFlow(key, { organization, query: 'grant_type=client_credentials' }), seed);
        assert.equal(fault?.response?.status, 401);
      });
    }

    it('StoreToken=false leaves the token in apigee.access_token; ExternalAccessToken stores it', async () => {
      const organization = new TutorialOrganization();
      const flow = tokenFlow({ ...key, username: 'u', password: 'p', grant_type: 'password' }, { organization });
      await runPolicy(
        flow,
        '<OAuthV2 name="Check"><Operation>GenerateAccessToken</Operation><StoreToken>false</StoreToken><GenerateResponse enabled="false"/></OAuthV2>',
      );
      const text = String(flow.get('apigee.access_token'));
      assert.deepEqual([text.length, organization.tokens.all.length], [28, 0]);
      await runPolicy(
        flow,
        '<OAuthV2 name="Store"><Operation>GenerateAccessToken</Operation><ExternalAccessToken>apigee.access_token</ExternalAccessToken></OAuthV2>',
      );
      assert.deepEqual(
        organization.tokens.all.map(({ accessToken }) => accessToken),
        [text],
      );
    });

    it('attributes are kept with the token, shown unless hidden', async () => {
      const flow = tokenFlow({ ...key, grant_type: 'client_credentials' }, { query: 'team=7' });
      await runPolicy(
        flow,
        allGrants.replace(
          '<GenerateResponse/>',
          '<Attributes><Attribute name="team" ref="request.queryparam.team"/><Attribute name="hidden" display="false">h</Attribute></Attributes><GenerateResponse/>',
        ),
      );
      assert.deepEqual([answerOf(flow).team, answerOf(flow).hidden], ['7', undefined]);
      assert.equal(flow.get('oauthv2accesstoken.Gen.hidden'), 'h');
    });
  });

  describe('api-management 2.6: refresh', () => {
    const refresh =
      '<OAuthV2 name="Ref"><Operation>RefreshAccessToken</Operation><ExpiresIn>1800000</ExpiresIn><GenerateResponse/></OAuthV2>';
    let organization: TutorialOrganization;
    let first: Record<string, string>;
    beforeEach(async () => {
      organization = new TutorialOrganization();
      const flow = tokenFlow({ ...key, grant_type: 'password', username: 'u', password: 'p' }, { organization });
      await runPolicy(flow, allGrants);
      first = answerOf(flow);
    });
    const refreshed = (form: Record<string, string>, xml = refresh, now = 1_000_000) => {
      const flow = tokenFlow({ ...key, grant_type: 'refresh_token', ...form }, { organization, now: () => now });
      return runPolicy(flow, xml).then((fault) => ({ fault, answer: answerOf(flow) }));
    };

    it('password grants give a refresh token, client credentials none', async () => {
      assert.deepEqual(
        [first.refresh_token?.length, first.refresh_token_status, first.refresh_token_issued_at],
        [28, 'approved', '1000000'],
      );
      const flow = tokenFlow({ ...key, grant_type: 'client_credentials' });
      await runPolicy(flow, allGrants);
      assert.equal('refresh_token' in answerOf(flow), false);
    });

    it('gives a new pair and revokes the old one', async () => {
      const { answer } = await refreshed({ refresh_token: first.refresh_token ?? '' });
      assert.deepEqual(
        [answer.refresh_count, answer.expires_in, answer.refresh_token === first.refresh_token],
        ['1', '1799', false],
      );
      assert.equal(organization.token(first.access_token ?? '')?.status, 'revoked');
      assert.equal((await refreshed({ refresh_token: first.refresh_token ?? '' })).fault?.response?.status, 400);
    });

    it('ReuseRefreshToken keeps it good', async () => {
      const again = refresh.replace('<ExpiresIn>', '<ReuseRefreshToken>true</ReuseRefreshToken><ExpiresIn>');
      const one = await refreshed({ refresh_token: first.refresh_token ?? '' }, again);
      const two = await refreshed({ refresh_token: first.refresh_token ?? '' }, again);
      assert.deepEqual([one.answer.refresh_token, two.answer.refresh_count], [first.refresh_token, '2']);
    });

    it('B14 and the refusals', async () => {
      const text = async (form: Record<string, string>) => answered((await refreshed(form)).fault);
      assert.deepEqual(await text({}), [
        400,
        '{"ErrorCode":"invalid_request","Error":"Required param : refresh_token"}',
      ]);
      assert.deepEqual(await text({ refresh_token: 'x' }), [
        400,
        '{"ErrorCode":"invalid_request","Error":"Invalid Refresh Token"}',
      ]);
      const [token] = organization.tokens.all as [AccessToken];
      organization.changeToken(token.accessToken, { refreshTokenExpiresAt: 999_999 });
      assert.deepEqual(await text({ refresh_token: token.refreshToken }), [
        400,
        '{"ErrorCode":"invalid_request","Error":"Refresh Token expired"}',
      ]);
    });
  });

  describe('api-management 2.6: authorization code', () => {
    const codePolicy =
      '<OAuthV2 name="Code"><Operation>GenerateAuthorizationCode</Operation><GenerateResponse/></OAuthV2>';
    const callback = 'https://app.example.com/callback';
    const authorize = async (query: string, organization = new TutorialOrganization(), xml = codePolicy) => {
      const flow = testFlow({ query, organization });
      const fault = await runPolicy(flow, xml);
      return { fault, flow, location: new URL(flow.response?.headers.get('Location') ?? 'none:') };
    };

    it('redirects with a code that is good once', async () => {
      const organization = new TutorialOrganization();
      const { flow, location } = await authorize(
        `response_type=code&client_id=key-1&state=s%201&scope=READ&redirect_uri=${callback}`,
        organization,
      );
      assert.deepEqual(
        [flow.response?.status, location.searchParams.get('state'), location.searchParams.get('scope')],
        [302, 's 1', 'READ'],
      );
      const form = {
        ...key,
        grant_type: 'authorization_code',
        code: location.searchParams.get('code') ?? '',
        redirect_uri: callback,
      };
      const first = tokenFlow(form, { organization });
      await runPolicy(first, allGrants);
      assert.deepEqual([answerOf(first).scope, answerOf(first).refresh_token?.length], ['READ', 28]);
      assert.match(
        String((await runPolicy(tokenFlow(form, { organization }), allGrants))?.response?.content),
        /Invalid Authorization Code/,
      );
    });

    it('another redirect_uri, or none, is refused', async () => {
      for (const [form, text] of [
        [{ redirect_uri: 'https://evil.example/' }, /Invalid redirect_uri : https:\/\/evil/],
        [{}, /Required param : redirect_uri/],
      ] as const) {
        const organization = new TutorialOrganization();
        const { location } = await authorize(
          `response_type=code&client_id=key-1&redirect_uri=${callback}`,
          organization,
        );
        const flow = tokenFlow(
          { ...key, grant_type: 'authorization_code', code: location.searchParams.get('code') ?? '', ...form },
          { organization },
        );
        assert.match(String((await runPolicy(flow, allGrants))?.response?.content), text);
      }
    });

    const bad: [query: string, expected: RegExp][] = [
      ['client_id=key-1', /The request is missing a required parameter : response_type/],
      ['response_type=token&client_id=key-1', /Response type must be code/],
      ['response_type=code', /client_id/],
      ['response_type=code&client_id=x', /ClientId is Invalid/],
      [
        'response_type=code&client_id=key-1&redirect_uri=https://evil.example/',
        /Invalid redirect_uri : https:\/\/evil.example\//,
      ],
    ];
    for (const [query, expected] of bad) {
      it(`refuses ${query}`, async () =>
        assert.match(String((await authorize(query)).fault?.response?.content), expected));
    }

    it('the implicit grant puts the token into the fragment', async () => {
      const organization = new TutorialOrganization();
      const xml =
        '<OAuthV2 name="Imp"><Operation>GenerateAccessTokenImplicitGrant</Operation><GenerateResponse/></OAuthV2>';
      const { flow, location } = await authorize('response_type=token&client_id=key-1', organization, xml);
      const token = new URLSearchParams(location.hash.slice(1)).get('access_token') ?? '';
      assert.deepEqual([flow.response?.status, organization.token(token) !== undefined], [302, true]);
    });
  });

  describe('api-management 2.6: VerifyAccessToken', () => {
    let organization: TutorialOrganization;
    let token: string;
    beforeEach(async () => {
      organization = new TutorialOrganization();
      const flow = tokenFlow({ ...key, grant_type: 'client_credentials' }, { organization });
      await runPolicy(flow, allGrants);
      token = answerOf(flow).access_token ?? '';
    });
    const check = async (options: FlowOptions = {}, xml = verify) => {
      const flow = testFlow({ organization, headers: { Authorization: `Bearer ${token}` }, ...options });
      const fault = await runPolicy(flow, xml);
      return { fault, flow };
    };

    it('lets a good token pass, tells of it and leaves the header', async () => {
      const { fault, flow } = await check();
      assert.equal(fault, undefined);
      const names = [
        'client_id',
        'developer.email',
        'developer.app.name',
        'apiproduct.developer.quota.limit',
        'scope',
        'app.color',
      ];
      assert.deepEqual(
        names.map((name) => flow.get(name)),
        ['key-1', 'nikolai@example.com', 'Weather App', '10', 'READ WRITE', 'blue'],
      );
      assert.equal(flow.request.headers.get('Authorization'), `Bearer ${token}`);
    });

    const product = (change: Partial<Product>) => () => organization.changeProduct(change);
    const rows: [
      name: string,
      options: FlowOptions,
      change: () => void,
      expected: [number, string, string] | undefined,
    ][] = [
      [
        'B7: an unknown token',
        { headers: { Authorization: 'Bearer wrong' } },
        () => {},
        [401, 'Invalid Access Token', 'keymanagement.service.invalid_access_token'],
      ],
      ['B8: no header', { headers: {} }, () => {}, [401, 'Invalid access token', 'oauth.v2.InvalidAccessToken']],
      [
        'another scheme',
        { headers: { Authorization: 'Basic eA==' } },
        () => {},
        [401, 'Invalid access token', 'oauth.v2.InvalidAccessToken'],
      ],
      [
        'B9: after its time',
        { now: () => 1_000_000 + 3_600_000 },
        () => {},
        [401, 'Access Token expired', 'keymanagement.service.access_token_expired'],
      ],
      ['just before', { now: () => 1_000_000 + 3_599_999 }, () => {}, undefined],
      [
        'a revoked one',
        {},
        () => organization.changeToken(token, { status: 'revoked' }),
        [401, 'Access Token not approved', 'keymanagement.service.access_token_not_approved'],
      ],
      [
        'B15: a revoked key',
        {},
        () => organization.changeKey({ status: 'revoked' }),
        [401, 'Access Token not approved', 'keymanagement.service.access_token_not_approved'],
      ],
      [
        'B16: a product without the proxy',
        {},
        product({ proxies: ['other'] }),
        [
          401,
          'Invalid API call as no apiproduct match found',
          'keymanagement.service.InvalidAPICallAsNoApiProductMatchFound',
        ],
      ],
      [
        'a product of another environment',
        {},
        product({ environments: ['prod'] }),
        [
          401,
          'Invalid API call as no apiproduct match found',
          'keymanagement.service.InvalidAPICallAsNoApiProductMatchFound',
        ],
      ],
      [
        'a product without the path',
        {},
        product({ apiResources: ['/other'] }),
        [401, 'APIResource /forecastrss does not exist', 'keymanagement.service.apiresource_doesnot_exist'],
      ],
      ['path patterns: /**', { pathSuffix: '/a/b' }, product({ apiResources: ['/**'] }), undefined],
      ['path patterns: / is all', { pathSuffix: '/a/b' }, product({ apiResources: ['/'] }), undefined],
      [
        'path patterns: /* is one level',
        { pathSuffix: '/a/b' },
        product({ apiResources: ['/*'] }),
        [401, 'APIResource /a/b does not exist', 'keymanagement.service.apiresource_doesnot_exist'],
      ],
      [
        'path patterns: {x} is one element',
        { pathSuffix: '/a/1/b' },
        product({ apiResources: ['/a/{id}/b'] }),
        undefined,
      ],
    ];
    for (const [name, options, change, expected] of rows) {
      it(name, async () => {
        change();
        const { fault } = await check(options);
        assert.deepEqual(fault && [fault.status, fault.message, fault.code], expected);
      });
    }

    it('any one of the scopes is enough', async () => {
      const scoped = (scope: string) => verify.replace('</OAuthV2>', `<Scope>${scope}</Scope></OAuthV2>`);
      assert.equal((await check({}, scoped('NONE READ'))).fault, undefined);
      const { fault } = await check({}, scoped('A B'));
      assert.deepEqual(
        [fault?.status, fault?.message, fault?.code],
        [403, 'Required scope(s) : A B', 'steps.oauth.v2.InsufficientScope'],
      );
    });

    it('the token in a variable, another prefix', async () => {
      assert.equal(
        (
          await check(
            { headers: {}, query: `t=${token}` },
            verify.replace('</OAuthV2>', '<AccessToken>request.queryparam.t</AccessToken></OAuthV2>'),
          )
        ).fault,
        undefined,
      );
      assert.equal(
        (
          await check(
            { headers: { Authorization: `KEY ${token}` } },
            verify.replace('</OAuthV2>', '<AccessTokenPrefix>KEY</AccessTokenPrefix></OAuthV2>'),
          )
        ).fault,
        undefined,
      );
    });

    it('B18: with GenerateResponse the request ends here', async () => {
      const { flow } = await check({}, verify.replace('</OAuthV2>', '<GenerateResponse enabled="true"/></OAuthV2>'));
      assert.deepEqual([flow.isRequestEnded, flow.response?.status], [true, 200]);
    });

    it('InvalidateToken ends the pair, ValidateToken brings it back', async () => {
      const xml = (operation: string) =>
        `<OAuthV2 name="Inv"><Operation>${operation}</Operation><Tokens><Token type="accesstoken" cascade="true">request.queryparam.t</Token></Tokens></OAuthV2>`;
      await check({ query: `t=${token}` }, xml('InvalidateToken'));
      assert.equal((await check()).fault?.message, 'Access Token not approved');
      await check({ query: `t=${token}` }, xml('ValidateToken'));
      assert.equal((await check()).fault, undefined);
    });

    it('signed tokens: checked by key and time', async () => {
      const parts = '<Algorithm>HS256</Algorithm><SecretKey><Value ref="private.key"/></SecretKey></OAuthV2>';
      const flow = tokenFlow({ ...key, grant_type: 'client_credentials' }, { organization, now: () => Date.now() });
      flow.set('private.key', 'k'.repeat(32));
      await runPolicy(
        flow,
        `<OAuthV2 name="Gen"><Operation>GenerateJWTAccessToken</Operation><GenerateResponse/>${parts}`,
      );
      token = answerOf(flow).access_token ?? '';
      assert.equal(token.split('.').length, 3);
      const checked = async (secret: string) => {
        const one = testFlow({ organization, headers: { Authorization: `Bearer ${token}` }, now: () => Date.now() });
        one.set('private.key', secret);
        return runPolicy(one, `<OAuthV2 name="V"><Operation>VerifyJWTAccessToken</Operation>${parts}`);
      };
      assert.equal(await checked('k'.repeat(32)), undefined);
      assert.equal((await checked('x'.repeat(32)))?.message, 'Invalid Access Token');
    });
  });

  it('an unknown operation is refused at deploy, one without is inferred', async () => {
    await assert.rejects(
      runPolicy(testFlow(), '<OAuthV2 name="x"><Operation>Nothing</Operation></OAuthV2>'),
      /knows no operation Nothing/,
    );
    await assert.rejects(runPolicy(testFlow(), '<OAuthV2 name="x"/>'), /needs an <Operation>/);
    const flow = tokenFlow({ ...key, grant_type: 'client_credentials' });
    await runPolicy(
      flow,
      '<OAuthV2 name="x"><SupportedGrantTypes><GrantType>client_credentials</GrantType></SupportedGrantTypes><GenerateResponse/></OAuthV2>',
    );
    assert.equal(flow.response?.status, 200);
  });
});
