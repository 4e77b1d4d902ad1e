/** A published API that checks tokens, beside an open one. */
import { readFileSync } from 'node:fs';
import { type Addressed, callerToken, Management, type Subscriber } from '../../test/scenarios/management.js';
import { type Scenario, scenarios } from '../compare/scenarios.js';
import { startBackend } from '../compare/servers.js';
import { adminPassword } from '../peers/mediant.js';
import { copyConfigs } from '../peers/synapse.js';
import type { ScaleOptions } from './options.js';
import type { Part } from './results.js';
import { type Contender, checked, conditions, contenderTable, measureInTurns, startMediant, wrongOf } from './stage.js';

/** Addresses of the server that writes to `log`, from its ready line. */
function addressed(log: string): Addressed {
  const line = /mediant ready in .*/.exec(readFileSync(log, 'utf8'))?.[0] ?? '';
  return {
    url(purpose, scheme = 'http') {
      const found = new RegExp(`${purpose} [^,]*?(${scheme}://[^\\s,]+)`).exec(line)?.[1];
      if (found === undefined) throw new Error(`no ${purpose} ${scheme} address in: ${line}`);
      return found;
    },
  };
}

/** Forwards untouched; the caller's token stays here. */
function called(token: string | undefined): Scenario {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const { request, check } = scenarios.direct;
  return {
    title: 'published API',
    request(size) {
      const plain = request(size);
      return { ...plain, headers: { ...plain.headers, ...headers } };
    },
    check,
    backend: ({ head }) => (/^authorization:/im.test(head) ? "backend got the caller's token" : undefined),
  };
}

const path = (context: string): string => `/${context}/1.0.0/order`;

/** @throws Error when the API lets a caller pass who has no token */
async function mustRefuse(port: number, context: string): Promise<void> {
  const { status } = await fetch(`http://127.0.0.1:${port}${path(context)}`, { method: 'POST', body: '{}' });
  if (status !== 401) throw new Error(`${context} without a token: status ${status}, not 401`);
}

async function tokensOf(server: Addressed, subscriber: Subscriber, count: number): Promise<string[]> {
  const tokens = new Set<string>();
  for (let index = 0; index < count; index++)
    tokens.add(await callerToken(server, subscriber, { form: { scope: `device_${index}` } }));
  return [...tokens];
}

export async function tokens(options: ScaleOptions, say: (text: string) => void): Promise<Part> {
  const backend = await startBackend(0, undefined);
  const mediant = await startMediant('tokens', backend, { options: ['--admin-http-port', '0'], deploy: copyConfigs });
  const server = addressed(mediant.log);
  const management = await Management.open(server, 'v4', adminPassword);
  const publish = (context: string, authType: string): Promise<string> =>
    management.publishApi(`http://127.0.0.1:${backend.port}`, {
      name: context,
      context: `/${context}`,
      operations: [{ target: '/order', verb: 'POST', authType }],
    });
  await publish('open', 'None');
  const guarded = await publish('guarded', 'Application & Application User');
  await mustRefuse(mediant.port, 'guarded');

  const contenders: Contender[] = [
    { name: 'open API', target: await checked(mediant, backend, { path: path('open'), scenario: called(undefined) }) },
  ];
  const count = options.quick ? 3 : 100;
  for (const [name, tokenType] of [
    ['JWT', 'JWT'],
    ['opaque token', 'OAUTH'],
  ] as const) {
    const subscriber = await management.subscribe(guarded, { name, tokenType });
    const made = await tokensOf(server, subscriber, count);
    const isJwt = made[0]?.split('.').length === 3;
    if (isJwt !== (tokenType === 'JWT')) throw new Error(`${name}: a token of another kind was issued`);
    const place = path('guarded');
    const mix = made.map((token) => ({ path: place, request: called(token).request(1000) }));
    const target = await checked(mediant, backend, { path: place, scenario: called(made[0]), mix });
    contenders.push({ name, target });
    say(`${made.length} tokens of the kind ${name}`);
  }
  const plain = await checked(mediant, backend, { path: '/direct', scenario: scenarios.direct });
  contenders.push({ name: 'API of a file, for comparison', target: plain });
  const measured = await measureInTurns(contenders, options);
  return {
    title: 'Check of tokens',
    text: `${note(count, options)}\n\n${contenderTable(measured, 'open API')}`,
    figures: measured,
    wrong: wrongOf(measured),
  };
}

const note = (count: number, options: ScaleOptions): string =>
  `A published API whose operation needs a token of a subscribed application, beside one whose operation needs none, on one server in the same run: ${conditions(options)}. ` +
  `${count} tokens of each kind are in use, each checked against its signature or the store when it is first seen, later against what is remembered. ` +
  'The last line forwards without API management. The goal is 0.85 of the open API.';
