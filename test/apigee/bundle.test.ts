import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { Problem } from '../../runtime/configuration/problem.js';
import { BundleError, readBundleFolder, readBundleZip } from '../../runtime/deploy/apigee/bundle-files.js';
import { reportBundles } from '../../runtime/deploy/apigee/bundle-report.js';
import { compileBundle } from '../../runtime/deploy/apigee/compile-bundle.js';
import { BasePathTaken } from '../../runtime/deploy/apigee/environment.js';
import { ApigeeEnvironments } from '../../runtime/deploy/apigee/environments.js';
import {
  type Files,
  proxyXml,
  routeTo,
  steps,
  TestEnvironment,
  targetXml,
  trailPolicies,
  trailPolicy,
} from './environment-harness.js';
import { bundleOf } from './harness.js';

const zipOf = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

/** The zip file with another size of its first file in its directory. */
function claimingSize(zip: Uint8Array, size: number): Uint8Array {
  const bytes = Buffer.from(zip);
  bytes.writeUInt32LE(size, bytes.indexOf('PK\u0001\u0002', 0, 'latin1') + 24);
  return bytes;
}

const problemsOf = (files: Files): readonly Problem[] =>
  compileBundle(bundleOf(files), { name: 'p', revision: '1' }).problems;

const request = (...names: readonly string[]): string => `<PreFlow><Request>${steps(...names)}</Request></PreFlow>`;

