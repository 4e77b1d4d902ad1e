import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { cpuMicroseconds, type Measured, spread, startScript } from './process.js';

const launch = fileURLToPath(new URL('../../runtime/launch.mjs', import.meta.url));

/** Path of a script of this folder. */
export const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A folder for one run. */
export const temporary = (): string => mkdtempSync(path.join(tmpdir(), 'mediant-bench-'));

/** Starts `mediant start` with ports of its own. */
export function startMediant(home: string, args: readonly string[] = []): Promise<Measured> {
  const ports = ['http', 'https', 'admin', 'management', 'internal'].flatMap((name) => [`--${name}-port`, '0']);
  const options = ['--home', home, '--host', '127.0.0.1', '--log-format', 'text', '--log-level', 'WARN'];
  return startScript([launch, 'start', ...options, ...ports, ...args], /mediant ready in/, {
    MEDIANT_ADMIN_PASSWORD: 'bench-password',
  });
}

/** Base URL of its gateway. */
export const gatewayOf = (server: Measured): string =>
  /gateway (http:\S+)/.exec(server.output())?.[1]?.replace(/,$/, '') ?? '';

/** What is measured: where requests go, and whose CPU time they cost. */
export type Contender = [name: string, url: string, pid: number];

export interface Result {
  perSecond: number;
  /** Microseconds a request. */
  cpu: number;
  wrong: number;
}

/** Loads the contenders one after another, round by round, so that all see the same machine. The first round warms up. */
export async function inTurns(
  contenders: readonly Contender[],
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Map<string, Result[]>> {
  const results = new Map(contenders.map(([name]) => [name, [] as Result[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, url, pid] of contenders) {
      const result = await load(url, pid, seconds);
      if (round > 0) results.get(name)?.push(result);
    }
  }
  return results;
}

async function load(url: string, pid: number, seconds: number): Promise<Result> {
  const body = JSON.stringify({ text: 'x'.repeat(1000 - 11) });
  const before = cpuMicroseconds(pid);
  const result = await autocannon({
    url,
    connections: 100,
    duration: seconds,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    expectBody: body,
  });
  const requests = result['2xx'];
  return {
    perSecond: requests / result.duration,
    cpu: (cpuMicroseconds(pid) - before) / requests,
    wrong: result.non2xx + result.errors + result.timeouts + result.mismatches,
  };
}

/** Median, slowest and fastest round, and the ratio to the first contender. */
export interface Summary {
  readonly name: string;
  readonly rate: ReturnType<typeof spread>;
  readonly ratio: number;
  readonly cpu: number;
  readonly wrong: number;
}

export function summaries(results: ReadonlyMap<string, readonly Result[]>): Summary[] {
  const medianRate = (rounds: readonly Result[]): number => spread(rounds.map(({ perSecond }) => perSecond)).median;
  const first = medianRate([...results.values()][0] ?? []);
  return [...results].map(([name, rounds]) => ({
    name,
    rate: spread(rounds.map(({ perSecond }) => perSecond)),
    ratio: medianRate(rounds) / first,
    cpu: spread(rounds.map(({ cpu }) => cpu)).median,
    wrong: rounds.reduce((sum, one) => sum + one.wrong, 0),
  }));
}

/** A line for each contender; a wrong answer makes the run fail. */
export function resultLines(results: ReadonlyMap<string, readonly Result[]>): string[] {
  return summaries(results).map(({ name, rate, ratio, cpu, wrong }) => {
    if (wrong > 0) process.exitCode = 1;
    const range = `(${rate.min.toFixed(0)} to ${rate.max.toFixed(0)})`;
    return `${name.padEnd(32)} ${rate.median.toFixed(0).padStart(7)} req/s ${range}  ratio ${ratio.toFixed(2)}  CPU ${cpu.toFixed(0)} µs/req  wrong ${wrong}`;
  });
}
