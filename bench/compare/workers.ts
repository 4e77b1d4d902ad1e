/** Two gateway processes against one, out of the cells of a comparison. */
import { mediant, mediantTwo } from '../peers/mediant.js';
import type { CellResult } from './results.js';
import { byPlace, fixed, median, ratio, table } from './tables.js';

/**
 * What limits the ratio when peer, backend and load share the machine: requests a second that all its cores together can
 * pay for, by those that one process made.
 * @param cores of the machine
 */
function atMost(one: CellResult, two: CellResult, cores: number): number {
  const cost = median(two.runs, 'cpu') + median(two.runs, 'around');
  return Math.min(2, (cores * 1e6) / cost / median(one.runs, 'perSecond'));
}

/** The table; undefined when no cell was measured with both. */
export function workersTable(cells: readonly CellResult[], cores: number): string | undefined {
  const others = [...new Set(cells.map(({ peer }) => peer))].filter(
    (name) => name !== mediant.name && name !== mediantTwo.name,
  );
  const rows = [...byPlace(cells)].flatMap(([place, all]) => {
    const measured = (name: string) => all.find(({ peer, runs }) => peer === name && runs.length > 0);
    const [one, two] = [measured(mediant.name), measured(mediantTwo.name)];
    if (!one || !two) return [];
    return [
      [
        place,
        fixed(median(one.runs, 'perSecond')),
        fixed(median(two.runs, 'perSecond')),
        ratio(two.runs, one.runs, 'perSecond'),
        two.runs.some(({ around }) => around === undefined) ? '–' : fixed(atMost(one, two, cores), 2),
        fixed(median(one.runs, 'cpu')),
        fixed(median(two.runs, 'cpu')),
        ratio(one.runs, two.runs, 'cpu'),
        ...others.map((name) => {
          const other = measured(name);
          return other ? ratio(two.runs, other.runs, 'perSecond') : '';
        }),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  const head = ['scenario, bytes', 'one, requests/s', 'two, requests/s', 'two : one', 'at most here'];
  const rest = ['one, CPU µs', 'two, CPU µs', 'one : two', ...others.map((name) => `two : ${name}`)];
  return table(1, [...head, ...rest], rows);
}

/** What the table's columns mean. */
export const workersNote =
  'One process and `--workers 2`, in turns in the same run. The backend and the load generator share the cores with them, ' +
  'so that two workers cannot be twice as fast where a request costs them much beside what it costs Mediant: `at most ' +
  'here` is what the CPU time of all of them leaves room for on this machine. With load and backend on other machines the ' +
  'bound is 2 × the ratio of CPU per request, `one : two`; it falls below 1 where two busy cores slow each other down.';
