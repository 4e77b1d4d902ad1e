import type { Figure } from './measure.js';
import { EMPTY } from './micro-mediators.js';
import { notMeasured } from './micro-samples.js';

/** Expressions and conversions: what each costs, and how many times that of the first contender. */
export function expressionTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, by, microseconds }) => {
    const ours = figures.find((other) => other.name === name)?.microseconds ?? microseconds;
    return [`\`${name}\``, by, time(microseconds), (microseconds / ours).toFixed(2)];
  });
  return table(['what', 'by', 'µs', 'times ours'], rows);
}

/** What the promised sequence costs, the making of its message included. @param cpu µs of CPU a message */
export function sequenceText(figures: readonly Figure[], cpu: number): string {
  const [full] = figures;
  if (!full) throw new Error('the sequence was not measured');
  return `A sequence of ten properties, one filter, one header and one log (custom) takes ${time(full.microseconds)} µs a message and ${time(cpu)} µs of CPU (goal: < 15), the making of the message included.`;
}

/** Messages a second by mediator and body. */
export function mediatorTable(figures: readonly Figure[]): string {
  const rate = (name: string, by: string): string => {
    const found = figures.find((figure) => figure.name === name && figure.by === by);
    return found ? Math.round(found.perSecond).toLocaleString('en-US') : '';
  };
  const names = [...new Set(figures.map(({ name }) => name))];
  const rows = names.map((name) => [
    name === EMPTY ? 'no mediator' : `\`${name}\``,
    rate(name, 'json'),
    rate(name, 'xml'),
  ]);
  const left = Object.entries(notMeasured).map(([name, reason]) => `\`${name}\` is not in the table: ${reason}.`);
  return [
    'Messages a second through one mediator with a body of 1 kB, making the message and reading its body included where the mediator looks at it. Calls go to a backend inside the process, databases are SQLite in memory; `aggregate` and `foreach` work on eight items.',
    table(['mediator', 'JSON', 'XML'], rows),
    ...left,
  ].join('\n\n');
}

/** Three significant digits. */
const time = (microseconds: number): string => microseconds.toLocaleString('en-US', { maximumSignificantDigits: 3 });

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
