import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { ApigeeEnvironments } from '../../runtime/deploy/apigee/environments.js';
import { Deployed } from '../../runtime/deploy/deployed.js';
import { MemoryRegistry } from '../../runtime/deploy/memory-registry.js';
import { apigeeRoute, runApigee } from '../../runtime/server/apigee/gateway.js';
import { createGateway } from '../../runtime/server/gateway/gateway.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import { type Files, proxyXml, routeTo, steps, TestEnvironment, targetXml } from './environment-harness.js';

const logger = { enabled: () => false, log: () => undefined };

async function listening(handler: http.RequestListener): Promise<{ url: string; server: http.Server }> {
  const server = http.createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe('api-management 2.2: Apigee proxies on the gateway', () => {
  const transport = new HttpTransport();
  const env = new TestEnvironment(transport);
  const servers: http.Server[] = [];
  let gateway = '';
  let backend = '';
  /** What the backend does with a request. */
  let serve: http.RequestListener = () => undefined;

  const deploy = (name: string, files: (backend: string) => Files): void => {
    env.environment.undeploy('apiproxy', name);
    env.deploy(name, files(backend));
  };

  const passing =
    (inside = ''): ((url: string) => Files) =>
    (url) => ({
      'policies/upper.xml':
        '<AssignMessage name="upper"><Set><Payload contentType="text/plain">[{response.content}]</Payload></Set></AssignMessage>',
      'proxies/default.xml': proxyXml({ basePath: '/pass', inside: inside + routeTo('default') }),
      'targets/default.xml': targetXml(url),
    });

  before(async () => {
    const back = await listening((request, response) => serve(request, response));
    backend = back.url;
    const deployed = new Deployed({ registry: new MemoryRegistry(), logger, transport });
    const api = `<api xmlns="http://ws.apache.org/ns/synapse" name="own" context="/pass/own"><resource methods="GET"><inSequence>
      <payloadFactory media-type="text"><format>api</format><args/></payloadFactory><respond/></inSequence></resource></api>`;
    for (const artifact of deployed.compile(api, 'own.xml').artifacts) deployed.add(artifact);
    const environments = new ApigeeEnvironments('acme');
    environments.add(env.environment);
    const handle = createGateway(deployed, 'http', (request, response, transport) => {
      const route = apigeeRoute([environments], deployed, request, transport);
      return route && runApigee(route, request, response, transport);
    });
    const front = await listening((request, response) => void handle(request, response));
    gateway = front.url;
    servers.push(back.server, front.server);
  });
  after(() => {
    transport.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('forwards verb, path, query, headers and body, and the answer comes back', async () => {
    serve = (request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk) => chunks.push(chunk))
        .on('end', () => {
          response.writeHead(201, 'Made', { 'X-Seen': `${request.method} ${request.url} ${request.headers['x-a']}` });
          response.end(`got ${Buffer.concat(chunks)}`);
        });
    };
    deploy('pass', passing());
    const answer = await fetch(`${gateway}/pass/a%20b?x=1`, { method: 'POST', body: 'hello', headers: { 'X-A': 'a' } });
    assert.deepEqual(
      [answer.status, answer.statusText, answer.headers.get('x-seen'), await answer.text()],
      [201, 'Made', 'POST /a%20b?x=1 a', 'got hello'],
    );
  });

  it('bodies that nobody looks at are streamed, both ways', async () => {
    serve = (request, response) => void request.pipe(response);
    deploy('pass', passing());
    let push: (text: string | null) => void = () => undefined;
    const body = new Readable({ read: () => undefined });
    push = (text) => void body.push(text);
    const answering = fetch(`${gateway}/pass`, {
      method: 'POST',
      body: Readable.toWeb(body) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    push('one');
    const answer = await answering;
    const reader = answer.body?.getReader();
    assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), 'one');
    push('two');
    assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), 'two');
    push(null);
    assert.equal((await reader?.read())?.done, true);
  });

  it('a body that a policy looks at is read, and its coding undone', async () => {
    serve = (_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' });
      response.end(gzipSync('packed'));
    };
    deploy('pass', passing(`<PostFlow><Response>${steps('upper')}</Response></PostFlow>`));
    const answer = await fetch(`${gateway}/pass`);
    assert.deepEqual([await answer.text(), answer.headers.get('content-encoding')], ['[packed]', null]);
  });

  const showRequest = '<AssignMessage name="show"><Set><Payload>{request.content}</Payload></Set></AssignMessage>';
  for (const [title, basePath, route] of [
    ['a target', '/kept', routeTo('default')],
    ['a null route', '/kept-null', ''],
  ] as const) {
    it(`content of the request can still be read behind ${title}`, async () => {
      serve = (request, response) => void request.resume().on('end', () => response.end('answer'));
      deploy('kept', (url) => ({
        'policies/show.xml': showRequest,
        'proxies/default.xml': proxyXml({
          basePath,
          inside: `<PostFlow><Response>${steps('show')}</Response></PostFlow>${route}`,
        }),
        'targets/default.xml': targetXml(url),
      }));
      assert.equal(await (await fetch(gateway + basePath, { method: 'POST', body: 'asked' })).text(), 'asked');
    });
  }

  it('a coded body whose header a policy removes is sent as it reads', async () => {
    serve = (_request, response) =>
      void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('packed'));
    deploy('bare', (url) => ({
      'policies/bare.xml': '<AssignMessage name="bare"><Remove><Headers/></Remove></AssignMessage>',
      'proxies/default.xml': proxyXml({
        basePath: '/bare',
        inside: `<PostFlow><Response>${steps('bare')}</Response></PostFlow>${routeTo('default')}`,
      }),
      'targets/default.xml': targetXml(url),
    }));
    assert.equal(await (await fetch(`${gateway}/bare`)).text(), 'packed');
  });

  it('a fault behind the target lets go of the body that is still to come', async () => {
    const closed = new Promise<void>((resolve) => {
      serve = (_request, response) => {
        response.writeHead(200).write('endless');
        response.on('close', resolve);
      };
    });
    deploy('fault', (url) => ({
      'policies/fault.xml': '<RaiseFault name="fault"/>',
      'proxies/default.xml': proxyXml({
        basePath: '/fault',
        inside: `<PostFlow><Response>${steps('fault')}</Response></PostFlow>${routeTo('default')}`,
      }),
      'targets/default.xml': targetXml(url),
    }));
    assert.equal((await fetch(`${gateway}/fault`)).status, 500);
    await closed;
  });

  it('a null route echoes the request', async () => {
    deploy('echo', () => ({ 'proxies/default.xml': proxyXml({ basePath: '/echo' }) }));
    const answer = await fetch(`${gateway}/echo`, {
      method: 'POST',
      body: 'mine',
      headers: { 'Content-Type': 'text/x', 'X-A': 'a' },
    });
    assert.deepEqual(
      [answer.status, await answer.text(), answer.headers.get('content-type'), answer.headers.get('x-a')],
      [200, 'mine', 'text/x', 'a'],
    );
  });

  const bodyless: readonly (readonly [method: string, status: number])[] = [
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ];
  for (const [method, status] of bodyless) {
    it(`${method} with ${status} has no body, and the connection goes on`, async () => {
      serve = (_request, response) => void response.writeHead(status, { 'X-B': '1' }).end();
      deploy('pass', passing());
      const answer = await fetch(`${gateway}/pass`, { method });
      assert.deepEqual([answer.status, answer.headers.get('x-b'), await answer.text()], [status, '1', '']);
    });
  }

  it('an API with a longer context goes first, an unknown path goes on to what was there before', async () => {
    serve = (_request, response) => void response.end('proxy');
    deploy('pass', passing());
    const bodyOf = async (path: string) => (await fetch(gateway + path)).text();
    assert.equal(await bodyOf('/pass/own'), 'api');
    assert.equal(await bodyOf('/pass/other'), 'proxy');
    assert.equal((await fetch(`${gateway}/nobody`)).status, 404);
  });

  it('a proxy at the root leaves APIs alone', async () => {
    deploy('root', () => ({ 'proxies/default.xml': proxyXml({ basePath: '/' }) }));
    assert.equal(await (await fetch(`${gateway}/pass/own`)).text(), 'api');
    assert.equal((await fetch(`${gateway}/nobody`, { method: 'POST', body: 'echo' })).status, 200);
    env.environment.undeploy('apiproxy', 'root');
  });

  it('a backend that cannot be reached is 503, one that breaks off closes the connection', async () => {
    deploy('gone', () => ({
      'proxies/default.xml': proxyXml({ basePath: '/gone', inside: routeTo('default') }),
      'targets/default.xml': targetXml('http://127.0.0.1:1'),
    }));
    const answer = await fetch(`${gateway}/gone`);
    assert.equal(answer.status, 503);
    assert.deepEqual(await answer.json(), {
      fault: {
        faultstring: 'The Service is temporarily unavailable',
        detail: { errorcode: 'messaging.adaptors.http.flow.ServiceUnavailable' },
      },
    });
    serve = (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('part', () => response.destroy());
    };
    deploy('pass', passing());
    await assert.rejects((await fetch(`${gateway}/pass`)).text());
  });

  it('a body that breaks off where a policy looks at it is a fault', async () => {
    serve = (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('part', () => response.destroy());
    };
    deploy('pass', passing(`<PostFlow><Response>${steps('upper')}</Response></PostFlow>`));
    const answer = await fetch(`${gateway}/pass`);
    const { fault } = (await answer.json()) as { fault: { detail: { errorcode: string } } };
    assert.deepEqual(
      [answer.status, fault.detail.errorcode],
      [502, 'messaging.adaptors.http.flow.UnexpectedEOFAtTarget'],
    );
  });

  it('an interim status of a policy is no answer: 500', async () => {
    deploy('interim', () => ({
      'policies/s.xml': '<AssignMessage name="s"><Set><StatusCode>100</StatusCode></Set></AssignMessage>',
      'proxies/default.xml': proxyXml({
        basePath: '/interim',
        inside: `<PostFlow><Response>${steps('s')}</Response></PostFlow>`,
      }),
    }));
    assert.equal((await fetch(`${gateway}/interim`)).status, 500);
  });

  it('a target that does not answer in its time is 504', async () => {
    serve = () => undefined;
    deploy('slow', (url) => ({
      'proxies/default.xml': proxyXml({ basePath: '/slow', inside: routeTo('default') }),
      'targets/default.xml': targetXml(url, {
        connection: '<Properties><Property name="io.timeout.millis">50</Property></Properties>',
      }),
    }));
    assert.equal((await fetch(`${gateway}/slow`)).status, 504);
  });
});
