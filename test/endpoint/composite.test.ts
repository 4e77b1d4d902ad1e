import assert from 'node:assert/strict';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import type { Endpoint } from '../../runtime/message/message.js';
import { type Backend, endpointOf, type Given, messageOf, type Reply, startBackend, templateOf } from './harness.js';

const refused = '<endpoint><http method="post" uri-template="http://127.0.0.1:1/"/></endpoint>';
const good = (path: string, inner = '') =>
  `<endpoint><http method="post" uri-template="BE/${path}"/>${inner}</endpoint>`;
const refusedWith = (inner: string) =>
  `<endpoint><http method="post" uri-template="http://127.0.0.1:1/">${inner}</http></endpoint>`;

/** Sends `times` messages through one endpoint: the URLs that arrived, or the code that failed. */
async function send(xml: string, times: number, given: Given = { body: '{"a":1}' }, replies: Reply[] = [{}]) {
  const backend = await startBackend(replies);
  const endpoint = endpointOf(xml.replaceAll('BE', backend.url));
  const results: string[] = [];
  try {
    for (let round = 0; round < times; round++) {
      const { message } = await messageOf(given);
      results.push(await outcome(endpoint, message, backend));
    }
    return { results, backend };
  } finally {
    backend.close();
  }
}

async function outcome(
  endpoint: Endpoint,
  message: Parameters<Endpoint['send']>[0],
  backend: Backend,
): Promise<string> {
  try {
    await endpoint.send(message);
    return backend.seen.at(-1)?.url ?? '';
  } catch (error) {
    return String((error as { code?: number }).code);
  }
}

