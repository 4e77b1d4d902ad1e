import assert from 'node:assert/strict';
import { call, callerToken, Management, publishedSequence } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { ProtectedBackend } from './protected-backend.js';

const callers = 1000;

for (const sequence of ['simple-token-gen', 'simple-token-gen-cached'] as const) {
  describe(`${callers} concurrent callers of an API with ${sequence}`, () => {
    let backend: ProtectedBackend;
    let server: MediantProcess;
    let token: string;

    before(async function () {
      this.timeout(60_000);
      backend = await ProtectedBackend.start();
      server = await MediantProcess.start();
      const management = await Management.open(server, 'v3');
      const api = await management.publishApi(backend.backendUrl);
      token = await callerToken(server, await management.subscribe(api));
      await management.bindInFlow(api, publishedSequence(sequence, backend));
    });

    after(async () => {
      await server?.stop();
      backend?.stop();
    });

    it('every caller gets its own answer', async function () {
      this.timeout(60_000);
      const url = `${server.url('gateway')}/pizza/1.0.0/order`;
      const results = await Promise.all(
        Array.from({ length: callers }, async (_, id) => {
          const body = JSON.stringify({ id, filler: 'x'.repeat(id % 300) });
          const headers = {
            Authorization: `Bearer ${token}`,
            'Content-Type': 'application/json',
            'X-Caller-Id': String(id),
          };
          const answer = await call('POST', url, { headers, body });
          return {
            right: answer.status === 200 && answer.body.id === String(id) && answer.body.body === body,
            answer,
          };
        }),
      );
      const wrong = results.filter(({ right }) => !right);
      assert.equal(
        wrong.length,
        0,
        `${wrong.length} wrong, the first: ${wrong[0]?.answer.status} ${wrong[0]?.answer.text}`,
      );
    });
  });
}
