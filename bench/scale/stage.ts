/** What the parts share: servers of their own, checked targets, tables. */
import { verify } from '../compare/check.js';
import { inCheckout } from '../compare/files.js';
import { type LoadTarget, type Mixed, type Run, warm } from '../compare/load.js';
import type { Scenario } from '../compare/scenarios.js';
import { type Running, startPeer } from '../compare/servers.js';
import { fixed, median, ratio, table } from '../compare/tables.js';
import { inTurns } from '../compare/turns.js';
import { type Launch, mediantOf } from '../peers/mediant.js';
import type { ScaleOptions } from './options.js';

export const SYNAPSE = 'http://ws.apache.org/ns/synapse';

/** Starts this checkout; its log names the addresses. */
export function startMediant(name: string, backend: Running, launch: Launch): Promise<Running> {
  const peer = mediantOf(name, inCheckout('.'), launch);
  return startPeer(peer, { backendPort: backend.port, cores: 1, cpu: undefined });
}

/** One of those that are measured in turns. */
export interface Contender {
  readonly name: string;
  readonly target: LoadTarget;
}

interface Requested {
  readonly path: string;
  readonly scenario: Scenario;
  /** Bytes of the request body; 1 kB when absent. */
  readonly size?: number;
  readonly mix?: readonly Mixed[];
}

/** A target whose answers and backend requests have been checked once. @throws Error saying what is wrong */
export async function checked(
  peer: Running,
  backend: Running,
  { path, scenario, size = 1000, mix }: Requested,
  connections = 100,
): Promise<LoadTarget> {
  const cell = { port: peer.port, path, scenario, size };
  const result = await verify(cell, backend.port);
  if ('wrong' in result) throw new Error(`${path}: ${result.wrong}`);
  const pids = { pid: peer.pid, backendPid: backend.pid };
  return { ...cell, ...pids, connections, cpu: undefined, wire: mix ? 0 : result.wire, ...(mix ? { mix } : {}) };
}

/** Warms all of them up, then measures them in turns. */
export async function measureInTurns(
  contenders: readonly Contender[],
  { quick, rounds, seconds }: ScaleOptions,
): Promise<{ name: string; runs: Run[] }[]> {
  const turns = contenders.map(({ target }) => ({ target, seconds, runs: [] as Run[] }));
  if (!quick) for (const { target } of contenders) await warm(target, { min: 5, max: 20, least: 10_000 });
  await inTurns(turns, rounds, 0);
  return contenders.map(({ name }, index) => ({ name, runs: turns[index]?.runs ?? [] }));
}

export type Measured = Awaited<ReturnType<typeof measureInTurns>>;

/** A row for each, beside what `more` has to say of it; ratios are to the row named `base`. */
export function contenderTable(
  measured: Measured,
  base: string,
  more: { readonly head: readonly string[]; row(name: string): readonly string[] } = { head: [], row: () => [] },
): string {
  const first = measured.find(({ name }) => name === base)?.runs ?? [];
  const rows = measured.map(({ name, runs }) => [
    name,
    ...more.row(name),
    fixed(median(runs, 'perSecond')),
    runs === first ? '' : ratio(runs, first, 'perSecond'),
    fixed(median(runs, 'cpu')),
    runs === first ? '' : ratio(first, runs, 'cpu'),
    fixed(median(runs, 'p99'), 1),
    String(runs.reduce((sum, run) => sum + run.wrong, 0)),
  ]);
  const head = ['requests/s', `this : ${base}`, 'CPU µs', `${base} : this`, 'p99 ms', 'wrong'];
  return table(1, ['', ...more.head, ...head], rows);
}

/** What was answered wrong, a line for each. */
export const wrongOf = (measured: Measured): string[] =>
  measured.flatMap(({ name, runs }) => {
    const wrong = runs.reduce((sum, run) => sum + run.wrong, 0);
    const why = runs.find((run) => run.why !== undefined)?.why ?? 'see wrk';
    return wrong > 0 ? [`${name}: ${wrong} wrong answers (${why})`] : [];
  });

/** How the load was made, for the text of a section. */
export const conditions = ({ rounds, seconds }: ScaleOptions): string =>
  `1 kB POST, 100 connections, ${rounds} rounds of ${seconds} s in turns, medians; ratios round by round: median (smallest–greatest)`;
