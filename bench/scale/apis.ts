/** Routing, memory and deployment with few and with many APIs. */
import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { verify } from '../compare/check.js';
import { workFolder } from '../compare/files.js';
import { cpuMs, residentMb } from '../compare/proc.js';
import { type Scenario, scenarios } from '../compare/scenarios.js';
import { type Running, startBackend, stop } from '../compare/servers.js';
import { fixed } from '../compare/tables.js';
import { spread } from '../process.js';
import { heapAfterCollection } from './heap.js';
import type { ScaleOptions } from './options.js';
import type { Part } from './results.js';
import {
  type Contender,
  checked,
  conditions,
  contenderTable,
  type Measured,
  measureInTurns,
  SYNAPSE,
  startMediant,
  wrongOf,
} from './stage.js';

/** The API `name` of its context; what it sends to the backend says which one it was. */
const api = (name: string, backendPort: number): string =>
  `<api xmlns="${SYNAPSE}" name="${name}" context="/${name}"><resource methods="GET POST" uri-template="/*"><inSequence>` +
  `<property name="api" value="${name}"/><header name="X-Api" scope="transport" value="${name}"/>` +
  `<call><endpoint><http uri-template="http://127.0.0.1:${backendPort}/at-${name}"/></endpoint></call><respond/>` +
  '</inSequence></resource></api>';

const nameOf = (index: number): string => `api-${index}`;

/** Answered by the API `name` and no other. */
function answeredBy(name: string): Scenario {
  const { request, check } = scenarios.direct;
  return {
    title: `API ${name}`,
    request,
    check(answer, sent) {
      const path = String(answer.headers['x-path'] ?? '');
      return path.startsWith(`/at-${name}`) && !/\d/.test(path[`/at-${name}`.length] ?? '')
        ? check(answer, sent)
        : `went to ${path}, not /at-${name}`;
    },
  };
}

interface Deployment {
  readonly count: number;
  readonly running: Running;
  readonly startMs: number;
  /** Megabytes two seconds after the start, and of the heap after a garbage collection. */
  readonly idle: number;
  readonly heap: number;
}

/** A home that was started once, so that no start under measurement makes keys. */
async function preparedHome(backend: Running): Promise<string> {
  const running = await startMediant('scale-home', backend, {});
  await stop(running);
  return `${workFolder}scale-home/home`;
}

async function deploy(count: number, home: string, backend: Running, quick: boolean): Promise<Deployment> {
  const running = await startMediant(`apis-${count}`, backend, {
    nodeOptions: ['--inspect=127.0.0.1:0'],
    deploy(folder, backendPort) {
      cpSync(home, `${folder}/../home`, { recursive: true });
      mkdirSync(`${folder}/api`);
      for (let index = 0; index < count; index++) {
        writeFileSync(`${folder}/api/${nameOf(index)}.xml`, api(nameOf(index), backendPort));
      }
    },
  });
  if (!quick) await sleep(2000);
  const idle = residentMb(running.pid);
  return { count, running, startMs: running.startMs, idle, heap: await heapAfterCollection(running.log) };
}

/** Some of the APIs, the last among them, each asked once. @throws Error saying what is wrong */
async function checkSome({ count, running }: Deployment, backend: Running): Promise<void> {
  const step = Math.max(1, Math.floor(count / 20));
  for (let index = count - 1; index >= 0; index -= step) {
    const name = nameOf(index);
    const cell = { port: running.port, path: `/${name}/x`, scenario: answeredBy(name), size: 1000 };
    const result = await verify(cell, backend.port);
    if ('wrong' in result) throw new Error(`${count} APIs, ${name}: ${result.wrong}`);
  }
}

async function contender(one: Deployment, backend: Running, all: boolean): Promise<Contender> {
  const { count, running } = one;
  const name = nameOf(count - 1);
  const scenario = answeredBy(name);
  const request = scenario.request(1000);
  const paths = Array.from({ length: count }, (_, index) => `/${nameOf(index)}/x`);
  const mix = all ? paths.map((path) => ({ path, request })) : undefined;
  const target = await checked(running, backend, { path: `/${name}/x`, scenario, ...(mix ? { mix } : {}) });
  return { name: label(count, all), target };
}

