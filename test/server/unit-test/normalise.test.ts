import assert from 'node:assert/strict';
import { normalised } from '../../../runtime/server/unit-test/normalise.js';

/** Texts and the form in which they are compared. */
const rows: readonly (readonly [rule: string, text: string, normal: string])[] = [
  ['white space goes, in strings too', ' a b\tc\n', 'abc'],
  ['one CDATA wrapper goes', '<![CDATA[ a ]]>', 'a'],
  ['XML is written anew', '<a  x = "1" ><b></b></a >', '<ax="1"><b/></a>'],
  ['the XML declaration goes', '<?xml version="1.0"?>\n<a/>', '<a/>'],
  ['an empty xmlns goes', '<a xmlns="u"><b xmlns="">c</b></a>', '<axmlns="u"><b>c</b></a>'],
  ['attributes keep their order', '<a y="1" x="2"/>', '<ay="1"x="2"/>'],
  ['quotes become double quotes', `<a x='1"2'/>`, '<ax="1&quot;2"/>'],
  ['prefixes need no declaration and stay', '<p:a></p:a>', '<p:a/>'],
  ['what begins as XML and is none stays', '<a><b></a>', '<a><b></a>'],
  [
    'members are sorted at all levels',
    '{"b":{"z":true,"y":null},"a":[{"d":"x","c":"y"}]}',
    '{"a":[{"c":"y","d":"x"}],"b":{"y":null,"z":true}}',
  ],
  ['numbers are doubles', '{"a":35,"b":[1.50,1e3]}', '{"a":35.0,"b":[1.5,1000.0]}'],
  ['JSON is read leniently', "{a: 'x'}", '{"a":"x"}'],
  ['an array stays as it is written', '[3, {"b":1,"a":2}]', '[3,{"b":1,"a":2}]'],
  ['a number stays as it is written', '35', '35'],
  ['an empty text is null', ' ', 'null'],
];

describe('artifacts 5.4: the form in which texts are compared', () => {
  for (const [rule, text, normal] of rows) it(rule, () => assert.equal(normalised(text), normal));
});
