import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { usualAlgorithm } from '../../runtime/outbound-oauth/assertion.js';
import { tokenForm } from '../../runtime/outbound-oauth/token-form.js';
import { keyOf, type TokenRequest, tokenExchange } from '../../runtime/outbound-oauth/token-request.js';
import { credentials } from './harness.js';

const url = 'https://as.example/token';
const odd = 'a b&c=d+e%20ü';
const encodedOdd = 'a+b%26c%3Dd%2Be%2520%C3%BC';
const form = { kind: 'form' } as const;

describe('api-management 1.16: the token request', () => {
  const bodies: [name: string, given: Partial<TokenRequest>, expected: string][] = [
    ['client credentials', {}, 'grant_type=client_credentials'],
    [
      'password, values encoded',
      { grant: 'password', username: odd, password: odd },
      `grant_type=password&username=${encodedOdd}&password=${encodedOdd}`,
    ],
    ['refresh token', { grant: 'refresh_token', refreshToken: 'r+1' }, 'grant_type=refresh_token&refresh_token=r%2B1'],
    [
      'token exchange (RFC 8693)',
      { grant: tokenExchange, subjectToken: 's.t', subjectTokenType: 'urn:x:jwt' },
      `grant_type=${encodeURIComponent(tokenExchange)}&subject_token=s.t&subject_token_type=urn%3Ax%3Ajwt`,
    ],
    [
      'token exchange, the type as a parameter',
      { grant: tokenExchange, subjectToken: 's', subjectTokenType: 'x', parameters: [['subject_token_type', 'y']] },
      `grant_type=${encodeURIComponent(tokenExchange)}&subject_token=s&subject_token_type=y`,
    ],
    [
      'the client in the form',
      { authentication: form, clientSecret: odd },
      `grant_type=client_credentials&client_id=id&client_secret=${encodedOdd}`,
    ],
    [
      'parameters, encoded, names too',
      {
        parameters: [
          ['scope', 'a b'],
          ['sc&ope', 'c'],
        ],
      },
      'grant_type=client_credentials&scope=a+b&sc%26ope=c',
    ],
  ];
  for (const [name, given, expected] of bodies) {
    it(name, async () => assert.equal((await tokenForm(credentials(url, given))).body, expected));
  }

  const kept: [name: string, given: Partial<TokenRequest>, expected: string][] = [
    ['an escape in a parameter', { parameters: [['scope', 'a%20b']] }, 'scope=a%20b'],
    ['a plus in a parameter', { parameters: [['scope', 'a+b']] }, 'scope=a+b'],
    ['an escape beside a blank', { parameters: [['scope', 'a%20b c']] }, 'scope=a%2520b+c'],
    ['a blank', { parameters: [['scope', 'a b']] }, 'scope=a+b'],
    ['a percent sign that is no escape', { parameters: [['scope', '100%']] }, 'scope=100%25'],
    ['an escape in a secret', { authentication: form, clientSecret: 'a%2Bb' }, 'client_id=id&client_secret=a%2Bb'],
    ['a plus in a secret', { authentication: form, clientSecret: 'a+b' }, 'client_id=id&client_secret=a%2Bb'],
    ['an ampersand in a secret', { authentication: form, clientSecret: 'a&b' }, 'client_id=id&client_secret=a%26b'],
  ];
  for (const [name, given, expected] of kept) {
    it(`artifacts 3.7: a value that was written encoded goes out as it is: ${name}`, async () => {
      const { body } = await tokenForm(credentials(url, { ...given, keepsEncoded: true }));
      assert.equal(body, `grant_type=client_credentials&${expected}`);
    });
  }

  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  const headers: [name: string, given: Partial<TokenRequest>, expected: Record<string, string>][] = [
    ['Basic, id and secret as they are', { clientSecret: 's:&' }, { Authorization: basic('id:s:&') }],
    [
      'Basic, encoded (RFC 6749 2.3.1)',
      { clientSecret: 's:& ', authentication: { kind: 'basic', encoded: true } },
      { Authorization: basic('id:s%3A%26+') },
    ],
    ['no Basic beside a client in the form', { authentication: form }, {}],
    [
      'headers; those of the call itself win',
      {
        headers: [
          ['X-T', 't'],
          ['content-type', 'x'],
          ['AUTHORIZATION', 'x'],
          ['Host', 'x'],
        ],
      },
      { 'X-T': 't', Authorization: basic('id:secret') },
    ],
    [
      'an Authorization of one’s own where the client is in the form',
      { authentication: form, headers: [['Authorization', 'x']] },
      { Authorization: 'x' },
    ],
  ];
  for (const [name, given, expected] of headers) {
    it(name, async () => {
      const pairs = (await tokenForm(credentials(url, given))).headers;
      const found = Object.fromEntries(
        pairs.flatMap((text, index) => (index % 2 ? [] : [[text, pairs[index + 1] as string]])),
      );
      const common = { Host: 'as.example', 'Content-Type': 'application/x-www-form-urlencoded' };
      assert.deepEqual(found, { ...common, ...expected });
      assert.equal(pairs.length, 2 * Object.keys(found).length);
    });
  }

  const keys = [
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'prime256v1' })],
    ['ES384', generateKeyPairSync('ec', { namedCurve: 'secp384r1' })],
    ['EdDSA', generateKeyPairSync('ed25519')],
  ] as const;
  for (const [algorithm, { privateKey }] of keys) {
    it(`private_key_jwt (RFC 7523), ${algorithm}: signed, for this endpoint, for a minute, once`, async () => {
      assert.equal(usualAlgorithm(privateKey), algorithm);
      const assertion = { key: privateKey, algorithm, keyId: 'k1', audience: undefined };
      const request = credentials(url, { authentication: { kind: 'private_key_jwt', assertion } });
      const [one, other] = await Promise.all([tokenForm(request), tokenForm(request)]);
      const sent = Object.fromEntries(new URLSearchParams(one.body));
      assert.equal(sent.client_assertion_type, 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      const { payload, protectedHeader } = await jwtVerify(sent.client_assertion ?? '', createPublicKey(privateKey), {
        issuer: 'id',
        subject: 'id',
        audience: url,
        requiredClaims: ['jti', 'iat', 'exp'],
      });
      assert.equal(protectedHeader.kid, 'k1');
      assert.equal(Number(payload.exp) - Number(payload.iat), 60);
      assert.notEqual(new URLSearchParams(other.body).get('client_assertion'), sent.client_assertion);
      assert.ok(!one.headers.includes('Authorization') && !one.body.includes('client_secret'));
    });
  }
});