describe('artifacts 3.8: load balancing and failover', () => {
  const balance = (attributes: string, ...children: string[]) =>
    `<endpoint name="L"><loadbalance ${attributes}>${children.join('')}</loadbalance></endpoint>`;
  const failover = (attributes: string, ...children: string[]) =>
    `<endpoint name="F"><failover ${attributes}>${children.join('')}</failover></endpoint>`;
  const roundRobin = 'algorithm="org.apache.synapse.endpoints.algorithms.RoundRobin"';
  const weighted = 'algorithm="org.apache.synapse.endpoints.algorithms.WeightedRoundRobin"';
  const weight = (value: number) => `<property name="loadbalance.weight" value="${value}"/>`;
  const off = '<suspendOnFailure><initialDuration>0</initialDuration></suspendOnFailure>';

  const rows: [name: string, xml: string, times: number, expected: string[]][] = [
    ['round robin', balance(roundRobin, good('1'), good('2')), 3, ['/1', '/2', '/1']],
    ['policy', balance('policy="roundRobin"', good('1'), good('2')), 2, ['/1', '/2']],
    ['a failed child is left out', balance('', refused, good('1'), good('2')), 3, ['/1', '/2', '/1']],
    ['failover="false"', balance('failover="false"', refused, good('1')), 1, ['101503']],
    ['all children fail: the last code, then none is ready', balance('', refused, refused), 2, ['101503', '303000']],
    ['weights', balance(weighted, good('1', weight(2)), good('2', weight(1))), 4, ['/1', '/1', '/2', '/1']],
    ['failover to the next', failover('', refused, good('1')), 2, ['/1', '/1']],
    ['failover, all bad', failover('', refused, refused), 2, ['101503', '303000']],
    [
      'failover without suspension tries each once',
      failover('', refusedWith(off), refusedWith(off)),
      2,
      ['101503', '101503'],
    ],
    [
      'disabled codes',
      failover(
        '',
        refusedWith('<retryConfig><disabledErrorCodes>101503</disabledErrorCodes></retryConfig>'),
        good('1'),
      ),
      1,
      ['101503'],
    ],
    [
      'enabled codes',
      failover('', refusedWith('<retryConfig><enabledErrorCodes>101503</enabledErrorCodes></retryConfig>'), good('1')),
      1,
      ['/1'],
    ],
    [
      'other enabled codes',
      failover('', refusedWith('<retryConfig><enabledErrorCodes>101500</enabledErrorCodes></retryConfig>'), good('1')),
      1,
      ['101503'],
    ],
  ];
  for (const [name, xml, times, expected] of rows) {
    it(name, async () => {
      const { results, backend } = await send(xml, times);
      assert.deepEqual(results, expected);
      for (const { body } of backend.seen) assert.equal(body, '{"a":1}');
    });
  }

  it('a status is no failure', async () => {
    const { results } = await send(failover('', good('1'), good('2')), 1, undefined, [{ status: 500 }]);
    assert.deepEqual(results, ['/1']);
  });

  it('the texts of 303000', async () => {
    const endpoint = endpointOf(
      '<endpoint><failover><endpoint><address uri="http://127.0.0.1:1/"/></endpoint></failover></endpoint>',
    );
    await assert.rejects(endpoint.send((await messageOf({})).message));
    const text = 'Failover endpoint : AnonymousEndpoint - no ready child endpoints';
    await assert.rejects(endpoint.send((await messageOf({})).message), { code: 303000, message: text });
  });

  it('an earlier error does not count in a later attempt', async () => {
    const backend = await startBackend();
    const { message } = await messageOf({ set: { ERROR_CODE: '1', ERROR_MESSAGE: 'old' } });
    await endpointOf(failover('', refused, good('1')).replaceAll('BE', backend.url)).send(message);
    assert.equal(message.properties.has('ERROR_CODE'), false);
    backend.close();
  });

  it('the onError of a child that failed is gone when another one took the message', async () => {
    const backend = await startBackend();
    const guarded = refused.replace('<endpoint>', '<endpoint onError="h">');
    const { message } = await messageOf({ body: '{}', sequences: ['h'] });
    await endpointOf(failover('', guarded, good('1')).replaceAll('BE', backend.url)).send(message);
    assert.deepEqual(message.faultStack, []);
    backend.close();
  });

  it('members: scheme of the request, host and port, path of To', async () => {
    const backend = await startBackend();
    const port = new URL(backend.url).port;
    const xml = `<endpoint><loadbalance><member hostName="127.0.0.1" httpPort="${port}"/></loadbalance></endpoint>`;
    const { message } = await messageOf({ to: 'http://other:1/path?q=1', set: { TRANSPORT_IN_NAME: 'http' } });
    await endpointOf(xml).send(message);
    assert.equal(backend.seen[0]?.url, '/path?q=1');
    backend.close();
  });

  it('a session cookie binds a client to its child', async () => {
    const backend = await startBackend([{ headers: { 'Set-Cookie': 'JSESSIONID=s1; Path=/' } }, {}]);
    const xml = `<endpoint><loadbalance>${good('1')}${good('2')}</loadbalance><session type="http"/></endpoint>`;
    const endpoint = endpointOf(xml.replaceAll('BE', backend.url));
    for (const headers of [{}, { Cookie: 'x=y; JSESSIONID=s1' }, { Cookie: 'JSESSIONID=s1' }, {}]) {
      await endpoint.send((await messageOf({ body: '{}', headers })).message);
    }
    assert.deepEqual(
      backend.seen.map(({ url }) => url),
      ['/1', '/1', '/1', '/2'],
    );
    backend.close();
  });

  it('message-model 6.6: 309003 is a failure in a session, 309001 one whose endpoint is suspended; never another child', async () => {
    const backend = await startBackend([{ headers: { 'Set-Cookie': 'JSESSIONID=s1; Path=/' } }]);
    const other = await startBackend();
    const children = good('1') + good('2').replace('BE', other.url);
    const xml = `<endpoint><loadbalance>${children}</loadbalance><session type="http"/></endpoint>`;
    const endpoint = endpointOf(xml.replaceAll('BE', backend.url));
    await endpoint.send((await messageOf({ body: '{}' })).message);
    backend.close();
    for (const code of [309003, 309001, 309001]) {
      const { message } = await messageOf({ headers: { Cookie: 'JSESSIONID=s1' } });
      await assert.rejects(endpoint.send(message), { code });
    }
    assert.deepEqual(other.seen, []);
    other.close();
  });
});

