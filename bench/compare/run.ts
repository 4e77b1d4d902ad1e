/** The order of work: who takes part, then each scenario and size, checked, warmed and measured in turns. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Peer } from '../peers/peer.js';
import { verify } from './check.js';
import { type LoadTarget, warm } from './load.js';
import type { Options } from './options.js';
import { residentMb } from './proc.js';
import type { CellResult, PeerResult } from './results.js';
import { type Scenario, type ScenarioName, scenarios } from './scenarios.js';
import { type Running, startBackend, startPeer } from './servers.js';
import { inTurns } from './turns.js';

export type Say = (text: string) => void;

interface Participant {
  readonly peer: Peer;
  readonly running: Running;
}

/** Everything that was started; stopping it is the caller's. */
export interface Stage {
  readonly backend: Running;
  readonly participants: readonly Participant[];
  readonly peers: readonly PeerResult[];
}

/** Installs and starts the peers. One that cannot be had is reported as absent, and the others go on. */
export async function setUp(options: Options, cores: number, say: Say): Promise<Stage> {
  const backend = await startBackend(options.delay, options.pin ? 1 : undefined);
  const participants: Participant[] = [];
  const peers: PeerResult[] = [];
  for (const peer of options.peers) {
    const { needsCores = 1 } = peer;
    try {
      if (needsCores > cores) throw new Error(`needs ${needsCores} cores, there is ${cores}`);
      const version = peer.prepare();
      const running = await startPeer(peer, { backendPort: backend.port, cores, cpu: options.pin ? 0 : undefined });
      if (!options.quick) await sleep(2000);
      participants.push({ peer, running });
      peers.push({ name: peer.name, version, startMs: running.startMs, idle: residentMb(running.pid) });
      say(`${peer.name}: ${version}, started in ${running.startMs.toFixed(0)} ms`);
    } catch (error) {
      const absent = (error as Error).message.split('\n')[0] ?? '';
      peers.push({ name: peer.name, absent });
      say(`${peer.name}: absent: ${absent}`);
    }
  }
  return { backend, participants, peers };
}

interface Ready {
  readonly cell: CellResult;
  readonly target: LoadTarget;
  readonly seconds: number;
}

/** Runs one scenario with all its sizes. `keep` is called with the cells of each size once they are complete. */
export async function runScenario(
  name: ScenarioName,
  options: Options,
  stage: Stage,
  keep: (cells: readonly CellResult[]) => void,
  say: Say,
): Promise<void> {
  const warmed = new Set<Peer>();
  for (const size of options.sizes) {
    const cells: CellResult[] = [];
    const ready: Ready[] = [];
    for (const { peer, running } of stage.participants) {
      const path = peer.scenarios[name];
      if (path === undefined) continue;
      const scenario: Scenario = scenarios[name];
      const place = { port: running.port, path, scenario, size };
      const cell: CellResult = { scenario: name, size, peer: peer.name, date: new Date().toISOString(), runs: [] };
      cells.push(cell);
      const checked = await verify(place, stage.backend.port);
      if ('wrong' in checked) {
        cell.wrong = checked.wrong;
        say(`${name} ${size} ${peer.name}: ${checked.wrong}`);
        continue;
      }
      const { connections, pin } = options;
      const pids = { pid: running.pid, backendPid: stage.backend.pid };
      const target = { ...place, ...pids, connections, cpu: pin ? 1 : undefined, wire: checked.wire };
      if (isLoaded(name, size, options)) {
        ready.push({ cell, target, seconds: await warmUp(target, peer, warmed.has(peer), options) });
      }
      warmed.add(peer);
    }
    const turns = ready.map(({ cell, ...turn }) => ({ ...turn, runs: cell.runs }));
    await inTurns(turns, options.quick ? 1 : options.repeats, options.settle);
    keep(cells);
    for (const { cell } of ready) say(summary(cell));
  }
}

/** A quick run loads one cell only. */
const isLoaded = (name: ScenarioName, size: number, { quick }: Options): boolean =>
  !quick || (name === 'direct' && size === 1000);

/** @returns seconds of each measured run: where requests take long, twice through all connections, but 40 s at most */
async function warmUp(target: LoadTarget, peer: Peer, again: boolean, options: Options): Promise<number> {
  if (options.quick) return 1;
  const { first, next, max, requests = 0 } = peer.warm;
  const perSecond = await warm(target, again ? { min: next, max, least: 0 } : { min: first, max, least: requests });
  const twice = perSecond > 0 ? Math.ceil((2 * options.connections) / perSecond) : 40;
  return Math.max(options.seconds, Math.min(40, twice));
}

function summary({ scenario, size, peer, runs }: CellResult): string {
  const figures = runs.map(({ perSecond, cpu }) => `${perSecond.toFixed(0)}/s ${cpu.toFixed(0)} µs`);
  const wrong = runs.reduce((sum, run) => sum + run.wrong, 0);
  const why = runs.find((run) => run.why !== undefined)?.why;
  return `${scenario} ${size} ${peer}: ${figures.join(', ')}${wrong > 0 ? `; ${wrong} wrong (${why ?? 'see wrk'})` : ''}`;
}
