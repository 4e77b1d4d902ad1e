import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { invoke } from './invoke.js';

const root = new URL('../../../', import.meta.url);

describe('product 1: help, version and wrong usage', () => {
  it('--version', async () => {
    const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };
    assert.deepEqual(await invoke(['--version']), { code: 0, out: `${version}\n`, err: '' });
  });

  it('the bin answers too', async () => {
    const launch = fileURLToPath(new URL('runtime/launch.mjs', root));
    const { stdout } = await promisify(execFile)(process.execPath, [launch, '--version']);
    assert.match(stdout, /^\d+\.\d+\.\d+/);
  });

  it('--help names every command', async () => {
    const { code, out } = await invoke(['--help']);
    assert.equal(code, 0);
    for (const command of ['start', 'demo', 'check', 'run', 'eval'])
      assert.match(out, new RegExp(`^ {2}${command} `, 'm'));
  });

  const helps: [command: string, options: string[]][] = [
    ['start', ['--home', '--deploy', '--http-port', '--outbound-deny', '--print-config', 'MEDIANT_SECRET_KEY']],
    ['demo', ['--keep']],
    ['check', ['--format']],
    ['test', ['--reporter', '--coverage', '--module']],
    ['run', ['--body', '--header', '--property', '--variable', '--deploy', '--mock', '--json', '--show-secrets']],
    ['eval', ['--body', '--content-type', '--method', '--path', '--json']],
  ];
  for (const [command, options] of helps) {
    for (const args of [
      [command, '--help'],
      ['help', command],
    ]) {
      it(args.join(' '), async () => {
        const { code, out } = await invoke(args);
        assert.equal(code, 0);
        for (const option of options) assert.ok(out.includes(option), option);
      });
    }
  }

  const wrong: [args: string[], message: RegExp][] = [
    [[], /Usage: mediant/],
    [['strat'], /unknown command 'strat'\n\(Did you mean start\?\)/],
    [['start', '--htpp-port', '1'], /unknown option '--htpp-port'\n\(Did you mean --http-port\?\)/],
    [['start', '--http-port'], /'--http-port <PORT>' argument missing/],
    [['start', '--http-port', 'x'], /^mediant: flag --http-port: expected a whole number from 0 to 65535\n$/],
    [['start', 'extra'], /too many arguments/],
    [['check'], /missing required argument 'paths'/],
    [['check', '--format', 'xml', 'x'], /Allowed choices are text, json/],
    [['check', '/does/not/exist'], /^mediant: \/does\/not\/exist does not exist\n$/],
    [['run', '/does/not/exist.xml'], /^mediant: \/does\/not\/exist\.xml cannot be read: ENOENT/],
    [['eval', '1', '--header', 'x'], /^mediant: --header x: expected 'Name: value'\n$/],
    [['eval', '1', '--property', 'x=1'], /^mediant: --property x=1: expected scope:name=value\n$/],
    [['eval', '1', '--property', 'y:x=1'], /the scopes are default, axis2, operation, registry, transport\n$/],
    [['eval', '1', '--variable', 'a'], /^mediant: --variable a: expected name=json\n$/],
    [['eval', '1', '--variable', 'a=x'], /^mediant: --variable a: the value is not JSON/],
  ];
  for (const [args, message] of wrong) {
    it(`exit 2: mediant ${args.join(' ')}`, async () => {
      const { code, out, err } = await invoke(args);
      assert.equal(code, 2);
      assert.equal(out, '');
      assert.match(err, message);
    });
  }
});
