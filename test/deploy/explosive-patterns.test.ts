import assert from 'node:assert/strict';
import { check } from '../../runtime/index.js';

const sequence = (mediators: string): string =>
  `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">\n${mediators}\n</sequence>`;
const warnings = (mediators: string) =>
  check(sequence(mediators), { file: 's.xml' }).filter(({ code }) => code === 'explosive-regex');

describe('mediators 2.6: a regular expression that can take exponentially long is a warning at deployment', () => {
  /** `§` stands before what the warning points at. */
  const rows: readonly (readonly [name: string, mediators: string, mediator: string])[] = [
    ['pattern of a property', '<log/>\n<property name="p" expression="//a" pattern="§(a+)+b"/>', 'property'],
    ['regex of a filter', '<filter source="//a" regex="§(\\w+\\s?)*"><then/></filter>', 'filter'],
    ['regex of a case', '<switch source="//a">\n<case regex="§(a|aa)*b"><log/></case></switch>', 'switch'],
    [
      'a mediator in a branch',
      '<filter xpath="//a"><then>\n<property name="p" expression="//a" pattern="§(a*)*"/></then></filter>',
      'property',
    ],
    [
      'regex of an action',
      '<rewrite>\n<rewriterule><action type="replace" regex="§(a+)+" value="x" fragment="path"/></rewriterule></rewrite>',
      'rewrite',
    ],
    ['a JSONPath filter', '<property name="p" expression="json-eval($.a[?(@.b =~ /§(a+)+/)])"/>', 'property'],
    ['a filter in ${…}', '<variable name="v" expression="${payload.a[?(@.b =~ /§(a+)+/)]}"/>', 'variable'],
    ['split in ${…}', '<variable name="v" expression="${split(payload.a, \'§(,+)+\')}"/>', 'variable'],
    ['split in a message', '<log>\n<message>${split(payload.a, "§(,+)+;")}</message></log>', 'log'],
  ];
  for (const [name, marked, mediator] of rows) {
    it(name, () => {
      const before = sequence(marked).split('§')[0]?.split('\n') ?? [];
      const [warning, ...more] = warnings(marked.replace('§', ''));
      assert.ok(warning, 'no warning');
      assert.deepEqual(more, []);
      const { line, column, severity, message, hint } = warning;
      assert.deepEqual([line, severity], [before.length, 'warning']);
      assert.equal(column, (before.at(-1)?.length ?? 0) + 1);
      assert.match(message, new RegExp(`^<${mediator}>: the regular expression .* can take exponentially long`));
      assert.match(hint ?? '', /possessive/);
    });
  }

  it('the same pattern twice in a mediator is one warning; another deployment warns again', () => {
    const twice = '<switch source="//a"><case regex="(a+)+"><log/></case><case regex="(a+)+"><drop/></case></switch>';
    for (let round = 0; round < 2; round++) assert.equal(warnings(twice).length, 1);
    const split = '<variable name="v" expression="${split(payload.a, \'(,+)+\')}"/>';
    for (let round = 0; round < 2; round++) assert.equal(warnings(split).length, 1);
  });

  for (const harmless of [
    'a+b',
    '.*foo.*bar.*',
    '(a++)+b',
    '[\\w.-]+@([\\w-]+\\.)+[a-z]{2,}',
    '(?:[^,\\\\]|\\\\.)*',
    '(a|b)*',
    '(?<=a{1,50})b',
  ]) {
    it(`none for ${harmless}`, () => {
      assert.deepEqual(warnings(`<filter source="//a" regex="${harmless.replace(/[&<]/g, '.')}"><then/></filter>`), []);
    });
  }
});
