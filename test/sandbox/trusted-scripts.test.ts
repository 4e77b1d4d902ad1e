import assert from 'node:assert/strict';
import { TrustedScripts } from '../../runtime/sandbox/trusted-scripts.js';

const scriptsOf = (setup = 'return () => ({});') => new TrustedScripts(setup);
const nobody = () => undefined;

describe('trusted scripts (mediators 6.11)', () => {
  for (const [code, expected] of [
    ['1 + 1', 2],
    ['"a"', 'a'],
    ['false', false],
    ['({})', undefined],
    ['var x = 1; let y = 2; z = 3; x + y + z', 6],
    ['this === globalThis', true],
    ['typeof process + typeof require', 'undefinedundefined'],
  ] as const) {
    it(`give the completion value of ${code}`, () => {
      assert.equal(scriptsOf().run(code, nobody), expected);
    });
  }

  for (const [what, code, message] of [
    ['an exception', 'throw new TypeError("no")', /^TypeError: no$/],
    ['a thrown text', 'throw "no"', /^no$/],
    ['endless recursion', '(function f() { f(); })()', /Maximum call stack/],
    ['code that does not parse', 'var = 1', /^SyntaxError/],
  ] as const) {
    it(`report ${what}, and run on`, () => {
      const scripts = scriptsOf();
      assert.throws(() => scripts.run(code, nobody), { name: 'SandboxError', message });
      assert.equal(scripts.run('2', nobody), 2);
    });
  }

  for (const [what, code] of [
    ['a variable', 'var left = 1;'],
    ['a binding', 'let left = 1;'],
    ['a function', 'function left() {}'],
    ['an undeclared variable', 'left = 1;'],
    ['a member of the global object', 'this.left = 1;'],
    ['a hidden member of the global object', 'Object.defineProperty(this, "left", { value: 1, configurable: true });'],
    ['a member of a name that it was given', 'given.left = 1; left = 1;'],
    ['what an exception left', 'left = 1; throw 1;'],
  ] as const) {
    it(`leave nothing of ${what} to the next`, () => {
      const scripts = scriptsOf('return () => ({ given: {} });');
      try {
        scripts.run(code, nobody);
      } catch {}
      assert.equal(scripts.run('typeof left + typeof given.left', nobody), 'undefinedundefined');
    });
  }

  it('find what one has replaced as it was', () => {
    const scripts = scriptsOf();
    for (let round = 0; round < 2; round++) {
      assert.equal(scripts.run('Array = 7; JSON = 1; typeof Array + typeof JSON', nobody), 'numbernumber');
      assert.equal(scripts.run('typeof Array + typeof JSON', nobody), 'functionobject');
    }
  });

  it('exchange plain values with the host, each side with objects of its own', () => {
    const scripts = scriptsOf('return () => ({ ask: (...values) => host("ask", ...values) });');
    const asked: unknown[] = [];
    const code = 'var a = ask({ x: [1], f: nothing => 1 }, undefined, 0 / 0); [a instanceof Object, a.y].join(" ")';
    const value = scripts.run(code, (operation, values) => {
      asked.push(operation, values);
      return { y: 'z' };
    });
    assert.equal(value, 'true z');
    assert.deepStrictEqual(asked, ['ask', [{ x: [1] }, null, null]]);
  });

  it('are thrown what the host throws', () => {
    const scripts = scriptsOf('return () => ({ ask: () => host("ask") });');
    const refuse = () => {
      throw new RangeError('no');
    };
    assert.equal(scripts.run('try { ask() } catch (e) { e.message }', refuse), 'no');
    assert.throws(() => scripts.run('ask()', refuse), { name: 'SandboxError', message: 'RangeError: no' });
  });
});
