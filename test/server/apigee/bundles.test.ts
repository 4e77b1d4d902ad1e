import assert from 'node:assert/strict';
import { unzipSync } from 'fflate';
import { type Call, describeManagement, proxyZip, zipOf } from './harness.js';

const flowZip = zipOf({
  'sharedflowbundle/shared.xml': '<SharedFlowBundle name="shared"/>',
  'sharedflowbundle/sharedflows/default.xml': '<SharedFlow name="default"/>',
  'sharedflowbundle/policies/verify.xml': '<VerifyAPIKey name="Verify"/>',
});

/** A zip that claims to be small and unpacks to zeros. */
function bomb(): Uint8Array {
  return zipOf({ 'apiproxy/resources/jsc/a.js': ' '.repeat(65 * 1024 * 1024) });
}

describeManagement('api-management 2.1, 2.9: bundles', (management) => {
  const remove = { method: 'DELETE' };

  it('4.3 A3: an imported zip is revision 1, the next one 2; the name is that of the call', async () => {
    const name = management.word('outbound-oauth');
    const zip = proxyZip('/outbound-oauth', { 'apiproxy/policies/a.xml': '<AssignMessage name="A"/>' });
    const body = await management.expect(201, `/apis?action=import&name=${name}`, { zip });
    assert.deepEqual(
      [body.name, body.revision, body.displayName, body.basePaths],
      [name, '1', 'Shown', ['/outbound-oauth']],
    );
    assert.deepEqual([body.policies, body.proxyEndpoints, body.targetEndpoints], [['A'], ['default'], []]);
    const second = await management.expect(201, `/apis?action=import&name=${name}`, { zip });
    assert.equal(second.revision, '2');
    assert.deepEqual((await management.expect(200, `/apis/${name}`)).revision, ['1', '2']);
    assert.deepEqual(await management.expect(200, `/apis/${name}/revisions`), ['1', '2']);
    assert.ok((await management.expect(200, '/apis')).includes(name));
  });

  it('imports at once are revisions of their own', async () => {
    const path = `/apis?action=import&name=${management.word('at-once')}`;
    const bodies = await Promise.all([1, 2, 3].map(() => management.expect(201, path, { zip: proxyZip('/at-once') })));
    assert.deepEqual(bodies.map(({ revision }) => revision).sort(), ['1', '2', '3']);
  });

  it('a zip is imported from a multipart form', async () => {
    const name = management.word('form');
    const raw = new FormData();
    raw.set('file', new Blob([new Uint8Array(proxyZip('/form'))]), 'form.zip');
    await management.expect(201, `/apis?action=import&name=${name}`, { raw });
    assert.deepEqual((await management.expect(200, `/apis/${name}/revisions/1`)).basePaths, ['/form']);
  });

  it('a revision is exported as it was imported, also after a restart', async () => {
    const zip = proxyZip('/export', { 'apiproxy/resources/jsc/a.js': 'print(1)', 'README.md': 'beside it' });
    const name = management.word('export');
    await management.expect(201, `/apis?action=import&name=${name}`, { zip });
    await management.restart();
    const answer = await management.call(`/apis/${name}/revisions/1?format=bundle`);
    assert.equal(answer.headers.get('content-type'), 'application/zip');
    assert.deepEqual(answer.bytes, zip);
    assert.equal((await management.call(`/apis/${name}/revisions/1?format=text`)).status, 400);
  });

  const zips: [what: string, files: Record<string, string>][] = [
    ['without a manifest', { 'apiproxy/proxies/default.xml': '<ProxyEndpoint name="default"/>' }],
    ['made on macOS', { 'apiproxy/a.xml': '<APIProxy/>', '__MACOSX/apiproxy/._a.xml': 'x', 'apiproxy/.DS_Store': 'x' }],
    ['of a whole folder', { './apiproxy/a.xml': '<APIProxy/>', './README': 'x', './sharedflowbundle/s.xml': 'no xml' }],
    ['with entries for folders', { 'apiproxy/': '', 'apiproxy/a.xml': '<APIProxy/>', 'apiproxy/manifests/': '' }],
    ['made on Windows', { 'apiproxy\\a.xml': '<APIProxy/>' }],
  ];
  for (const [what, files] of zips) {
    it(`2.1: a zip ${what} is imported`, async () => {
      await management.expect(201, `/apis?action=import&name=${management.word('zip')}`, { zip: zipOf(files) });
    });
  }

  const refused: [what: string, zip: Uint8Array, message: RegExp][] = [
    ['no zip', new Uint8Array([1, 2, 3, 4]), /no zip archive that can be read/],
    ['an empty body', new Uint8Array(), /body is empty/],
    ['a zip without apiproxy/', zipOf({ 'x/apiproxy/a.xml': '<APIProxy/>' }), /no folder apiproxy\//],
    ['a shared flow', flowZip, /no folder apiproxy\//],
    ['a path out of the zip', zipOf({ 'apiproxy/../../etc/passwd': 'x' }), /leads out of it/],
    ['an absolute path', zipOf({ '/apiproxy/a.xml': 'x' }), /leads out of it/],
    [
      'broken XML',
      zipOf({ 'apiproxy/policies/a.xml': '<A>\n<b></A>' }),
      /policies\/a\.xml:2:\d+ The XML is not well-formed/,
    ],
    ['more than can be unpacked', bomb(), /larger than 268435456 bytes/],
  ];
  for (const [what, zip, message] of refused) {
    it(`5.37: ${what} is 400 and leaves no trace`, async () => {
      const name = management.word('refused');
      const answer = await management.call(`/apis?action=import&name=${name}`, { zip });
      assert.equal(answer.status, 400, answer.text);
      assert.match(answer.body.message, message);
      assert.equal((await management.call(`/apis/${name}`)).status, 404);
    });
  }

  const calls: [what: string, path: string, call: Call, status: number][] = [
    ['an import without a name', '/apis?action=import', { zip: proxyZip('/x') }, 400],
    ['an import under a name with a slash', '/apis?action=import&name=a%2Fb', { zip: proxyZip('/x') }, 400],
    ['another action', '/apis?action=export&name=a', { zip: proxyZip('/x') }, 400],
    ['a proxy that is none', '/apis/nowhere', {}, 404],
    ['a revision of a proxy that is none', '/apis/nowhere/revisions/1', {}, 404],
    ['a revision that is no number', '/apis/nowhere/revisions/x', {}, 404],
  ];
  for (const [what, path, call, status] of calls) {
    it(`2.9: ${what} is ${status}`, () => management.expect(status, path, call));
  }

  it('4.2 B2: policies are listed by name and shown as they stand in the zip', async () => {
    const policies = {
      'apiproxy/policies/StripAPIKey.xml': '<AssignMessage name="Remove-Query-Param"/>',
      'apiproxy/policies/Get.xml': '<OAuthV2/>',
      'apiproxy/targets/default.xml': '<TargetEndpoint name="facebook"/>',
      'apiproxy/resources/jsc/hello.js': 'print("hello");',
    };
    const revision = `/apis/${await management.proxy(undefined, policies)}/revisions/1`;
    assert.deepEqual(await management.expect(200, `${revision}/policies`), ['Get', 'Remove-Query-Param']);
    for (const name of ['Remove-Query-Param', 'StripAPIKey', 'StripAPIKey.xml']) {
      const { status, text } = await management.call(`${revision}/policies/${name}`);
      assert.deepEqual([status, text], [200, '<AssignMessage name="Remove-Query-Param"/>']);
    }
    assert.equal((await management.call(`${revision}/policies/Nothing`)).status, 404);
    assert.deepEqual(await management.expect(200, `${revision}/targets`), ['facebook']);
    assert.deepEqual(await management.expect(200, `${revision}/proxies`), ['default']);
    assert.deepEqual(await management.expect(200, `${revision}/resources`), ['jsc://hello.js']);
    assert.equal((await management.call(`${revision}/resources/jsc/hello.js`)).text, 'print("hello");');
    assert.equal((await management.call(`${revision}/resources/jsc/none.js`)).status, 404);
  });

  it('2.9: a proxy that begins empty gets its endpoints as JSON', async () => {
    const name = management.word('built');
    const made = await management.expect(201, '/apis', { json: { name } });
    assert.deepEqual([made.name, made.revision], [name, '1']);
    assert.equal((await management.call('/apis', { json: { name } })).status, 409);
    const revision = `/apis/${name}/revisions/1`;
    const target = { connection: { uRL: 'http://backend.example/?a=1&b=2' }, name: 'default' };
    await management.expect(201, `${revision}/targets`, { json: target });
    const connection = { basePath: '/built', virtualHost: ['default'] };
    const proxy = { connection, name: 'default', routeRule: [{ name: 'default', targetEndpoint: 'default' }] };
    await management.expect(201, `${revision}/proxies`, { json: proxy });
    assert.equal((await management.call(`${revision}/proxies`, { json: proxy })).status, 400);
    assert.deepEqual((await management.expect(200, revision)).basePaths, ['/built']);
    const files = unzipSync((await management.call(`${revision}?format=bundle`)).bytes);
    const text = (file: string) => new TextDecoder().decode(files[`apiproxy/${file}`]).replace(/>\s+</g, '><');
    assert.match(text('targets/default.xml'), /<URL>http:\/\/backend.example\/\?a=1&amp;b=2<\/URL>/);
    const connectionXml =
      '<HTTPProxyConnection><BasePath>/built</BasePath><VirtualHost>default</VirtualHost></HTTPProxyConnection>';
    const rule = '<RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule>';
    assert.ok(text('proxies/default.xml').includes(connectionXml + rule), text('proxies/default.xml'));
  });

  it('policies and endpoints are added, changed and deleted as XML', async () => {
    const revision = `/apis/${await management.proxy()}/revisions/1`;
    const policy = (text: string) => ({ xml: `<RaiseFault name="Stop">${text}</RaiseFault>` });
    await management.expect(201, `${revision}/policies`, policy('1'));
    assert.equal((await management.call(`${revision}/policies`, policy('2'))).status, 400);
    await management.expect(200, `${revision}/policies/Stop`, { method: 'PUT', ...policy('3') });
    assert.match((await management.call(`${revision}/policies/Stop`)).text, />3</);
    assert.equal(
      (await management.call(`${revision}/policies/Stop`, { method: 'PUT', xml: '<A name="B"/>' })).status,
      400,
    );
    assert.equal((await management.call(`${revision}/policies`, { xml: '<A/>' })).status, 400);
    assert.equal((await management.call(`${revision}/proxies`, { xml: '<A name="b"/>' })).status, 400);
    await management.expect(200, `${revision}/policies/Stop`, remove);
    assert.deepEqual(await management.expect(200, `${revision}/policies`), []);
  });

  it('numbers of deleted revisions do not come back', async () => {
    const name = await management.proxy('/numbers');
    const zip = proxyZip('/numbers');
    await management.expect(201, `/apis?action=import&name=${name}`, { zip });
    await management.expect(200, `/apis/${name}/revisions/2`, remove);
    await management.restart();
    const third = await management.expect(201, `/apis?action=import&name=${name}`, { zip });
    assert.equal(third.revision, '3');
    await management.expect(200, `/apis/${name}`, remove);
    assert.equal((await management.call(`/apis/${name}`)).status, 404);
    assert.equal((await management.expect(201, `/apis?action=import&name=${name}`, { zip })).revision, '1');
  });

  it('2.9: shared flows have the same calls', async () => {
    const name = management.word('shared');
    const body = await management.expect(201, `/sharedflows?action=import&name=${name}`, { zip: flowZip });
    assert.deepEqual([body.name, body.revision, body.policies, body.sharedFlows], [name, '1', ['Verify'], ['default']]);
    assert.deepEqual(await management.expect(200, `/sharedflows/${name}/revisions/1/policies`), ['Verify']);
    const exported = await management.call(`/sharedflows/${name}/revisions/1?format=bundle`);
    assert.deepEqual(exported.bytes, flowZip);
    assert.equal((await management.call(`/apis/${name}`)).status, 404);
    assert.equal((await management.call(`/sharedflows?action=import&name=x`, { zip: proxyZip('/x') })).status, 400);
    await management.expect(200, `/sharedflows/${name}`, remove);
  });
});
