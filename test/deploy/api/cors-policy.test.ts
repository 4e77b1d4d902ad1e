import assert from 'node:assert/strict';
import { addCorsHeaders, type CorsPolicy, runCorsPolicy } from '../../../runtime/deploy/api/cors-policy.js';
import { messageOf } from '../../message/fixture.js';

async function allowed(entry: string, origin: string): Promise<string | undefined> {
  const policy: CorsPolicy = {
    origins: [entry],
    methods: undefined,
    headers: '',
    credentials: false,
    maxAge: undefined,
  };
  const message = messageOf({ headers: { Origin: origin } });
  await runCorsPolicy(message, policy, [], async () => undefined);
  addCorsHeaders(message);
  return message.headers.text('Access-Control-Allow-Origin');
}

describe('api-management 1.20: origins of an API', () => {
  const rows: [entry: string, origin: string, isAllowed: boolean][] = [
    ['https://app.example', 'https://app.example', true],
    ['https://app.example', 'https://app.example.org', false],
    ['https://*.example', 'https://a.b.example', true],
    ['https://*.example', 'https://example', false],
    ['https://*.example', 'https://evil.example.org', false],
    ['https://*.example', 'https://aXexample', false],
    ['https://app*', 'https://app:8443', true],
    ['*.example', 'http://x.example', true],
    ['https://*.a.*.b', 'https://1.a.2.a.3.b', true],
    ['https://*.a.*.b', 'https://1.a.b', false],
    ['https://*aa*a', 'https://aa', false],
  ];
  for (const [entry, origin, isAllowed] of rows) {
    it(`${origin} ${isAllowed ? 'fits' : 'does not fit'} ${entry}`, async () => {
      assert.equal(await allowed(entry, origin), isAllowed ? origin : undefined);
    });
  }

  it('an origin of many stars is compared in one pass', async () => {
    assert.equal(await allowed(`${'*a'.repeat(30)}b`, 'a'.repeat(10_000)), undefined);
  });
});
