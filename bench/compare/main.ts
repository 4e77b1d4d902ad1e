/**
 * Measures Mediant and its peers in the same run, in turns, with every answer checked.
 *
 *     npm run bench -- [--quick] [--help]
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { needProgram } from '../peers/install.js';
import { machineLine } from './machine.js';
import { readOptions } from './options.js';
import { type CellResult, type Comparison, keepComparison } from './results.js';
import { runScenario, setUp } from './run.js';
import { stopAll } from './servers.js';
import { cellTable, peerTable } from './tables.js';
import { workersNote, workersTable } from './workers.js';

const options = readOptions();
const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

if (process.platform !== 'linux') throw new Error('The comparison reads CPU time from /proc: it runs on Linux only');
needProgram('cc', 'gcc', 'libc6-dev');
needProgram('wrk', 'wrk');
if (options.pin) execFileSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)], { stdio: 'ignore' });

const cores = cpus().length;
const machine = machineLine();
const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
const cells: CellResult[] = [];

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(130)));
}

const stage = await setUp(options, options.pin ? 1 : cores, say);
const { peers } = stage;
/** Quick figures say nothing and are not kept. */
const keep = (made: readonly CellResult[]): void => {
  cells.push(...made);
  const { quick, pin, connections } = options;
  const result: Comparison = { date: new Date().toISOString(), machine, command, connections, peers, cells };
  if (!quick) keepComparison(pin ? 'one-core' : 'all-cores', result);
};
try {
  for (const name of options.scenarios) await runScenario(name, options, stage, keep, say);
} finally {
  await stopAll();
}

const loaded = options.quick ? cells.filter((cell) => cell.runs.length > 0 || cell.wrong !== undefined) : cells;
process.stdout.write(`${peerTable(peers)}\n\n${cellTable(loaded)}\n`);
const workers = workersTable(loaded, cores);
if (workers) process.stdout.write(`\n${workers}\n\n${workersNote}\n`);
if (options.quick) {
  const right = cells.filter((cell) => cell.wrong === undefined).length;
  process.stdout.write(`\n${right} of ${cells.length} cells answered right; the figures of a quick run say nothing.\n`);
}
// Without its first peer there is nothing to compare.
const failed =
  peers[0]?.absent !== undefined ||
  cells.some((cell) => cell.wrong !== undefined || cell.runs.some((run) => run.wrong > 0));
process.exit(failed ? 1 : 0);
