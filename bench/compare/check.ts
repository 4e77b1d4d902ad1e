/** Requests whose answers are compared in full. */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Request, Scenario, Variant } from './scenarios.js';

export interface Place {
  readonly port: number;
  readonly path: string;
}

export interface Cell extends Place {
  readonly scenario: Scenario;
  /** Bytes of the request body. */
  readonly size: number;
}

/** An answer with the bytes it took on the wire, head included. */
type Received = Answer & { readonly wire: number };

/** Milliseconds that an answer may take. */
const patience = 60_000;

function send({ port, path }: Place, request: Request, agent: http.Agent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const { method, body } = request;
    const headers = body === '' ? request.headers : { ...request.headers, 'Content-Length': Buffer.byteLength(body) };
    let before = 0;
    const sent = http.request({ host: '127.0.0.1', port, path, method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const wire = (sent.socket?.bytesRead ?? 0) - before;
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, wire });
      });
    });
    sent.once('socket', (socket) => {
      before = socket.bytesRead;
    });
    sent.setTimeout(patience, () => sent.destroy(new Error(`no answer in ${patience} ms`)));
    sent.once('error', reject).end(body);
  });
}

const verdict = (variant: Variant, answer: Answer, request: Request): string | undefined =>
  answer.status === 200 ? variant.check(answer, request) : `status ${answer.status}: ${answer.body.slice(0, 200)}`;

/** How often a request is sent before what the backend shows counts. */
const attempts = 5;

/** Gives the body of an answer of the backend to a GET. */
type Control = (path: string) => Promise<string>;

/**
 * Sends each request of the scenario and checks the answer and what the backend got.
 * @returns what is wrong, or the bytes of one right answer
 */
export async function verify(cell: Cell, backendPort: number): Promise<{ wrong: string } | { wire: number }> {
  const agent = new http.Agent({ keepAlive: true });
  const get: Request = { method: 'GET', headers: {}, body: '' };
  const control: Control = async (path) => (await send({ port: backendPort, path }, get, agent)).body;
  await control('/__record/on');
  try {
    const { scenario } = cell;
    const wire = await verifyVariant(cell, scenario, control, agent);
    if (scenario.other) await verifyVariant(cell, scenario.other, control, agent);
    return { wire };
  } catch (error) {
    return { wrong: (error as Error).message };
  } finally {
    await control('/__record/off');
    agent.destroy();
  }
}

/** @returns the bytes of the answer @throws Error saying what is wrong */
async function verifyVariant(cell: Cell, variant: Variant, control: Control, agent: http.Agent): Promise<number> {
  const request = variant.request(cell.size);
  for (let attempt = 1; ; attempt++) {
    const answer = await send(cell, request, agent);
    const problem = verdict(variant, answer, request);
    if (problem !== undefined) throw new Error(problem);
    const other = backendVerdict(variant, await control('/__last'), request);
    if (other === undefined) return answer.wire;
    if (attempt === attempts) throw new Error(other);
    // It may be one of the requests that the load before has left under way.
    await sleep(3000);
  }
}

function backendVerdict(variant: Variant, last: string, request: Request): string | undefined {
  const end = last.indexOf('\r\n\r\n');
  return variant.backend?.({ head: last.slice(0, end), body: last.slice(end + 4) }, request);
}

export interface Probed {
  right: number;
  wrong: number;
  /** The first thing that was wrong. */
  why: string | undefined;
}

/** Sends a checked request every 100 ms until the function that it returns is called. */
export function probe(cell: Cell): () => Promise<Probed> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const request = cell.scenario.request(cell.size);
  const seen: Probed = { right: 0, wrong: 0, why: undefined };
  let going = true;
  const once = async (): Promise<void> => {
    const problem = await send(cell, request, agent).then(
      (answer) => verdict(cell.scenario, answer, request),
      (error: Error) => error.message,
    );
    if (problem === undefined) seen.right++;
    else seen.wrong++;
    seen.why ??= problem;
  };
  const done = (async () => {
    while (going) {
      await once();
      await sleep(100);
    }
    agent.destroy();
  })();
  return async () => {
    going = false;
    await done;
    return seen;
  };
}
