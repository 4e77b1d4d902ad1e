import { readFile } from 'node:fs/promises';
import { packageFile } from '../version.js';
import { deployRevision, publishApi, subscribe } from './management.js';
import type { Scene, Stage } from './stage.js';

/**
 * The first part: an API fails at its OAuth2-protected backend, gets the published token sequence as its in-flow, and
 * succeeds (api-management 4.1 C1 to C10).
 * @returns the caller's token
 */
export async function bySequence(scene: Scene): Promise<string> {
  const { teller, backend, publisherToken } = scene;
  const api = await publishApi(scene, publisherToken, { name: 'PizzaAPI', context: '/pizza' });
  const caller = await subscribe(scene, publisherToken, scene.application, api);
  const menu = `${scene.gateway}/pizza/1.0.0/menu`;
  const asCaller = { Authorization: `Bearer ${caller}` };
  await teller.call({
    title: 'Invoke the API: the gateway accepts the caller, the backend misses its credentials',
    url: menu,
    headers: asCaller,
    expect: 401,
  });
  await uploadSequence(scene, publisherToken, api);
  await teller.call({ title: 'The same call again', url: menu, headers: asCaller, expect: 200 });
  await teller.call({
    title: 'A POST: the body arrives as it was sent',
    url: `${scene.gateway}/pizza/1.0.0/order`,
    headers: { ...asCaller, 'Content-Type': 'application/json' },
    body: '{"pizza":"Margherita","price":8.50}',
    expect: 200,
  });
  teller.say(
    `\nThe sequence fetched a token for each call (${backend.tokenCalls()} token calls) and rewrote Authorization. Nothing of it was changed but its placeholders.`,
  );
  return caller;
}

async function uploadSequence({ teller, admin, backend }: Stage, token: string, id: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  const publisher = `${admin}/api/am/publisher/v3`;
  const file = packageFile('sequences/simple-token-gen.xml');
  const credentials = Buffer.from(`${backend.clientId}:${backend.clientSecret}`).toString('base64');
  const sequence = (await readFile(file, 'utf8'))
    .replace('{base64encoded(clientKey:clientSecret)}', credentials)
    .replace('{token-endpoint-url}', backend.tokenUrl);
  const parts = new FormData();
  parts.set('type', 'in');
  parts.set('mediationPolicyFile', new Blob([sequence], { type: 'text/xml' }), 'simple-token-gen.xml');
  await teller.call({
    title: 'Upload the published in-flow sequence, its two placeholders filled in',
    url: `${publisher}/apis/${id}/mediation-policies`,
    headers,
    parts,
    shownBody: 'type=in, mediationPolicyFile=@sequences/simple-token-gen.xml',
    expect: 201,
  });
  const current = await teller.call({ title: 'Read the API', url: `${publisher}/apis/${id}`, headers, expect: 200 });
  await teller.call({
    title: 'Bind the sequence to the in-flow',
    method: 'PUT',
    url: `${publisher}/apis/${id}`,
    headers,
    json: { ...(current.body as object), mediationPolicies: [{ name: 'simple-token-gen', type: 'in', shared: false }] },
    shownBody: '{…,"mediationPolicies":[{"name":"simple-token-gen","type":"in","shared":false}]}',
    expect: 200,
  });
  await deployRevision(teller, publisher, headers, id);
}
