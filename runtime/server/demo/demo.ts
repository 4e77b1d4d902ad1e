import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listenerUrl } from '../process-ready.js';
import { createServer, type Server } from '../server.js';
import { packageFile } from '../version.js';
import { StoryError, Teller } from './teller.js';
import { type ProtectedBackend, startProtectedBackend } from './token-server.js';

export interface DemoOptions {
  /** Leave everything running until the process is stopped, and print `curl` lines to try. */
  keep: boolean;
  print: (text: string) => void;
}

interface Stage {
  readonly teller: Teller;
  readonly backend: ProtectedBackend;
  readonly password: string;
  readonly admin: string;
  readonly gateway: string;
}

/**
 * Tells the main job on real HTTP: an API is published by admin calls, fails at its OAuth2-protected backend, gets the
 * published token sequence as its in-flow, and succeeds (api-management 4.1).
 * @returns whether every step ended as it should
 */
export async function demo({ keep, print }: DemoOptions): Promise<boolean> {
  const home = await mkdtemp(path.join(tmpdir(), 'mediant-demo-'));
  const password = randomBytes(9).toString('base64url');
  const backend = await startProtectedBackend();
  let server: Server | undefined;
  try {
    server = await startServer(home, password);
    const stage = { teller: new Teller(print), backend, password, ...urlsOf(server) };
    const token = await tell(stage);
    if (keep) await stay(stage, token);
    return true;
  } catch (error) {
    if (!(error instanceof StoryError)) throw error;
    print(`\nThe demo stopped: ${error.message}\n`);
    return false;
  } finally {
    await server?.close();
    await backend.close();
    await rm(home, { recursive: true, force: true });
  }
}

function startServer(home: string, adminPassword: string): Promise<Server> {
  return createServer({
    home,
    adminPassword,
    host: '127.0.0.1',
    httpPort: 0,
    httpsPort: 0,
    adminPort: 0,
    adminHttpPort: 0,
    managementPort: 0,
    internalPort: 0,
    logLevel: 'ERROR',
    logFormat: 'text',
  });
}

function urlsOf(server: Server): { admin: string; gateway: string } {
  const url = (purpose: string): string => {
    const listener = server.addresses.find((one) => one.purpose === purpose && one.scheme === 'http');
    if (!listener) throw new Error(`the server has no ${purpose} address`);
    return listenerUrl(listener);
  };
  return { admin: url('admin'), gateway: url('gateway') };
}

/** @returns the caller's token, for the curl lines of `--keep` */
async function tell(stage: Stage): Promise<string> {
  const { teller, backend } = stage;
  teller.say('An authorization server and a backend that wants its tokens are running, and so is Mediant.');
  const publisher = await managementToken(stage);
  const api = await publishApi(stage, publisher);
  const caller = await callerToken(stage, publisher, api);
  const menu = `${stage.gateway}/pizza/1.0.0/menu`;
  const asCaller = { Authorization: `Bearer ${caller}` };
  await teller.call({
    title: 'Invoke the API: the gateway accepts the caller, the backend misses its credentials',
    url: menu,
    headers: asCaller,
    expect: 401,
  });
  await uploadSequence(stage, publisher, api);
  await teller.call({ title: 'The same call again', url: menu, headers: asCaller, expect: 200 });
  await teller.call({
    title: 'A POST: the body arrives as it was sent',
    url: `${stage.gateway}/pizza/1.0.0/order`,
    headers: { ...asCaller, 'Content-Type': 'application/json' },
    body: '{"pizza":"Margherita","price":8.50}',
    expect: 200,
  });
  teller.say(
    `\nThe sequence fetched a token for each call (${backend.tokenCalls()} token calls) and rewrote Authorization. Nothing of it was changed but its placeholders.`,
  );
  return caller;
}

