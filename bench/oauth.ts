/**
 * Scenario C under load: a protected backend called through the published token sequence, through the one that keeps its
 * token in the registry, and natively, beside plain forwarding, in one run.
 *
 *     npm run bench:oauth -- [--quick] [--publish]
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Contender,
  gatewayOf,
  inTurns,
  resultLines,
  script,
  startMediant,
  summaries,
  temporary,
} from './gateway.js';
import { startScript } from './process.js';
import { publishSection } from './publish.js';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, publish: { type: 'boolean', default: false } },
});
const rounds = values.quick ? 1 : 5;
const seconds = values.quick ? 1 : 3;
const SYNAPSE = 'http://ws.apache.org/ns/synapse';
const root = new URL('../../', import.meta.url);

/** The published sequence with its placeholders' values, under a name of its own. */
function published(file: string, name: string, backend: string): string {
  return readFileSync(new URL(`sequences/${file}.xml`, root), 'utf8')
    .replace('name="simple-token-gen"', `name="${name}"`)
    .replace('{base64encoded(clientKey:clientSecret)}', Buffer.from('id:secret').toString('base64'))
    .replace('{token-endpoint-url}', `${backend}/token`);
}

/** Writes the artifacts of all contenders; the folder. */
function artifacts(backend: string): string {
  const folder = temporary();
  const write = (kind: string, name: string, xml: string): void => {
    const made = path.join(folder, 'synapse-configs', 'default', kind);
    mkdirSync(made, { recursive: true });
    writeFileSync(path.join(made, `${name}.xml`), xml);
  };
  const grant = `<clientCredentials><clientId>id</clientId><clientSecret>secret</clientSecret><tokenUrl>${backend}/token</tokenUrl></clientCredentials>`;
  const api = (name: string, steps = '', authentication = ''): void => {
    const endpoint = `<endpoint><http method="post" uri-template="${backend}/echo">${authentication}</http></endpoint>`;
    const flow = `<inSequence>${steps}<call>${endpoint}</call><respond/></inSequence>`;
    const resource = `<resource methods="POST" uri-template="/*">${flow}</resource>`;
    write('api', name, `<api xmlns="${SYNAPSE}" name="${name}" context="/${name}">${resource}</api>`);
  };
  write('sequences', 'by-hand', published('simple-token-gen', 'by-hand', backend));
  write('sequences', 'kept', published('simple-token-gen-cached', 'kept', backend));
  api('plain');
  api('sequence', '<sequence key="by-hand"/>');
  api('cached', '<sequence key="kept"/>');
  api('endpoint', '', `<authentication><oauth>${grant}</oauth></authentication>`);
  api('mediator', `<oauthToken xmlns="urn:mediant:mediators">${grant}</oauthToken>`);
  return folder;
}

const busy = loadavg()[0]?.toFixed(1) ?? '?';
const backend = await startScript([script('./backend.js')], /^http:/);
const deploy = artifacts(backend.output().trim());
const home = temporary();
const mediant = await startMediant(home, ['--deploy', deploy]);
const contender = (name: string, context: string): Contender => [
  name,
  `${gatewayOf(mediant)}/${context}/`,
  mediant.child.pid ?? 0,
];
const results = await inTurns(
  [
    contender('plain forwarding', 'plain'),
    contender('sequence, a token each time', 'sequence'),
    contender('sequence, token in the registry', 'cached'),
    contender('native, endpoint', 'endpoint'),
    contender('native, mediator oauthToken', 'mediator'),
  ],
  { rounds, seconds },
);
for (const process of [mediant, backend]) await process.stop();
for (const folder of [home, deploy]) rmSync(folder, { recursive: true, force: true });

const conditions = `1 kB POST, 100 connections, ${rounds} rounds of ${seconds} s in turns`;
process.stdout.write(`${conditions}; medians, ratios to the first line; load ${busy} before the run\n`);
for (const line of resultLines(results)) process.stdout.write(`${line}\n`);

if (values.publish) {
  const [plain] = summaries(results);
  const rows = summaries(results).map(({ name, rate, ratio, cpu }) => {
    const range = `${rate.median.toFixed(0)} (${rate.min.toFixed(0)} to ${rate.max.toFixed(0)})`;
    return `| ${name} | ${range} | ${ratio.toFixed(2)} | ${cpu.toFixed(0)} µs | ${((plain?.cpu ?? 0) / cpu).toFixed(2)} |`;
  });
  const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? process.arch}, load ${busy} before the run`;
  publishSection(
    'Tokens for a protected backend',
    [
      `Measured by \`npm run bench:oauth\` (${machine}): ${conditions}; medians. Each line is one API before the same backend; the goal of the native ones is 0.9 of plain forwarding.`,
      [
        '| | requests/s (slowest to fastest round) | ratio | CPU per request | ratio of CPU |',
        '|---|---|---|---|---|',
        ...rows,
      ].join('\n'),
    ].join('\n\n'),
  );
}
