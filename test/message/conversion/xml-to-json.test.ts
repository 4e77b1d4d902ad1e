import assert from 'node:assert/strict';
import { readConversionOptions } from '../../../runtime/message/conversion/options.js';
import { ConversionError, xmlToJson } from '../../../runtime/message/conversion/xml-to-json.js';
import { parseElement } from '../../../runtime/xml/parse.js';

const convert = (xml: string, switches: Record<string, string> = {}, preserveSpaces = false): string =>
  xmlToJson(
    parseElement(xml),
    readConversionOptions((key) => switches[key]),
    preserveSpaces,
  );

describe('XML → JSON (message-model 4.5)', () => {
  const rows: [rule: string, xml: string, json: string][] = [
    ['1: the root is a key', '<test>123</test>', '{"test":123}'],
    ['1: transparent roots', '<jsonObject><a>1</a></jsonObject>', '{"a":1}'],
    ['1: empty wrapper', '<jsonObject/>', 'null'],
    ['1: wrapper with text', '<jsonObject>text</jsonObject>', '"text"'],
    ['1: wrapper with attribute', '<jsonObject x="1"><a>1</a></jsonObject>', '{"@x":"1","a":1}'],
    ['1: one item', '<jsonArray><jsonElement>1</jsonElement></jsonArray>', '1'],
    ['1: two items', '<jsonArray><jsonElement>10</jsonElement><jsonElement>20</jsonElement></jsonArray>', '[10,20]'],
    ['1: other children', '<jsonArray><x>1</x><x>2</x></jsonArray>', '{"x":[1,2]}'],
    ['1: wrapper in a namespace', '<jsonObject xmlns="urn:x"><a>1</a></jsonObject>', '{"a":1}'],
    ['1: case counts', '<JsonObject><a>1</a></JsonObject>', '{"JsonObject":{"a":1}}'],
    [
      '1: first member',
      '<root><jsonArray><jsonElement>1</jsonElement><jsonElement>2</jsonElement></jsonArray></root>',
      '{"root":[1,2]}',
    ],
    [
      '1: not first',
      '<root><x>1</x><jsonArray><jsonElement>1</jsonElement><jsonElement>2</jsonElement></jsonArray></root>',
      '{"root":{"x":1,"jsonArray":[1,2]}}',
    ],
    [
      '1: first with siblings stays a key',
      '<root><jsonArray><jsonElement>1</jsonElement></jsonArray><x>1</x></root>',
      '{"root":{"jsonArray":1,"x":1}}',
    ],
    ['1: jsonValue', '<jsonValue>"x"</jsonValue>', '"x"'],
    [
      '1: arrays in arrays',
      '<jsonObject><arr><jsonArray><jsonElement>1</jsonElement><jsonElement>2</jsonElement></jsonArray></arr><arr><jsonArray><jsonElement>3</jsonElement><jsonElement>4</jsonElement></jsonArray></arr></jsonObject>',
      '{"arr":[[1,2],[3,4]]}',
    ],
    ['2: siblings', '<a><b/><b>2</b></a>', '{"a":{"b":[null,2]}}'],
    ['2: apart', '<r><a>1</a><a>2</a><b>3</b><a>4</a></r>', '{"r":{"a":[1,2],"b":3,"a":4}}'],
    ['2: prefixes differ', '<r xmlns:p="urn:p" xmlns:q="urn:q"><p:i>1</p:i><q:i>2</q:i></r>', '{"r":{"i":[1,2]}}'],
    ['2: instruction between', '<r><i>1</i><?x y?><i>2</i></r>', '{"r":{"i":[1,2]}}'],
    ['2: announced', '<a><?xml-multiple b?><b>1</b><c>2</c></a>', '{"a":{"b":[1],"c":2}}'],
    ['2: announced without name', '<a><?xml-multiple?><b>1</b></a>', '{"a":{"b":[1]}}'],
    ['2: announced empty', '<a><?xml-multiple b?></a>', '{"a":{"b":[]}}'],
    ['2: announced items', '<jsonArray><?xml-multiple jsonElement?></jsonArray>', '[]'],
    ['2: announced one item', '<jsonArray><?xml-multiple jsonElement?><jsonElement>1</jsonElement></jsonArray>', '[1]'],
    ['3: order', '<r>\n  <z>1</z>\n  <a>2</a>\n</r>', '{"r":{"z":1,"a":2}}'],
    ['4: attributes', '<a x="1">5</a>', '{"a":{"@x":"1","$":5}}'],
    ['4: attributes of siblings', '<a><b id="1"/><b id="2">x</b></a>', '{"a":{"b":[{"@id":"1"},{"@id":"2","$":"x"}]}}'],
    ['4: prefixes go', '<p:a xmlns:p="urn:x" p:id="5" xml:lang="en">t</p:a>', '{"a":{"@id":"5","@lang":"en","$":"t"}}'],
    ['5: blanks stay', '<r><n> 12 </n></r>', '{"r":{"n":" 12 "}}'],
    ['5: literals', '<r><a>true</a><b>null</b><c>False</c></r>', '{"r":{"a":true,"b":null,"c":"False"}}'],
    ['6: empty', '<a> </a>', '{"a":null}'],
    [
      '6: nil',
      '<root xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><abc xsi:nil="true"/></root>',
      '{"root":{"abc":{"@nil":"true"}}}',
    ],
    ['8: comment', '<a>1<!--c-->2</a>', '{"a":12}'],
    ['8: CDATA', '<a><b><![CDATA[{"j":1}]]></b></a>', '{"a":{"b":"{\\"j\\":1}"}}'],
    [
      '9: marks',
      '<_JsonReader_PS_a><_JsonReader_PD_1>x</_JsonReader_PD_1><_JsonReader_PD_1>y</_JsonReader_PD_1></_JsonReader_PS_a>',
      '{"$a":{"1":["x","y"]}}',
    ],
    ['9: marks inside stay', '<r><x_JsonReader_PD_1>1</x_JsonReader_PD_1></r>', '{"r":{"x_JsonReader_PD_1":1}}'],
    ['10: escapes', '<a>x&#9;y&#10;z&#13;w "q" \\ / é \u007f</a>', '{"a":"x\\ty\\nz\\rw \\"q\\" \\\\ / é \u007f"}'],
  ];
  for (const [rule, xml, json] of rows) {
    it(`${rule}: ${xml}`, () => assert.equal(convert(xml), json));
  }

  const numbers: [text: string, json: string][] = [
    ['12345678901234567890', '12345678901234567890'],
    ['1e3', '1E+3'],
    ['1.50', '1.50'],
    ['1.5E-7', '1.5E-7'],
    ['0012', '"0012"'],
    ['0.00000001', '1E-8'],
    ['-0', '0'],
    ['-0.0', '0.0'],
    ['0.000001', '0.000001'],
    ['+5', '"+5"'],
    ['.5', '".5"'],
    ['5.', '"5."'],
    ['12e0', '12'],
    ['0E3', '0E+3'],
    ['1.2300e2', '123.00'],
    ['1E400', '1E+400'],
    ['NaN', '"NaN"'],
  ];
  for (const [text, json] of numbers) {
    it(`number output: ${text} → ${json}`, () => assert.equal(convert(`<n>${text}</n>`), `{"n":${json}}`));
  }

  it('9: nesting beyond the reference limit of 63 elements', () => {
    assert.equal(convert(`${'<a>'.repeat(500)}1${'</a>'.repeat(500)}`), `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`);
  });

  for (const xml of [
    '<a>t<b>1</b></a>',
    '<a><b>1</b>t</a>',
    '<a xmlns:p="urn:x" p:id="5" id="6"/>',
    '<jsonValue><a>1</a></jsonValue>',
  ]) {
    it(`7: refused: ${xml}`, () => assert.throws(() => convert(xml), ConversionError));
  }
});

