/**
 * What the time-outs of one exchange with a backend cost: Node's timers, as the transport uses them, beside a coarse
 * timer wheel. 100 exchanges are under way at any time; each one that begins ends the oldest.
 *
 *     npm run bench:timers
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Case, measure, repeated } from './measure.js';

const underWay = 100;
const batch = 1000;
const deadlineMs = 30_000;

/** A slot's ring of entries, or an entry. */
interface Entry {
  before: Entry;
  after: Entry;
}

/** The least that a wheel has to do: an entry is put into the ring of its slot, and taken out when its exchange ends. */
class Wheel {
  readonly #slots = Array.from({ length: 512 }, ring);
  #turn = 0;

  add(ms: number): Entry {
    const slot = this.#slots[(this.#turn + Math.ceil(ms / 100)) & 511] as Entry;
    const entry: Entry = { before: slot.before, after: slot };
    slot.before.after = entry;
    slot.before = entry;
    return entry;
  }

  remove({ before, after }: Entry): void {
    before.after = after;
    after.before = before;
  }
}

function ring(): Entry {
  const slot = {} as Entry;
  slot.before = slot;
  slot.after = slot;
  return slot;
}

/** Begins and ends exchanges in turn. */
function inTurn<Timer>(begin: () => Timer, end: (timer: Timer) => void): () => number {
  const timers: (Timer | undefined)[] = new Array(underWay);
  let next = 0;
  return () => {
    const oldest = timers[next];
    if (oldest !== undefined) end(oldest);
    timers[next] = begin();
    next = (next + 1) % underWay;
    return next;
  };
}

async function openSocket(): Promise<Socket> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await new Promise((connected) => socket.once('connect', connected));
  return socket;
}

const socket = await openSocket();
const wheel = new Wheel();
const node = inTurn(() => setTimeout(() => {}, deadlineMs), clearTimeout);
const wheeled = inTurn(
  () => wheel.add(deadlineMs),
  (entry) => wheel.remove(entry),
);
const sockets = (): Socket => socket.setTimeout(180_000).setTimeout(15_000);
const cases: Case[] = [
  repeated('deadline', 'setTimeout, clearTimeout', batch, node, () => {}),
  repeated('deadline', 'timer wheel', batch, wheeled, () => {}),
  repeated('traffic, then idle', 'socket.setTimeout twice', batch, sockets, () => {}),
];
for (const { name, by, microseconds } of await measure(cases, 2000)) {
  console.log(`${name}: ${by}: ${microseconds.toFixed(3)} µs an exchange`);
}
process.exit();
