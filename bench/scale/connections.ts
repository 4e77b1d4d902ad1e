/** Keep-alive connections on which nothing happens. */
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { warm } from '../compare/load.js';
import { cpuMs, residentMb } from '../compare/proc.js';
import { scenarios } from '../compare/scenarios.js';
import { type Running, startBackend } from '../compare/servers.js';
import { fixed, table } from '../compare/tables.js';
import { copyConfigs } from '../peers/synapse.js';
import { heapAfterCollection } from './heap.js';
import type { ScaleOptions } from './options.js';
import type { Part } from './results.js';
import { checked, conditions, contenderTable, measureInTurns, startMediant, wrongOf } from './stage.js';

/** One client's connection, which asks for a path again and again. */
class Connection {
  readonly #socket: net.Socket;
  #answer: ((right: boolean) => void) | undefined;
  #text = '';
  closed = false;

  constructor(
    private readonly port: number,
    private readonly path: string,
  ) {
    this.#socket = net.connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (data) => this.#take(data.toString('latin1')));
    this.#socket
      .on('error', () => {})
      .on('close', () => {
        this.closed = true;
        this.#answer?.(false);
      });
  }

  /** @returns whether a whole answer with status 200 came */
  ask(): Promise<boolean> {
    if (this.closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#answer = (right) => {
        this.#answer = undefined;
        resolve(right);
      };
      this.#text = '';
      this.#socket.write(`GET ${this.path} HTTP/1.1\r\nHost: 127.0.0.1:${this.port}\r\n\r\n`);
    });
  }

  #take(data: string): void {
    this.#text += data;
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/^content-length: (\d+)/im.exec(this.#text.slice(0, end))?.[1] ?? Number.NaN);
    if (this.#text.length - end - 4 >= length) this.#answer?.(this.#text.startsWith('HTTP/1.1 200 '));
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Asks on all of them, a few hundred at a time; how many got the right answer. */
async function askAll(connections: readonly Connection[]): Promise<number> {
  let right = 0;
  for (let from = 0; from < connections.length; from += 200) {
    const answers = await Promise.all(connections.slice(from, from + 200).map((one) => one.ask()));
    right += answers.filter(Boolean).length;
  }
  return right;
}

/** Opens them a few hundred at a time, each with one request. */
async function open(count: number, port: number): Promise<{ all: Connection[]; right: number }> {
  const all: Connection[] = [];
  let right = 0;
  while (all.length < count) {
    const some = Array.from({ length: Math.min(200, count - all.length) }, () => new Connection(port, '/ready'));
    all.push(...some);
    right += await askAll(some);
  }
  return { all, right };
}

export async function connections(options: ScaleOptions, say: (text: string) => void): Promise<Part> {
  const { connections: count, idleSeconds } = options;
  const backend = await startBackend(0, undefined);
  const nodeOptions = ['--inspect=127.0.0.1:0'];
  const contender = async (name: string, peer: Running) => ({
    name,
    target: await checked(peer, backend, { path: '/direct', scenario: scenarios.direct }),
  });
  const alone = await contender('alone', await startMediant('alone', backend, { deploy: copyConfigs, nodeOptions }));
  const mediant = await startMediant('connections', backend, { deploy: copyConfigs, nodeOptions });
  const beside = await contender(`beside ${count} idle connections`, mediant);
  const memory = async () => ({ heap: await heapAfterCollection(mediant.log), resident: residentMb(mediant.pid) });
  if (!options.quick) await warm(beside.target, { min: 5, max: 20, least: 10_000 });

  const before = await memory();
  const { all, right } = await open(count, mediant.port);
  const held = await memory();
  say(`${right} of ${count} connections open and answered`);
  const [cpu, from] = [cpuMs(mediant.pid), performance.now()];
  await sleep(idleSeconds * 1000);
  const cpuShare = (100 * (cpuMs(mediant.pid) - cpu)) / (performance.now() - from);
  const closed = all.filter((one) => one.closed).length;
  const again = await askAll(all);
  const measured = await measureInTurns([alone, beside], options);
  const left = all.filter((one) => !one.closed).length;
  for (const one of all) one.close();
  await sleep(options.quick ? 200 : 2000);
  const after = await memory();

  const perConnection = (of: 'heap' | 'resident'): string => fixed(((held[of] - before[of]) * 1024) / count, 1);
  const rows = [
    ['before', fixed(before.heap, 1), fixed(before.resident), ''],
    [
      `with ${count} connections`,
      fixed(held.heap, 1),
      fixed(held.resident),
      `${perConnection('resident')} (heap ${perConnection('heap')})`,
    ],
    ['after they are closed', fixed(after.heap, 1), fixed(after.resident), ''],
  ];
  const wrong = [
    ...wrongOf(measured),
    ...(right < count ? [`${count - right} of ${count} connections got no first answer`] : []),
    ...(closed > 0 ? [`${closed} connections were closed while they were idle for ${idleSeconds} s`] : []),
    ...(again < count ? [`${count - again} connections got no answer after ${idleSeconds} s`] : []),
  ];
  const text = [
    `${count} clients that have had one answer each and keep their connections. After ${idleSeconds} s ${again} of them were answered again on the same connection, and ${left} were still open after the load beside them; while idle they took ${fixed(cpuShare, 1)} % of one core.`,
    table(1, ['', 'heap, MB', 'process, MB', 'kB a connection'], rows),
    `Load on this server and on one without idle connections: ${conditions(options)}.`,
    contenderTable(measured, 'alone'),
  ];
  const figures = { count, right, closed, again, cpuShare, before, held, after, measured };
  return { title: 'Idle connections', text: text.join('\n\n'), figures, wrong };
}
