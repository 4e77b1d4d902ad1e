/** Large bodies streamed each way, beside nginx. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { warm } from '../compare/load.js';
import { cpuMs, peakMb, resetPeak, residentMb } from '../compare/proc.js';
import { scenarios } from '../compare/scenarios.js';
import { compiled, type Running, startBackend, startPeer, startProgram } from '../compare/servers.js';
import { fixed, table } from '../compare/tables.js';
import { nginx } from '../peers/nginx.js';
import { copyConfigs } from '../peers/synapse.js';
import { spread } from '../process.js';
import type { ScaleOptions } from './options.js';
import type { Part } from './results.js';
import { checked, SYNAPSE, startMediant } from './stage.js';

const run = promisify(execFile);

/** Longest time that one body may take, ms. */
const patience = 300_000;

const directions = {
  up: { title: 'client to backend', command: 'send' },
  down: { title: 'backend to client', command: 'receive' },
} as const;
type Direction = keyof typeof directions;

/** One body that went through. */
interface Passage {
  /** Megabytes a second. */
  readonly rate: number;
  /** Milliseconds of CPU. */
  readonly cpu: number;
  /** Most memory while it passed, MB. */
  readonly peak: number;
}

interface Peer {
  readonly name: string;
  readonly running: Running;
  /** Memory before the first body, MB. */
  readonly before: number;
  readonly passages: Record<Direction, Passage[]>;
  /** The same with a reader that waits. */
  readonly paused: Record<Direction, Passage[]>;
}

/** Sends one body through and checks every byte. @throws Error when it did not arrive whole */
async function pass(running: Running, direction: Direction, path: string, bytes: number): Promise<Passage> {
  resetPeak(running.pid);
  const cpu = cpuMs(running.pid);
  const { command } = directions[direction];
  const args = [command, String(running.port), path, String(bytes)];
  const { stdout } = await run(compiled('stream'), args, { timeout: patience });
  const result = JSON.parse(stdout) as { bytes: number; right: boolean; seconds: number };
  if (result.bytes !== bytes || !result.right) throw new Error(`${command} ${path}: ${stdout.trim()}`);
  return { rate: bytes / 1e6 / result.seconds, cpu: cpuMs(running.pid) - cpu, peak: peakMb(running.pid) };
}

const streamApi = (port: number): string =>
  `<api xmlns="${SYNAPSE}" name="stream" context="/stream"><resource methods="GET POST" uri-template="/*"><inSequence>` +
  `<call><endpoint><address uri="http://127.0.0.1:${port}"/></endpoint></call><respond/></inSequence></resource></api>`;

function peer(name: string, running: Running): Peer {
  const none = (): Peer['passages'] => ({ up: [], down: [] });
  return { name, running, before: residentMb(running.pid), passages: none(), paused: none() };
}

/** Mediant as it is after some ordinary work. */
async function startGateway(sink: Running, { quick }: ScaleOptions): Promise<Peer> {
  const echo = await startBackend(0, undefined);
  const running = await startMediant('bodies', echo, {
    deploy(folder, backendPort) {
      copyConfigs(folder, backendPort);
      writeFileSync(`${folder}/api/stream.xml`, streamApi(sink.port));
    },
  });
  const target = await checked(running, echo, { path: '/direct', scenario: scenarios.direct });
  if (!quick) await warm(target, { min: 10, max: 20, least: 20_000 });
  return peer('mediant', running);
}

/** The peers that there are; of nginx the version, or why it is absent. */
async function startPeers(sink: Running, options: ScaleOptions): Promise<{ peers: Peer[]; nginxIs: string }> {
  const gateway = await startGateway(sink, options);
  try {
    const version = nginx.prepare();
    const running = await startPeer(nginx, { backendPort: sink.port, cores: 1, cpu: undefined });
    return { peers: [gateway, peer('nginx', running)], nginxIs: `nginx ${version}` };
  } catch (error) {
    return { peers: [gateway], nginxIs: `nginx is absent (${(error as Error).message.split('\n')[0]})` };
  }
}

export async function bodies(options: ScaleOptions, say: (text: string) => void): Promise<Part> {
  const { bytes, rounds } = options;
  const sink = await startProgram('stream', (port) => [compiled('stream'), 'serve', String(port)]);
  const { peers, nginxIs } = await startPeers(sink, options);
  for (let round = 0; round < rounds; round++) {
    for (const direction of Object.keys(directions) as Direction[]) {
      for (const [index] of peers.entries()) {
        const one = peers[(index + round) % peers.length] as Peer;
        const passage = await pass(one.running, direction, '/stream', bytes);
        one.passages[direction].push(passage);
        say(`${one.name}, ${directions[direction].title}: ${passage.rate.toFixed(0)} MB/s`);
      }
    }
  }
  for (const { running, paused } of peers) {
    for (const direction of Object.keys(directions) as Direction[]) {
      const length = Math.min(bytes, 100_000_000);
      paused[direction].push(await pass(running, direction, '/stream/paused/x', length));
    }
  }
  return {
    title: 'Large bodies',
    text: `${note(options, nginxIs)}\n\n${bodiesTable(peers)}`,
    figures: { nginxIs, peers: peers.map(({ running: _, ...rest }) => rest) },
    wrong: [],
  };
}

function bodiesTable(peers: readonly Peer[]): string {
  const rows = (Object.keys(directions) as Direction[]).flatMap((direction) => {
    const rates = (index: number): number[] => peers[index]?.passages[direction].map(({ rate }) => rate) ?? [];
    const ratios = spread(rates(0).map((rate, round) => rate / (rates(1)[round] ?? Number.NaN)));
    return peers.map(({ name, before, passages, paused }, index) => {
      const growth = (made: readonly Passage[]): string => fixed(Math.max(...made.map(({ peak }) => peak)) - before);
      return [
        index === 0 ? directions[direction].title : '',
        name,
        fixed(spread(rates(index)).median),
        index === 0 && peers.length > 1
          ? `${fixed(ratios.median, 2)} (${fixed(ratios.min, 2)}–${fixed(ratios.max, 2)})`
          : '',
        fixed(spread(passages[direction].map(({ cpu }) => cpu)).median),
        fixed(before),
        growth(passages[direction]),
        growth(paused[direction]),
      ];
    });
  });
  const head = [
    'body',
    'through',
    'MB/s',
    'mediant : nginx',
    'CPU, ms',
    'before, MB',
    'growth, MB',
    'growth, paused, MB',
  ];
  return table(2, head, rows);
}

const note = ({ bytes, rounds }: ScaleOptions, nginxIs: string): string =>
  `One body of ${(bytes / 1e6).toLocaleString('en')} MB at a time, ${rounds} of each kind in turns, every byte checked at its end; medians. The programs at both ends are in C (bench/peers/stream.c) and share the cores with the gateway. ${nginxIs}; its configuration passes bodies on without keeping them in files. ` +
  'Growth is from the memory before the first of these bodies, after ordinary requests, to the most that the process has held while they passed; `paused`: the same with 100 MB and a reader that waits two seconds in their midst. The goals are 0.5 of nginx and less than 50 MB.';