describe('api-management 2.1: bundles', () => {
  describe('a zip file', () => {
    it('gives the files of its folder and of nothing else', () => {
      const zip = zipOf({
        'README.md': 'x',
        'apiproxy/p.xml': '<APIProxy/>',
        'apiproxy/proxies/default.xml': '<ProxyEndpoint/>',
        'apiproxy/resources/jsc/a.js': '1',
        'apiproxy/manifests/manifest': 'x',
        'apiproxy/.DS_Store': 'x',
        'apiproxy/policies/._A.xml': 'x',
        '__MACOSX/apiproxy/p.xml': 'x',
        'sharedflowbundle/sharedflows/default.xml': '<SharedFlow/>',
        'other/apiproxy/p.xml': 'x',
      });
      const names = (kind: 'apiproxy' | 'sharedflowbundle') => [...readBundleZip(zip, kind).files.keys()];
      assert.deepEqual(names('apiproxy'), ['p.xml', 'proxies/default.xml', 'resources/jsc/a.js', 'manifests/manifest']);
      assert.deepEqual(names('sharedflowbundle'), ['sharedflows/default.xml']);
    });

    const refused: readonly (readonly [title: string, zip: () => Uint8Array, message: RegExp])[] = [
      ['without the folder', () => zipOf({ 'x/p.xml': '' }), /no folder apiproxy\//],
      ['that is none', () => strToU8('hello'), /no zip archive/],
      ['with a way out', () => zipOf({ 'apiproxy/../../etc/passwd': 'x' }), /leads out of it/],
      ['with a way out in Windows writing', () => zipOf({ 'apiproxy\\..\\..\\x': 'x' }), /leads out of it/],
      ['with an absolute path', () => zipOf({ '/apiproxy/x': 'x' }), /leads out of it/],
      [
        'that unfolds to more than anybody needs',
        () => claimingSize(zipOf({ 'apiproxy/x': '' }), 65 * 1024 * 1024),
        /larger than/,
      ],
    ];
    for (const [title, zip, message] of refused) {
      it(`${title} is refused`, () => {
        assert.throws(
          () => readBundleZip(zip(), 'apiproxy'),
          (error) => error instanceof BundleError && message.test(error.message),
        );
      });
    }
  });

  describe('a folder', () => {
    let root: string;
    before(() => {
      root = mkdtempSync(path.join(tmpdir(), 'bundle-'));
      const write = (name: string, text: string | Uint8Array): void => {
        mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        writeFileSync(path.join(root, name), text);
      };
      write('good/apiproxy/proxies/default.xml', proxyXml());
      write('good/good.zip', zipOf({ 'apiproxy/proxies/default.xml': '<Broken' }));
      write('bad/apiproxy/proxies/default.xml', proxyXml({ inside: request('J') }));
      write('bad/apiproxy/policies/J.xml', '<JavaCallout name="J"/>');
      write('packed/flow.zip', zipOf({ 'sharedflowbundle/sharedflows/default.xml': '<SharedFlow name="default"/>' }));
      write('packed/other.zip', zipOf({ 'x.txt': '' }));
    });
    after(() => rmSync(root, { recursive: true }));

    it('is read by its own name or by the one around it', () => {
      for (const folder of ['good', 'good/apiproxy']) {
        assert.deepEqual(
          [...readBundleFolder(path.join(root, folder), 'apiproxy').files.keys()],
          ['proxies/default.xml'],
        );
      }
      assert.throws(() => readBundleFolder(path.join(root, 'good'), 'sharedflowbundle'), BundleError);
    });

    it('reports every bundle below it', () => {
      const found = reportBundles(root).map(({ location, kind, problems }) => [
        path.relative(root, location),
        kind,
        problems.map(({ file, line, message }) => `${file}:${line} ${message}`),
      ]);
      assert.deepEqual(found, [
        [
          'bad',
          'apiproxy',
          ['apiproxy/policies/J.xml:1 The policy J of the type JavaCallout does not run here: it runs Java code'],
        ],
        ['good', 'apiproxy', []],
        ['packed/flow.zip', 'sharedflowbundle', []],
      ]);
    });
  });

  describe('names of policies', () => {
    const policies: Files = {
      'policies/StripAPIKey.xml': trailPolicy('Remove-Param'),
      'policies/Verify-1.xml': trailPolicy('Verify'),
      'policies/Unnamed.xml': trailPolicy('').replace(' name=""', ''),
    };
    const rows: readonly (readonly [step: string, found: string | undefined])[] = [
      ['Remove-Param', 'Remove-Param,'],
      ['Verify', 'Verify,'],
      ['Verify-1', 'Verify,'],
      ['Verify-1.xml', 'Verify,'],
      ['Unnamed', ','],
      ['Nobody', undefined],
    ];
    for (const [step, found] of rows) {
      it(`a step ${step} ${found === undefined ? 'is refused' : 'finds its policy'}`, async () => {
        const files: Files = { ...policies, 'proxies/default.xml': proxyXml({ inside: request(step) }) };
        if (found === undefined) assert.equal(problemsOf(files)[0]?.code, 'missing-policy');
        else assert.equal((await new TestEnvironment().deploy('p', files).request('/p')).flow.get('trail'), found);
      });
    }
  });

  describe('what is refused, and where', () => {
    const rows: readonly (readonly [title: string, files: Files, code: string, place: string])[] = [
      [
        'a policy of Java',
        { 'policies/J.xml': '\n<JavaCallout name="J"/>', 'proxies/d.xml': proxyXml({ inside: request('J') }) },
        'unsupported-policy',
        'apiproxy/policies/J.xml:2',
      ],
      [
        'an unknown policy',
        { 'policies/J.xml': '<AsignMessage name="J"/>', 'proxies/d.xml': proxyXml({ inside: request('J') }) },
        'unsupported-policy',
        'apiproxy/policies/J.xml:1',
      ],
      [
        'a program as the target',
        { 'proxies/d.xml': proxyXml(), 'targets/t.xml': '<TargetEndpoint name="t">\n<ScriptTarget/></TargetEndpoint>' },
        'unsupported-target',
        'apiproxy/targets/t.xml:2',
      ],
      [
        'a hosted target',
        { 'proxies/d.xml': proxyXml(), 'targets/t.xml': '<TargetEndpoint name="t"><HostedTarget/></TargetEndpoint>' },
        'unsupported-target',
        'apiproxy/targets/t.xml:1',
      ],
      [
        'a program beside a connection',
        {
          'proxies/d.xml': proxyXml(),
          'targets/t.xml': targetXml('http://x').replace('</TargetEndpoint>', '<ScriptTarget/></TargetEndpoint>'),
        },
        'unsupported-target',
        'apiproxy/targets/t.xml:2',
      ],
      [
        'a condition that cannot be read',
        { 'proxies/d.xml': proxyXml({ inside: '<Flows><Flow><Condition>a =</Condition></Flow></Flows>' }) },
        'condition-syntax',
        'apiproxy/proxies/d.xml:1',
      ],
      [
        'a missing target',
        { 'proxies/d.xml': proxyXml({ inside: routeTo('nowhere') }) },
        'missing-target',
        'apiproxy/proxies/d.xml:1',
      ],
      ['no proxy endpoint', { 'p.xml': '<APIProxy/>' }, 'missing-file', 'apiproxy/proxies:1'],
      [
        'XML that is none',
        { 'proxies/d.xml': '<ProxyEndpoint>\n<a></b>' },
        'not-well-formed',
        'apiproxy/proxies/d.xml:2',
      ],
      [
        'a URL that is none',
        { 'proxies/d.xml': proxyXml(), 'targets/t.xml': targetXml('ftp://x') },
        'bad-value',
        'apiproxy/targets/t.xml:2',
      ],
      [
        'bad success codes',
        {
          'proxies/d.xml': proxyXml(),
          'targets/t.xml': targetXml('http://x', {
            connection: '<Properties><Property name="success.codes">ok</Property></Properties>',
          }),
        },
        'bad-value',
        'apiproxy/targets/t.xml:2',
      ],
    ];
    for (const [title, files, code, place] of rows) {
      it(title, () => {
        const [problem] = problemsOf(files).filter(({ severity }) => severity === 'error');
        assert.equal(problem?.code, code);
        assert.equal(`${problem?.file}:${problem?.line}`, place);
      });
    }

    it('everything that is wrong is told at once', () => {
      const codes = problemsOf({
        'policies/J.xml': '<JavaCallout name="J"/>',
        'proxies/d.xml': proxyXml({ inside: `${request('J', 'K')}${routeTo('x')}` }),
      }).map(({ code }) => code);
      assert.deepEqual(codes, ['unsupported-policy', 'missing-policy', 'missing-target']);
    });

    it('a policy that no step uses and that cannot run is a warning', () => {
      const [problem] = problemsOf({ 'policies/J.xml': '<JavaCallout name="J"/>', 'proxies/d.xml': proxyXml() });
      assert.equal(problem?.severity, 'warning');
    });

    it('elements without effect are warned about, those of any policy are not', () => {
      const problems = problemsOf({
        'policies/a.xml':
          '<AssignMessage name="a"><DisplayName>A</DisplayName><FaultRules/><Properties/><Foo/></AssignMessage>',
        'proxies/d.xml': proxyXml({ inside: request('a') }),
      });
      assert.deepEqual(
        problems.map(({ severity, message }) => [severity, message]),
        [['warning', '<Foo> of AssignMessage has no effect']],
      );
    });
  });

  it('empty elements count as absent', async () => {
    const env = new TestEnvironment().deploy('p', {
      'proxies/default.xml': `<ProxyEndpoint name="default"><RouteRule/><FaultRules/><Flows/><PreFlow/>
        <HTTPProxyConnection><BasePath></BasePath><VirtualHost></VirtualHost></HTTPProxyConnection></ProxyEndpoint>`,
    });
    assert.equal((await env.request('/anything', { verb: 'POST', body: 'x' })).body, 'x');
  });

  it('several Response elements of a flow count together', async () => {
    const env = new TestEnvironment().deploy('p', {
      ...trailPolicies('a', 'b'),
      'proxies/default.xml': proxyXml({
        inside: `<PreFlow><Response>${steps('a')}</Response><Response>${steps('b')}</Response></PreFlow>`,
      }),
    });
    assert.equal((await env.request('/p')).flow.get('trail'), 'a,b,');
  });

  describe('base paths', () => {
    const env = (): TestEnvironment => {
      const made = new TestEnvironment();
      for (const [name, basePath] of [
        ['root', ''],
        ['a', '/a'],
        ['ab', '/a/b/'],
        ['wild', '/a/*/c'],
        ['deep', '/a/*/c/d'],
      ]) {
        made.deploy(name as string, { 'proxies/default.xml': proxyXml({ basePath: basePath as string }) });
      }
      return made;
    };
    const rows: readonly (readonly [path: string, proxy: string, basePath: string, suffix: string])[] = [
      ['/', 'root', '/', '/'],
      ['/x/y', 'root', '/', '/x/y'],
      ['/a', 'a', '/a', ''],
      ['/a/', 'a', '/a', '/'],
      ['/ab', 'root', '/', '/ab'],
      ['/a/b', 'ab', '/a/b', ''],
      ['/a/b/x', 'ab', '/a/b', '/x'],
      ['/a/b/c', 'wild', '/a/b/c', ''],
      ['/a/x/c/y', 'wild', '/a/x/c', '/y'],
      ['/a/x/c/d', 'deep', '/a/x/c/d', ''],
      ['/a//c', 'a', '/a', '//c'],
    ];
    for (const [requested, proxy, basePath, suffix] of rows) {
      it(`${requested} is of ${proxy}, with the suffix "${suffix}"`, () => {
        const found = env().environment.find(requested, false);
        assert.deepEqual([found?.value.proxy.name, found?.basePath, found?.pathSuffix], [proxy, basePath, suffix]);
      });
    }

    it('virtual hosts: default is plain, secure is TLS, others are both', () => {
      const hosts: readonly (readonly [names: readonly string[], http: boolean, https: boolean])[] = [
        [['default'], true, false],
        [['secure'], false, true],
        [['default', 'secure'], true, true],
        [[], true, true],
        [['internal'], true, true],
      ];
      for (const [virtualHosts, http, https] of hosts) {
        const made = new TestEnvironment().deploy('p', { 'proxies/default.xml': proxyXml({ virtualHosts }) });
        assert.deepEqual(
          [made.environment.find('/p', false) !== undefined, made.environment.find('/p', true) !== undefined],
          [http, https],
        );
      }
    });

    it('a second proxy on one base path is refused by the name of the first, and changes nothing', () => {
      const made = env();
      const files: Files = { 'proxies/default.xml': proxyXml({ basePath: '/a/b' }) };
      assert.throws(
        () => made.deploy('late', files),
        (error) => error instanceof BasePathTaken && /\/a\/b of late is that of the proxy ab/.test(error.message),
      );
      assert.equal(made.environment.find('/a/b', false)?.value.proxy.name, 'ab');
      assert.equal(made.environment.deployed('apiproxy', 'late'), undefined);
    });

    it('a revision takes the place of the one before, and an undeployed proxy is gone', () => {
      const made = env();
      made.deploy('ab', { 'proxies/default.xml': proxyXml({ basePath: '/new' }) }, { revision: '2' });
      assert.equal(made.environment.find('/a/b', false)?.value.proxy.name, 'a');
      assert.equal(made.environment.find('/new', false)?.value.proxy.revision, '2');
      assert.equal(made.environment.undeploy('apiproxy', 'ab'), true);
      assert.equal(made.environment.undeploy('apiproxy', 'ab'), false);
      assert.equal(made.environment.find('/new', false)?.value.proxy.name, 'root');
    });

    it('of two environments the host tells which, else the first counts', () => {
      const [test, prod] = [new TestEnvironment(), new TestEnvironment()];
      for (const [made, name] of [
        [test, 't'],
        [prod, 'p'],
      ] as const) {
        made.deploy(name, { 'proxies/default.xml': proxyXml({ basePath: '/x' }) });
      }
      prod.deploy('only', { 'proxies/default.xml': proxyXml({ basePath: '/only' }) });
      const environments = new ApigeeEnvironments('acme');
      environments.add(test.environment);
      environments.add(Object.assign(prod.environment, { name: 'prod' }));
      const named = (requested: string, host: string) =>
        environments.route(requested, false, host)?.match.value.proxy.name;
      assert.equal(named('/x', 'localhost:8280'), 't');
      assert.equal(named('/x', 'acme-prod.example.com'), 'p');
      assert.equal(named('/x', 'acme-other.example.com'), 't');
      assert.equal(named('/only', 'localhost'), 'only');
      assert.equal(named('/nothing', 'localhost'), undefined);
    });
  });
});
