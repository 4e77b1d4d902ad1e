/**
 * What running one small script on a message costs by the ways in which it could run: why trusted scripts run inside the
 * process, without a limit of time.
 *
 *     npm run bench:scripts -- [--quick] [--publish]
 */
import assert from 'node:assert/strict';
import { createContext, Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { Sandbox, type ScriptRunner } from '../runtime/sandbox/sandbox.js';
import { TrustedScripts } from '../runtime/sandbox/trusted-scripts.js';
import { type Case, type Figure, measure } from './measure.js';
import { publishSection } from './publish.js';

const setup =
  "return () => ({ mc: { get: (name) => host('get', name), set: (name, value) => host('set', name, value) } });";
const code = "var order = mc.get('order'); mc.set('count', order.items.length);";
const order = { items: Array.from({ length: 8 }, (_, index) => ({ sku: `sku-${index}`, quantity: index })) };

function scriptCase(by: string, runner: ScriptRunner): Case {
  const run = (): unknown => {
    let count: unknown;
    runner.run(code, (operation, values) => {
      if (operation === 'get') return order;
      count = values[1];
      return undefined;
    });
    return count;
  };
  const guarded = async (): Promise<unknown> => {
    if (!runner.loaded) await runner.load();
    return run();
  };
  return { name: 'one script', by, batch: 1, run: guarded, check: (count) => assert.equal(count, 8) };
}

function limitedCase(): Case {
  const globals = createContext({ count: 0, order });
  const script = new Script('count = order.items.length');
  const run = (): unknown => script.runInContext(globals, { timeout: 5000 });
  return { name: 'one script', by: 'node:vm with a limit of time', batch: 1, run, check: (n) => assert.equal(n, 8) };
}

function workerCase(worker: Worker): Case {
  const run = (): Promise<unknown> =>
    new Promise((resolve) => {
      worker.once('message', resolve);
      worker.postMessage(order);
    });
  const by = 'worker thread, one message there and back';
  return { name: 'one script', by, batch: 1, run, check: (count) => assert.equal(count, 8) };
}

const quick = process.argv.includes('--quick');
const echo =
  "require('node:worker_threads').parentPort.on('message', function (o) { this.postMessage(o.items.length); })";
const worker = new Worker(echo, { eval: true });
const figures = await measure(
  [
    scriptCase('sandbox (QuickJS in WebAssembly)', new Sandbox(setup)),
    scriptCase('trusted (node:vm)', new TrustedScripts(setup)),
    limitedCase(),
    workerCase(worker),
  ],
  quick ? 50 : 2000,
);
const row = ({ by, microseconds }: Figure): string =>
  `| ${by} | ${microseconds.toLocaleString('en-US', { maximumSignificantDigits: 3 })} |`;
const text = `Microseconds for one small script that reads a JSON body and sets a property (\`npm run bench:scripts\`). A script that is trusted runs in the process, without a limit of time: Node starts a thread for each run that has one, and in a worker every question to \`mc\` would be a message.

| by | µs |
| --- | ---: |
${figures.map(row).join('\n')}`;
process.stdout.write(`${text}\n`);
if (process.argv.includes('--publish') && !quick) publishSection('Scripts', text);
await worker.terminate();
