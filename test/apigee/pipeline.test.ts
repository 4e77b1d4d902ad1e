import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { TransportError } from '../../runtime/transport/transport.js';
import {
  type Files,
  proxyXml,
  routeTo,
  steps,
  TestEnvironment,
  targetXml,
  trailPolicies,
} from './environment-harness.js';
import { FakeTransport } from './harness.js';

const backend = (status = 200, body = 'backend', headers: readonly string[] = []) =>
  new FakeTransport(() => ({ status, headers, body: Buffer.from(body) }));

const environment = (files: Files, transport = backend()): TestEnvironment =>
  new TestEnvironment(transport).deploy('p', files);

const flowXml = (name: string, parts: { condition?: string; request?: string; response?: string }): string =>
  `<Flow name="${name}">${parts.condition === undefined ? '' : `<Condition>${parts.condition}</Condition>`}
    <Request>${parts.request ?? ''}</Request><Response>${parts.response ?? ''}</Response></Flow>`;

describe('api-management 2.2: pipeline', () => {
  describe('order of the flows', () => {
    const names = ['p1', 'p2', 'p3', 't1', 't2', 't3', 'u1', 'u2', 'u3', 'q1', 'q2', 'q3', 'show'];
    const common = (name: string, request: string, response: string) =>
      `<${name}><Request>${steps(request)}</Request><Response>${steps(response)}</Response></${name}>`;
    const conditional = (request: string, response: string) =>
      `<Flows>${flowXml('f', { request: steps(request), response: steps(response) })}</Flows>`;
    // Element order makes no difference: PostFlow stands first, and the trail is shown last.
    const files: Files = {
      ...trailPolicies(...names),
      'policies/show.xml': '<AssignMessage name="show"><Set><Payload>{trail}</Payload></Set></AssignMessage>',
      'proxies/default.xml': proxyXml({
        inside: `<PostFlow><Request>${steps('p3')}</Request><Response>${steps('q3', 'show')}</Response></PostFlow>
          ${routeTo('default')}${conditional('p2', 'q2')}${common('PreFlow', 'p1', 'q1')}`,
      }),
      'targets/default.xml': targetXml('http://backend.example', {
        inside: `${common('PostFlow', 't3', 'u3')}${conditional('t2', 'u2')}${common('PreFlow', 't1', 'u1')}`,
      }),
    };

    it('PreFlow, one flow, PostFlow of proxy and target, and back', async () => {
      const { body } = await environment(files).request('/p');
      assert.equal(body, 'p1,p2,p3,t1,t2,t3,u1,u2,u3,q1,q2,q3,');
    });
  });

  describe('one conditional flow an endpoint and direction', () => {
    const files: Files = {
      ...trailPolicies('a', 'b', 'c', 'd', 'late'),
      'policies/set.xml':
        '<AssignMessage name="set"><AssignVariable><Name>picked</Name><Value>b</Value></AssignVariable></AssignMessage>',
      'policies/show.xml': '<AssignMessage name="show"><Set><Payload>{trail}</Payload></Set></AssignMessage>',
      'proxies/default.xml': proxyXml({
        inside: `<PreFlow><Request><Step><Name>set</Name><Condition>request.queryparam.set = "1"</Condition></Step></Request></PreFlow>
          <Flows>
            ${flowXml('a', { condition: 'request.verb = "POST" and picked is null', request: steps('a', 'set') })}
            ${flowXml('b', { condition: 'picked = "b"', request: steps('b'), response: steps('late') })}
            ${flowXml('c', { request: steps('c') })}
            ${flowXml('d', { request: steps('d') })}
          </Flows>
          <PostFlow><Response>${steps('show')}</Response></PostFlow>`,
      }),
    };
    const rows: readonly (readonly [title: string, verb: string, path: string, trail: string])[] = [
      ['the first whose condition is true', 'POST', '/p', 'a,late,'],
      ['PreFlow can influence the choice', 'GET', '/p?set=1', 'b,late,'],
      ['one without a condition catches the rest', 'GET', '/p', 'c,'],
    ];
    for (const [title, verb, path, trail] of rows) {
      it(title, async () => {
        assert.equal((await environment(files).request(path, { verb })).body, trail);
      });
    }
  });

  describe('routes', () => {
    const files: Files = {
      'proxies/default.xml': proxyXml({
        inside: `<RouteRule name="one"><Condition>request.queryparam.to = "one"</Condition><TargetEndpoint>one</TargetEndpoint></RouteRule>
          <RouteRule name="url"><Condition>request.queryparam.to = "url"</Condition><URL>http://url.example/base</URL></RouteRule>
          <RouteRule name="none"><Condition>request.queryparam.to = "none"</Condition></RouteRule>
          ${routeTo('other')}`,
      }),
      'targets/one.xml': targetXml('http://one.example', { name: 'one' }),
      // The file's name does not count.
      'targets/default.xml': targetXml('http://other.example', { name: 'other' }),
    };
    const rows: readonly (readonly [to: string, url: string])[] = [
      ['one', 'http://one.example/x?to=one'],
      ['url', 'http://url.example/base/x?to=url'],
      ['else', 'http://other.example/x?to=else'],
    ];
    for (const [to, url] of rows) {
      it(`first true wins: ${to}`, async () => {
        const transport = backend();
        const { body, flow } = await environment(files, transport).request(`/p/x?to=${to}`);
        assert.equal(body, 'backend');
        assert.equal(transport.requests[0]?.url, url);
        assert.equal(flow.get('route.name'), to === 'else' ? 'other' : to);
      });
    }

    it('a null route answers 200 with the headers and body of the request', async () => {
      const transport = backend();
      const { status, headers, body } = await environment(files, transport).request('/p?to=none', {
        verb: 'POST',
        headers: ['X-One', '1', 'Content-Type', 'text/plain'],
        body: 'mine',
      });
      assert.deepEqual(
        { status, headers, body },
        { status: 200, headers: { 'X-One': '1', 'Content-Type': 'text/plain' }, body: 'mine' },
      );
      assert.equal(transport.requests.length, 0);
    });
  });

  describe('address of the target', () => {
    const assign = (name: string, value: string) =>
      `<AssignVariable><Name>${name}</Name><Template>${value}</Template></AssignVariable>`;
    const rows: readonly (readonly [title: string, url: string, policy: string, path: string, sent: string])[] = [
      [
        'path suffix and query',
        'http://b.example/v1',
        '',
        '/p/a%20b/c?x=1&y=%2F',
        'http://b.example/v1/a%20b/c?x=1&y=%2F',
      ],
      ['a query of its own', 'http://b.example/v1?key=k', '', '/p/a?x=1', 'http://b.example/v1/a?key=k&x=1'],
      ['a slash at the end', 'http://b.example/', '', '/p/a', 'http://b.example/a'],
      ['several at the end', 'http://b.example//', '', '/p/a?x=1', 'http://b.example/a?x=1'],
      ['several at the end, and no path', 'http://b.example//', '', '/p', 'http://b.example//'],
      ['nothing to add', 'http://b.example', '', '/p', 'http://b.example'],
      [
        'no path suffix',
        'http://b.example/v1',
        assign('target.copy.pathsuffix', 'false'),
        '/p/a?x=1',
        'http://b.example/v1?x=1',
      ],
      [
        'no query',
        'http://b.example/v1',
        assign('target.copy.queryparams', 'false'),
        '/p/a?x=1',
        'http://b.example/v1/a',
      ],
      [
        'a changed suffix',
        'http://b.example/v1',
        assign('proxy.pathsuffix', '/other'),
        '/p/a',
        'http://b.example/v1/other',
      ],
      [
        'changed parameters are encoded anew',
        'http://b.example',
        assign('request.queryparam.q', 'ä b'),
        '/p?q=1&r=%2f',
        'http://b.example?q=%C3%A4%20b&r=%2F',
      ],
      [
        'target.url is the whole address',
        'http://b.example/v1',
        assign('target.url', 'http://c.example/z?{request.querystring}'),
        '/p/a?x=1',
        'http://c.example/z?x=1',
      ],
      ['variables in it', 'http://{request.queryparam.h}.example', '', '/p?h=b', 'http://b.example?h=b'],
    ];
    for (const [title, url, policy, path, sent] of rows) {
      it(title, async () => {
        const transport = backend();
        const files: Files = {
          'policies/set.xml': `<AssignMessage name="set">${policy}</AssignMessage>`,
          'proxies/default.xml': proxyXml({ inside: routeTo('default') }),
          'targets/default.xml': targetXml(url, { inside: `<PreFlow><Request>${steps('set')}</Request></PreFlow>` }),
        };
        await environment(files, transport).request(path);
        assert.equal(transport.requests[0]?.url, sent);
      });
    }
  });

  describe('what goes to the target', () => {
    const files: Files = {
      'policies/set.xml': `<AssignMessage name="set"><Remove><Headers><Header name="Secret"/></Headers></Remove>
        <Set><Verb>PUT</Verb><Payload contentType="text/plain">new</Payload></Set></AssignMessage>`,
      'proxies/default.xml': proxyXml({
        inside: `<PreFlow><Request>${steps('set')}</Request></PreFlow>${routeTo('default')}`,
      }),
      'targets/default.xml': targetXml('http://b.example:8080'),
    };

    it('verb, headers and body as modified; the headers of the connection are its own', async () => {
      const transport = backend();
      await environment(files, transport).request('/p', {
        verb: 'POST',
        body: 'old',
        headers: [
          'Host',
          'me',
          'Connection',
          'keep-alive, X-Hop',
          'X-Hop',
          '1',
          'Secret',
          's',
          'X-Kept',
          'a',
          'X-Kept',
          'b',
        ],
      });
      const [sent] = transport.requests;
      assert.equal(sent?.method, 'PUT');
      assert.equal(String(sent?.body), 'new');
      assert.deepEqual(sent?.headers, [
        'Host',
        'b.example:8080',
        'X-Kept',
        'a',
        'X-Kept',
        'b',
        'Content-Type',
        'text/plain',
      ]);
    });

    it('a coded body whose header a policy removes goes out as it reads', async () => {
      const transport = backend();
      const bare = '<AssignMessage name="set"><Remove><Headers/></Remove></AssignMessage>';
      await environment({ ...files, 'policies/set.xml': bare }, transport).request('/p', {
        verb: 'POST',
        body: gzipSync('packed'),
        headers: ['Content-Encoding', 'gzip'],
      });
      assert.equal(String(transport.requests[0]?.body), 'packed');
    });

    it('answers come back with their status and headers, without those of the connection', async () => {
      const transport = backend(201, 'made', [
        'Connection',
        'close',
        'Location',
        '/x',
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
      ]);
      const { status, headers } = await environment(files, transport).request('/p');
      assert.equal(status, 201);
      assert.deepEqual(headers, { Location: '/x', 'Set-Cookie': 'a=1, b=2' });
    });
  });

  describe('success.codes', () => {
    const rows: readonly (readonly [codes: string | undefined, status: number, fault: boolean])[] = [
      [undefined, 204, false],
      [undefined, 302, false],
      [undefined, 404, true],
      [undefined, 503, true],
      ['2xx,3xx,4xx,5xx', 404, false],
      ['2xx, 404', 404, false],
      ['2xx, 404', 400, true],
      ['', 400, true],
    ];
    for (const [codes, status, isFault] of rows) {
      it(`${codes ?? 'default'}: ${status} is ${isFault ? 'a fault' : 'none'}`, async () => {
        const property =
          codes === undefined ? '' : `<Properties><Property name="success.codes">${codes}</Property></Properties>`;
        const files: Files = {
          'proxies/default.xml': proxyXml({ inside: routeTo('default') }),
          'targets/default.xml': targetXml('http://b.example', { connection: property }),
        };
        const answer = await environment(files, backend(status, 'why')).request('/p');
        assert.equal(answer.status, status);
        assert.equal(answer.body, 'why');
        assert.equal(answer.flow.get('fault.name'), isFault ? 'ErrorResponseCode' : undefined);
      });
    }
  });

  describe('a target that does not answer', () => {
    const rows: readonly (readonly [
      kind: ConstructorParameters<typeof TransportError>[0],
      status: number,
      code: string,
    ])[] = [
      ['connect', 503, 'messaging.adaptors.http.flow.ServiceUnavailable'],
      ['connect-timeout', 503, 'messaging.adaptors.http.flow.ServiceUnavailable'],
      ['timeout', 504, 'messaging.adaptors.http.flow.GatewayTimeout'],
      ['closed', 502, 'messaging.adaptors.http.flow.UnexpectedEOFAtTarget'],
    ];
    for (const [kind, status, code] of rows) {
      it(`${kind}: ${status}`, async () => {
        const transport = new FakeTransport(() => Promise.reject(new TransportError(kind, 'x')));
        const files: Files = {
          'proxies/default.xml': proxyXml({ inside: routeTo('default') }),
          'targets/default.xml': targetXml('http://b.example'),
        };
        const answer = await environment(files, transport).request('/p');
        assert.equal(answer.status, status);
        assert.equal(JSON.parse(answer.body).fault.detail.errorcode, code);
      });
    }

    it('time limits are the properties of the connection', async () => {
      const transport = backend();
      const properties =
        '<Properties><Property name="io.timeout.millis">700</Property><Property name="connect.timeout.millis">200</Property></Properties>';
      const files: Files = {
        'proxies/default.xml': proxyXml({ inside: routeTo('default') }),
        'targets/default.xml': targetXml('http://b.example', { connection: properties }),
      };
      await environment(files, transport).request('/p');
      assert.equal(transport.requests[0]?.socketTimeout, 700);
      assert.equal(transport.requests[0]?.connectTimeout, 200);
    });
  });

  describe('another proxy as the target', () => {
    const local = (connection: string): Files => ({
      'proxies/default.xml': proxyXml({ basePath: '/a', inside: routeTo('default') }),
      'targets/default.xml': `<TargetEndpoint name="default"><LocalTargetConnection>${connection}</LocalTargetConnection></TargetEndpoint>`,
    });
    const called: Files = {
      'policies/show.xml':
        '<AssignMessage name="show"><Set><Payload>{apiproxy.name} {proxy.pathsuffix} {request.queryparam.x} {request.path}</Payload></Set></AssignMessage>',
      'proxies/default.xml': proxyXml({
        basePath: '/b',
        inside: `<PreFlow><Response>${steps('show')}</Response></PreFlow>`,
      }),
    };
    const rows: readonly (readonly [title: string, connection: string, body: string])[] = [
      ['by its name', '<APIProxy>b</APIProxy><ProxyEndpoint>default</ProxyEndpoint>', 'b /c 1 /b/c'],
      ['by its path', '<Path>/b</Path>', 'b /c 1 /b/c'],
    ];
    for (const [title, connection, body] of rows) {
      it(title, async () => {
        const env = new TestEnvironment().deploy('a', local(connection)).deploy('b', called);
        assert.equal((await env.request('/a/c?x=1')).body, body);
      });
    }

    it('that is not there is 503', async () => {
      const env = new TestEnvironment().deploy('a', local('<APIProxy>b</APIProxy>'));
      assert.equal((await env.request('/a')).status, 503);
    });

    it('in a circle ends', async () => {
      const env = new TestEnvironment().deploy('a', local('<Path>/a</Path>'));
      assert.equal((await env.request('/a')).status, 508);
    });
  });

  it('a policy that is disabled is left out, one that continues on error notes its failure', async () => {
    const failing = (attributes: string) =>
      `<AssignMessage name="f" ${attributes}><Set><Payload>{nothing}</Payload></Set></AssignMessage>`;
    const run = (attributes: string) =>
      environment({
        'policies/f.xml': failing(attributes),
        'proxies/default.xml': proxyXml({ inside: `<PreFlow><Request>${steps('f')}</Request></PreFlow>` }),
      }).request('/p');
    assert.equal((await run('')).status, 500);
    assert.equal((await run('enabled="false"')).flow.get('assignmessage.f.failed'), undefined);
    const continued = await run('continueOnError="true"');
    assert.equal(continued.status, 200);
    assert.equal(continued.flow.get('assignmessage.f.failed'), true);
  });

  it('PostClientFlow runs behind the answer, and its failures change nothing', async () => {
    const env = environment({
      ...trailPolicies('after'),
      'policies/fail.xml': '<RaiseFault name="fail"/>',
      'proxies/default.xml': proxyXml({
        inside: `<PostClientFlow><Response>${steps('after', 'fail')}</Response></PostClientFlow>`,
      }),
    });
    const answer = await env.request('/p');
    assert.equal(answer.status, 200);
    assert.equal(answer.flow.get('trail'), 'after,');
  });
});