describe('api-management 3.11 rule 1: what shapes a token names it', () => {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const assertion = { key: pair(), algorithm: 'ES256', keyId: undefined, audience: undefined };
  const signed = (more: object = {}): Partial<TokenRequest> => ({
    authentication: { kind: 'private_key_jwt', assertion: { ...assertion, ...more } },
  });
  const variants: [name: string, given: Partial<TokenRequest>][] = [
    ['grant', { grant: 'password' }],
    ['token URL', { tokenUrl: `${url}2` }],
    ['client id', { clientId: 'id2' }],
    ['secret', { clientSecret: 'secret2' }],
    ['user', { username: 'u' }],
    ['password', { password: 'p' }],
    ['refresh token', { refreshToken: 'r' }],
    ['caller', { subjectToken: 's' }],
    ['scope', { parameters: [['scope', 'a']] }],
    ['another scope', { parameters: [['scope', 'b']] }],
    ['a header', { headers: [['scope', 'a']] }],
    ['client in the form', { authentication: form }],
    ['Basic, encoded', { authentication: { kind: 'basic', encoded: true } }],
    ['a key', signed()],
    ['another key', signed({ key: pair() })],
    ['a key with an id', signed({ keyId: 'k' })],
    ['a key for another audience', signed({ audience: 'x' })],
  ];
  it('each of them makes another key, and nothing else does', () => {
    const all = variants.map(([, given]) => keyOf('owner', credentials(url, given)));
    all.push(
      keyOf('owner', credentials(url)),
      keyOf('other', credentials(url)),
      keyOf('owner', credentials(url), ['x']),
    );
    assert.equal(new Set(all).size, variants.length + 3);
    assert.equal(keyOf('owner', credentials(url)), keyOf('owner', credentials(url)));
    assert.equal(keyOf('owner', credentials(url, signed())), keyOf('owner', credentials(url, signed())));
  });

  it('shows no secret', () => {
    assert.match(keyOf('owner', credentials(url)), /^[\w-]{43}$/);
  });
});
