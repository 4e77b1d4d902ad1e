/**
 * The figures of docs/performance.md: start to ready, idle memory, deployment among 1,000 APIs, and the throughput of
 * plain forwarding and of the cached token sequence beside a bare undici forwarder in the same run.
 *
 *     npm run bench:foundation -- [--quick] [--publish]
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machineLine } from './compare/machine.js';
import { type Contender, gatewayOf, inTurns, script, startMediant, summaries, temporary } from './gateway.js';
import { residentMegabytes, spread, startScript } from './process.js';
import { publishSection } from './publish.js';

const { values } = parseArgs({
  options: {
    /** Short: shows that everything runs, not what it costs. */
    quick: { type: 'boolean', default: false },
    /** Writes the section of docs/performance.md. */
    publish: { type: 'boolean', default: false },
  },
});
const { quick } = values;
if (quick && values.publish) throw new Error('--quick figures are not for publishing: leave out one of the two');
const seconds = quick ? 1 : 8;
const rounds = quick ? 1 : 5;
const SYNAPSE = 'http://ws.apache.org/ns/synapse';
const machine = `${machineLine()}, Node ${process.version}`;

/** @returns rows of a table: what, figure, goal */
async function startAndIdle(): Promise<string[]> {
  const home = temporary();
  const starts: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round <= (quick ? 1 : 10); round++) {
    const before = performance.now();
    const server = await startMediant(home);
    // The first start makes keys and the store; it is not counted.
    if (round > 0) starts.push(performance.now() - before);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    memory.push(residentMegabytes(server.child.pid ?? 0));
    await server.stop();
  }
  rmSync(home, { recursive: true, force: true });
  const start = spread(starts);
  const idle = spread(memory);
  const range = (figure: ReturnType<typeof spread>): string =>
    `${figure.median.toFixed(0)} (${figure.min.toFixed(0)} to ${figure.max.toFixed(0)})`;
  return [`| start to ready, ms | ${range(start)} | < 500 |`, `| idle memory, MB | ${range(idle)} | < 120 |`];
}

async function deployAmongMany(): Promise<string[]> {
  const { Deployed } = await import('../runtime/deploy/deployed.js');
  const { MemoryRegistry } = await import('../runtime/deploy/memory-registry.js');
  const silent = { enabled: () => false, log: () => {} };
  const deployed = new Deployed({ registry: new MemoryRegistry(), logger: silent });
  const api = (name: string): string =>
    `<api xmlns="${SYNAPSE}" name="${name}" context="/${name}"><resource methods="GET POST" uri-template="/*"><inSequence><log level="custom"><property name="a" expression="get-property('To')"/></log><call><endpoint><http method="post" uri-template="http://127.0.0.1:1/x"/></endpoint></call><respond/></inSequence></resource></api>`;
  const deploy = (name: string): number => {
    const before = performance.now();
    for (const artifact of deployed.compile(api(name), name).artifacts) deployed.add(artifact);
    return performance.now() - before;
  };
  for (let count = 0; count < 1000; count++) deploy(`api-${count}`);
  const times = spread(Array.from({ length: 50 }, (_, count) => deploy(`more-${count}`)));
  return [`| deploy one API while 1,000 run, ms | ${times.median.toFixed(2)} (to ${times.max.toFixed(2)}) | < 50 |`];
}

function artifacts(backend: string): string {
  const deploy = temporary();
  const folder = (name: string): string => {
    const made = path.join(deploy, 'synapse-configs', 'default', name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const api = (name: string, steps: string): string =>
    `<api xmlns="${SYNAPSE}" name="${name}" context="/${name}"><resource methods="POST" uri-template="/*"><inSequence>${steps}<call><endpoint><http method="post" uri-template="${backend}/echo"/></endpoint></call><respond/></inSequence></resource></api>`;
  writeFileSync(path.join(folder('api'), 'forward.xml'), api('forward', ''));
  // The published cached sequence: once the token is in the registry, each request reads it and sets one header.
  const cached = `<property name="access_token" expression="get-property('registry', 'local:/bench/access_Token')"/>
    <property name="generated-time" expression="get-property('registry','local:/bench/generated_Time')"/>
    <property expression="get-property('axis2','REST_URL_POSTFIX')" name="resource"/>
    <filter xpath="get-property('SYSTEM_TIME') - get-property('generated-time') &gt; 3600000 or get-property('access_token') = ''"><then>
      <property expression="get-property('SYSTEM_TIME')" name="local:/bench/generated_Time" scope="registry"/>
      <property value="bench-token" name="local:/bench/access_Token" scope="registry"/>
    </then><else><header expression="fn:concat('Bearer ', get-property('access_token'))" name="Authorization" scope="transport"/></else></filter>`;
  writeFileSync(path.join(folder('api'), 'cached.xml'), api('cached', cached));
  return deploy;
}

/** @returns rows of a table: what, requests a second, ratio, CPU */
async function forwarding(): Promise<string[]> {
  const backend = await startScript([script('./backend.js')], /^http:/);
  const backendUrl = backend.output().trim();
  const deploy = artifacts(backendUrl);
  const home = temporary();
  const mediant = await startMediant(home, ['--deploy', deploy]);
  const peer = await startScript([script('./peer-undici.js'), backendUrl], /^http:/);
  const contenders: Contender[] = [
    ['bare undici forwarder', `${peer.output().trim()}/echo`, peer.child.pid ?? 0],
    ['mediant, plain forwarding', `${gatewayOf(mediant)}/forward/`, mediant.child.pid ?? 0],
    ['mediant, cached token sequence', `${gatewayOf(mediant)}/cached/`, mediant.child.pid ?? 0],
  ];
  const results = await inTurns(contenders, { rounds, seconds });
  for (const process of [mediant, peer, backend]) await process.stop();
  for (const folder of [home, deploy]) rmSync(folder, { recursive: true, force: true });
  return summaries(results).map(({ name, rate, ratio, cpu, wrong }) => {
    if (wrong > 0) process.exitCode = 1;
    const range = `${rate.median.toFixed(0)} (${rate.min.toFixed(0)} to ${rate.max.toFixed(0)})`;
    return `| ${name} | ${range} | ${ratio.toFixed(2)} | ${cpu.toFixed(0)} | ${wrong} |`;
  });
}

const text = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machine}, by \`npm run bench:foundation\`: medians, with the range in brackets.`,
  ['| what | figure | goal |', '| --- | ---: | ---: |', ...(await startAndIdle()), ...(await deployAmongMany())].join(
    '\n',
  ),
  `1 kB POST, 100 connections, ${rounds} rounds of ${seconds} s in turns; ratios to the first line:`,
  [
    '| what | requests/s | ratio | CPU µs per request | wrong answers |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...(await forwarding()),
  ].join('\n'),
].join('\n\n');
process.stdout.write(`${text}\n`);
if (values.publish) publishSection('Foundation', text);
