import assert from 'node:assert/strict';
import { demo } from '../../runtime/index.js';

/** What the third part has to tell (api-management 4.2 B1, B3 to B8). */
const tutorial = [
  /POST \S+\/apis\/oauth\/deployments\?\S+\n {3}← 200 .*"state":"deployed"/,
  /<Operation>VerifyAccessToken<\/Operation>\n {5}<\/OAuthV2>\n {3}← 201 /,
  /Read the key of the app\n.*\n {3}← 200 .*"consumerKey":"\w{32}"/,
  /POST https:\S+\/accesstoken\?grant_type=client_credentials\n {5}.*"client_secret":"\*\*\*".*\n {3}← 200 /,
  /The weather without a token\n.*\n {3}← 401 .*"oauth\.v2\.InvalidAccessToken"/,
  /With a wrong one\n.*\n {3}← 401 .*"keymanagement\.service\.invalid_access_token"/,
  /With the token: RSS became JSON\n.*\n {3}← 200 \{"rss":.*Palo Alto/,
];

describe('product 1: the demonstration', () => {
  it('tells each of its parts to the end, on real HTTP, without a secret', async function () {
    this.timeout(60_000);
    let told = '';
    const succeeded = await demo({
      keep: false,
      print: (text) => {
        told += text;
      },
    });
    assert.equal(succeeded, true, told);
    assert.match(told, /401 \{"error":"missing_credentials"\}/);
    assert.match(told, /The sequence fetched a token for each call \(2 token calls\)/);
    assert.match(told, /… and 19 times more: 1 token call for 20 requests/);
    assert.match(told, /one 401 of the backend, one new token, one replay \(2 token calls in all\)/);
    assert.match(told, /"clientSecret": "\*\*\*"/);
    for (const line of tutorial) assert.match(told, line);
    assert.ok(!/Bearer [\w.-]{16}|eyJ/.test(told));
  });
});
