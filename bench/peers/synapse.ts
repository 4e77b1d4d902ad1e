import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { filledIn, inCheckout, workFolder } from '../compare/files.js';
import type { ScenarioName } from '../compare/scenarios.js';
import { needProgram, versionOf } from './install.js';
import type { Peer } from './peer.js';

const folder = inCheckout('bench/peers/synapse/');
const jars = `${workFolder}synapse-jars`;

/** URL paths of the artifacts in synapse-configs, for any engine that deploys them. */
export const synapsePaths: Readonly<Record<ScenarioName, string>> = {
  direct: '/direct',
  proxy: '/services/DirectProxy',
  header: '/header',
  'cbr-transport': '/services/CBRTransportHeaderProxy',
  'cbr-soapaction': '/services/CBRSOAPActionProxy',
  'cbr-soapheader': '/services/CBRSOAPHeaderProxy',
  'cbr-first': '/services/CBRFirstProxy',
  cbr: '/services/CBRProxy',
  xslt: '/services/XSLTProxy',
  json2xml: '/json2xml',
  xml2json: '/xml2json',
};

/** Copies synapse-configs to `to` with the address of the backend filled in. */
export function copyConfigs(to: string, backendPort: number): void {
  cpSync(`${folder}synapse-configs`, to, { recursive: true });
  for (const file of readdirSync(`${to}/endpoints`)) {
    const path = `${to}/endpoints/${file}`;
    filledIn(path, path, { BACKEND: `http://127.0.0.1:${backendPort}` });
  }
}

function fetchJars(): void {
  if (existsSync(`${jars}/complete`)) return;
  mkdirSync(jars, { recursive: true });
  const goal = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
  execFileSync('mvn', goal, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(`${jars}/complete`, '');
}

/** Apache Synapse 3.0.1 from Maven Central with the heap and worker pool of its distribution. */
export const synapse: Peer = {
  name: 'synapse',
  prepare() {
    needProgram('java', 'openjdk-17-jre-headless');
    if (!existsSync(`${jars}/complete`)) needProgram('mvn', 'maven');
    fetchJars();
    return `Apache Synapse 3.0.1, Java ${versionOf(['java', '-version'], /version "([^"]+)"/)}`;
  },
  start({ port, backendPort, run }) {
    for (const name of ['modules', 'services']) mkdirSync(`${run}/repository/${name}`, { recursive: true });
    mkdirSync(`${run}/tmp`);
    cpSync(`${folder}conf`, `${run}/conf`, { recursive: true });
    copyConfigs(`${run}/synapse-configs`, backendPort);
    filledIn(`${folder}axis2.xml`, `${run}/axis2.xml`, { PORT: port });
    const java = ['java', '-server', '-Xms256m', '-Xmx1024m', `-Djava.io.tmpdir=${run}/tmp`];
    const main = [
      '-Djava.net.preferIPv4Stack=true',
      '-cp',
      `${run}/conf:${jars}/*`,
      'org.apache.synapse.SynapseServer',
    ];
    const places = [`${run}/repository`, `${run}/axis2.xml`, run, `${run}/synapse-configs`, `${run}/repository`];
    // It writes its logs where it runs.
    return { command: [...java, ...main, ...places], cwd: run };
  },
  ready: '/ready',
  warm: { first: 12, next: 3, max: 60, requests: 20_000 },
  scenarios: synapsePaths,
};
