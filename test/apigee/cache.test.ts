import assert from 'node:assert/strict';
import { type Files, proxyXml, routeTo, steps, TestEnvironment, targetXml } from './environment-harness.js';
import { FakeTransport, flowOf, policyStep, responseOf } from './harness.js';
import { MemoryOrganization } from './memory-organization.js';

const key = (inside: string): string => `<CacheKey>${inside}</CacheKey>`;
const fragment = '<KeyFragment>k</KeyFragment>';

const populate = (inside: string): string => `<PopulateCache name="P">${inside}</PopulateCache>`;
const lookup = (inside: string): string => `<LookupCache name="L">${inside}</LookupCache>`;
const source = '<Source>v</Source>';
const assignTo = '<AssignTo>found</AssignTo>';

/** Keys that a PopulateCache made. */
async function keysOf(inside: string, flow = flowOf({ variables: { v: 'x' } })): Promise<string[]> {
  await policyStep(populate(`${source}${inside}`)).run(flow);
  return [...(flow.runtime.organization as MemoryOrganization).caches.entries.keys()];
}

describe('api-management 2.6: PopulateCache, LookupCache, InvalidateCache', () => {
  describe('keys', () => {
    const rows: readonly (readonly [inside: string, expected: string])[] = [
      [key(fragment), 'test/_default/acme__test__weather__1__default__k'],
      [`<Scope>Exclusive</Scope>${key(fragment)}`, 'test/_default/acme__test__weather__1__default__k'],
      [`<Scope>Application</Scope>${key(fragment)}`, 'test/_default/acme__test__weather__1__k'],
      [`<Scope>Proxy</Scope>${key(fragment)}`, 'test/_default/acme__test__weather__1__default__k'],
      [`<Scope>Target</Scope>${key(fragment)}`, 'test/_default/acme__test__weather__1__t__k'],
      [`<Scope>Global</Scope>${key(fragment)}`, 'test/_default/acme__test__k'],
      [
        `<Scope>global</Scope>${key('<Prefix>mine</Prefix><KeyFragment ref="a"/><KeyFragment ref="none">d</KeyFragment>')}`,
        'test/_default/mine__A__d',
      ],
      [`<Scope>Global</Scope>${key('')}`, 'test/_default/acme__test'],
      [
        `<CacheContext><APIProxyName>other</APIProxyName><ProxyName>e</ProxyName></CacheContext>${key(fragment)}`,
        'test/_default/acme__test__other__1__e__k',
      ],
    ];
    for (const [inside, expected] of rows) {
      it(inside, async () => {
        assert.deepEqual(await keysOf(inside, flowOf({ variables: { v: 'x', a: 'A', 'target.name': 't' } })), [
          expected,
        ]);
      });
    }

    it('of a cache resource', async () => {
      const organization = new MemoryOrganization();
      organization.caches.names.add('tokens');
      const flow = flowOf({ variables: { v: 'x' }, runtime: { organization } });
      assert.deepEqual(
        await keysOf(`<CacheResource>tokens</CacheResource><Scope>Global</Scope>${key(fragment)}`, flow),
        ['test/tokens/acme__test__k'],
      );
    });
  });

  describe('how long', () => {
    const now = Date.UTC(2024, 0, 2, 3, 4, 5);
    const hours = 3600;
    const rows: readonly (readonly [settings: string, seconds: number | undefined])[] = [
      ['<TimeoutInSec>600</TimeoutInSec>', 600],
      ['<TimeoutInSeconds>12</TimeoutInSeconds>', 12],
      ['<TimeoutInSec ref="ttl">600</TimeoutInSec>', 30],
      ['<TimeoutInSec ref="none">600</TimeoutInSec>', 600],
      ['<TimeOfDay>04:04:05</TimeOfDay>', hours],
      ['<TimeOfDay>03:04:05</TimeOfDay>', 24 * hours],
      ['<TimeOfDay>00:00:00</TimeOfDay>', 24 * hours - 3 * hours - 245],
      ['<ExpiryDate>01-03-2024</ExpiryDate>', 24 * hours - 3 * hours - 245],
      ['<ExpiryDate></ExpiryDate><TimeOfDay></TimeOfDay><TimeoutInSec ref="">300</TimeoutInSec>', 300],
      ['', undefined],
    ];
    for (const [settings, seconds] of rows) {
      it(settings || 'as the cache resource says', async () => {
        const organization = new MemoryOrganization(() => now);
        organization.caches.names.add('c');
        const flow = flowOf({ variables: { v: 'x', ttl: 30 }, runtime: { organization, now: () => now } });
        await keysOf(
          `<CacheResource>c</CacheResource>${key(fragment)}<ExpirySettings>${settings}</ExpirySettings>`,
          flow,
        );
        const [entry] = organization.caches.entries.values();
        const expected = seconds === undefined ? Number.POSITIVE_INFINITY : now + seconds * 1000;
        assert.equal(entry?.expiresAt, expected);
      });
    }
  });

  it('a miss says so and leaves the variable alone, a hit sets it', async () => {
    const flow = flowOf({ variables: { v: 'token', found: 'before' } });
    await policyStep(lookup(`${assignTo}${key(fragment)}`)).run(flow);
    const names = [
      'found',
      'lookupcache.L.cachehit',
      'lookupcache.L.cachekey',
      'lookupcache.L.cachename',
      'lookupcache.L.assignto',
    ];
    const cacheKey = 'acme__test__weather__1__default__k';
    assert.deepEqual(
      names.map((name) => flow.get(name)),
      ['before', false, cacheKey, '_default', 'found'],
    );
    await policyStep(populate(`${source}${key(fragment)}`)).run(flow);
    await policyStep(lookup(`${assignTo}${key(fragment)}`)).run(flow);
    assert.deepEqual(
      names.map((name) => flow.get(name)),
      ['token', true, cacheKey, '_default', 'found'],
    );
  });

  it('objects are kept, of a message its content', async () => {
    for (const [value, found] of [
      [{ a: [1] }, { a: [1] }],
      [responseOf({ body: 'text' }), 'text'],
      [7, 7],
    ] as const) {
      const flow = flowOf({ variables: { v: value } });
      await policyStep(populate(`${source}${key(fragment)}`)).run(flow);
      await policyStep(lookup(`${assignTo}${key(fragment)}`)).run(flow);
      assert.deepEqual(flow.get('found'), found);
    }
  });

  it('an unresolved source is a fault', () =>
    assert.rejects(keysOf(key(fragment), flowOf()), {
      code: 'policies.populatecache.EntryCannotBeCached',
      status: 500,
    }));

  it('a cache resource that is not there is a fault', () =>
    assert.rejects(policyStep(lookup(`<CacheResource>none</CacheResource>${assignTo}${key(fragment)}`)).run(flowOf()), {
      code: 'policies.lookupcache.CacheNotFound',
      status: 500,
    }));

  it('InvalidateCache forgets the entry, or all that begin with its key', async () => {
    for (const [children, left] of [
      [false, ['k__2']],
      [true, []],
    ] as const) {
      const flow = flowOf({ variables: { v: 'x' } });
      const global = (inside: string): string => `<Scope>Global</Scope>${key(`<Prefix>k</Prefix>${inside}`)}`;
      await keysOf(global(''), flow);
      await keysOf(global('<KeyFragment>2</KeyFragment>'), flow);
      await policyStep(
        `<InvalidateCache name="I">${global('')}<PurgeChildEntries>${children}</PurgeChildEntries></InvalidateCache>`,
      ).run(flow);
      const { entries } = (flow.runtime.organization as MemoryOrganization).caches;
      assert.deepEqual(
        [...entries.keys()],
        left.map((name) => `test/_default/${name}`),
      );
    }
  });

  it('is refused without what it needs', () => {
    assert.throws(() => policyStep(populate(key(fragment))), /needs a <Source>/);
    assert.throws(() => policyStep(lookup(key(fragment))), /needs a <AssignTo>/);
    assert.throws(() => policyStep(lookup(`${assignTo}<Scope>Near</Scope>`)), /Scope must be one of/);
  });
});

