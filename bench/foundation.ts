/**
 * The figures of docs/performance.md: start to ready, idle memory, deployment among 1,000 APIs, and the throughput of
 * plain forwarding and of the cached token sequence beside a bare undici forwarder in the same run.
 *
 *     npm run bench:foundation -- [--quick]
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type Contender,
  gatewayOf,
  inTurns,
  type Result,
  resultLines,
  script,
  startMediant,
  temporary,
} from './gateway.js';
import { residentMegabytes, spread, startScript } from './process.js';

const quick = process.argv.includes('--quick');
const seconds = quick ? 1 : 8;
const rounds = quick ? 1 : 5;
const SYNAPSE = 'http://ws.apache.org/ns/synapse';
const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function startAndIdle(): Promise<void> {
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
  print(`start to ready, ms: median ${start.median.toFixed(0)} (${start.min.toFixed(0)} to ${start.max.toFixed(0)})`);
  print(`idle memory, MB: median ${idle.median.toFixed(0)} (${idle.min.toFixed(0)} to ${idle.max.toFixed(0)})`);
}

async function deployAmongMany(): Promise<void> {
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
  print(`deploy one API while 1,000 run, ms: median ${times.median.toFixed(2)} (to ${times.max.toFixed(2)})`);
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

async function forwarding(): Promise<void> {
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
  report(results);
}

function report(results: ReadonlyMap<string, readonly Result[]>): void {
  print(`\n1 kB POST, 100 connections, ${rounds} rounds of ${seconds} s, medians; ratios to the first line`);
  for (const line of resultLines(results)) print(line);
}

await startAndIdle();
await deployAmongMany();
await forwarding();
