import { readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'undici';

/** Calls of the inspector of a process that was started with `--inspect`. */
export interface Inspector {
  call(method: string, params?: object): Promise<unknown>;
  close(): void;
}

/** Connects to the process that writes its output to `log`. @throws Error when it says no address within 5 s */
export async function connect(log: string): Promise<Inspector> {
  let address: string | undefined;
  for (let tries = 0; tries < 100 && address === undefined; tries++) {
    address = /Debugger listening on (ws:\S+)/.exec(readFileSync(log, 'utf8'))?.[1];
    if (address === undefined) await sleep(50);
  }
  if (address === undefined) throw new Error(`no inspector: see ${log}`);
  const socket = new WebSocket(address);
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`no connection to ${address}`)));
  });
  let last = 0;
  return {
    call: (method, params = {}) =>
      new Promise((resolve) => {
        waiting.set(++last, resolve);
        socket.send(JSON.stringify({ id: last, method, params }));
      }),
    close: () => socket.close(),
  };
}

/** Profiles what the process does while `work` runs. Samples every 0.2 ms. */
export async function profileDuring(inspector: Inspector, work: () => Promise<unknown>): Promise<Profiler.Profile> {
  await inspector.call('Profiler.enable');
  await inspector.call('Profiler.setSamplingInterval', { interval: 200 });
  await inspector.call('Profiler.start');
  await work();
  const { profile } = (await inspector.call('Profiler.stop')) as { profile: Profiler.Profile };
  return profile;
}
