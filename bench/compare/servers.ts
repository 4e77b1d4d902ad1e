/** Starts and stops the backend and the peers. Everything listens on 127.0.0.1. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, Peer } from '../peers/peer.js';
import { emptyFolder, inCheckout, workFolder } from './files.js';
import { startedAt, tree } from './proc.js';

/** A process of the comparison. */
export interface Running {
  readonly pid: number;
  readonly port: number;
  readonly log: string;
  ended: boolean;
  /** Milliseconds from the launch to the first answer. */
  startMs: number;
}

const started = new Set<Running>();

/** Prefixes a command so that it runs on core `cpu` only; undefined leaves it free. */
export function pinned(cpu: number | undefined, command: readonly string[]): [file: string, ...args: string[]] {
  const all = cpu === undefined ? command : ['taskset', '-c', String(cpu), ...command];
  return all as [string, ...string[]];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function launch({ command, cwd, env }: Command, port: number, log: string, cpu: number | undefined): Running {
  const [file, ...args] = pinned(cpu, command);
  const out = openSync(log, 'w');
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', out, out] });
  const running: Running = { pid: child.pid ?? 0, port, log, ended: false, startMs: 0 };
  const over = (): void => {
    running.ended = true;
    started.delete(running);
  };
  child.once('error', over).once('exit', over);
  started.add(running);
  return running;
}

/** Ends a process by SIGTERM; after 5 s SIGKILL goes to what is left of its own tree. */
export async function stop(running: Running): Promise<void> {
  if (running.ended) return;
  const pids = tree(running.pid).map((pid) => ({ pid, since: startedAt(pid) }));
  const left = () => pids.filter(({ pid, since }) => since !== '' && startedAt(pid) === since);
  process.kill(running.pid, 'SIGTERM');
  for (let tries = 0; tries < 100 && left().length > 0; tries++) await sleep(50);
  for (const { pid } of left()) process.kill(pid, 'SIGKILL');
  for (let tries = 0; tries < 20 && !running.ended; tries++) await sleep(50);
}

export const stopAll = (): Promise<unknown> => Promise.all([...started].map(stop));

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 500);
    });
    request.once('timeout', () => request.destroy()).once('error', () => resolve(false));
  });
}

async function ready(running: Running, path: string, name: string): Promise<void> {
  const from = performance.now();
  while (performance.now() - from < 120_000) {
    if (running.ended) throw new Error(`${name} ended before it was ready: see ${running.log}`);
    if (await answers(`http://127.0.0.1:${running.port}${path}`)) {
      running.startMs = performance.now() - from;
      return;
    }
    await sleep(5);
  }
  throw new Error(`${name} does not answer at ${path}: see ${running.log}`);
}

/** Starts a program that answers at any path of the port that it is given. */
export async function startProgram(
  name: string,
  command: (port: number) => readonly string[],
  cpu?: number | undefined,
): Promise<Running> {
  mkdirSync(workFolder, { recursive: true });
  const port = await freePort();
  const running = launch({ command: command(port) }, port, `${workFolder}${name}.log`, cpu);
  await ready(running, '/', name);
  return running;
}

/** The binary of a C program of bench/peers, compiled when needed. */
export function compiled(name: string): string {
  mkdirSync(workFolder, { recursive: true });
  const binary = `${workFolder}${name}`;
  const source = inCheckout(`bench/peers/${name}.c`);
  if (!existsSync(binary) || statSync(binary).mtimeMs < statSync(source).mtimeMs) {
    execFileSync('cc', ['-O2', '-pthread', '-o', binary, source], { stdio: 'inherit' });
  }
  return binary;
}

/** Starts the echo backend. @param delay milliseconds before each answer */
export function startBackend(delay: number, cpu: number | undefined): Promise<Running> {
  return startProgram('backend', (port) => [compiled('backend'), String(port), String(delay)], cpu);
}

/** Starts a peer and waits for its first answer. */
export async function startPeer(
  peer: Peer,
  { backendPort, cores, cpu }: { backendPort: number; cores: number; cpu: number | undefined },
): Promise<Running> {
  const run = emptyFolder(peer.name);
  const port = await freePort();
  const running = launch(peer.start({ port, backendPort, cores, run }), port, `${workFolder}${peer.name}.log`, cpu);
  await ready(running, peer.ready, peer.name);
  return running;
}