describe('XML → JSON: switches (message-model 4.6)', () => {
  const output = (name: string, value: string) => ({ [`synapse.commons.json.output.${name}`]: value });
  const replace = (regex: string, sequence?: string) => ({
    'synapse.commons.json.json.output.disableAutoPrimitive.customReplaceRegex': regex,
    ...(sequence === undefined
      ? {}
      : { 'synapse.commons.json.json.output.disableAutoPrimitive.customReplaceSequence': sequence }),
  });
  const preserve = { 'synapse.commons.json.preserve.namespace': 'true' };
  const prefixed = '<p:r xmlns:p="urn:p" xmlns="urn:d"><p:a p:k="1">x</p:a><b/></p:r>';
  const rows: [xml: string, switches: Record<string, string>, json: string][] = [
    [
      '<r><a>1</a><b>true</b><c>null</c><d/></r>',
      output('autoPrimitive', 'false'),
      '{"r":{"a":"1","b":"true","c":"null","d":null}}',
    ],
    [
      '<r><a>1e3</a><b>15</b><c>true</c></r>',
      output('disableAutoPrimitive.regex', '.*[eE].*'),
      '{"r":{"a":"1e3","b":15,"c":"true"}}',
    ],
    ['<r><a>123</a><b>2</b></r>', output('disableAutoPrimitive.regex', '2'), '{"r":{"a":123,"b":"2"}}'],
    ['<r><a>s:12</a><b>12</b><c>s:1</c></r>', replace('^s:', '#'), '{"r":{"a":"#12","b":12,"c":"#1"}}'],
    ['<r><a>@@12</a><b>12</b></r>', replace('@@'), '{"r":{"a":"12","b":12}}'],
    ['<r><a>1</a><a>2</a></r>', output('jsonoutAutoArray', 'false'), '{"r":{"a":1,"a":2}}'],
    ['<r><?xml-multiple a?><a>1</a></r>', output('jsonoutMultiplePI', 'false'), '{"r":{"a":1}}'],
    [prefixed, preserve, '{"p_r":{"p_a":{"@p_k":"1","$":"x"},"b":null}}'],
    [prefixed, { ...preserve, ...output('namespaceSepChar', '-') }, '{"p-r":{"p-a":{"@p-k":"1","$":"x"},"b":null}}'],
    [
      prefixed,
      { ...preserve, ...output('enableNSDeclarations', 'true') },
      '{"p_r":{"@xmlns_p":"urn:p","@xmlns":"urn:d","p_a":{"@p_k":"1","$":"x"},"b":null}}',
    ],
    ['<p:r xmlns:p="urn:p"/>', output('enableNSDeclarations', 'true'), '{"r":null}'],
    [
      '<r><a_JsonReader_32_b>1</a_JsonReader_32_b></r>',
      { 'synapse.commons.json.buildValidNCNames': 'true' },
      '{"r":{"a b":1}}',
    ],
    ['<r><b nil="true"/></r>', { 'synapse.commons.enableXmlNilReadWrite': 'true' }, '{"r":{"b":null}}'],
    ['<r><a/></r>', { 'synapse.commons.enableXmlNullForEmptyElement': 'false' }, '{"r":{"a":""}}'],
  ];
  for (const [xml, switches, json] of rows) {
    it(`${xml} with ${JSON.stringify(switches)}`, () => assert.equal(convert(xml, switches), json));
  }

  const spaces: [xml: string, json: string][] = [
    ['<r><a> </a></r>', '{"r":{"a":" "}}'],
    ['<r>\n <a>\n </a>\n</r>', '{"r":{"a":"\\n "}}'],
    ['<r><a><![CDATA[  ]]></a></r>', '{"r":{"a":"  "}}'],
  ];
  for (const [xml, json] of spaces) {
    it(`PRESERVE_SPACES: ${JSON.stringify(xml)}`, () => assert.equal(convert(xml, {}, true), json));
  }
});
