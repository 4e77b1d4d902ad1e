import assert from 'node:assert/strict';
import { Sandbox } from '../../runtime/sandbox/sandbox.js';

const sandboxOf = async (setup = 'return () => {};', limits = { timeout: 2_000, memory: 20 * 1024 * 1024 }) => {
  const sandbox = new Sandbox(setup, limits);
  await sandbox.load();
  return sandbox;
};
const nobody = () => undefined;

describe('sandbox', () => {
  for (const [code, expected] of [
    ['1 + 1', 2],
    ['"a"', 'a'],
    ['false', false],
    ['({})', undefined],
    ['var x = 1; let y = 2; z = 3; x + y + z', 6],
    ['this === globalThis', true],
  ] as const) {
    it(`gives the completion value of ${code}`, async () => {
      assert.equal((await sandboxOf()).run(code, nobody), expected);
    });
  }

  for (const [what, code, message] of [
    ['an exception', 'throw new TypeError("no")', /^TypeError: no$/],
    ['a thrown text', 'throw "no"', /^no$/],
    ['endless recursion', '(function f() { f(); })()', /stack overflow/],
    [
      'too much memory',
      'var a = []; for (;;) a.push("x".repeat(1e6) + a.length)',
      /^the script needed more than 20971520 bytes$/,
    ],
    ['code that does not parse', 'var = 1', /^SyntaxError/],
  ] as const) {
    it(`reports ${what}, and runs on`, async () => {
      const sandbox = await sandboxOf();
      assert.throws(() => sandbox.run(code, nobody), { name: 'SandboxError', message });
      if (!sandbox.loaded) await sandbox.load();
      assert.equal(sandbox.run('2', nobody), 2);
    });
  }

  it('ends code that runs too long', async () => {
    const sandbox = await sandboxOf(undefined, { timeout: 20, memory: 8 * 1024 * 1024 });
    assert.throws(() => sandbox.run('for (;;);', nobody), { message: 'the script ran longer than 20 ms' });
  });

  it('reaches the host only by what its setup offers', async () => {
    const sandbox = await sandboxOf('return () => { globalThis.ask = (a) => host("ask", a, [1]); };');
    const asked: unknown[] = [];
    const value = sandbox.run('typeof host + ask({x: 1}).y', (operation, values) => {
      asked.push(operation, values);
      return { y: 'z' };
    });
    assert.equal(value, 'undefinedz');
    assert.deepEqual(asked, ['ask', [{ x: 1 }, [1]]]);
  });

  it('throws inside what the host throws', async () => {
    const sandbox = await sandboxOf('return () => { globalThis.ask = () => host("ask"); };');
    const fails = () => {
      throw new Error('host says no');
    };
    assert.equal(sandbox.run('try { ask(); } catch (e) { e.message }', fails), 'host says no');
  });

  it('forgets globals that a run added or replaced', async () => {
    const sandbox = await sandboxOf();
    sandbox.run('added = 1; JSON = 2; var local = 3; function f() {}', nobody);
    assert.equal(
      sandbox.run('typeof added + typeof JSON + typeof local + typeof f', nobody),
      'undefinedobjectundefinedundefined',
    );
  });
});