/** What a row is called. */
function label(count: number, all: boolean): string {
  if (count === 1) return '1 API';
  return `${count.toLocaleString('en')} APIs, ${all ? 'all asked in turn' : 'one asked'}`;
}

interface Late {
  /** Milliseconds from the file's appearance to the first answer, and of the process's CPU. */
  readonly ms: number;
  readonly cpu: number;
}

/** Puts one more file into the watched folder and waits until it is served. @throws Error when that takes over 10 s */
async function deployLate({ count, running }: Deployment, backend: Running, index: number): Promise<Late> {
  const name = `late-${index}`;
  const folder = `${workFolder}apis-${count}`;
  writeFileSync(`${folder}/${name}.xml`, api(name, backend.port));
  const [from, cpu] = [performance.now(), cpuMs(running.pid)];
  renameSync(`${folder}/${name}.xml`, `${folder}/configs/api/${name}.xml`);
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${running.port}/${name}/x`);
    await answer.arrayBuffer();
    const ms = performance.now() - from;
    if (answer.status === 200) return { ms, cpu: cpuMs(running.pid) - cpu };
    if (ms > 10_000) throw new Error(`${name} is not served after 10 s beside ${count} APIs`);
    await sleep(10);
  }
}

/** What is deployed beside so many APIs, several times. */
async function lateOnes(one: Deployment, backend: Running, times: number): Promise<Late[]> {
  const made: Late[] = [];
  for (let index = 0; index < times; index++) made.push(await deployLate(one, backend, index));
  return made;
}

export async function apis(options: ScaleOptions, say: (text: string) => void): Promise<Part> {
  const backend = await startBackend(0, undefined);
  const home = await preparedHome(backend);
  const deployments: (Deployment & { late: Late[] })[] = [];
  const contenders: Contender[] = [];
  for (const count of options.apis) {
    const one = await deploy(count, home, backend, options.quick);
    await checkSome(one, backend);
    deployments.push({ ...one, late: await lateOnes(one, backend, options.rounds) });
    contenders.push(await contender(one, backend, true));
    say(`${count} APIs: started in ${one.startMs.toFixed(0)} ms, heap ${one.heap.toFixed(1)} MB`);
  }
  const last = deployments.at(-1);
  if (last && deployments.length > 1) contenders.push(await contender(last, backend, false));
  const measured = await measureInTurns(contenders, options);
  const figures = { deployments: deployments.map(({ running: _, ...rest }) => rest), measured };
  const text = `${note(options)}\n\n${apisTable(deployments, measured)}`;
  return { title: 'Many APIs', text, figures, wrong: wrongOf(measured) };
}

function apisTable(deployments: readonly (Deployment & { late: Late[] })[], measured: Measured): string {
  const [first] = deployments;
  const row = (name: string): string[] => {
    const one = deployments.find(({ count }) => label(count, true) === name);
    if (!first || !one) return Array<string>(6).fill('');
    const { startMs, late, idle, heap, count } = one;
    const perApi = one === first ? undefined : ((heap - first.heap) * 1024) / (count - first.count);
    const medianOf = (of: keyof Late): string => fixed(spread(late.map((each) => each[of])).median);
    return [fixed(startMs), medianOf('ms'), medianOf('cpu'), fixed(idle), fixed(heap, 1), fixed(perApi, 1)];
  };
  const head = ['start, ms', 'one more, ms', 'its CPU, ms', 'idle MB', 'heap MB', 'kB an API'];
  return contenderTable(measured, label(first?.count ?? 0, true), { head, row });
}

const note = (options: ScaleOptions): string =>
  `Servers with one and with many deployed APIs (a property, a header, a call; each its own context), in the same run: ${conditions(options)}. ` +
  '`start` is from the launch to the first answer; `one more` from the appearance of one more file in the watched folder to its first answer, which waits 100 ms for the file to be whole. ' +
  'Idle memory is that of the process; the heap is what is left after a garbage collection, and `kB an API` is what each takes of it. The goal is 0.97 of the requests/s with one API.';
