/** Medians, ratios and spread as Markdown tables. */
import { spread } from '../process.js';
import type { Run } from './load.js';
import type { CellResult, PeerResult } from './results.js';
import { type Scenario, type ScenarioName, scenarioNames, scenarios } from './scenarios.js';

export const fixed = (value: number | undefined, digits = 0): string =>
  value === undefined ? '–' : value.toFixed(digits);

/** The first `left` columns are text. */
export function table(left: number, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column < left ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Who took part, and who could not. */
export function peerTable(peers: readonly PeerResult[]): string {
  const rows = peers.map(({ name, version, absent, startMs, idle }) => [
    name,
    absent === undefined ? (version ?? '') : `absent: ${absent}`,
    fixed(startMs),
    fixed(idle),
  ]);
  return table(2, ['peer', 'version', 'start, ms', 'idle memory, MB'], rows);
}

type RunFigure = 'perSecond' | 'cpu' | 'around' | 'p50' | 'p99' | 'resident' | 'other';

export const median = (runs: readonly Run[], of: RunFigure): number => spread(runs.map((run) => run[of] ?? 0)).median;

/**
 * One figure by another, round by round: the rounds of one cell follow each other closely, so that what else
 * the machine did falls out of the ratio.
 */
export function ratios(ours: readonly Run[], theirs: readonly Run[], of: 'perSecond' | 'cpu' | 'p99'): number[] {
  return ours.flatMap((run, round) => {
    const other = theirs[round];
    return other ? [run[of] / other[of]] : [];
  });
}

/** Median of the {@link ratios}, and the smallest and the greatest. */
export function ratio(ours: readonly Run[], theirs: readonly Run[], of: 'perSecond' | 'cpu'): string {
  const { median, min, max } = spread(ratios(ours, theirs, of));
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

/** One row for each peer of each cell. The first peer of a cell is the one that ratios compare to the others. */
export function cellTable(cells: readonly CellResult[]): string {
  const rows = [...byPlace(cells)].flatMap(([place, all]) =>
    all.map((cell, index) => row(index === 0 ? place : '', cell, all)),
  );
  const head = ['scenario, bytes', 'peer', 'requests/s', 'first : this', 'CPU µs', 'first : this'];
  return table(2, [...head, 'p50 ms', 'p99 ms', 'memory MB', 'other %', 'wrong'], rows);
}

/** The cells of each scenario and size. */
export function byPlace(cells: readonly CellResult[]): Map<string, CellResult[]> {
  const places = new Map<string, CellResult[]>();
  for (const cell of inOrder(cells)) {
    const place = `${cell.scenario}, ${cell.size}`;
    places.set(place, [...(places.get(place) ?? []), cell]);
  }
  return places;
}

function row(place: string, cell: CellResult, all: readonly CellResult[]): string[] {
  const { runs, peer, wrong } = cell;
  if (runs.length === 0) return [place, `${peer}: not measured, ${wrong ?? 'stopped'}`, ...Array<string>(9).fill('')];
  const first = all.find((one) => one.runs.length > 0);
  const compared = (of: 'perSecond' | 'cpu'): string => (first && first !== cell ? ratio(first.runs, runs, of) : '');
  return [
    place,
    peer,
    fixed(median(runs, 'perSecond')),
    compared('perSecond'),
    fixed(median(runs, 'cpu')),
    compared('cpu'),
    fixed(median(runs, 'p50'), 1),
    fixed(median(runs, 'p99'), 1),
    fixed(median(runs, 'resident')),
    fixed(median(runs, 'other')),
    String(runs.reduce((sum, run) => sum + run.wrong, 0)),
  ];
}

function inOrder(cells: readonly CellResult[]): CellResult[] {
  const rank = (cell: CellResult): number => scenarioNames.indexOf(cell.scenario);
  return [...cells].sort((a, b) => rank(a) - rank(b) || a.size - b.size);
}

/** What the names of scenarios stand for. */
export function scenarioList(cells: readonly CellResult[]): string {
  const named = (name: ScenarioName): Scenario => scenarios[name];
  const used = scenarioNames.filter((name) => cells.some((cell) => cell.scenario === name));
  return used.map((name) => `\`${name}\`: ${named(name).title}`).join('; ');
}
