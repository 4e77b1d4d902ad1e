import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listenerUrl } from '../process-ready.js';
import { createServer, type Server } from '../server.js';
import { bySequence } from './by-sequence.js';
import { createApplication, managementToken } from './management.js';
import { natively } from './natively.js';
import type { Scene, Stage } from './stage.js';
import { StoryError, Teller } from './teller.js';
import { startProtectedBackend } from './token-server.js';
import { type Tutorial, tutorial } from './tutorial.js';
import { startWeatherService } from './weather-service.js';

export interface DemoOptions {
  /** Leave everything running until the process is stopped, and print `curl` lines to try. */
  keep: boolean;
  print: (text: string) => void;
}

/**
 * Tells the main job on real HTTP, in parts: an API before an OAuth2-protected backend that succeeds by the published
 * token sequence, and natively (api-management 4.1); and Apigee's tutorial of a token endpoint and a protected API (4.2).
 * @returns whether every step ended as it should
 */
export async function demo({ keep, print }: DemoOptions): Promise<boolean> {
  const home = await mkdtemp(path.join(tmpdir(), 'mediant-demo-'));
  const password = randomBytes(9).toString('base64url');
  const [backend, weather] = await Promise.all([startProtectedBackend(), startWeatherService()]);
  let server: Server | undefined;
  try {
    server = await startServer(home, password);
    const scene = await open({ teller: new Teller(print), backend, password, ...urlsOf(server) });
    const caller = await bySequence(scene);
    await natively(scene);
    const app = await tutorial(scene, weather.port);
    if (keep) await stay(scene, caller, app);
    return true;
  } catch (error) {
    if (!(error instanceof StoryError)) throw error;
    print(`\nThe demo stopped: ${error.message}\n`);
    return false;
  } finally {
    await server?.close();
    await Promise.all([backend.close(), weather.close()]);
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
    sampleOrganization: true,
  });
}

function urlsOf(server: Server): Pick<Stage, 'admin' | 'gateway' | 'secureGateway'> {
  const url = (purpose: string, scheme = 'http'): string => {
    const listener = server.addresses.find((one) => one.purpose === purpose && one.scheme === scheme);
    if (!listener) throw new Error(`the server has no ${purpose} address`);
    return listenerUrl(listener);
  };
  return { admin: url('admin'), gateway: url('gateway'), secureGateway: url('gateway', 'https') };
}

/** What every part begins with. */
async function open(stage: Stage): Promise<Scene> {
  stage.teller.say('An authorization server and a backend that wants its tokens are running, and so is Mediant.');
  const publisherToken = await managementToken(stage);
  return { ...stage, publisherToken, application: await createApplication(stage, publisherToken) };
}

async function stay(
  { teller, gateway, secureGateway, admin, password }: Scene,
  caller: string,
  { key, secret, token }: Tutorial,
): Promise<void> {
  teller.say(`
Everything is still running; stop it with Ctrl-C. Try:

  curl -H 'Authorization: Bearer ${caller}' ${gateway}/pizza/1.0.0/menu
  curl -H 'Authorization: Bearer ${caller}' -H 'Content-Type: application/json' -d '{"pizza":1}' ${gateway}/pizza/1.0.0/order
  curl -H 'Authorization: Bearer ${caller}' ${gateway}/native-pizza/1.0.0/menu
  curl -i ${gateway}/pizza/1.0.0/menu
  curl -u admin:${password} ${admin}/api/am/publisher/v4/apis
  curl -k -d 'client_id=${key}&client_secret=${secret}' '${secureGateway}/oauth/client_credential/accesstoken?grant_type=client_credentials'
  curl -H 'Authorization: Bearer ${token}' '${gateway}/weatherapi/forecastrss?w=2442047'`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
