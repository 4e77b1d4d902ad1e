import assert from 'node:assert/strict';
import { TransportError, type TransportRequest } from '../../runtime/transport/transport.js';
import { proxyXml, routeTo, TestEnvironment } from './environment-harness.js';
import { FakeTransport } from './harness.js';

interface Made {
  readonly env: TestEnvironment;
  /** Hosts that were called, in order. */
  hosts(): string[];
}

function balanced(
  inside: string,
  servers: Readonly<Record<string, { isEnabled?: boolean }>>,
  broken: ReadonlySet<string> = new Set(),
): Made {
  const transport = new FakeTransport(({ url }: TransportRequest) =>
    broken.has(new URL(url).hostname)
      ? Promise.reject(new TransportError('connect', 'ECONNREFUSED'))
      : { body: Buffer.from('ok') },
  );
  const env = new TestEnvironment(transport).deploy('p', {
    'proxies/default.xml': proxyXml({ inside: routeTo('default') }),
    'targets/default.xml': `<TargetEndpoint name="default"><HTTPTargetConnection><LoadBalancer>${inside}</LoadBalancer><Path>/v1</Path></HTTPTargetConnection></TargetEndpoint>`,
  });
  for (const [name, { isEnabled = true }] of Object.entries(servers)) {
    env.organization.targetServers.set(`test/${name}`, { name, host: name, port: 80, isEnabled, ssl: false });
  }
  return { env, hosts: () => transport.requests.map(({ url }) => new URL(url).hostname) };
}

const server = (name: string, inside = ''): string => `<Server name="${name}">${inside}</Server>`;

describe('api-management 2.2: LoadBalancer', () => {
  const three = { a: {}, b: {}, c: {} };
  const rows: readonly (readonly [
    title: string,
    inside: string,
    servers: Readonly<Record<string, { isEnabled?: boolean }>>,
    hosts: string,
  ])[] = [
    ['servers take turns', server('a') + server('b') + server('c'), three, 'abcabc'],
    ['by weight', `<Algorithm>Weighted</Algorithm>${server('a', '<Weight>2</Weight>')}${server('b')}`, three, 'abaaba'],
    ['least connections', `<Algorithm>LeastConnections</Algorithm>${server('a')}${server('b')}`, three, 'ababab'],
    ['a disabled one is left out', server('a', '<IsEnabled>false</IsEnabled>') + server('b'), three, 'bbbbbb'],
    [
      'a target server that is disabled, or not there, too',
      server('a') + server('b') + server('x'),
      { a: { isEnabled: false }, b: {} },
      'bbbbbb',
    ],
    ['the fallback waits', server('a', '<IsFallback>true</IsFallback>') + server('b'), three, 'bbbbbb'],
    [
      'the fallback serves when no other is left',
      server('a', '<IsFallback>true</IsFallback>') + server('b'),
      { a: {} },
      'aaaaaa',
    ],
  ];
  for (const [title, inside, servers, hosts] of rows) {
    it(title, async () => {
      const made = balanced(inside, servers);
      for (let i = 0; i < 6; i++) assert.equal((await made.env.request('/p/x')).status, 200);
      assert.equal(made.hosts().join(''), hosts);
    });
  }

  it('the path is put between server and suffix', async () => {
    const { env } = balanced(server('a'), three);
    const { flow } = await env.request('/p/x?q=1');
    assert.deepEqual(
      [flow.get('target.url'), flow.get('target.host'), flow.get('target.port')],
      ['http://a:80/v1/x?q=1', 'a', 80],
    );
  });

  it('a server that cannot be reached is passed over, with the body', async () => {
    const made = balanced(server('a') + server('b'), three, new Set(['a']));
    assert.equal((await made.env.request('/p', { verb: 'POST', body: 'x' })).status, 200);
    assert.deepEqual(made.hosts(), ['a', 'b']);
  });

  it('unless there is no retry', async () => {
    const made = balanced(`<RetryEnabled>false</RetryEnabled>${server('a')}${server('b')}`, three, new Set(['a']));
    assert.equal((await made.env.request('/p')).status, 503);
  });

  it('one that failed too often rests for a while', async () => {
    const made = balanced(`<MaxFailures>2</MaxFailures>${server('a')}${server('b')}`, three, new Set(['a']));
    for (let i = 0; i < 5; i++) await made.env.request('/p');
    assert.equal(made.hosts().join(''), 'abbabbb');
    made.env.time += 30_000;
    await made.env.request('/p');
    await made.env.request('/p');
    assert.ok(made.hosts().slice(7).includes('a'));
  });

  it('nobody left is 503', async () => {
    assert.equal((await balanced(server('a'), {}).env.request('/p')).status, 503);
    assert.equal((await balanced(server('a'), three, new Set(['a'])).env.request('/p')).status, 503);
  });

  it('is refused without servers or with another algorithm', () => {
    assert.throws(() => balanced('', {}), /needs a <Server/);
    assert.throws(() => balanced(`<Algorithm>Best</Algorithm>${server('a')}`, {}), /Algorithm must be one of/);
  });
});
