import fc from 'fast-check';
import type { MessageInput } from '../../runtime/index.js';
import { hold, textOf } from './hold.js';
import { Evaluator } from './limited.js';

const names = ['a', 'l', 'o', '__proto__', 'constructor', 'prototype', 'toString', 'length', '日本', '0', '-1', 'a b'];
const marks = ['(', ')', '[', ']', '{', '}', '.', '..', ',', "'", '"', '*', '@', '?', ':', ' ', '\\', '\n', '$', '$1'];
const input: MessageInput = {
  body: '{"a":{"b":[1,2]},"l":[1,{"a":"x"},[]],"o":{},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  contentType: 'application/json',
  properties: { default: { t: '{"a":[1]}', a: 'a' } },
};
const quoted = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them
  text.replace(/[&<"\u0000-\u001f]/g, (mark) => `&#${Math.max(32, mark.charCodeAt(0))};`);
const flow = (mediators: string): string =>
  `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">${mediators}</sequence>`;

const xpath2 = textOf([
  ...names,
  ...marks,
  'if (',
  ') then ',
  ' else ',
  'for $x in ',
  ' return ',
  'some $x in ',
  ' satisfies ',
  '1 to 3',
  '1 to 999999999',
  '//*',
  '/*',
  'matches(., "(a+)+")',
  'tokenize(., ",")',
  "replace('a', 'a', '$1')",
  'string-join((1,2),"")',
  'doc("file:///etc/passwd")',
  'current-dateTime()',
  ' eq ',
  ' instance of xs:string',
  ' cast as xs:integer',
  'map { ',
  'function($x) { ',
  'parse-xml("<a/>")',
  'get-property("a")',
]);
/** Paths to write to. */
const path = textOf(
  [...names, ...marks, '$.', '$.a', '$.l', '$..a', '[*]', '[0]', '[?(@.a)]', "['a']", '.length()'],
  6,
);
const value = textOf(
  [...names, ...marks, '{', '{{', '{$ctx:a}', '{json-eval($.a)}', '{${payload.a}}', '{${', '}}', "{get-property('a')}"],
  6,
);
const inline = textOf(
  [...names, ...marks, '{"a":', '"{$ctx:a}"', '{json-eval($.a)}', '{//a}', '{$ctx:t}', '<a>', '</a>', '[', 'null'],
  10,
);

describe('message-model 3: what else has expressions in it neither crashes nor hangs nor changes a prototype', () => {
  const evaluator = new Evaluator();
  after(() => evaluator.stop());

  const holds = (name: string, arbitrary: fc.Arbitrary<string>, snippet: (text: string) => string, runs: number) =>
    it(name, () =>
      hold(
        fc.asyncProperty(arbitrary, (text) => evaluator.run({ sequence: flow(snippet(text)), input })),
        runs,
        true,
      ),
    ).timeout(200_000);

  it('message-model 3.1 rule 3: any XPath 2.0', () =>
    hold(
      fc.asyncProperty(xpath2, fc.constantFrom('<a>1,2<b x="1"/></a>', '{"a":[1,2]}'), (expression, body) =>
        evaluator.run({
          expression,
          input: { body, contentType: body.startsWith('<') ? 'application/xml' : 'application/json' },
          isXPath2: true,
        }),
      ),
      500,
      true,
    )).timeout(300_000);
  holds(
    'message-model 3.1: any dynamic value',
    value,
    (text) => `<property name="${quoted(text)}" value="1"/><call-template target="${quoted(text)}"/>`,
    400,
  );
  for (const action of ['replace', 'child', 'sibling', 'remove']) {
    const source = action === 'remove' ? '' : '<source type="inline" clone="true">{"polluted":1}</source>';
    holds(
      `message-model 3.4.3: any path that enrich writes to, action ${action}`,
      path,
      (text) =>
        action === 'remove'
          ? `<enrich><source type="body"/><target action="remove" xpath="json-eval(${quoted(text)})"/></enrich><log level="full"/>`
          : `<enrich>${source}<target action="${action}" xpath="json-eval(${quoted(text)})"/></enrich><log level="full"/>`,
      300,
    );
  }
  holds(
    'message-model 3.7: any inline source of enrich',
    inline,
    (text) =>
      `<enrich><source type="inline" clone="true">${quoted(text)}</source><target xpath="json-eval($.a)"/></enrich><log level="full"/>`,
    400,
  );
});
