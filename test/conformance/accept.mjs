// Takes over what Mediant answers in recorded cases: node test/conformance/accept.mjs --reason "…" ID… (see README.md)
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { differences, observe, startServer, startStub, writeDeployFolder } from './harness.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));
const list = path.join(folder, 'differences.json');
const launch = path.join(folder, '../../runtime/launch.mjs');
const command = `node ${launch} start --home {home} --deploy {deploy} --host 127.0.0.1 --http-port {port} --https-port 0 --admin-port 0 --management-port 0 --internal-port 0 --log-format text`;

const { values, positionals } = parseArgs({ options: { reason: { type: 'string' } }, allowPositionals: true });
if ((values.reason ?? '').length < 20 || positionals.length === 0) {
  console.error('usage: node test/conformance/accept.mjs --reason "one sentence: why Mediant differs" ID…');
  process.exit(2);
}

const all = readdirSync(path.join(folder, 'cases')).flatMap((file) =>
  JSON.parse(readFileSync(path.join(folder, 'cases', file), 'utf8')),
);
const unknown = positionals.filter((id) => !all.some((one) => one.id === id));
if (unknown.length > 0) {
  console.error(`no such case: ${unknown.join(', ')}`);
  process.exit(2);
}
const chosen = all.filter(({ id }) => positionals.includes(id));

const [first, second] = [await observeAll(), await observeAll()];
chosen.forEach((one, index) => {
  accept(one, first[index], second[index]);
});

/** What a server of its own, which nobody has called before, answers in each case. */
async function observeAll() {
  const deploy = mkdtempSync(path.join(os.tmpdir(), 'mediant-conformance-'));
  const stub = await startStub();
  let server;
  try {
    const options = { deploy: writeDeployFolder(chosen, deploy, stub.port), ready: /mediant ready in/ };
    server = await startServer(command, options);
    const found = [];
    for (const one of chosen) found.push(await observe(one, server, stub));
    return found;
  } finally {
    await server?.stop();
    await stub.close();
    rmSync(deploy, { recursive: true, force: true });
  }
}

/** Stores the answer, unless the case passes as recorded or is answered differently from one time to the next. */
function accept(one, got, again) {
  if (differences(one.expect, got, one).length === 0) return refuse(`${one.id} passes as it is recorded`);
  // Lines of the engine name the message by random ids; what is stored without logs is compared without.
  const expect = isDeepStrictEqual(got.logs, again.logs) ? got : { ...got, logs: undefined };
  if (!isDeepStrictEqual({ ...expect, logs: undefined }, { ...again, logs: undefined })) {
    return refuse(`${one.id} is not the same twice`);
  }
  const known = JSON.parse(readFileSync(list, 'utf8'));
  known[one.id] = { reason: values.reason, expect };
  const sorted = Object.fromEntries(Object.entries(known).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(list, `${JSON.stringify(sorted, null, 1)}\n`);
  console.log(`${one.id}: accepted`);
}

function refuse(text) {
  console.error(`${text}: not accepted`);
  process.exitCode = 1;
}
