import assert from 'node:assert/strict';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import { OutboundRules } from '../../runtime/transport/outbound-rules.js';
import { type HttpProxy, hostPatterns, Route } from '../../runtime/transport/route.js';
import type { TransportError } from '../../runtime/transport/transport.js';
import { certificates } from './certificates.js';
import { type ProxyServer, startProxy } from './proxy-server.js';

const answer: RequestListener = (request, response) => {
  const { authorized = false } = request.socket as TLSSocket;
  response.end(`${request.headers['proxy-authorization'] ?? '-'} ${authorized}`);
};

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

function call(url: string, route: Route | undefined, transport = new HttpTransport()): Promise<string> {
  const host = new URL(url).host;
  return transport
    .exchange({ method: 'GET', url, headers: ['Host', host], route, deadline: 3000 })
    .then(({ status, body }) => `${status} ${Buffer.from((body as Uint8Array) ?? '').toString()}`)
    .catch((error: TransportError) => `${error.kind}: ${error.message}`);
}

describe('transport: routes (artifacts 3.7)', () => {
  let plain: Server;
  let secure: Server;
  let urls: { plain: string; secure: string };
  let proxy: ProxyServer;
  const servers: Server[] = [];

  before(async () => {
    const { server, ca } = await certificates();
    plain = createHttp(answer);
    secure = createHttps({ ...server, ca, requestCert: true, rejectUnauthorized: false }, answer);
    servers.push(plain, secure);
    urls = {
      plain: `http://127.0.0.1:${await listening(plain)}/a?b`,
      secure: `https://127.0.0.1:${await listening(secure)}/a?b`,
    };
  });
  beforeEach(async () => {
    proxy = await startProxy();
  });
  afterEach(() => proxy.close());
  after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  const through = (more: Partial<HttpProxy> = {}): HttpProxy => ({
    protocol: 'http',
    host: '127.0.0.1',
    port: proxy.port,
    authorization: 'Basic dTpw',
    appliesTo: () => true,
    ...more,
  });

  it('an http target: the proxy gets the absolute URL and the credentials, the target does not', async () => {
    assert.equal(await call(urls.plain, new Route({ proxy: through() })), '200 Basic dTpw false');
    assert.deepEqual(proxy.seen, [`GET ${urls.plain}`]);
    assert.deepEqual(proxy.credentials, ['Basic dTpw']);
  });

  it('an https target: a tunnel, the certificate of the target counts', async () => {
    const { ca } = await certificates();
    assert.equal(await call(urls.secure, new Route({ proxy: through(), tls: { ca } })), '200 - false');
    assert.deepEqual(proxy.seen, [`CONNECT ${new URL(urls.secure).host}`]);
    assert.deepEqual(proxy.credentials, ['Basic dTpw']);
    assert.match(await call(urls.secure, new Route({ proxy: through() })), /^connect: /);
  });

  it('hosts that the proxy is not for are called directly', async () => {
    const notLocal = hostPatterns('10.*|*.internal|127.*') as (host: string) => boolean;
    const route = new Route({ proxy: through({ appliesTo: (host) => !notLocal(host) }) });
    assert.equal(await call(urls.plain, route), '200 - false');
    assert.deepEqual(proxy.seen, []);
  });

  it('a proxy that refuses, and one that is not there', async () => {
    const refusing = await startProxy(407);
    const refused = through({ port: refusing.port });
    assert.match(await call(urls.secure, new Route({ proxy: refused })), /^connect: the proxy answered 407/);
    refusing.close();
    assert.match(await call(urls.secure, new Route({ proxy: through({ port: 1 }) })), /^connect: ECONNREFUSED/);
  });

  it('a proxy that never answers: the time for connecting counts', async () => {
    const silent = createTcp(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const transport = new HttpTransport({ connectTimeout: 50 });
    const route = new Route({ proxy: through({ port: (silent.address() as AddressInfo).port }) });
    assert.match(await call(urls.secure, route, transport), /^connect-timeout: /);
    silent.close();
  });

  const rules: [name: string, lists: { allow?: string[]; deny?: string[] }, denied: RegExp][] = [
    ['the target is denied', { deny: ['10.0.0.0/8'] }, /^connect: 10\.0\.0\.1 may not be called/],
    ['the proxy is denied', { allow: ['10.0.0.1'] }, /^connect: 127\.0\.0\.1 may not be called/],
    ['a name that resolves to a denied address', { deny: ['127.0.0.0/8', '::1'] }, /^connect: localhost may not/],
  ];
  for (const [name, lists, denied] of rules) {
    it(`product 1: the outbound rules hold behind a proxy: ${name}`, async () => {
      const transport = new HttpTransport({ rules: new OutboundRules(lists) });
      const url = name.startsWith('a name') ? 'https://localhost/' : 'https://10.0.0.1/';
      assert.match(await call(url, new Route({ proxy: through() }), transport), denied);
      assert.deepEqual(proxy.seen, []);
    });
  }

  it('an authority of its own, and a client certificate', async () => {
    const { ca, client } = await certificates();
    assert.match(await call(urls.secure, undefined), /^connect: /);
    assert.equal(await call(urls.secure, new Route({ tls: { ca } })), '200 - false');
    assert.equal(await call(urls.secure, new Route({ tls: { ca, ...client } })), '200 - true');
  });

  it('connections of one route do not serve another', async () => {
    const { ca, client } = await certificates();
    const transport = new HttpTransport();
    const known = new Route({ tls: { ca, ...client } });
    assert.equal(await call(urls.secure, known, transport), '200 - true');
    assert.equal(await call(urls.secure, new Route({ tls: { ca } }), transport), '200 - false');
    assert.match(await call(urls.secure, undefined, transport), /^connect: /);
    transport.close();
  });

  const hosts: [patterns: string, host: string, expected: boolean][] = [
    ['*.example.com', 'a.EXAMPLE.com', true],
    ['*.example.com', 'example.com', false],
    ['a|b', 'b', true],
    ['10.0.*', '10x0.1', false],
    ['*', 'anything', true],
  ];
  for (const [patterns, host, expected] of hosts) {
    it(`the pattern ${patterns} and ${host}`, () => assert.equal(hostPatterns(patterns)?.(host), expected));
  }
  it('no pattern at all', () => assert.equal(hostPatterns(' | '), undefined));
});
