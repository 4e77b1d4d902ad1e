import { parseArgs } from 'node:util';
import { peers } from '../peers/index.js';
import { mediantOf } from '../peers/mediant.js';
import type { Peer } from '../peers/peer.js';
import { type ScenarioName, scenarioNames } from './scenarios.js';

const usage = `npm run bench -- [options]
  --quick              shows that the harness works: every scenario and size is checked, one is loaded for a second
  --peers a,b          ${peers.map(({ name }) => name).join(', ')} (all)
  --against DIR        another built checkout of Mediant as a further peer
  --scenario a,b       ${scenarioNames.join(', ')} (all)
  --size n,n           bytes of the request body (500,1000,10000,100000)
  --connections n      open connections (100)
  --duration s         seconds of one measured run, more where one request takes long (5)
  --repeats n          measured runs of each cell, in turns over the peers (5)
  --backend-delay ms   the backend answers this much later (0)
  --settle s           wait so long at most before each run for other work on the machine to end (0)
  --pin                the peer on core 0; backend and load on core 1

Ratios compare the first peer, Mediant, with each other one.`;

export interface Options {
  readonly quick: boolean;
  readonly peers: readonly Peer[];
  readonly scenarios: readonly ScenarioName[];
  readonly sizes: readonly number[];
  readonly connections: number;
  readonly seconds: number;
  readonly repeats: number;
  readonly delay: number;
  readonly settle: number;
  readonly pin: boolean;
}

/** The parts of a text between commas. */
export const list = (text: string): string[] => text.split(',').filter((part) => part !== '');

/** Reads the command line; prints the usage and ends the process when that is asked for. @throws Error naming the option */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      peers: { type: 'string', default: peers.map(({ name }) => name).join() },
      against: { type: 'string' },
      scenario: { type: 'string', default: scenarioNames.join() },
      size: { type: 'string', default: '500,1000,10000,100000' },
      connections: { type: 'string', default: '100' },
      duration: { type: 'string', default: '5' },
      repeats: { type: 'string', default: '5' },
      'backend-delay': { type: 'string', default: '0' },
      settle: { type: 'string', default: '0' },
      pin: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    process.exit();
  }
  const other = values.against === undefined ? [] : [mediantOf('other', values.against)];
  return {
    quick: values.quick,
    peers: [...list(values.peers).map((name) => oneOf(peers, (peer) => peer.name, name, '--peers')), ...other],
    scenarios: list(values.scenario).map((name) => oneOf(scenarioNames, String, name, '--scenario')),
    sizes: list(values.size).map((size) => whole(size, '--size')),
    connections: whole(values.connections, '--connections'),
    seconds: whole(values.duration, '--duration'),
    repeats: whole(values.repeats, '--repeats'),
    delay: whole(values['backend-delay'], '--backend-delay'),
    settle: whole(values.settle, '--settle'),
    pin: values.pin,
  };
}

/** The one of that name. @throws Error with the names that there are */
export function oneOf<Item>(all: readonly Item[], nameOf: (item: Item) => string, name: string, option: string): Item {
  const found = all.find((item) => nameOf(item) === name);
  if (found === undefined) throw new Error(`${option} ${name}: there are ${all.map(nameOf).join(', ')}`);
  return found;
}

/** @throws Error naming the option */
export function whole(text: string, option: string): number {
  if (!/^\d{1,11}$/.test(text)) throw new Error(`${option} ${text}: a whole number is needed`);
  return Number(text);
}
