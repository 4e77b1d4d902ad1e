/** Writes what comparisons and measurements at scale have left into docs/performance.md: `npm run bench:publish`. */
import { publishSection } from '../publish.js';
import { keptSections } from '../scale/results.js';
import { goalsNote, goalsTable } from './goals.js';
import { type Comparison, type Layout, readComparison } from './results.js';
import { cellTable, peerTable, scenarioList } from './tables.js';
import { workersNote, workersTable } from './workers.js';

const places: Record<Layout, string> = {
  'all-cores': 'Peer, backend and load share all cores.',
  'one-core': 'The peer runs on one core; backend and load on another.',
};

/** When and how it was measured. */
function measured(made: Comparison): string {
  const dates = made.cells.map((cell) => cell.date.slice(0, 10)).sort();
  const when = dates[0] === dates.at(-1) ? dates[0] : `${dates[0]} to ${dates.at(-1)}`;
  return `Measured ${when} on ${made.machine}, ${made.connections} connections, by \`${made.command}\`.`;
}

const comparison = (layout: Layout, made: Comparison): string =>
  [
    `${measured(made)} ${places[layout]} Each row of a scenario and size was measured in the same run, in turns; medians of all rounds. \`first : this\` is Mediant's figure by that of the row, round by round: median (smallest–greatest). CPU is user and system time of the peer's processes per request; \`other %\` is what the machine did beside the run, in percent of one core.`,
    peerTable(made.peers),
    cellTable(made.cells),
    scenarioList(made.cells),
  ].join('\n\n');

/** A section of its own for a table out of the comparison; nothing where there is no table. */
function tableSection(title: string, note: string, rows: string | undefined, made: Comparison): void {
  if (rows) publishSection(title, [`${measured(made)} ${note}`, rows].join('\n\n'));
}

const kept = (['all-cores', 'one-core'] as const).flatMap((layout) => {
  const made = readComparison(layout);
  return made ? [{ layout, made }] : [];
});
const scale = keptSections();
if (kept.length + scale.length === 0) {
  throw new Error('There are no results yet: run `npm run bench` or `npm run bench:scale` first');
}
for (const { layout, made } of kept) {
  publishSection(layout === 'all-cores' ? 'Comparison' : 'Comparison on one core', comparison(layout, made));
  if (layout !== 'all-cores') continue;
  tableSection('Goals by scenario', goalsNote, goalsTable(made.cells), made);
  tableSection('Two workers', workersNote, workersTable(made.cells, Number.parseInt(made.machine, 10)), made);
}
for (const { title, text, date, machine, version, command } of scale) {
  const origin = `Measured ${date.slice(0, 10)} on ${machine}, ${version}, by \`${command}\`.`;
  publishSection(title, `${origin} ${text}`);
}
