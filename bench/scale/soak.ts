/** A long run of mixed requests, with samples of the memory. */

import { type LoadTarget, type Mixed, measure, type Run } from '../compare/load.js';
import { residentMb } from '../compare/proc.js';
import { type Scenario, type ScenarioName, scenarios } from '../compare/scenarios.js';
import { startBackend } from '../compare/servers.js';
import { fixed, table } from '../compare/tables.js';
import { copyConfigs, synapsePaths } from '../peers/synapse.js';
import { heapAfterCollection } from './heap.js';
import type { ScaleOptions } from './options.js';
import type { Part } from './results.js';
import { checked, startMediant } from './stage.js';
import { type Flatness, flatness, type Point } from './trend.js';

/** What is asked, and how many times in each round of the mix: cheap work is more frequent. */
const shares: readonly [ScenarioName, size: number, times: number][] = [
  ['direct', 1000, 8],
  ['header', 1000, 8],
  ['cbr-transport', 1000, 4],
  ['cbr-soapheader', 1000, 2],
  ['json2xml', 500, 2],
  ['xml2json', 500, 2],
  ['cbr', 1000, 1],
  ['xslt', 500, 1],
  ['direct', 100_000, 1],
];

/** A request for no artifact, which `main` drops: it is answered 202, as every other request that nothing answers. */
const unknown: Mixed = { path: '/nobody', request: { method: 'GET', headers: {}, body: '' } };

function mixOf(): Mixed[] {
  const all = shares.flatMap(([name, size, times]) => {
    const scenario: Scenario = scenarios[name];
    return Array<Mixed>(times).fill({ path: synapsePaths[name], request: scenario.request(size) });
  });
  return [...all, unknown];
}

interface Sample extends Point {
  /** Seconds since the beginning. */
  readonly at: number;
}

const megabyte = 2 ** 20;

/** Slices of the run: short enough for some samples, long enough that starting the load does not count. */
const sliceSeconds = (options: ScaleOptions): number => Math.max(1, Math.min(10, Math.floor(options.soakSeconds / 30)));

/** Loads until there were enough requests or the time is up. Beside wrk, checked requests go through one scenario. */
async function load(
  target: LoadTarget,
  options: ScaleOptions,
  limits: { requests: number; seconds: number },
  sampled: (sample: Sample, run: Run) => void,
): Promise<{ requests: number; seconds: number }> {
  const from = performance.now();
  let requests = 0;
  let seconds = 0;
  while (requests < limits.requests && seconds < limits.seconds) {
    const run = await measure(target, Math.min(sliceSeconds(options), Math.ceil(limits.seconds - seconds)));
    requests += run.requests;
    seconds = (performance.now() - from) / 1000;
    sampled({ x: requests, y: residentMb(target.pid) * megabyte, at: seconds }, run);
  }
  return { requests, seconds };
}

export async function soak(options: ScaleOptions, say: (text: string) => void): Promise<Part> {
  const backend = await startBackend(0, undefined);
  const nodeOptions = ['--inspect=127.0.0.1:0'];
  const mediant = await startMediant('soak', backend, { deploy: copyConfigs, nodeOptions });
  for (const [name, size] of shares) {
    await checked(mediant, backend, { path: synapsePaths[name], scenario: scenarios[name], size });
  }
  const mix = mixOf();
  const target = await checked(mediant, backend, { path: synapsePaths.xslt, scenario: scenarios.xslt, mix });

  const samples: Sample[] = [];
  const runs: Run[] = [];
  const third = { requests: options.soakRequests / 3, seconds: options.soakSeconds / 3 };
  const warmed = await load(target, options, third, (_, run) => runs.push(run));
  const heapBefore = await heapAfterCollection(mediant.log);
  say(`warm after ${warmed.requests} requests: heap ${heapBefore.toFixed(1)} MB`);
  const rest = { requests: options.soakRequests - warmed.requests, seconds: options.soakSeconds - warmed.seconds };
  const done = await load(target, options, rest, (sample, run) => {
    samples.push(sample);
    runs.push(run);
    say(`${warmed.requests + sample.x} requests: ${(sample.y / megabyte).toFixed(0)} MB`);
  });
  const heapAfter = await heapAfterCollection(mediant.log);

  const wrong = runs.reduce((sum, run) => sum + run.wrong, 0);
  const why = runs.find((run) => run.why !== undefined)?.why ?? 'see wrk';
  const total = warmed.requests + done.requests;
  const seconds = warmed.seconds + done.seconds;
  const verdict = verdictOf(samples, done.requests, [heapBefore, heapAfter]);
  const figures = { total, seconds, warmed, samples, heapBefore, heapAfter, verdict, wrong };
  const text = [
    `${total.toLocaleString('en')} requests in ${fixed(seconds)} s (${fixed(total / seconds)} a second) on 100 connections, which are opened anew every ${sliceSeconds(options)} s: a mix of ${shares.map(([name, size, times]) => `${times} × \`${name}\` of ${size.toLocaleString('en')} bytes`).join(', ')}, and one for an address that no artifact has. ${wrong} wrong answers. Samples begin after the first third, ${warmed.requests.toLocaleString('en')} requests.`,
    memoryTable(samples, heapBefore, heapAfter),
    verdict ? verdictText(verdict) : 'Too short for a verdict on memory.',
  ];
  return {
    title: 'Soak',
    text: text.join('\n\n'),
    figures,
    wrong: wrong > 0 ? [`${wrong} wrong answers (${why})`] : [],
  };
}

/** The collection of garbage before the samples makes the process smaller for a while: the first third does not count. */
function verdictOf(
  samples: readonly Sample[],
  requests: number,
  heap: readonly [number, number],
): Flatness | undefined {
  const counted = samples.slice(Math.floor(samples.length / 3));
  if (counted.length < 3) return undefined;
  return flatness({ samples: counted, heap: [heap[0] * megabyte, heap[1] * megabyte], requests });
}

/** Ten samples, evenly spread. */
function memoryTable(samples: readonly Sample[], heapBefore: number, heapAfter: number): string {
  const last = samples.length - 1;
  const chosen = [...new Set(Array.from({ length: 10 }, (_, index) => Math.round((index * last) / 9)))];
  const rows = chosen.flatMap((index) => {
    const sample = samples[index];
    if (!sample) return [];
    const heap = index === 0 ? fixed(heapBefore, 2) : index === last ? fixed(heapAfter, 2) : '';
    return [[sample.x.toLocaleString('en'), fixed(sample.at), fixed(sample.y / megabyte), heap]];
  });
  return table(0, ['requests since the warm-up', 'seconds', 'process, MB', 'heap after collection, MB'], rows);
}

function verdictText({ flat, perRequest, trend }: Flatness): string {
  const million = (bytes: number): string => fixed((bytes * 1e6) / megabyte, 1);
  return (
    `**Memory ${flat ? 'is flat' : 'grows'}**: the heap after collection has changed by ${fixed(perRequest, 2)} bytes a request; the process's trend is ` +
    `${million(trend.slope)} MB for a million requests (95 %: ${million(trend.low)} to ${million(trend.high)}; the slope of Theil and Sen over the last two thirds of the samples).`
  );
}
