import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MediantProcess } from './mediant-process.js';

/** One part of a body, sent again and again. */
const part = Buffer.alloc(50_000, 'Mediant ');

function* parts(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= part.length) yield left < part.length ? part.subarray(0, left) : part;
}

/** Length and hash of a body, that of an upload by the backend. */
async function fingerprint(body: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha1');
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    hash.update(chunk);
  }
  return `${length} ${hash.digest('hex')}`;
}

/** Memory of a process in kB by a line of /proc: `VmRSS` as it is, `VmHWM` the most it was. */
function memory(pid: number | undefined, line: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

// Linux alone tells the most memory that another process has held.
if (process.platform === 'linux') {
  describe('a body that nobody looks at takes little memory (message-model 4.1)', function () {
    this.timeout(60_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'mediant-test-'));
    let server: MediantProcess;
    const backend = http.createServer(async (request, response) => {
      if (request.method === 'POST') response.end(await fingerprint(request));
      else await pipeline(Readable.from(parts(Number(request.url?.slice(1)))), response);
    });

    before(async () => {
      await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
      const { port } = backend.address() as AddressInfo;
      writeFileSync(
        path.join(folder, 'files.xml'),
        `<api xmlns="http://ws.apache.org/ns/synapse" name="files" context="/files"><resource methods="GET POST" uri-template="/*"><inSequence><call><endpoint><address uri="http://127.0.0.1:${port}"/></endpoint></call><respond/></inSequence></resource></api>`,
      );
    });

    // A server for each way: what one body has taken, another one has without asking.
    beforeEach(async () => {
      server = await MediantProcess.start(['--deploy', folder]);
      // Code and connections are there before memory is looked at; bodies of this size leave none behind.
      for (let round = 0; round < 100; round++) for (const way of [up, down]) await way(20_000);
    });

    afterEach(() => server?.stop());

    after(() => {
      backend.close();
      rmSync(folder, { recursive: true });
    });

    async function ask(path: string, method: string, body: Readable): Promise<http.IncomingMessage> {
      const request = http.request(`${server.url('gateway')}/files/${path}`, { method });
      const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
        request.on('response', resolve).on('error', reject);
      });
      await pipeline(body, request);
      return answered;
    }

    async function up(bytes: number): Promise<string> {
      const answer = await ask('', 'POST', Readable.from(parts(bytes)));
      return Buffer.concat(await answer.toArray()).toString();
    }

    async function down(bytes: number): Promise<string> {
      return fingerprint(await ask(String(bytes), 'GET', Readable.from([])));
    }

    for (const [name, way] of Object.entries({ 'client to backend': up, 'backend to client': down })) {
      it(`100 MB, ${name}: less than 20 MB`, async () => {
        // From here on the most memory counts anew.
        writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
        const before = memory(server.pid, 'VmRSS');
        assert.equal(await way(100_000_000), await fingerprint(Readable.from(parts(100_000_000))));
        const growth = (memory(server.pid, 'VmHWM') - before) / 1024;
        assert.ok(growth < 20, `${growth.toFixed(1)} MB more`);
      });
    }
  });
}
