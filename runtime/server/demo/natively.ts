import { deployRevision, publishApi, subscribe } from './management.js';
import type { Scene } from './stage.js';
import { StoryError } from './teller.js';

const calls = 20;

/**
 * The second part: the same backend, protected natively by endpoint security (api-management 4.1 C11): one token call for
 * many requests, and a revoked token that no caller notices.
 */
export async function natively(scene: Scene): Promise<void> {
  const { teller, admin, backend, publisherToken } = scene;
  teller.say('\nThe same backend without a sequence: five lines of configuration.');
  const api = await publishApi(scene, publisherToken, { name: 'NativePizzaAPI', context: '/native-pizza' });
  const caller = await subscribe(scene, publisherToken, scene.application, api);
  const headers = { Authorization: `Bearer ${publisherToken}` };
  const url = `${admin}/api/am/publisher/v3/apis/${api}`;
  const current = await teller.call({ title: 'Read the API', url, headers, expect: 200 });
  const document = current.body as { endpointConfig: object };
  const lines = {
    type: 'OAUTH',
    grantType: 'CLIENT_CREDENTIALS',
    tokenUrl: backend.tokenUrl,
    clientId: backend.clientId,
    clientSecret: backend.clientSecret,
  };
  await teller.call({
    title: 'Give its endpoint the security of the backend',
    method: 'PUT',
    url,
    headers,
    json: {
      ...document,
      endpointConfig: { ...document.endpointConfig, endpoint_security: { production: { enabled: true, ...lines } } },
    },
    shownBody: shownLines(lines),
    expect: 200,
  });
  await deployRevision(teller, `${admin}/api/am/publisher/v3`, headers, api);
  await invoke(scene, caller);
}

async function invoke({ teller, gateway, backend }: Scene, caller: string): Promise<void> {
  const menu = {
    url: `${gateway}/native-pizza/1.0.0/menu`,
    headers: { Authorization: `Bearer ${caller}` },
    expect: 200,
  };
  const before = backend.tokenCalls();
  await teller.call({ title: 'Invoke the API', ...menu });
  for (let count = 1; count < calls; count++) await teller.quietly(menu);
  teller.say(`   … and ${calls - 1} times more: ${counted(backend.tokenCalls() - before)} for ${calls} requests`);
  backend.revoke();
  await teller.call({ title: 'The backend has revoked all tokens meanwhile: the caller does not notice', ...menu });
  const made = backend.tokenCalls() - before;
  teller.say(`   … one 401 of the backend, one new token, one replay (${counted(made)} in all)`);
  if (made !== 2) throw new StoryError(`expected 2 token calls, there were ${made}`);
}

const counted = (count: number): string => `${count} token call${count === 1 ? '' : 's'}`;

/** The lines as one would write them; the secret is none of the reader's business. */
function shownLines(lines: Readonly<Record<string, string>>): string {
  const shown = Object.entries({ ...lines, clientSecret: '***' });
  const written = shown.map(([name, value]) => `       "${name}": ${JSON.stringify(value)}`);
  return `{…,"endpoint_security":{"production":{"enabled":true,\n${written.join(',\n')}}}}`;
}
