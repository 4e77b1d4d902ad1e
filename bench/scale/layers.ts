/** What forwarding is made of: Mediant beside forwarders that do less and less. */
import { fileURLToPath } from 'node:url';
import { scenarios } from '../compare/scenarios.js';
import { startBackend, startProgram } from '../compare/servers.js';
import { copyConfigs } from '../peers/synapse.js';
import type { ScaleOptions } from './options.js';
import type { Part } from './results.js';
import { type Contender, checked, conditions, contenderTable, measureInTurns, startMediant, wrongOf } from './stage.js';

const bare = fileURLToPath(new URL('./bare.js', import.meta.url));

const layers = [
  ['node:net on both sides', 'sockets'],
  ['node:http, answering itself', 'itself'],
  ['node:http and node:net to the backend', 'socket'],
  ['node:http and Mediant’s outbound exchange', 'exchange'],
] as const;

const mediantName = 'Mediant, direct API';

export async function layersOfForwarding(options: ScaleOptions, say: (text: string) => void): Promise<Part> {
  const backend = await startBackend(0, undefined);
  const scenario = scenarios.direct;
  const mediant = await startMediant('layers', backend, { deploy: copyConfigs });
  const target = await checked(mediant, backend, { path: '/direct', scenario });
  const contenders: Contender[] = [{ name: mediantName, target }];
  for (const [name, kind] of layers) {
    const command = (port: number): string[] => [process.execPath, bare, kind, String(port), String(backend.port)];
    const running = await startProgram(`bare-${kind}`, command);
    contenders.unshift({ name, target: await checked(running, backend, { path: '/order', scenario }) });
    say(`${name} answers`);
  }
  const measured = await measureInTurns(contenders, options);
  return {
    title: 'What forwarding is made of',
    text: `${note(options)}\n\n${contenderTable(measured, mediantName)}`,
    figures: measured,
    wrong: wrongOf(measured),
  };
}

const note = (options: ScaleOptions): string =>
  `Mediant beside forwarders of a few lines each (bench/scale/bare.ts), all on Node in one process, in the same run: ${conditions(options)}. ` +
  'They read no more of HTTP than the load generator and the backend send. What lies between the last of them and Mediant is ' +
  'mediation: the message, its properties, the flow, the endpoint; what lies below is Node and the kernel.';
