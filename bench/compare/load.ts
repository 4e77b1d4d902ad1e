/** Load by wrk, and what it costs the peer. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cell, type Probed, probe } from './check.js';
import { inCheckout, workFolder } from './files.js';
import { cpuMs, endedChildrenMs, machineMs, residentMb } from './proc.js';
import type { Request } from './scenarios.js';
import { pinned } from './servers.js';

export interface LoadTarget extends Cell {
  /** Process of the peer and of the backend. */
  readonly pid: number;
  readonly backendPid: number;
  readonly connections: number;
  /** Core for wrk; undefined leaves it free. */
  readonly cpu: number | undefined;
  /** Bytes of one right answer, head included; 0 when answers differ in length. */
  readonly wire: number;
  /** Sent in turn instead of the scenario's request, which only the checked requests send then. */
  readonly mix?: readonly Mixed[];
}

/** A request of a mix and the path that it goes to. */
export interface Mixed {
  readonly path: string;
  readonly request: Request;
}

/** What wrk.lua prints; times in microseconds. */
interface WrkResult {
  readonly requests: number;
  readonly bytes: number;
  readonly duration_us: number;
  readonly p50_us: number;
  readonly p99_us: number;
  readonly connect: number;
  readonly read: number;
  readonly write: number;
  readonly timeout: number;
  readonly status: number;
}

/** One measured run. */
export interface Run {
  readonly requests: number;
  readonly perSecond: number;
  /** Microseconds of CPU, user and system, that one request cost the peer. */
  readonly cpu: number;
  /** Microseconds of CPU that one request cost the backend, the load generator and this process; earlier runs lack it. */
  readonly around?: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Megabytes. */
  readonly resident: number;
  /** CPU in percent of one core that no process of the comparison accounts for. */
  readonly other: number;
  /** Answers other than 2xx, socket errors, time-outs, failed checks; 1 more when the answers were too short. */
  readonly wrong: number;
  readonly why: string | undefined;
}

/** Writes what wrk.lua is to send; the environment that says so. */
function prepared(target: LoadTarget): NodeJS.ProcessEnv {
  const file = `${workFolder}request`;
  if (target.mix) {
    const texts = target.mix.map(({ path, request }) => onWire(path, request, target.port));
    writeFileSync(file, Buffer.concat(texts.flatMap((text) => [Buffer.from(`${text.length}\n`), text])));
    return { BENCH_MIX: file };
  }
  const { method, headers, body } = target.scenario.request(target.size);
  writeFileSync(file, `${[method, ...lines(headers)].join('\n')}\n\n${body}`);
  return { BENCH_REQUEST: file };
}

const lines = (headers: Readonly<Record<string, string>>): string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

function onWire(path: string, { method, headers, body }: Request, port: number): Buffer {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...lines(headers), ...length];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

async function wrk(target: LoadTarget, seconds: number): Promise<WrkResult> {
  const env = prepared(target);
  const options = ['-t', '1', '-c', String(target.connections), '-d', `${seconds}s`, '--timeout', '60s'];
  const script = ['-s', inCheckout('bench/peers/wrk.lua'), `http://127.0.0.1:${target.port}${target.path}`];
  const [command, ...args] = pinned(target.cpu, ['wrk', ...options, ...script]);
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 2] });
  const limit = setTimeout(() => child.kill('SIGKILL'), (seconds + 70) * 1000);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  clearTimeout(limit);
  const line = /^@(.*)$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`wrk gave no result: ${output}`);
  return JSON.parse(line) as WrkResult;
}

/** Waits, `seconds` at most, until the machine has been less than a quarter of one core busy for half a second. */
export async function settle(seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const [busy, at] = [machineMs(), performance.now()];
    await sleep(500);
    if ((machineMs() - busy) / (performance.now() - at) < 0.25) return;
  }
}

/**
 * Loads the target until its CPU time per request has stopped falling, for at least `min` seconds and `least` requests and
 * at most `max` seconds. A slice in which no request came to its end is repeated twice as long.
 * @returns requests a second of the last slice
 */
export async function warm(target: LoadTarget, limits: { min: number; max: number; least: number }): Promise<number> {
  let slice = Math.max(1, Math.min(3, limits.min));
  const costs: number[] = [];
  let seconds = 0;
  let requests = 0;
  let perSecond = 0;
  while (seconds < limits.max) {
    const before = cpuMs(target.pid);
    const load = await wrk(target, slice);
    seconds += slice;
    requests += load.requests;
    perSecond = load.requests / slice;
    if (load.requests === 0) {
      slice = Math.min(20, slice * 2);
      continue;
    }
    costs.push((cpuMs(target.pid) - before) / load.requests);
    if (seconds < limits.min || requests < limits.least || costs.length < 2) continue;
    // Level: the last slice is at most 5 % better than the best before it.
    if ((costs.at(-1) ?? 0) > 0.95 * Math.min(...costs.slice(0, -1))) break;
  }
  return perSecond;
}

/** Loads the target for some seconds, with a checked request every 100 ms beside it. */
export async function measure(target: LoadTarget, seconds: number): Promise<Run> {
  const before = snapshot(target);
  const stopProbe = probe(target);
  const load = await wrk(target, seconds);
  const probed = await stopProbe();
  const after = snapshot(target);
  const used = (key: keyof typeof after): number => after[key] - before[key];
  const around = used('backend') + used('load') + used('self');
  const requests = Math.max(1, load.requests + probed.right);
  return {
    requests: load.requests,
    perSecond: load.requests / (load.duration_us / 1e6),
    cpu: (used('peer') * 1000) / requests,
    around: (around * 1000) / requests,
    p50: load.p50_us / 1000,
    p99: load.p99_us / 1000,
    resident: residentMb(target.pid),
    other: (100 * Math.max(0, used('machine') - used('peer') - around)) / used('at'),
    wrong: wrongAnswers(load, probed, target.wire),
    why: probed.why,
  };
}

const snapshot = ({ pid, backendPid }: LoadTarget) => {
  const self = process.cpuUsage();
  return {
    peer: cpuMs(pid),
    backend: cpuMs(backendPid),
    load: endedChildrenMs(),
    self: (self.user + self.system) / 1000,
    machine: machineMs(),
    at: performance.now(),
  };
};

function wrongAnswers(load: WrkResult, probed: Probed, wire: number): number {
  const mean = load.requests > 0 ? load.bytes / load.requests : 0;
  // A Connection or Date header more or less is no cut answer.
  const short = mean < wire - Math.max(64, wire * 0.03) ? 1 : 0;
  return load.status + load.connect + load.read + load.write + load.timeout + probed.wrong + short;
}
