import assert from 'node:assert/strict';
import { demo } from '../../runtime/index.js';

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
    assert.ok(!/Bearer [\w.-]{16}|eyJ/.test(told));
  });
});
