/**
 * Measures Mediant at scale: many APIs, the check of tokens, idle connections, large bodies, and a long run.
 *
 *     npm run bench:scale -- [--quick] [--help]
 */
import { machineLine } from '../compare/machine.js';
import { stopAll } from '../compare/servers.js';
import { needProgram } from '../peers/install.js';
import { mediant } from '../peers/mediant.js';
import { apis } from './apis.js';
import { bodies } from './bodies.js';
import { connections } from './connections.js';
import { layersOfForwarding } from './layers.js';
import { readOptions, type ScaleOptions } from './options.js';
import { keepSection, type Part, type PartName } from './results.js';
import { soak } from './soak.js';
import { tokens } from './tokens.js';

type Say = (text: string) => void;

const parts: Readonly<Record<PartName, (options: ScaleOptions, say: Say) => Promise<Part>>> = {
  apis,
  tokens,
  layers: layersOfForwarding,
  connections,
  bodies,
  soak,
};

const options = readOptions();
if (process.platform !== 'linux') throw new Error('CPU time and memory are read from /proc: this runs on Linux only');
needProgram('cc', 'gcc', 'libc6-dev');
needProgram('wrk', 'wrk');
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(130)));
}

const command = ['npm run bench:scale --', ...process.argv.slice(2)].join(' ').replace(/ --$/, '');
const version = mediant.prepare();
let failed = false;
for (const name of options.only) {
  const say: Say = (text) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${name}: ${text}\n`);
  const origin = { date: new Date().toISOString(), machine: machineLine(), version, command };
  try {
    const part = await parts[name](options, say);
    process.stdout.write(`\n## ${part.title}\n\n${part.text}\n`);
    for (const wrong of part.wrong) process.stdout.write(`\nWRONG: ${wrong}\n`);
    failed ||= part.wrong.length > 0;
    // Quick figures say nothing and are not kept.
    if (!options.quick) keepSection(name, { ...part, ...origin });
  } catch (error) {
    failed = true;
    say(`failed: ${(error as Error).message}`);
  } finally {
    await stopAll();
  }
}
if (options.quick) process.stdout.write('\nThe figures of a quick run say nothing.\n');
process.exit(failed ? 1 : 0);
