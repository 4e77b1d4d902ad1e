import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApigeeManagement, zipOf } from '../scenarios/apigee-management.js';
import { MediantProcess } from '../scenarios/mediant-process.js';

interface Fresh {
  readonly status: number;
  readonly text: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** A call on a connection of its own, which is another process's turn. */
function fresh(url: string): Promise<Fresh> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent: false }, (response) => {
        let text = '';
        response.on('data', (data: Buffer) => {
          text += data;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
      })
      .on('error', reject);
  });
}

async function times(count: number, one: () => Promise<Fresh>): Promise<Fresh[]> {
  const answers: Fresh[] = [];
  for (let n = 0; n < count; n++) answers.push(await one());
  return answers;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const statuses = (answers: readonly Fresh[]): number[] => answers.map(({ status }) => status);

const policy = (inside: string): string =>
  `<policy><wsp:Policy xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy" xmlns:throttle="http://www.wso2.org/products/wso2commons/throttle"><throttle:MediatorThrottleAssertion>${inside}</throttle:MediatorThrottleAssertion></wsp:Policy></policy>`;
const threeForAll = `<wsp:Policy><throttle:ID throttle:type="IP">other</throttle:ID><wsp:Policy><throttle:Control><wsp:Policy><throttle:MaximumCount>3</throttle:MaximumCount><throttle:UnitTime>3600000</throttle:UnitTime></wsp:Policy></throttle:Control></wsp:Policy></wsp:Policy>`;
const oneAtOnce = '<throttle:MaximumConcurrentAccess>1</throttle:MaximumConcurrentAccess>';
const refuse = '<onReject><property name="HTTP_SC" value="429" scope="axis2"/><respond/></onReject>';
const throttle = (inside: string): string => `<throttle id="t">${policy(inside)}${refuse}</throttle>`;
const cache = (inside = '', attributes = ''): string =>
  `<cache collector="false" timeout="3600" ${attributes}><protocol type="HTTP">${inside}</protocol><implementation maxSize="2"/></cache>`;
const control = '<enableCacheControl>true</enableCacheControl><includeAgeHeader>true</includeAgeHeader>';

function api(name: string, backend: string, { before = '', after = '' }: { before?: string; after?: string }): string {
  return `<api name="${name}" context="/${name}" xmlns="http://ws.apache.org/ns/synapse"><resource methods="GET" uri-template="/{what}">
    <inSequence>${before}<send><endpoint><http method="GET" uri-template="${backend}/${name}/{uri.var.what}"/></endpoint></send></inSequence>
    <outSequence>${after}<send/></outSequence>
    <faultSequence><call><endpoint><http method="GET" uri-template="${backend}/${name}/slow"/></endpoint></call><respond/></faultSequence></resource></api>`;
}

/** A mediator that tells the backend which process it is called by. */
const module = `export const pid = { name: 'pid', summary: 'Tells the process.', attributes: {}, compile: () => ({
  contentAware: false, mediate: (message) => { message.headers.set('X-Pid', String(process.pid)); return true; } }) };`;
const collect = '<cache collector="true"/>';

describe('product 1: what the gateway processes of --workers count and keep together', function () {
  this.timeout(60_000);
  let backend: http.Server;
  let address: string;
  let folder: string;
  let server: MediantProcess;
  const asked: string[] = [];
  const release = new Map<string, () => void>();
  /** The process that the latest slow request came from. */
  let holder = 0;

  const write = (name: string, flow: { before?: string; after?: string }): void =>
    writeFileSync(path.join(folder, `${name}.xml`), api(name, address, flow));
  const url = (place: string): string => `${server.url('gateway')}/${place}`;
  const countOf = (place: string): number => asked.filter((one) => one === `/${place}`).length;

  before(async () => {
    backend = http.createServer((request, response) => {
      const place = request.url ?? '';
      asked.push(place);
      if (request.headers['if-none-match'] === 'e1') {
        response.statusCode = 304;
        return void response.end();
      }
      response.setHeader('Content-Type', 'application/json');
      if (place.startsWith('/validated')) response.setHeader('ETag', 'e1').setHeader('Cache-Control', 'no-cache');
      const answer = () => response.end(JSON.stringify({ place, number: asked.length }));
      if (!place.endsWith('/slow')) return void answer();
      holder = Number(request.headers['x-pid']);
      release.set(place, answer);
    });
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    folder = mkdtempSync(path.join(tmpdir(), 'mediant-workers-'));
    write('limited', { before: throttle(threeForAll) });
    write('single', { before: `${throttle(oneAtOnce)}<pid/>` });
    const fault = '<filter source="$ctx:uri.var.what" regex="fault"><then><throwError/></then></filter>';
    write('faulty', { before: throttle(oneAtOnce) + fault });
    write('kept', { before: cache(), after: collect });
    write('validated', { before: cache(control), after: collect });
    writeFileSync(path.join(folder, 'pid.mjs'), module);
    const options = ['--workers', '2', '--deploy', folder, '--module', path.join(folder, 'pid.mjs')];
    server = await MediantProcess.start(options);
  });
  after(async () => {
    await server?.stop();
    backend?.closeAllConnections();
    backend?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('mediators 9.1: a throttle counts once for all processes', async () => {
    assert.deepEqual(statuses(await times(6, () => fresh(url('limited/x')))), [200, 200, 200, 429, 429, 429]);
  });

  it('mediators 9.1: requests at once, in whichever process', async () => {
    const first = fresh(url('single/slow'));
    await until(() => release.has('/single/slow'));
    assert.deepEqual(statuses(await times(4, () => fresh(url('single/x')))), [429, 429, 429, 429]);
    release.get('/single/slow')?.();
    assert.equal((await first).status, 200);
    assert.deepEqual(statuses(await times(4, () => fresh(url('single/x')))), [200, 200, 200, 200]);
  });

  it('mediators 9.1: a fault sequence that starts gives the place back', async () => {
    const first = fresh(url('faulty/fault'));
    await until(() => release.has('/faulty/slow'));
    assert.deepEqual(statuses(await times(2, () => fresh(url('faulty/x')))), [200, 200]);
    release.get('/faulty/slow')?.();
    assert.equal((await first).status, 200);
  });

  it('mediators 9.2: an answer that one process has kept is given by all, with its type', async () => {
    const answers = await times(6, () => fresh(url('kept/a')));
    assert.equal(countOf('kept/a'), 1);
    assert.deepEqual(new Set(answers.map(({ text }) => text)).size, 1);
    assert.ok(answers.every(({ headers }) => headers['content-type']?.startsWith('application/json')));
  });

  it('mediators 9.2: maxSize counts the entries of all processes', async () => {
    // Two fit: d drops c, which was not asked for longest, in whichever process that was.
    for (const name of [...'bbbcccbddbc']) await fresh(url(`kept/${name}`));
    assert.deepEqual(
      ['b', 'c', 'd'].map((name) => countOf(`kept/${name}`)),
      [1, 2, 1],
    );
  });

  it('mediators 9.2: 304 gives again what another process has kept', async () => {
    const answers = await times(4, () => fresh(url('validated/a')));
    assert.deepEqual(statuses(answers), [200, 200, 200, 200]);
    assert.deepEqual(new Set(answers.map(({ text }) => text)).size, 1);
    assert.equal(countOf('validated/a'), 4);
  });

  it('mediators 9.2: a new version of the flow begins with an empty cache, in every process', async () => {
    await times(2, () => fresh(url('kept/e')));
    assert.equal(countOf('kept/e'), 1);
    write('kept', { before: cache(), after: `${collect}<log level="custom"/>` });
    await until(async () => (await fresh(url('kept/e'))).status === 200 && countOf('kept/e') > 1);
  });

  it('mediators 9.1: the places of a process that dies are free again', async () => {
    release.clear();
    const first = fresh(url('single/slow')).catch((error: Error) => error);
    await until(() => release.has('/single/slow'));
    process.kill(holder, 'SIGKILL');
    assert.ok((await first) instanceof Error);
    await until(async () => (await fresh(url('single/x'))).status === 200);
    release.get('/single/slow')?.();
  });

  describe('Apigee bundles', () => {
    const bundle = (name: string, policies: Record<string, string>, steps: readonly string[]) =>
      zipOf({
        [`apiproxy/${name}.xml`]: `<APIProxy name="${name}"/>`,
        ...Object.fromEntries(
          Object.entries(policies).map(([policyName, xml]) => [`apiproxy/policies/${policyName}.xml`, xml]),
        ),
        'apiproxy/proxies/default.xml': `<ProxyEndpoint name="default"><PreFlow><Request>${steps.map((step) => `<Step>${step}</Step>`).join('')}</Request></PreFlow>
          <HTTPProxyConnection><BasePath>/${name}</BasePath></HTTPProxyConnection><RouteRule name="none"/></ProxyEndpoint>`,
      });
    const rows: [rule: string, name: string, policies: Record<string, string>, steps: string[], expected: number[]][] =
      [
        [
          'a Quota',
          'quota',
          { Q: '<Quota name="Q"><Allow count="3"/><Interval>1</Interval><TimeUnit>month</TimeUnit></Quota>' },
          ['<Name>Q</Name>'],
          [200, 200, 200, 429, 429, 429],
        ],
        [
          'a SpikeArrest',
          'spike',
          { S: '<SpikeArrest name="S"><Rate>1pm</Rate></SpikeArrest>' },
          ['<Name>S</Name>'],
          [200, 429, 429],
        ],
        [
          'a value of a cache',
          'values',
          {
            L: '<LookupCache name="L"><Scope>Proxy</Scope><CacheKey><KeyFragment>k</KeyFragment></CacheKey><AssignTo>kept</AssignTo></LookupCache>',
            F: '<RaiseFault name="F"><FaultResponse><Set><StatusCode>418</StatusCode></Set></FaultResponse></RaiseFault>',
            P: '<PopulateCache name="P"><Scope>Proxy</Scope><CacheKey><KeyFragment>k</KeyFragment></CacheKey><Source>request.verb</Source><ExpirySettings><TimeoutInSec>600</TimeoutInSec></ExpirySettings></PopulateCache>',
          },
          ['<Name>L</Name>', '<Name>F</Name><Condition>kept = "GET"</Condition>', '<Name>P</Name>'],
          [200, 418, 418, 418],
        ],
      ];
    for (const [rule, name, policies, steps, expected] of rows) {
      it(`api-management 2.6: ${rule} is that of all processes`, async () => {
        const management = new ApigeeManagement(server);
        assert.equal((await management.import(name, bundle(name, policies, steps))).status, 201);
        assert.equal((await management.deploy(name, 1)).status, 200);
        assert.deepEqual(statuses(await times(expected.length, () => fresh(url(`${name}/x`)))), expected);
      });
    }
  });
});