async function managementToken({ teller, admin, password }: Stage): Promise<string> {
  const basic = (user: string, secret: string): string =>
    `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  const client = await teller.call({
    title: 'Register a client for the management API',
    url: `${admin}/client-registration/v0.17/register`,
    headers: { Authorization: basic('admin', password) },
    json: {
      callbackUrl: 'www.example.com',
      clientName: 'rest_api',
      owner: 'admin',
      grantType: 'password refresh_token',
      saasApp: true,
    },
    expect: 200,
  });
  const { clientId, clientSecret } = client.body as { clientId: string; clientSecret: string };
  const scope =
    'apim:api_view apim:api_create apim:api_publish apim:api_manage apim:mediation_policy_manage apim:subscribe apim:app_manage apim:sub_manage';
  const token = await teller.call({
    title: 'Get a management token',
    url: `${admin}/oauth2/token`,
    headers: { Authorization: basic(clientId, clientSecret) },
    form: { grant_type: 'password', username: 'admin', password, scope },
    expect: 200,
  });
  return (token.body as { access_token: string }).access_token;
}

async function publishApi({ teller, admin, backend }: Stage, token: string): Promise<string> {
  const headers = { Authorization: `Bearer ${token}` };
  const publisher = `${admin}/api/am/publisher/v3`;
  const endpoint = { url: backend.backendUrl };
  const created = await teller.call({
    title: 'Create the API',
    url: `${publisher}/apis`,
    headers,
    json: {
      name: 'PizzaAPI',
      context: '/pizza',
      version: '1.0.0',
      policies: ['Unlimited'],
      endpointConfig: { endpoint_type: 'http', production_endpoints: endpoint, sandbox_endpoints: endpoint },
      operations: [
        { target: '/menu', verb: 'GET' },
        { target: '/order', verb: 'POST' },
      ],
    },
    expect: 201,
  });
  const { id } = created.body as { id: string };
  await deployRevision(teller, publisher, headers, id);
  await teller.call({
    title: 'Publish it',
    method: 'POST',
    url: `${publisher}/apis/change-lifecycle?apiId=${id}&action=Publish`,
    headers,
    expect: 200,
  });
  return id;
}

async function deployRevision(
  teller: Teller,
  publisher: string,
  headers: Record<string, string>,
  id: string,
): Promise<void> {
  const revision = await teller.call({
    title: 'Make a revision',
    url: `${publisher}/apis/${id}/revisions`,
    headers,
    json: { description: 'demo' },
    expect: 201,
  });
  await teller.call({
    title: 'Deploy it',
    url: `${publisher}/apis/${id}/deploy-revision?revisionId=${(revision.body as { id: string }).id}`,
    headers,
    json: [{ name: 'Default', vhost: 'localhost', displayOnDevportal: true }],
    expect: 201,
  });
}

async function callerToken({ teller, admin, gateway }: Stage, token: string, api: string): Promise<string> {
  const headers = { Authorization: `Bearer ${token}` };
  const devportal = `${admin}/api/am/devportal/v3`;
  const application = await teller.call({
    title: 'Create an application',
    url: `${devportal}/applications`,
    headers,
    json: { name: 'PizzaApp', throttlingPolicy: 'Unlimited', tokenType: 'JWT' },
    expect: 201,
  });
  const { applicationId } = application.body as { applicationId: string };
  const keys = await teller.call({
    title: 'Generate its keys',
    url: `${devportal}/applications/${applicationId}/generate-keys`,
    headers,
    json: { keyType: 'PRODUCTION', grantTypesToBeSupported: ['client_credentials', 'password'], validityTime: '3600' },
    expect: 200,
  });
  const { consumerKey, consumerSecret } = keys.body as { consumerKey: string; consumerSecret: string };
  await teller.call({
    title: 'Subscribe it to the API',
    url: `${devportal}/subscriptions`,
    headers,
    json: { applicationId, apiId: api, throttlingPolicy: 'Unlimited' },
    expect: 201,
  });
  const caller = await teller.call({
    title: 'Get a token for the caller',
    url: `${gateway}/token`,
    headers: { Authorization: `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64')}` },
    form: { grant_type: 'client_credentials' },
    expect: 200,
  });
  return (caller.body as { access_token: string }).access_token;
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

async function stay({ teller, gateway, admin, password }: Stage, caller: string): Promise<void> {
  teller.say(`
Everything is still running; stop it with Ctrl-C. Try:

  curl -H 'Authorization: Bearer ${caller}' ${gateway}/pizza/1.0.0/menu
  curl -H 'Authorization: Bearer ${caller}' -H 'Content-Type: application/json' -d '{"pizza":1}' ${gateway}/pizza/1.0.0/order
  curl -i ${gateway}/pizza/1.0.0/menu
  curl -u admin:${password} ${admin}/api/am/publisher/v4/apis`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
