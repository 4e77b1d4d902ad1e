/**
 * The cost of expressions, conversions and mediators, without a network. Expressions and conversions stand beside the
 * libraries alone, measured in the same run.
 *
 *     npm run bench:micro -- [--quick] [--json FILE] [--publish]
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Case, cpuMicroseconds, type Figure, measure } from './measure.js';
import { expressionCases } from './micro-expressions.js';
import { mediatorCases, sequenceCases } from './micro-mediators.js';
import { expressionTable, mediatorTable, sequenceText } from './micro-tables.js';
import { publishSection } from './publish.js';

const { values } = parseArgs({
  options: {
    /** Short samples: shows that everything runs, not what it costs. */
    quick: { type: 'boolean', default: false },
    /** File that takes all figures. */
    json: { type: 'string' },
    /** Writes the section of docs/performance.md. */
    publish: { type: 'boolean', default: false },
  },
});
if (values.quick && values.publish) throw new Error('--quick figures are not for publishing: leave out one of the two');
const run = (cases: readonly Case[], milliseconds: number): Promise<Figure[]> =>
  measure(cases, values.quick ? 20 : milliseconds);

const busy = loadavg()[0]?.toFixed(1) ?? '?';
const expressions = await run(await expressionCases(), 1000);
const sequences = await run(sequenceCases(), 2000);
const [promised] = sequenceCases();
if (!promised) throw new Error('there is no sequence to measure');
const sequenceCpu = await cpuMicroseconds(promised, values.quick ? 2_000 : 200_000);
const mediators = await run(await mediatorCases(), 300);
const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? process.arch}, load ${busy} before the run`;

const text = [
  `Measured by \`npm run bench:micro\` (${machine}): medians, without a network. Mediant and the libraries share one process, so that what V8 has learnt from one caller of a library counts for the others.`,
  expressionTable(expressions),
  sequenceText(sequences, sequenceCpu),
  mediatorTable(mediators),
].join('\n\n');
process.stdout.write(`${text}\n`);
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, expressions, sequences, sequenceCpu, mediators }, undefined, 2)}\n`,
  );
}
if (values.publish) publishSection('Expressions and mediators', text);
// Sandboxes and database connections keep a process alive.
process.exit();
