import assert from 'node:assert/strict';
import { jsonToXml } from '../../../runtime/message/conversion/json-to-xml.js';
import { readConversionOptions } from '../../../runtime/message/conversion/options.js';
import { newDocument } from '../../../runtime/xml/create.js';
import { serializeElement } from '../../../runtime/xml/serialize.js';

const convert = (json: string, switches: Record<string, string> = {}): string =>
  serializeElement(
    jsonToXml(
      json,
      newDocument(),
      readConversionOptions((key) => switches[key]),
    ),
  );

describe('JSON → XML (message-model 4.4)', () => {
  const rows: [rule: string, json: string, xml: string][] = [
    ['1: root object', '{}', '<jsonObject/>'],
    ['1: root array', '[]', '<jsonArray/>'],
    ['1: items', '[1]', '<jsonArray><jsonElement>1</jsonElement></jsonArray>'],
    ['2: members', '{"a":{"b":{"c":"x"}}}', '<jsonObject><a><b><c>x</c></b></a></jsonObject>'],
    ['2: array member', '{"a":[{"b":1}]}', '<jsonObject><a><b>1</b></a></jsonObject>'],
    [
      '2: arrays in objects in arrays',
      '{"a":[{"b":[]},{"b":[1]},{"b":[1,2]}]}',
      '<jsonObject><a/><a><b>1</b></a><a><b>1</b><b>2</b></a></jsonObject>',
    ],
    [
      '3: array in array',
      '{"a":[1,[2,3],{"b":[4]}]}',
      '<jsonObject><a>1</a><a><jsonArray><jsonElement>2</jsonElement><jsonElement>3</jsonElement></jsonArray></a><a><b>4</b></a></jsonObject>',
    ],
    ['3: empty array in array', '[[]]', '<jsonArray><jsonElement><jsonArray/></jsonElement></jsonArray>'],
    [
      '4 to 6: scalars and empties',
      '{"a":1,"b":"x","c":true,"d":null,"e":{},"f":[],"g":1.50,"h":1e3,"i":""}',
      '<jsonObject><a>1</a><b>x</b><c>true</c><d/><e/><g>1.50</g><h>1e3</h><i></i></jsonObject>',
    ],
    [
      '4: mixed array',
      '{"a":[1,2,"x",null,{},[]]}',
      '<jsonObject><a>1</a><a>2</a><a>x</a><a/><a/><a><jsonArray/></a></jsonObject>',
    ],
    ['4: numbers as written', '{"n":-0,"m":1e400}', '<jsonObject><n>-0</n><m>1e400</m></jsonObject>'],
    ['4: markup', '{"s":"<b>x</b> & ]]>"}', '<jsonObject><s>&lt;b>x&lt;/b> &amp; ]]&gt;</s></jsonObject>'],
    ['4: line ends', '{"s":"a\\r\\nb\\tc"}', '<jsonObject><s>a&#xd;\nb\tc</s></jsonObject>'],
    ['4: DEL and NEL', '{"s":"a\\u007f\\u0085\\ufffe"}', '<jsonObject><s>a&#x7f;&#x85;&#xfffe;</s></jsonObject>'],
    ['4: a character XML forbids', '{"s":"a\\u0001b"}', '<jsonObject><s>aa\\u0001b</s></jsonObject>'],
    ['4: backspace', '{"s":"a\\bb"}', '<jsonObject><s>aa\\bb</s></jsonObject>'],
    ['4: escapes and pairs', '{"s":"caf\\u00e9 \\ud83d\\ude00 \\/"}', '<jsonObject><s>café 😀 /</s></jsonObject>'],
    [
      '7: digits and dollars in front',
      '{"$schema":"x","12X12":1,"0":{},"1":[1]}',
      '<jsonObject><_JsonReader_PS_schema>x</_JsonReader_PS_schema><_JsonReader_PD_12X12>1</_JsonReader_PD_12X12><_JsonReader_PD_0/><_JsonReader_PD_1>1</_JsonReader_PD_1></jsonObject>',
    ],
    ['8: attribute and text', '{"o":{"@id":"5","$":"txt"}}', '<jsonObject><o id="5">txt</o></jsonObject>'],
    ['8: root attribute after a scalar', '{"a":1,"@x":"1"}', '<jsonObject x="1"><a>1</a></jsonObject>'],
    [
      '8: attribute after an object',
      '{"o":{"a":{"b":1},"@id":"5"}}',
      '<jsonObject><o id="5"><a><b>1</b></a></o></jsonObject>',
    ],
    ['8: attribute null', '{"o":{"@id":null}}', '<jsonObject><o></o></jsonObject>'],
    ['8: attribute object', '{"o":{"@id":{"x":1}}}', '<jsonObject><o x="1"/></jsonObject>'],
    [
      '8: attribute values',
      '{"o":{"@i":1.50,"@e":"","@m":"<\\"&\'>"}}',
      '<jsonObject><o i="1.50" e="" m="&lt;&quot;&amp;\'>"/></jsonObject>',
    ],
    ['8: the last of two', '{"o":{"@id":"5","@id":"6"}}', '<jsonObject><o id="6"/></jsonObject>'],
    ['8: attribute name as it is', '{"o":{"@1d":"5"}}', '<jsonObject><o 1d="5"/></jsonObject>'],
    ['8: text null', '{"o":{"$":null}}', '<jsonObject><o></o></jsonObject>'],
    ['8: text after member', '{"o":{"a":1,"$":"t"}}', '<jsonObject><o><a>1</a>t</o></jsonObject>'],
    [
      '8: default namespace',
      '{"o":{"@xmlns":"urn:x","a":1}}',
      '<jsonObject><o xmlns="urn:x"><a>1</a></o></jsonObject>',
    ],
    ['8: prefix', '{"o":{"@xmlns:p":"urn:x","p:a":1}}', '<jsonObject><o xmlns:p="urn:x"><p:a>1</p:a></o></jsonObject>'],
    [
      '8: prefix of the element itself',
      '{"p:o":{"@xmlns:p":"urn:x"}}',
      '<jsonObject><p:o xmlns:p="urn:x"/></jsonObject>',
    ],
    [
      '8: prefix that nothing declares',
      '{"o":{"@xsi:nil":"true"},"p:a":{"p:b":1}}',
      '<jsonObject><o xsi:nil="true"/><p:a><p:b>1</p:b></p:a></jsonObject>',
    ],
    [
      '9: illegal names as they are',
      '{"a b":1,"":2,"a<b":3}',
      '<jsonObject><a b>1</a b><>2</><a<b>3</a<b></jsonObject>',
    ],
    ['10: duplicate keys', '{"a":[1,2],"b":2,"a":3}', '<jsonObject><a>1</a><a>2</a><b>2</b><a>3</a></jsonObject>'],
    ['11: text behind the root', '{"a":1}xyz', '<jsonObject><a>1</a></jsonObject>'],
    ['11: no end of the object', '{"a":1', '<jsonObject><a>1</a></jsonObject>'],
    ['11: raw tab', '{"a":"x\ty"}', '<jsonObject><a>x\ty</a></jsonObject>'],
    ['blanks', '\n{ "a" : 1 ,\r\n"b" : [ 1 , 2 ] }\n', '<jsonObject><a>1</a><b>1</b><b>2</b></jsonObject>'],
  ];
  for (const [rule, json, xml] of rows) {
    it(`${rule}: ${json}`, () => assert.equal(convert(json), xml));
  }

  it('4: the tree holds a character XML forbids as it is', () => {
    assert.equal(jsonToXml('{"s":"a\\u0001b"}', newDocument()).textContent, 'a\u0001b');
  });

  it('11: nesting beyond the reference limit of 63 elements', () => {
    const deep = `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`;
    assert.equal(convert(deep), `<jsonObject>${'<a>'.repeat(300)}1${'</a>'.repeat(300)}</jsonObject>`);
  });
});

