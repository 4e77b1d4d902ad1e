import assert from 'node:assert/strict';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from '../../runtime/settings/error.js';
import { type LoadedSettings, loadSettings, offsetPort } from '../../runtime/settings/load.js';
import { printSettings } from '../../runtime/settings/print.js';

type Options = Parameters<typeof loadSettings>[0];

async function load(toml: string | undefined, options: Options = {}): Promise<LoadedSettings & { home: string }> {
  const home = await mkdtemp(join(tmpdir(), 'mediant-test-'));
  if (toml !== undefined) await writeFile(join(home, 'deployment.toml'), toml);
  const { flags, environment = {}, ...rest } = options;
  return { ...(await loadSettings({ flags: { home, ...flags }, environment, ...rest })), home };
}

async function problemsOf(toml: string | undefined, options: Options = {}): Promise<string> {
  const error = await load(toml, options).then(
    () => assert.fail('the settings were accepted'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof SettingsError);
  return error.message;
}

describe('product 1: defaults of the settings', () => {
  it('are those of the table', async () => {
    const { settings, home } = await load(undefined);
    assert.deepEqual(JSON.parse(JSON.stringify(settings)), {
      home,
      deploy: [],
      httpPort: 8280,
      httpsPort: 8243,
      adminPort: 9443,
      managementPort: 9164,
      internalPort: 9201,
      portOffset: 0,
      socketTimeout: 180_000,
      host: '0.0.0.0',
      adminHost: '127.0.0.1',
      database: `file:${home}/mediant.db`,
      outboundAllow: ['*'],
      outboundDeny: ['169.254.0.0/16', 'fd00:ec2::254'],
      module: [],
      trustedScripts: false,
      sampleOrganization: false,
      workers: 1,
      logFormat: 'json',
      logLevel: 'INFO',
    });
  });

  it('the log format is text on a terminal', async () => {
    assert.equal((await load(undefined, { terminal: true })).settings.logFormat, 'text');
  });
});

describe('product 1: flags win over environment, environment over file, file over default', () => {
  const toml = '[mediant]\nhttp_port = 3\n[server]\noffset = 4\n';
  const rows: [name: string, toml: string | undefined, options: Options, port: number, source: RegExp][] = [
    ['default', undefined, {}, 8280, /^default$/],
    ['file', toml, {}, 3, /^file \/.*\/deployment\.toml \[mediant\] http_port$/],
    ["WSO2's key", '[transport.http]\nlistener.port = 5\n', {}, 5, /^file .* \[transport\.http\.listener\] port$/],
    ['environment', toml, { environment: { MEDIANT_HTTP_PORT: '2' } }, 2, /^environment MEDIANT_HTTP_PORT$/],
    ['empty variable', toml, { environment: { MEDIANT_HTTP_PORT: '' } }, 3, /^file/],
    ['flag', toml, { flags: { httpPort: '1' }, environment: { MEDIANT_HTTP_PORT: '2' } }, 1, /^flag --http-port$/],
  ];
  for (const [name, file, options, port, source] of rows) {
    it(name, async () => {
      const { settings, sources } = await load(file, options);
      assert.equal(settings.httpPort, port);
      assert.match(sources.httpPort.text, source);
    });
  }

  it('--print-config shows each value with its source, and no secret', async () => {
    const loaded = await load(toml, {
      flags: { database: 'postgres://me:hidden@h/d?sslpassword=hidden' },
      environment: { MEDIANT_ADMIN_PASSWORD: 'hidden', MEDIANT_SECRET_KEY: 'hidden' },
    });
    const text = printSettings(loaded);
    assert.match(text, /^http-port +3 +\(file .*deployment\.toml \[mediant\] http_port\)$/m);
    assert.match(text, /^port-offset +4 +\(file .* \[server\] offset\)$/m);
    assert.match(text, /^admin-http-port +off +\(default\)$/m);
    assert.match(text, /^database +postgres:\/\/me:\*\*\*@h\/d\?sslpassword=\*\*\* +\(flag --database\)$/m);
    assert.match(text, /^admin-password +\*\*\* +\(environment MEDIANT_ADMIN_PASSWORD\)$/m);
    assert.doesNotMatch(text, /hidden/);
  });
});

describe('product 1: values of the settings', () => {
  const rows: [name: string, options: Options, expected: Partial<LoadedSettings['settings']>][] = [
    ['a list is one text with commas', { environment: { MEDIANT_DEPLOY: '/a, /b' } }, { deploy: ['/a', '/b'] }],
    ['a flag given twice is a list', { flags: { deploy: ['/a,x', '/b'] } }, { deploy: ['/a,x', '/b'] }],
    ['admin-http-port off', { flags: { adminHttpPort: 'off' } }, { adminHttpPort: undefined }],
    ['admin-http-port 0', { flags: { adminHttpPort: '0' } }, { adminHttpPort: 0 }],
    ['log level in lower case', { flags: { logLevel: 'debug' } }, { logLevel: 'DEBUG' }],
    [
      'a switch in the environment',
      { environment: { MEDIANT_SAMPLE_ORGANIZATION: '1' } },
      { sampleOrganization: true },
    ],
    [
      'hosts, patterns, blocks',
      { flags: { outboundAllow: ['Example.com, *.example.com', '10.0.0.0/8', '::1', 'fe80::/10', 'all'] } },
      { outboundAllow: ['example.com', '*.example.com', '10.0.0.0/8', '::1', 'fe80::/10', '*'] },
    ],
  ];
  for (const [name, options, expected] of rows) {
    it(name, async () => {
      const { settings } = await load(undefined, options);
      for (const [key, value] of Object.entries(expected)) {
        assert.deepEqual(settings[key as keyof typeof settings], value);
      }
    });
  }

  it('paths of the file are relative to its folder, others to the working directory', async () => {
    const inFile = await load('[mediant]\ndeploy = ["artifacts"]\n');
    assert.deepEqual(inFile.settings.deploy, [join(inFile.home, 'artifacts')]);
    const flag = await load(undefined, { flags: { deploy: ['artifacts'] } });
    assert.deepEqual(flag.settings.deploy, [join(process.cwd(), 'artifacts')]);
  });

  it('the offset is added to every port but 0', () => {
    assert.equal(offsetPort(8280, { portOffset: 10 }), 8290);
    assert.equal(offsetPort(0, { portOffset: 10 }), 0);
  });
});

describe('settings that cannot be used are refused, each naming its source', () => {
  const rows: [name: string, toml: string | undefined, options: Options, message: RegExp][] = [
    [
      'port',
      undefined,
      { flags: { httpPort: '99999' } },
      /^flag --http-port: expected a whole number from 0 to 65535$/,
    ],
    [
      'port as text',
      undefined,
      { environment: { MEDIANT_HTTP_PORT: '80x' } },
      /^environment MEDIANT_HTTP_PORT: expected/,
    ],
    ['wrong type', '[mediant]\nhttp_port = true\n', {}, /^file .*\[mediant\] http_port: expected a whole number/],
    ['database', undefined, { flags: { database: 'mysql://x' } }, /^flag --database: expected file:PATH or postgres/],
    ['block', undefined, { flags: { outboundDeny: ['10.0.0.0/33'] } }, /^flag --outbound-deny: expected hosts.*33$/],
    ['address', undefined, { flags: { host: 'a b' } }, /^flag --host: expected an IP address or a host name$/],
    ['word', undefined, { flags: { logLevel: 'loud' } }, /^flag --log-level: expected one of FATAL, ERROR/],
    [
      'unknown key',
      '[mediant]\nhtpp_port = 1\n',
      {},
      /^file .* \[mediant\] htpp_port: unknown setting; did you mean http_port\?$/,
    ],
    ['home in the file', '[mediant]\nhome = "x"\n', {}, /^file .* \[mediant\] home: unknown setting/],
    ['not TOML', '[mediant]\nhttp_port = \n', {}, /^\/.*deployment\.toml:2:\d+ not valid TOML: /],
    ['missing variable', 'a = "$env{NOPE}"', {}, /deployment\.toml: a: the environment variable NOPE is not set$/],
    ['circle', 'a = "$ref{b}"\nb = "$ref{a}"', {}, /a: \$ref\{\w\} refers to itself/],
    ['equal ports', undefined, { flags: { httpsPort: '8280' } }, /^--https-port and --http-port are both 8280$/],
    ['offset', undefined, { flags: { portOffset: '60000' } }, /^--http-port with --port-offset is 68280/],
    ['half a key pair', '[mediant]\ntls_key = "k.pem"', {}, /^tls_certificate and tls_key go together/],
  ];
  for (const [name, toml, options, message] of rows) {
    it(name, async () => assert.match(await problemsOf(toml, options), message));
  }

  it('all of them at once', async () => {
    const text = await problemsOf(undefined, { flags: { httpPort: 'x', host: '' } });
    assert.equal(text.split('\n').length, 2);
  });
});

describe('artifacts 6.4: deployment.toml', () => {
  it('[system.parameter] becomes system properties, references are replaced', async () => {
    const { deployment } = await load(
      `[system.parameter]
'a.b' = "x"
c.d = 1
e = "$env{HOST}:$sys{a.b}:$ref{other.port}"
[other]
port = 80
list = ["$env{HOST}"]
secret = "$secret{alias}"
`,
      { environment: { HOST: 'h' } },
    );
    assert.deepEqual(
      [...deployment.systemProperties],
      [
        ['a.b', 'x'],
        ['c.d', '1'],
        ['e', 'h:x:80'],
      ],
    );
    assert.deepEqual({ ...(deployment.tables.other as object) }, { port: 80, list: ['h'], secret: '$secret{alias}' });
  });

  it('no file: nothing', async () => {
    const { deployment, home } = await load(undefined);
    assert.equal(deployment.file, undefined);
    assert.equal(deployment.systemProperties.size, 0);
    await mkdir(join(home, 'deployment.toml'));
    await assert.rejects(
      loadSettings({ flags: { home }, environment: {} }),
      /deployment\.toml: cannot be read: EISDIR/,
    );
  });
});