describe('artifacts 3.8: recipient lists', () => {
  it('each recipient gets the message; the first answer goes on, the others come in by the out path', async () => {
    const backend = await startBackend();
    const xml = `<endpoint><recipientlist>${good('1')}${good('2')}</recipientlist></endpoint>`;
    const { message, observed } = await messageOf({ body: '{"a":1}' });
    await endpointOf(xml.replaceAll('BE', backend.url)).send(message);
    await Promise.all(observed.work);
    assert.deepEqual(backend.seen.map(({ url, body }) => `${url} ${body}`).sort(), ['/1 {"a":1}', '/2 {"a":1}']);
    assert.deepEqual([message.properties.get('messageSequence'), observed.injected.length], ['0/2', 1]);
    assert.equal(observed.injected[0]?.properties.get('messageSequence'), '1/2');
    backend.close();
  });

  it('addresses by expression', async () => {
    const backend = await startBackend();
    const xml = '<endpoint><recipientlist><endpoints value="{$ctx:list}" max-cache="1"/></recipientlist></endpoint>';
    const { message, observed } = await messageOf({ body: '{}', set: { list: `${backend.url}/a, ${backend.url}/b` } });
    await endpointOf(xml).send(message);
    await Promise.all(observed.work);
    assert.deepEqual(backend.seen.map(({ url }) => url).sort(), ['/a', '/b']);
    backend.close();
  });

  it('no recipient is ready: 303000', async () => {
    const xml = '<endpoint><recipientlist><endpoints value="{$ctx:none}"/></recipientlist></endpoint>';
    await assert.rejects(endpointOf(xml).send((await messageOf({})).message), { code: 303000 });
  });
});

describe('artifacts 3.8: endpoints by key and by template', () => {
  it('key, key-expression, local entry', async () => {
    const backend = await startBackend();
    const entry = parseConfiguration(`<endpoint><address uri="${backend.url}/entry"/></endpoint>`, 'e').node;
    const world = {
      endpoints: { k: endpointOf(`<endpoint><address uri="${backend.url}/k"/></endpoint>`) },
      entries: { e: entry },
    };
    for (const xml of ['<endpoint key="k"/>', '<endpoint key-expression="$ctx:name"/>', '<endpoint key="e"/>']) {
      await endpointOf(xml).send((await messageOf({ ...world, set: { name: 'k' } })).message);
    }
    assert.deepEqual(
      backend.seen.map(({ url }) => url),
      ['/k', '/k', '/entry'],
    );
    backend.close();
  });

  it('a template: parameters as whole values only, uri and name included', async () => {
    const backend = await startBackend();
    const template = templateOf(
      '<template name="t"><parameter name="m"/><endpoint name="$name"><http uri-template="$uri" method="$m"/><property name="X-P" value="$m" scope="transport"/><property name="X-Q" value="a $m" scope="transport"/></endpoint></template>',
    );
    const xml = `<endpoint name="n" template="t" uri="${backend.url}/t"><parameter name="m" value="put"/></endpoint>`;
    const endpoint = endpointOf(xml);
    for (let round = 0; round < 2; round++)
      await endpoint.send((await messageOf({ templates: { t: template }, body: '{}' })).message);
    const [first] = backend.seen;
    assert.equal(`${first?.method} ${first?.url}`, 'PUT /t');
    assert.deepEqual([first?.headers['x-p'], first?.headers['x-q']], ['put', 'a $m']);
    backend.close();
  });

  it('WSDL 1.1: inline, and one on a server', async () => {
    const document = (url: string) =>
      `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"><service name="S"><port name="P"><s:address location="${url}/service"/></port></service></definitions>`;
    const backend = await startBackend();
    const inline = `<endpoint><wsdl service="S" port="P">${document(backend.url)}</wsdl></endpoint>`;
    await endpointOf(inline).send((await messageOf({ body: '{}' })).message);
    const wsdl = await startBackend([{ body: document(backend.url), headers: { 'Content-Type': 'text/xml' } }]);
    const fetched = endpointOf(`<endpoint><wsdl uri="${wsdl.url}/s?wsdl" service="S" port="P"/></endpoint>`);
    for (let round = 0; round < 2; round++) await fetched.send((await messageOf({ body: '{}' })).message);
    assert.deepEqual(
      backend.seen.map(({ url }) => url),
      ['/service', '/service', '/service'],
    );
    assert.equal(wsdl.seen.length, 1);
    backend.close();
    wsdl.close();
  });
});
