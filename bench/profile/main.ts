/**
 * Profiles Mediant under load: leaves a CPU profile (for Chrome's developer tools or speedscope) and a flame graph in
 * bench/results/, and prints the functions that take the most time.
 *
 *     npm run profile -- SCENARIO [--size BYTES] [--seconds S]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { verify } from '../compare/check.js';
import { inCheckout } from '../compare/files.js';
import { type LoadTarget, measure, warm } from '../compare/load.js';
import { type Scenario, type ScenarioName, scenarioNames, scenarios } from '../compare/scenarios.js';
import { startBackend, startPeer, stopAll } from '../compare/servers.js';
import { needProgram } from '../peers/install.js';
import { mediantOf } from '../peers/mediant.js';
import { synapsePaths } from '../peers/synapse.js';
import { flameGraph } from './flame-graph.js';
import { callTree, hottest } from './frames.js';
import { connect, profileDuring } from './inspector.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { size: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '8' } },
});
const name = positionals[0] as ScenarioName;
if (!scenarioNames.includes(name)) throw new Error(`npm run profile -- SCENARIO: ${scenarioNames.join(', ')}`);
const scenario: Scenario = scenarios[name];
const size = Number(values.size);
const seconds = Number(values.seconds);

needProgram('cc', 'gcc', 'libc6-dev');
needProgram('wrk', 'wrk');
const modules = mediantOf('profiled', inCheckout('.'), {
  nodeOptions: ['--inspect=127.0.0.1:0'],
  entry: inCheckout('dist/bench/profile/start.js'),
});
try {
  const backend = await startBackend(0, undefined);
  const running = await startPeer(modules, { backendPort: backend.port, cores: 1, cpu: undefined });
  const cell = { port: running.port, path: synapsePaths[name], scenario, size };
  const checked = await verify(cell, backend.port);
  if ('wrong' in checked) throw new Error(`${name}: ${checked.wrong}`);
  const pids = { pid: running.pid, backendPid: backend.pid };
  const target: LoadTarget = { ...cell, ...pids, connections: 100, cpu: undefined, wire: checked.wire };
  await warm(target, { min: 4, max: 10, least: 5000 });
  const plain = await measure(target, 2);
  const inspector = await connect(running.log);
  const profile = await profileDuring(inspector, () => measure(target, seconds));
  inspector.close();

  const tree = callTree(profile);
  const file = inCheckout(`bench/results/profile-${name}-${size}`);
  mkdirSync(inCheckout('bench/results'), { recursive: true });
  writeFileSync(`${file}.cpuprofile`, JSON.stringify(profile));
  const title = `${name}, ${size} bytes: ${plain.cpu.toFixed(0)} µs of CPU per request without the profiler`;
  writeFileSync(`${file}.svg`, flameGraph(tree, title));
  const lines = hottest(tree, 40).map(
    (one) => `${((100 * one.self) / tree.total).toFixed(1).padStart(5)} %  ${one.name}`,
  );
  process.stdout.write(`${title}\n${lines.join('\n')}\n${file}.cpuprofile\n${file}.svg\n`);
} finally {
  await stopAll();
}
process.exit();
