import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MediatorDefinition } from '../../mediators/mediator.js';
import { loadMediators } from '../../runtime/deploy/mediator-modules.js';
import { check, run } from '../../runtime/index.js';

const library = new URL('../../runtime/index.js', import.meta.url).href;
const faults = new URL('../../runtime/message/fault.js', import.meta.url).href;
const sequence = (mediators: string): string =>
  `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">${mediators}</sequence>`;

describe('modules with mediators of a user (product 4)', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mediant-modules-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Saves a module; another name each time, as Node loads each file once. */
  function save(text: string, name = 'own.mjs'): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }
  const names = (definitions: readonly MediatorDefinition[]) => definitions.map(({ name }) => name).sort();

  const step = 'compile: () => ({ contentAware: false, mediate: () => true })';
  for (const [what, text, name] of [
    ['named exports', `export const a = { name: 'a', ${step} }, b = { name: 'b', ${step} };`, 'own.mjs'],
    ['a list', `export default [{ name: 'a', ${step} }, { name: 'b', ${step} }];`, 'own.mjs'],
    ['module.exports', `exports.a = { name: 'a', ${step} }; exports.b = { name: 'b', ${step} };`, 'own.cjs'],
    ['other things beside', `export const a = { name: 'a', ${step} }, b = { name: 'b', ${step} }, c = 5;`, 'own.mjs'],
  ] as const) {
    it(`finds the definitions among ${what}`, async () => {
      assert.deepEqual(names(await loadMediators([save(text, name)])), ['a', 'b']);
    });
  }

  it('mediators 11: a port and an element of its own run', async () => {
    const file = save(`import { defineMediator } from '${library}';
      export const tax = defineMediator({
        name: 'tax', javaClass: 'com.acme.Tax', summary: '', attributes: {},
        compile(element) {
          const rate = element.element('property').attribute('value');
          return { contentAware: false, mediate: (message) => { message.setProperty('rate', rate); return true; } };
        },
      });
      export const stamp = defineMediator({
        name: 'stamp', summary: '', attributes: { text: { description: '' } },
        compile: (element) => ({
          contentAware: false,
          mediate: async (message) => { message.setProperty('stamp', element.attribute('text')); return true; },
        }),
      });`);
    const mediators = await loadMediators([file]);
    const xml = sequence('<class name="com.acme.Tax"><property name="rate" value="0.2"/></class><stamp text="ok"/>');
    assert.deepEqual(check(xml, { file: 's.xml', mediators }), []);
    const { outcome, message } = await run(xml, {}, { mediators });
    assert.equal(outcome, 'completed');
    assert.deepEqual([message.properties.default.rate, message.properties.default.stamp], ['0.2', 'ok']);
  });

  for (const [what, text, reason] of [
    ['a file that is not there', undefined, /own\.mjs does not exist$/],
    ['a module that does not parse', 'export const = 1;', /own\.mjs cannot be loaded: .*Unexpected token/],
    ['a module without mediators', 'export const a = 1;', /own\.mjs exports no mediator; export what defineMediator/],
  ] as const) {
    it(`names the file of ${what}`, async () => {
      const file = text === undefined ? path.join(folder, 'own.mjs') : save(text);
      await assert.rejects(loadMediators([file]), { message: reason });
    });
  }

  for (const [what, compile, reason] of [
    ['throws', '() => { throw new Error("no key") }', /^The mediator "own" of .*own\.mjs cannot be set up: no key$/],
    ['gives no step', '() => ({})', /cannot be set up: compile has to return \{ mediate, contentAware \}$/],
    ['fails as mediators do', '(element) => element.fail("x", "no key", { hint: "h" })', /^no key$/],
  ] as const) {
    it(`a mediator whose compile ${what} is a problem of the artifact`, async () => {
      const mediators = await loadMediators([save(`export const own = { name: 'own', compile: ${compile} };`)]);
      const [problem, ...others] = check(sequence('<own/>'), { file: 's.xml', mediators });
      assert.match(problem?.message ?? '', reason);
      assert.deepEqual([problem?.line, problem?.severity, others], [1, 'error', []]);
    });
  }

  for (const [what, mediate, code, reason] of [
    ['throws', '() => { throw new Error("no rate") }', 0, 'no rate'],
    ['throws a fault of the package', '() => { throw new Fault("no rate", { code: 4711 }) }', 4711, 'no rate'],
    ['returns nothing', '() => {}', 0, 'The mediator "own" returned undefined: true goes on, false stops the flow'],
    ['is async and returns nothing', 'async () => {}', 0, /returned undefined/],
  ] as const) {
    it(`a mediator that ${what} is a fault of the message`, async () => {
      // Beside the bundled command the package is a second copy of the engine.
      const text = `import { Fault } from '${faults}?copy'; export const own = { name: 'own', compile: () => ({ mediate: ${mediate} }) };`;
      const { outcome, error } = await run(sequence('<own/>'), {}, { mediators: await loadMediators([save(text)]) });
      assert.equal(outcome, 'faulted');
      assert.equal(error?.code, code);
      assert.match(error?.message ?? '', new RegExp(reason));
    });
  }
});
