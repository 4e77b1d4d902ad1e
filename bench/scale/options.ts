import { parseArgs } from 'node:util';
import { list, oneOf, whole } from '../compare/options.js';
import { type PartName, partNames } from './results.js';

const usage = `npm run bench:scale -- [options]
  --quick           shows that the harness works: everything small, figures are not kept; under a minute
  --only a,b        ${partNames.join(', ')} (all)
  --duration s      seconds of one measured run (3)
  --repeats n       measured runs, in turns (9)
  --apis n,n        how many APIs are deployed; ratios are to the first (1,100,1000,10000)
  --connections n   idle connections (10000)
  --idle s          seconds that they stay idle (30)
  --bytes n         length of the streamed body (1000000000)
  --requests n      the soak ends after so many (1000000)
  --seconds n       and after so long at the latest (300)`;

/** The most that one run may take of each. */
const most = { apis: 20_000, connections: 20_000, bytes: 10_000_000_000, requests: 100_000_000, seconds: 86_400 };

export interface ScaleOptions {
  readonly quick: boolean;
  readonly only: readonly PartName[];
  /** Seconds and number of measured runs. */
  readonly seconds: number;
  readonly rounds: number;
  readonly apis: readonly number[];
  readonly connections: number;
  readonly idleSeconds: number;
  readonly bytes: number;
  readonly soakRequests: number;
  readonly soakSeconds: number;
}

/** Reads the command line; prints the usage and ends the process when that is asked for. @throws Error naming the option */
export function readOptions(): ScaleOptions {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: partNames.join() },
      duration: { type: 'string' },
      repeats: { type: 'string' },
      apis: { type: 'string' },
      connections: { type: 'string' },
      idle: { type: 'string' },
      bytes: { type: 'string' },
      requests: { type: 'string' },
      seconds: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    process.exit();
  }
  const { quick } = values;
  /** The option's value, else one of the two defaults. */
  const number = (name: Exclude<keyof typeof values, 'quick' | 'help'>, normal: number, short: number): number =>
    values[name] === undefined ? (quick ? short : normal) : whole(values[name], `--${name}`);
  const apis = list(values.apis ?? (quick ? '1,50' : '1,100,1000,10000'));
  return {
    quick,
    only: list(values.only).map((name) => oneOf(partNames, String, name, '--only')),
    seconds: number('duration', 3, 1),
    rounds: number('repeats', 9, 1),
    apis: apis.map((count) => within(whole(count, '--apis'), 'apis')),
    connections: within(number('connections', 10_000, 200), 'connections'),
    idleSeconds: within(number('idle', 30, 1), 'seconds'),
    bytes: within(number('bytes', 1_000_000_000, 20_000_000), 'bytes'),
    soakRequests: within(number('requests', 1_000_000, 2000), 'requests'),
    soakSeconds: within(number('seconds', 300, 4), 'seconds'),
  };
}

function within(value: number, name: keyof typeof most): number {
  if (value < 1 || value > most[name]) throw new Error(`--${name} ${value}: from 1 to ${most[name]}`);
  return value;
}
