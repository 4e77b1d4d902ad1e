import assert from 'node:assert/strict';
import { TransportError } from '../../runtime/transport/transport.js';
import { proxyXml, steps, TestEnvironment } from './environment-harness.js';
import { FakeTransport, type FlowSpec, flowOf, policyStep, requestOf } from './harness.js';
import { MemoryOrganization } from './memory-organization.js';

const callout = (inside: string, url = 'http://s.example/base', attributes = ''): string =>
  `<ServiceCallout name="C" ${attributes}>${inside}<HTTPTargetConnection><URL>${url}</URL></HTTPTargetConnection></ServiceCallout>`;

const answering = (status = 200, body = 'answer'): FakeTransport =>
  new FakeTransport(() => ({ status, headers: ['X-S', '1'], body: Buffer.from(body) }));

const run = async (xml: string, spec: FlowSpec = {}, transport = answering()) => {
  const flow = flowOf({ ...spec, runtime: { transport, ...spec.runtime } });
  await policyStep(xml).run(flow);
  return { flow, sent: transport.requests[0] };
};

describe('api-management 2.6: ServiceCallout', () => {
  describe('the request', () => {
    const rows: readonly (readonly [
      title: string,
      inside: string,
      spec: FlowSpec,
      method: string,
      url: string,
      body: string,
    ])[] = [
      [
        'a message that is not there is an empty GET',
        '<Request variable="r"/>',
        {},
        'GET',
        'http://s.example/base',
        '',
      ],
      ['no Request element', '', {}, 'GET', 'http://s.example/base', ''],
      [
        'actions change it',
        '<Request variable="r"><Set><Verb>POST</Verb><QueryParams><QueryParam name="q">{v} b</QueryParam></QueryParams><Payload>{v}</Payload></Set></Request>',
        { variables: { v: 'a' } },
        'POST',
        'http://s.example/base?q=a%20b',
        'a',
      ],
      [
        'path and query of the message are added',
        '<Request variable="r"/>',
        { variables: { r: requestOf({ verb: 'PUT', path: '/x/y', query: 'q=1' }) } },
        'PUT',
        'http://s.example/base/x/y?q=1',
        '',
      ],
      [
        'form parameters',
        '<Request variable="r"><Set><FormParams><FormParam name="a">1</FormParam></FormParams><Verb>POST</Verb></Set></Request>',
        {},
        'POST',
        'http://s.example/base',
        'a=1',
      ],
      [
        'removed parts',
        '<Request variable="r"><Remove><Path/></Remove></Request>',
        { variables: { r: requestOf({ path: '/x' }) } },
        'GET',
        'http://s.example/base',
        '',
      ],
    ];
    for (const [title, inside, spec, method, url, body] of rows) {
      it(title, async () => {
        const { sent } = await run(callout(`${inside}<Response>a</Response>`), spec);
        assert.deepEqual([sent?.method, sent?.url, String(sent?.body ?? '')], [method, url, body]);
      });
    }

    it('form parameters imply their type', async () => {
      const { sent } = await run(
        callout(
          '<Request variable="r"><Set><FormParams><FormParam name="a">1</FormParam></FormParams></Set></Request><Response>a</Response>',
        ),
      );
      assert.deepEqual(sent?.headers, ['Host', 's.example', 'Content-Type', 'application/x-www-form-urlencoded']);
    });

    it('the URL is a template', async () => {
      const { sent, flow } = await run(callout('<Response>a</Response>', 'https://{h}.example/a?k={k}'), {
        variables: { h: 'x', k: '1' },
      });
      assert.equal(sent?.url, 'https://x.example/a?k=1');
      assert.equal(flow.get('servicecallout.C.target.url'), sent?.url);
    });

    const clearing: readonly (readonly [variable: string, attribute: string, left: string])[] = [
      ['r', '', ''],
      ['r', 'clearPayload="false"', 'body'],
      ['request', '', 'body'],
      ['request', 'clearPayload="true"', ''],
    ];
    for (const [variable, attribute, left] of clearing) {
      it(`content of ${variable} ${attribute} is ${left === '' ? 'cleared' : 'kept'}`, async () => {
        const spec =
          variable === 'request' ? { request: { body: 'body' } } : { variables: { r: requestOf({ body: 'body' }) } };
        const { flow, sent } = await run(
          callout(`<Request variable="${variable}" ${attribute}/><Response>a</Response>`),
          spec,
        );
        assert.deepEqual([String(sent?.body), flow.get(`${variable}.content`)], ['body', left]);
      });
    }
  });

  describe('the answer', () => {
    it('is in its variable', async () => {
      const { flow } = await run(callout('<Response>a.response</Response>'));
      const names = [
        'a.response.status.code',
        'a.response.header.x-s',
        'a.response.content',
        'ServiceCallout.response.content',
        'servicecallout.C.failed',
      ];
      assert.deepEqual(
        names.map((name) => flow.get(name)),
        [200, '1', 'answer', 'answer', false],
      );
    });

    it('may be the request: headers and content are replaced, verb and path stay', async () => {
      const { flow } = await run(callout('<Response>request</Response>'), {
        request: { verb: 'POST', path: '/p', headers: ['X', '1'], body: 'old' },
      });
      assert.deepEqual(
        [flow.request.verb, flow.request.uri, flow.request.content, flow.request.headers.pairs()],
        ['POST', '/p', 'answer', ['X-S', '1']],
      );
    });

    it('is not waited for without a variable', async () => {
      let answer: (value: object) => void = () => undefined;
      const transport = new FakeTransport(
        () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      );
      const { flow, sent } = await run(
        callout('<Request variable="r"><Set><Payload>x</Payload></Set></Request>'),
        {},
        transport,
      );
      assert.equal(String(sent?.body), 'x');
      assert.equal(flow.get('ServiceCallout.response'), undefined);
      answer({});
    });

    it('that never comes is a line of the log when nobody waits', async () => {
      const lines: string[] = [];
      await run(
        callout(''),
        { runtime: { log: (level, text) => void lines.push(`${level} ${text}`) } },
        new FakeTransport(() => Promise.reject(new TransportError('connect', 'ECONNREFUSED'))),
      );
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(lines, ['WARN weather: ServiceCallout C failed: ECONNREFUSED']);
    });
  });

  describe('failures', () => {
    const code = 'steps.servicecallout.ExecutionFailed';
    const text = (reason: string): string => `Execution of ServiceCallout C failed. Reason: ${reason}`;
    const rows: readonly (readonly [title: string, transport: FakeTransport, reason: string])[] = [
      ['a status that is an error', answering(404), 'ResponseCode 404 is treated as error'],
      [
        'nobody there',
        new FakeTransport(() => Promise.reject(new TransportError('connect', 'ECONNREFUSED'))),
        'ECONNREFUSED',
      ],
      [
        'no answer in time',
        new FakeTransport(() => Promise.reject(new TransportError('deadline', 'x'))),
        'timeout occurred in C',
      ],
      ['an error of the program', new FakeTransport(() => Promise.reject(new Error('secret'))), 'Internal error'],
    ];
    for (const [title, transport, reason] of rows) {
      it(title, () =>
        assert.rejects(run(callout('<Response>a</Response>'), {}, transport), {
          code,
          status: 500,
          message: text(reason),
        }),
      );
    }

    it('the answer stays readable, also when the flow continues', async () => {
      const { flow } = await run(
        callout('<Response>a</Response>', undefined, 'continueOnError="true"'),
        {},
        answering(401, 'no'),
      );
      assert.deepEqual(
        [flow.get('a.status.code'), flow.get('a.content'), flow.get('servicecallout.C.failed')],
        [401, 'no', true],
      );
    });

    it('success.codes say what is an error', async () => {
      const xml = callout('<Response>a</Response>').replace(
        '</URL>',
        '</URL><Properties><Property name="success.codes">2xx, 4xx</Property></Properties>',
      );
      assert.equal((await run(xml, {}, answering(404))).flow.get('a.status.code'), 404);
      await assert.rejects(run(xml, {}, answering(500)), { code });
    });
  });

  const timeouts: readonly (readonly [inside: string, properties: string, milliseconds: number])[] = [
    ['', '', 55_000],
    ['<Timeout>300</Timeout>', '', 300],
    ['', '<Properties><Property name="io.timeout.millis">400</Property></Properties>', 400],
  ];
  for (const [inside, properties, milliseconds] of timeouts) {
    it(`waits ${milliseconds} ms: ${inside}${properties}`, async () => {
      const { sent } = await run(callout(`<Response>a</Response>${inside}`).replace('</URL>', `</URL>${properties}`));
      assert.equal(sent?.deadline, milliseconds);
    });
  }

  describe('other connections', () => {
    it('target servers', async () => {
      const organization = new MemoryOrganization();
      organization.targetServers.set('test/one', {
        name: 'one',
        host: 'one.example',
        port: 8443,
        isEnabled: true,
        ssl: true,
      });
      const xml =
        '<ServiceCallout name="C"><Response>a</Response><HTTPTargetConnection><LoadBalancer><Server name="one"/></LoadBalancer><Path>/v1</Path></HTTPTargetConnection></ServiceCallout>';
      assert.equal((await run(xml, { runtime: { organization } })).sent?.url, 'https://one.example:8443/v1');
    });

    it('another proxy', async () => {
      const env = new TestEnvironment()
        .deploy('b', {
          'policies/show.xml':
            '<AssignMessage name="show"><Set><Payload>{apiproxy.name} {proxy.pathsuffix}</Payload></Set></AssignMessage>',
          'proxies/default.xml': proxyXml({
            basePath: '/b',
            inside: `<PreFlow><Response>${steps('show')}</Response></PreFlow>`,
          }),
        })
        .deploy('a', {
          'policies/C.xml':
            '<ServiceCallout name="C"><Request variable="r"><Set><Path>/x</Path></Set></Request><Response>a</Response><LocalTargetConnection><Path>/b</Path></LocalTargetConnection></ServiceCallout>',
          'proxies/default.xml': proxyXml({
            basePath: '/a',
            inside: `<PreFlow><Request>${steps('C')}</Request></PreFlow>`,
          }),
        });
      assert.equal((await env.request('/a')).flow.get('a.content'), 'b /x');
    });

    it('none is refused', () =>
      assert.throws(() => policyStep('<ServiceCallout name="C"/>'), /needs an <HTTPTargetConnection>/));
  });
});
