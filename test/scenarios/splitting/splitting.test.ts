import assert from 'node:assert/strict';
import http from 'node:http';
import type { Census } from './census.js';
import { EchoBackend } from './echo-backend.js';
import { abandoned, answering, artifacts, type Flow, hanging, jsonBody, limited, xmlBody } from './flows.js';
import { Gateway } from './gateway.js';

const messages = 1000;
/** More than compiled code and kept connections take, and less than anything that is kept of a message. */
const bytesEach = 500;

describe(`${messages} messages at once through mediators that split`, function () {
  this.timeout(120_000);
  let backend: EchoBackend;
  let gateway: Gateway;
  /** After the first flow, with the number of messages since. */
  let heap: { readonly bytes: number; messages: number } | undefined;

  before(async () => {
    backend = await EchoBackend.start();
    gateway = await Gateway.start(artifacts(backend.url));
    // What each flow needs is compiled before the heap is looked at, so that it is not taken for what a message leaves.
    for (const flow of answering)
      for (let round = 0; round < 4; round++) await Promise.all(each((id) => post(gateway, flow, id).answer, 100));
  });

  after(async () => {
    await gateway?.stop();
    backend?.stop();
  });

  async function assertNothingStays(): Promise<void> {
    const { heap: bytes, ...left } = await gateway.censusAtRest();
    assert.deepEqual(left, {
      exchanges: 0,
      messages: 0,
      payloads: 0,
      groups: 0,
      connections: 0,
      timers: 0,
    } satisfies Omit<Census, 'heap'>);
    heap ??= { bytes, messages: 0 };
    const since = heap.messages;
    heap.messages += messages;
    const limit = since * bytesEach;
    assert.ok(bytes - heap.bytes <= limit, `${bytes - heap.bytes} bytes more after ${since} messages`);
  }

  for (const flow of [...answering, ...hanging]) {
    it(`${flow.rule}: each message gets its own answer, and nothing of it stays`, async () => {
      const answers = await Promise.all(each((id) => post(gateway, flow, id).answer));
      const wrong = answers.filter((text, id) => !isRight(flow, text, id));
      assert.equal(wrong.length, 0, `${wrong.length} wrong, the first: ${wrong[0]}`);
      await assertNothingStays();
    });
  }

  for (const flow of abandoned) {
    it(`${flow.rule}: clients that go away leave nothing when the branches have ended by their time`, async () => {
      const clients = each((id) => post(gateway, flow, id));
      await until(() => backend.waiting.size >= messages);
      for (const { request } of clients) request.destroy();
      await Promise.all(clients.map(({ answer }) => answer));
      await until(() => backend.waiting.size === 0);
      await assertNothingStays();
    });
  }

  it(`${limited.rule} come back from clients that go away`, async () => {
    for (let round = 0; round < 2; round++) {
      const clients = [0, 1, 2, 3, 4].map((id) => post(gateway, limited, id));
      await until(() => backend.waiting.size === 5);
      assert.equal(await post(gateway, limited, 5).answer, 'busy');
      for (const { request } of clients) request.destroy();
      await until(() => backend.waiting.size === 0);
      await assertNothingStays();
    }
  });
});

const each = <Value>(make: (id: number) => Value, length = messages): Value[] =>
  Array.from({ length }, (_, id) => make(id));

function isRight(flow: Flow, text: string, id: number): boolean {
  try {
    return flow.right(text, id);
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

interface Client {
  readonly request: http.ClientRequest;
  /** Body of the answer, or what went wrong. */
  readonly answer: Promise<string>;
}

/** Sends a message on a connection of its own. */
function post({ port }: Gateway, { name, xml }: Flow, id: number): Client {
  const headers = { 'Content-Type': xml ? 'application/xml' : 'application/json' };
  const options = { agent: false, host: '127.0.0.1', port, path: `/${name}`, method: 'POST', headers } as const;
  const request = http.request(options);
  const answer = new Promise<string>((resolve) => {
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('close', () => resolve(text));
    });
    request.on('error', (error) => resolve(error.message));
  });
  request.end(xml ? xmlBody(id) : jsonBody(id));
  return { request, answer };
}