describe('JSON → XML: refused (message-model 4.4 rules 8 and 11)', () => {
  const rows = [
    '{a:1}',
    '{"a":1,}',
    '[,1]',
    '[1,]',
    '{"a":012}',
    '{"a":1/*c*/}',
    '{"a":NaN}',
    '{"a":"x\ny"}',
    '{"a":"\\x"}',
    '{"a":.5}',
    'abc{"a":1}',
    '[1,2',
    "{'a':1}",
    '{"o":{"@id":[1]}}',
    '{"o":{"@":1}}',
    '{"o":{"$":{"x":1}}}',
    '{"o":{"$":[1]}}',
    '{"o":{"a":1,"@xmlns":"urn:x"}}',
    '\ufeff{"a":1}',
    '{"a":tru}',
    '{"a":1.}',
    '['.repeat(100_000),
  ];
  for (const json of rows) {
    it(json.slice(0, 40), () => assert.throws(() => convert(json), SyntaxError));
  }
});

describe('JSON → XML: switches (message-model 4.6)', () => {
  const instructions = { 'synapse.json.to.xml.processing.instruction.enabled': 'true' };
  const rows: [json: string, switches: Record<string, string>, xml: string][] = [
    ['[]', instructions, '<jsonArray><?xml-multiple  jsonElement?></jsonArray>'],
    ['{"f":[1]}', instructions, '<jsonObject><?xml-multiple  f?><f>1</f></jsonObject>'],
    ['{"d":null}', { 'synapse.commons.enableXmlNilReadWrite': 'true' }, '<jsonObject><d nil="true"/></jsonObject>'],
    [
      '{"a b":1,"p:c":2}',
      { 'synapse.commons.json.buildValidNCNames': 'true' },
      '<jsonObject><a_JsonReader_32_b>1</a_JsonReader_32_b><p_JsonReader_58_c>2</p_JsonReader_58_c></jsonObject>',
    ],
  ];
  for (const [json, switches, xml] of rows) {
    it(`${json} with ${Object.keys(switches)}`, () => assert.equal(convert(json, switches), xml));
  }
});
