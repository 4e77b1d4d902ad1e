import assert from 'node:assert/strict';
import { call, callerToken, Management } from './management.js';
import { MediantProcess } from './mediant-process.js';
import { ProtectedBackend } from './protected-backend.js';

const configured = {
  corsConfigurationEnabled: true,
  accessControlAllowOrigins: ['https://app.example'],
  accessControlAllowCredentials: true,
  accessControlAllowHeaders: ['authorization'],
  accessControlAllowMethods: ['GET'],
};

describe('api-management 1.20: CORS of published APIs', () => {
  let backend: ProtectedBackend;
  let server: MediantProcess;
  let token: string;

  before(async function () {
    this.timeout(60_000);
    backend = await ProtectedBackend.start();
    await backend.behave({
      backendAnswer: { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{}' },
    });
    server = await MediantProcess.start();
    const management = await Management.open(server, 'v4');
    const open = await management.publishApi(backend.backendUrl);
    const subscriber = await management.subscribe(open);
    await management.publishApi(backend.backendUrl, { name: 'Own', context: '/own', corsConfiguration: configured });
    token = await callerToken(server, subscriber);
  });

  after(async () => {
    await server?.stop();
    backend?.stop();
  });

  const ask = (method: string, path: string, headers: Record<string, string>) =>
    call(method, `${server.url('gateway')}${path}`, { headers });
  const preflight = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'GET' };

  it('a pre-flight is answered without a token: any origin, the verbs of the resource', async () => {
    const answer = await ask('OPTIONS', '/pizza/1.0.0/menu', preflight);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.equal(answer.headers.get('access-control-allow-methods'), 'GET');
    assert.match(answer.headers.get('access-control-allow-headers') ?? '', /authorization/);
  });

  it('OPTIONS without Access-Control-Request-Method is 405, on an unknown resource 404', async () => {
    assert.equal((await ask('OPTIONS', '/pizza/1.0.0/menu', { Origin: 'https://app.example' })).status, 405);
    assert.equal((await ask('OPTIONS', '/pizza/1.0.0/none', preflight)).status, 404);
  });

  it('an API with its own configuration names its origin and methods', async () => {
    const answer = await ask('OPTIONS', '/own/1.0.0/menu', preflight);
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.equal(answer.headers.get('access-control-allow-methods'), 'GET');
    assert.equal(answer.headers.get('access-control-allow-credentials'), 'true');
    const other = await ask('OPTIONS', '/own/1.0.0/menu', { ...preflight, Origin: 'https://evil.example' });
    assert.equal(other.headers.get('access-control-allow-origin'), null);
  });

  it('answers and errors carry the allowed origin and no more', async () => {
    const headers = { Origin: 'https://app.example', Authorization: `Bearer ${token}` };
    const answer = await ask('GET', '/pizza/1.0.0/menu', headers);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.equal(answer.headers.get('access-control-allow-methods'), null);
    const refused = await ask('GET', '/pizza/1.0.0/menu', { Origin: 'https://app.example' });
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get('access-control-allow-origin'), '*');
  });

  it('a backend’s own headers win', async () => {
    const own = { 'Access-Control-Allow-Origin': 'https://backend.example' };
    await backend.behave({ backendAnswer: { status: 200, headers: own, body: '' } });
    const headers = { Origin: 'https://app.example', Authorization: `Bearer ${token}` };
    const answer = await ask('GET', '/pizza/1.0.0/menu', headers);
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://backend.example');
  });
});
