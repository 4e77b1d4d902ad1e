import assert from 'node:assert/strict';
import { OAuthGateway } from '../outbound-oauth/gateway.js';

describe('api-management 1.16: an API key for a backend', () => {
  let gateway: OAuthGateway;
  beforeEach(async () => {
    gateway = await OAuthGateway.start();
    gateway.backend.serve = (_call, response) => response.end('{}');
  });
  afterEach(() => gateway.stop());

  function deploy(apiKey: string, { call = '', address = '/x' } = {}): void {
    const endpoint = `<endpoint><http uri-template="${gateway.backend.url}${address}"><authentication><apiKey>${apiKey}</apiKey></authentication></http></endpoint>`;
    gateway.deploy(
      `<api xmlns="http://ws.apache.org/ns/synapse" name="a" context="/a"><resource methods="GET POST" uri-template="/*"><inSequence><call${call}>${endpoint}</call><respond/></inSequence></resource></api>`,
    );
  }

  /** A GET with this postfix; path and key as the backend took them. */
  async function get(postfix = '', headers: Record<string, string> = {}): Promise<(string | null)[]> {
    await (await fetch(`${gateway.url()}${postfix}`, { headers })).text();
    return seenBy(gateway);
  }

  function seenBy({ backend }: OAuthGateway): (string | null)[] {
    const last = backend.calls.at(-1);
    return [last?.path ?? null, (last?.headers['x-key'] as string | undefined) ?? null];
  }

  const header = '<name>X-Key</name><value>k 1</value>';
  const query = '<name>api key</name><value>k&amp;1</value><in>query</in>';
  const rows: [name: string, apiKey: string, address: string, sent: string, path: string, key: string | null][] = [
    ['in a header, in place of the caller’s', header, '/x', '?q=1', '/x?q=1', 'k 1'],
    ['in the query', query, '/x', '', '/x?api%20key=k%261', 'own'],
    ['in the query, behind others', query, '/x', '?a=1', '/x?a=1&api%20key=k%261', 'own'],
    ['in place of the caller’s', query, '/x', '?api+key=z&b=%2F&api%20key', '/x?b=%2F&api%20key=k%261', 'own'],
    ['an expression', '<name>X-Key</name><value>{$trp:X-Key}</value><in>HEADER</in>', '/x', '', '/x', 'own'],
  ];
  for (const call of ['', ' blocking="true"']) {
    for (const [name, apiKey, address, sent, path, key] of rows) {
      it(`${name}${call && ', of a blocking call'}`, async () => {
        deploy(apiKey, { address, call });
        const [at, sentKey] = await get(sent, { 'X-Key': 'own' });
        assert.deepEqual([at?.replace('/?', '?').replace(/\/$/, ''), sentKey], [path, key]);
      });
    }
  }

  it('does not come back to the client, even if the backend repeats it', async () => {
    deploy(header);
    gateway.backend.serve = ({ headers }, response) => response.setHeader('X-Key', headers['x-key'] ?? '').end('{}');
    assert.equal((await fetch(gateway.url())).headers.get('x-key'), null);
  });

  it('a redirect of the backend to another server does not take it along', async () => {
    const other = await OAuthGateway.start();
    const to = `${other.backend.url}/elsewhere`;
    other.backend.serve = (_call, response) => response.end('{}');
    gateway.backend.serve = (_call, response) => response.writeHead(302, { Location: to }).end();
    for (const apiKey of [header, query]) {
      deploy(apiKey, { call: ' blocking="true"' });
      await get();
      assert.deepEqual(seenBy(other), ['/elsewhere', null]);
    }
    other.stop();
  });

  const refused: [apiKey: string, hint: RegExp][] = [
    ['<value>k</value>', /needs a <name>/],
    ['<name>X-Key</name>', /needs a <value>/],
    ['<name>X Key</name><value>k</value>', /no header can have the name X Key/],
    ['<name>X-Key</name><value>k</value><in>cookie</in>', /header or query, not cookie/],
  ];
  for (const [apiKey, hint] of refused) {
    it(`refused: ${apiKey}`, () => {
      const xml = `<endpoint xmlns="http://ws.apache.org/ns/synapse" name="e"><http uri-template="http://b"><authentication><apiKey>${apiKey}</apiKey></authentication></http></endpoint>`;
      const { problems } = gateway.deployed.compile(xml, 'e.xml');
      assert.match(problems[0]?.hint ?? '', hint);
      assert.match(problems[0]?.message ?? '', /Invalid authentication configuration for endpoint e/);
    });
  }
});