describe('api-management 2.6: ResponseCache', () => {
  const cached = (inside = '', where: 'proxy' | 'target' = 'proxy'): Files => {
    const flows = `<PreFlow><Request>${steps('R')}</Request><Response>${steps('R')}</Response></PreFlow>`;
    const show = `<PostFlow><Response>${steps('show')}</Response></PostFlow>`;
    return {
      'policies/R.xml': `<ResponseCache name="R"><CacheKey><KeyFragment ref="request.uri"/></CacheKey>
        <ExpirySettings><TimeoutInSec>60</TimeoutInSec></ExpirySettings>${inside}</ResponseCache>`,
      'policies/show.xml':
        '<AssignMessage name="show"><Set><Headers><Header name="Hit">{responsecache.R.cachehit}</Header></Headers></Set><IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables></AssignMessage>',
      'proxies/default.xml': proxyXml({ inside: `${where === 'proxy' ? flows : ''}${show}${routeTo('default')}` }),
      'targets/default.xml': targetXml('http://b.example', {
        inside: where === 'target' ? flows : '',
        connection: '<Properties><Property name="success.codes">2xx,4xx</Property></Properties>',
      }),
    };
  };

  const counting = (status = 200, headers: readonly string[] = []): FakeTransport => {
    const transport: FakeTransport = new FakeTransport(() => ({
      status,
      reason: 'Yes',
      headers: ['Content-Type', 'text/plain', 'Set-Cookie', 'a=1', ...headers],
      body: Buffer.from(`answer ${transport.requests.length}`),
    }));
    return transport;
  };

  for (const where of ['proxy', 'target'] as const) {
    it(`a hit in the ${where} endpoint leaves the target out, and the response flow runs`, async () => {
      const env = new TestEnvironment(counting()).deploy('p', cached('', where));
      const first = await env.request('/p?a=1');
      const second = await env.request('/p?a=1');
      assert.deepEqual(
        [first.body, first.headers.Hit, second.body, second.headers.Hit, second.reason],
        ['answer 1', 'false', 'answer 1', 'true', 'Yes'],
      );
      assert.equal((await env.request('/p?a=2')).body, 'answer 2');
    });
  }

  it('an entry is over after its time', async () => {
    const env = new TestEnvironment(counting()).deploy('p', cached());
    await env.request('/p');
    env.time += 59_000;
    assert.equal((await env.request('/p')).body, 'answer 1');
    env.time += 1_000;
    assert.equal((await env.request('/p')).body, 'answer 2');
  });

  it('a cookie of one client is never kept for others', async () => {
    const env = new TestEnvironment(counting()).deploy('p', cached());
    assert.equal((await env.request('/p')).headers['Set-Cookie'], 'a=1');
    assert.equal((await env.request('/p')).headers['Set-Cookie'], undefined);
  });

  const rows: readonly (readonly [
    title: string,
    inside: string,
    transport: FakeTransport,
    headers: readonly string[],
    hit: string,
  ])[] = [
    [
      'SkipCacheLookup',
      '<SkipCacheLookup>request.header.skip = "true"</SkipCacheLookup>',
      counting(),
      ['Skip', 'true'],
      'false',
    ],
    [
      'SkipCachePopulation',
      '<SkipCachePopulation>request.header.skip = "true"</SkipCachePopulation>',
      counting(),
      ['Skip', 'true'],
      'false',
    ],
    [
      'neither is true',
      '<SkipCacheLookup/><SkipCachePopulation>request.header.skip = "true"</SkipCachePopulation>',
      counting(),
      [],
      'true',
    ],
    ['errors are kept', '', counting(404), [], 'true'],
    ['unless ExcludeErrorResponse', '<ExcludeErrorResponse>true</ExcludeErrorResponse>', counting(404), [], 'false'],
    [
      'ExcludeErrorResponse keeps 200 to 205',
      '<ExcludeErrorResponse>true</ExcludeErrorResponse>',
      counting(203),
      [],
      'true',
    ],
    ['no-store does not count', '', counting(200, ['Cache-Control', 'no-store']), [], 'true'],
    [
      'unless UseResponseCacheHeaders',
      '<UseResponseCacheHeaders>true</UseResponseCacheHeaders>',
      counting(200, ['Cache-Control', 'no-store']),
      [],
      'false',
    ],
    [
      'max-age',
      '<UseResponseCacheHeaders>true</UseResponseCacheHeaders>',
      counting(200, ['Cache-Control', 'max-age=5']),
      [],
      'true',
    ],
    [
      'max-age=0',
      '<UseResponseCacheHeaders>true</UseResponseCacheHeaders>',
      counting(200, ['Cache-Control', 'max-age=0']),
      [],
      'false',
    ],
    [
      'a date that is over',
      '<UseResponseCacheHeaders>true</UseResponseCacheHeaders>',
      counting(200, ['Expires', 'Tue, 02 Jan 2024 03:00:00 GMT']),
      [],
      'false',
    ],
    [
      'a date to come',
      '<UseResponseCacheHeaders>true</UseResponseCacheHeaders>',
      counting(200, ['Expires', 'Tue, 02 Jan 2024 04:00:00 GMT']),
      [],
      'true',
    ],
  ];
  for (const [title, inside, transport, headers, hit] of rows) {
    it(`${title}: the second request is ${hit === 'true' ? 'a hit' : 'none'}`, async () => {
      const env = new TestEnvironment(transport).deploy('p', cached(inside));
      await env.request('/p', { headers });
      assert.equal((await env.request('/p', { headers })).headers.Hit, hit);
    });
  }

  it('UseAcceptHeader keeps an answer for each kind', async () => {
    const env = new TestEnvironment(counting()).deploy('p', cached('<UseAcceptHeader>true</UseAcceptHeader>'));
    await env.request('/p', { headers: ['Accept', 'text/xml'] });
    assert.equal((await env.request('/p', { headers: ['Accept', 'text/plain'] })).headers.Hit, 'false');
    assert.equal((await env.request('/p', { headers: ['Accept', 'text/xml'] })).headers.Hit, 'true');
  });
});
