import assert from 'node:assert/strict';
import { compileInlineText, substituteInline } from '../../runtime/expression/inline.js';
import { messageOf, namespaces } from './xpath/message.js';

const message = () =>
  messageOf({
    json: '{"s":"str","o":{"k":"v"},"z":null,"n":1.5}',
    properties: { ps: 'plain', words: 'two words', num: '42', markup: '<p>1</p>', open: '<p>', array: "['a']" },
  });

const rows: [text: string, rendered: string][] = [
  ['no braces', 'no braces'],
  ['{{{ {$ctx:ps} {$ctx:ps', '{{{ plain {$ctx:ps'],
  ['{} {a b} {$ctx:ps}}', '{} {a b} plain}'],
  ['{"a":{$ctx:ps}}', '{"a":plain}'],
  ['{"a":{$ctx:words}}', '{"a":"two words"}'],
  ['<a>{$ctx:ps}</a>', '<a>plain</a>'],
  ['{"a":"{$ctx:ps}"}', '{"a":"plain"}'],
  [`{"a":"{get-property('ps')}"}`, '{"a":"plain"}'],
  ['{"a":{$ctx:num}}', '{"a":42}'],
  ['{"a":{$ctx:markup}}', '{"a":<p>1</p>}'],
  // No markup, but a word as lenient JSON takes it.
  ['{"a":{$ctx:open}}', '{"a":<p>}'],
  ['{"a":{$ctx:array}}', `{"a":['a']}`],
  ['{"a":{$ctx:none}}', '{"a":""}'],
  ['{"a":{json-eval($.s)}}', '{"a":str}'],
  ['{"a":{json-eval($.o)}}', '{"a":{"k":"v"}}'],
  ['{"a":{json-eval($.z)}}', '{"a":null}'],
  ['{"a":{json-eval($.none)}}', '{"a":""}'],
  ['{json-eval($.o)}', '{"k":"v"}'],
  ['{"a":1, "b":{$ctx:num},"c":{$ctx:ps}}', '{"a":1, "b":42,"c":plain}'],
  ['{"a b":1}', '{"a b":1}'],
];

describe('Inline expressions', () => {
  for (const [text, rendered] of rows) {
    it(`mediators 2.5: ${text}`, () => {
      assert.equal(compileInlineText(text, namespaces()).render(message()), rendered);
      assert.equal(substituteInline(text, message(), namespaces()), rendered);
    });
  }

  it('mediators 2.5: the body is needed when an expression needs it', () => {
    assert.equal(compileInlineText('{"a":{json-eval($.s)}}', namespaces()).contentAware, true);
    assert.equal(compileInlineText('{"a":{$ctx:s}}', namespaces()).contentAware, false);
  });
});
