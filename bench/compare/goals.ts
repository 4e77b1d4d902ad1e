/** Where Mediant stands against its goals, out of the cells of a comparison. */
import { fastify } from '../peers/fastify.js';
import { mediant, mediantTwo } from '../peers/mediant.js';
import { nginx } from '../peers/nginx.js';
import { synapse } from '../peers/synapse.js';
import { spread } from '../process.js';
import type { Run } from './load.js';
import type { CellResult } from './results.js';
import { byPlace, ratios, table } from './tables.js';

/** The median of the ratios that there are; undefined when one of the two was not measured. */
function ratio(ours: readonly Run[] = [], theirs: readonly Run[] = [], of: 'perSecond' | 'cpu' | 'p99') {
  const finite = ratios(ours, theirs, of).filter(Number.isFinite);
  return finite.length === 0 ? undefined : spread(finite).median;
}

/** Bold when the goal is met, so that both can be told at a glance. */
const marked = (value: number | undefined, met: (value: number) => boolean): string => {
  if (value === undefined) return '';
  return met(value) ? `**${value.toFixed(2)}**` : value.toFixed(2);
};

const below = (goal: number) => (value: number) => value <= goal;
const above = (goal: number) => (value: number) => value >= goal;

/** One row for each scenario and size; undefined when Mediant was measured beside nobody. */
export function goalsTable(cells: readonly CellResult[]): string | undefined {
  const rows = [...byPlace(cells)].flatMap(([place, all]) => {
    const runs = (name: string): Run[] | undefined => all.find(({ peer }) => peer === name)?.runs;
    const [one, two] = [runs(mediant.name), runs(mediantTwo.name)];
    const [java, c, node] = [runs(synapse.name), runs(nginx.name), runs(fastify.name)];
    if (!one || (!java && !c && !node)) return [];
    return [
      [
        place,
        marked(ratio(one, java, 'cpu'), below(0.5)),
        marked(ratio(one, java, 'perSecond'), above(2)),
        marked(ratio(two, java, 'perSecond'), above(2)),
        marked(ratio(one, java, 'p99'), below(1)),
        marked(ratio(two, java, 'p99'), below(1)),
        marked(ratio(one, c, 'perSecond'), above(0.5)),
        marked(ratio(one, node, 'perSecond'), above(3)),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  const against = (figure: string): string => `${figure} : Synapse`;
  return table(
    1,
    [
      'scenario, bytes',
      against('CPU'),
      against('requests/s'),
      against('two workers, requests/s'),
      against('p99'),
      against('two workers, p99'),
      'requests/s : nginx',
      'requests/s : fastify',
    ],
    rows,
  );
}

/** What the columns mean. */
export const goalsNote =
  'Mediant’s figure by that of the peer, medians of the ratios round by round; bold: the goal is met. The goals: half of ' +
  'Synapse’s CPU time a request, twice its requests/s, no longer p99; half of nginx’s requests/s, three times those of ' +
  '@fastify/http-proxy. Synapse, nginx and fastify use all cores for themselves; so does Mediant with two workers only.';
