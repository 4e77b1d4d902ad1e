/** Writes the kept comparisons into docs/performance.md: `npm run bench:publish`. */
import { publishSection } from '../publish.js';
import { type Comparison, type Layout, readComparison } from './results.js';
import { cellTable, peerTable, scenarioList } from './tables.js';

const places: Record<Layout, string> = {
  'all-cores': 'Peer, backend and load share all cores.',
  'one-core': 'The peer runs on one core; backend and load on another.',
};

function text(layout: Layout, made: Comparison): string {
  const dates = made.cells.map((cell) => cell.date.slice(0, 10)).sort();
  const when = dates[0] === dates.at(-1) ? dates[0] : `${dates[0]} to ${dates.at(-1)}`;
  return [
    `Measured ${when} on ${made.machine}, ${made.connections} connections, by \`${made.command}\`. ${places[layout]} Each row of a scenario and size was measured in the same run, in turns; medians of all rounds. \`first : this\` is Mediant's figure by that of the row, round by round: median (smallest–greatest). CPU is user and system time of the peer's processes per request; \`other %\` is what the machine did beside the run, in percent of one core.`,
    peerTable(made.peers),
    cellTable(made.cells),
    scenarioList(made.cells),
  ].join('\n\n');
}

const kept = (['all-cores', 'one-core'] as const).flatMap((layout) => {
  const made = readComparison(layout);
  return made ? [{ layout, made }] : [];
});
if (kept.length === 0) throw new Error('There are no results yet: run `npm run bench` first');
for (const { layout, made } of kept) {
  publishSection(layout === 'all-cores' ? 'Comparison' : 'Comparison on one core', text(layout, made));
}
