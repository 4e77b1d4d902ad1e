import { WholeNumber } from '../../runtime/java/value.js';
import { JsonElement, JsonNumber } from '../../runtime/json/value.js';
import { parseElement } from '../../runtime/xml/parse.js';
import { describeValue, type Given, refusals, table } from './harness.js';

const enrich = (source: string, target: string) => `<enrich><source ${source}<target ${target}/></enrich>`;
const inline = (content: string) => `type="inline">${content}</source>`;
const path = (text: string, more = '') => `xpath="${text}" ${more}/>`;
const json = '{"s":"str","n":1.50,"z":null,"o":{"k":"v"},"a":[1,2],"l":[{"m":[1]},{"m":[2]}]}';
const xml = '<r><a k="1"><x>A</x></a><b>B</b><t>text</t></r>';
const given: Given = {
  body: json,
  properties: {
    text: 'plain',
    list: '[1]',
    number: '42',
    integer: WholeNumber.integer(7),
    json: new JsonElement(new Map([['p', new JsonNumber('1')]])),
    xml: parseElement('<p><q>1</q></p>'),
    attribute: '<p a="1"/>',
  },
};

describe('enrich: JSON', () => {
  const custom = (leaf: string, more = '') => `type="custom" xpath="json-eval(${leaf})" ${more}`;
  table(
    (
      [
        ['a copied member number is normalised', path('json-eval($.n)'), custom('$.s'), json.replace('"str"', '1.5')],
        ['null is copied as null', path('json-eval($.z)'), custom('$.s'), json.replace('"str"', 'null')],
        [
          'child appends to an array',
          inline('{"j":1}'),
          custom('$.a', 'action="child"'),
          json.replace('[1,2]', '[1,2,{"j":1}]'),
        ],
        [
          'null as child of an array is a text',
          path('json-eval($.z)'),
          custom('$.a', 'action="child"'),
          json.replace('[1,2]', '[1,2,"null"]'),
        ],
        [
          'child merges objects',
          inline('{"k":2,"y":3}'),
          custom('$.o', 'action="child"'),
          json.replace('{"k":"v"}', '{"k":2,"y":3}'),
        ],
        [
          'child of every match (reference: one array for all)',
          inline('9'),
          custom('$.l[*].m', 'action="child"'),
          json.replace('[1]}', '[1,9]}').replace('[2]}', '[2,9]}'),
        ],
        ['child of a scalar changes nothing', inline('9'), custom('$.s', 'action="child"'), json],
        ['sibling changes nothing', inline('9'), custom('$.s', 'action="sibling"'), json],
        [
          'clone=false moves',
          path('json-eval($.o)', 'clone="false"').replace('clone="false"/>', 'clone="false"/>'),
          custom('$.s'),
          json.replace('"o":{"k":"v"},', '').replace('"str"', '{"k":"v"}'),
        ],
        ['a bare word is a JSON text', inline('word'), custom('$.s'), json.replace('str', 'word')],
        ['a property of text', 'type="property" property="text"/>', custom('$.s'), json.replace('str', 'plain')],
        [
          'a property that reads as a number',
          'type="property" property="number"/>',
          custom('$.s'),
          json.replace('"str"', '42'),
        ],
        ['a JSON property', 'type="property" property="json"/>', custom('$.s'), json.replace('"str"', '{"p":1}')],
        [
          'an inline expression',
          inline('{"x":{json-eval($.o)}}'),
          custom('$.s'),
          json.replace('"str"', '{"x":{"k":"v"}}'),
        ],
        [
          'key renames, the key moves to the end',
          inline('"w"'),
          'type="key" xpath="json-eval($.o.k)"',
          json.replace('"k"', '"w"'),
        ],
        ['a missing parent of a key changes nothing', inline('"w"'), 'type="key" xpath="json-eval($.no.such)"', json],
        ['an object becomes the body', path('json-eval($.o)'), 'type="body"', '{"k":"v"}'],
        ['a scalar does not become the body', path('json-eval($.s)'), 'type="body"', json],
        ['remove a member', path('json-eval($.l)'), 'type="body" action="remove"', json.replace(/,"l".*/, '}')],
        ['remove several', path('json-eval($.l,$.a)'), 'type="body" action="remove"', json.replace(/,"a".*/, '}')],
        ['remove the root', path('json-eval($)'), 'type="body" action="remove"', '{}'],
        ['remove nothing by a filter', path('json-eval($.l[?(@.m==9)])'), 'type="body" action="remove"', json],
        ['XML becomes the body', 'type="property" property="xml"/>', 'type="body"', '<p><q>1</q></p>'],
      ] as const
    ).map(([rule, source, target, body]) => ({
      rule: `mediators 6.2: ${rule}`,
      xml: enrich(source, target),
      given,
      expect: { outcome: true, body },
    })),
  );

  table(
    (
      [
        ['a missing source', path('json-eval($.nope)'), custom('$.s')],
        ['a missing target', inline('1'), custom('$.fresh')],
        ['a missing key', inline('"w"'), 'type="key" xpath="json-eval($.nope)"'],
        ['a key in brackets', inline('"w"'), `type="key" xpath="json-eval($['s'])"`],
        ['a typed number property', 'type="property" property="integer"/>', custom('$.s')],
        ['a target inside a moved source', path('json-eval($.o)', 'clone="false"'), custom('$.o.k')],
        ['a negative index to remove', path('json-eval($.a[-1])'), 'type="body" action="remove"'],
        ['a path to remove that is missing', path('json-eval($.nope)'), 'type="body" action="remove"'],
        ['inline null', inline('null'), custom('$.s')],
        ['XML for a JSON path', inline('<n xmlns=""/>'), custom('$.s')],
        ['a ${} target', inline('1'), 'type="custom" xpath="${payload.s}"'],
      ] as const
    ).map(([rule, source, target]) => ({
      rule: `mediators 6.2: ${rule} faults, the body is unchanged`,
      xml: enrich(source, target),
      given,
      expect: { outcome: 'fault' as const, body: json },
    })),
  );

  table([
    {
      rule: 'mediators 6.2: a property takes JSON text, strings with their quotes',
      xml: enrich(path('json-eval($.s)'), 'type="property" property="out"'),
      given,
      expect: { properties: { out: '"str"' } },
    },
    {
      rule: 'mediators 6.2: child appends to a property that holds an array',
      xml: enrich(path('json-eval($.s)'), 'type="property" property="list" action="child"'),
      given,
      expect: { properties: { list: '[1,"str"]' } },
    },
    {
      rule: 'message-model 3.4.3: replace escapes the strings of the whole body',
      xml: enrich(inline('1'), custom('$.x')),
      given: { body: '{"x":0,"d":1.50,"s":"\\u00e9\\/","h":"<&>"}' },
      expect: { body: '{"x":1,"d":1.50,"s":"é/","h":"\\u003c\\u0026\\u003e"}' },
    },
    {
      rule: 'message-model 3.4.3: child does not escape',
      xml: enrich(inline('1'), custom('$.l', 'action="child"')),
      given: { body: '{"l":[],"h":"<&>"}' },
      expect: { body: '{"l":[1],"h":"<&>"}' },
    },
  ]);
});

describe('enrich: XML', () => {
  table(
    (
      [
        ['replace', path('//a'), 'xpath="//b"', xml.replace('<b>B</b>', '<a k="1"><x>A</x></a>')],
        [
          'several replace one in order',
          path('//a|//t'),
          'xpath="//b"',
          xml.replace('<b>B</b>', '<a k="1"><x>A</x></a><t>text</t>'),
        ],
        [
          'child',
          inline('<n xmlns="">N</n>'),
          'xpath="//b" action="child"',
          xml.replace('<b>B</b>', '<b>B<n>N</n></b>'),
        ],
        [
          'sibling reverses',
          path('//a|//t'),
          'xpath="//b" action="sibling"',
          xml.replace('<b>B</b>', '<b>B</b><t>text</t><a k="1"><x>A</x></a>'),
        ],
        ['text into an element keeps its children', inline('TT'), 'xpath="//a"', xml.replace('</x></a>', '</x>TT</a>')],
        ['text replaces text', inline('TT'), 'xpath="//t/text()"', xml.replace('text', 'TT')],
        ['an element replaces text', inline('<n xmlns=""/>'), 'xpath="//t/text()"', xml.replace('text', '<n/>')],
        ['text into an attribute', inline('TT'), 'xpath="//a/@k"', xml.replace('"1"', '"TT"')],
        [
          'clone=false moves',
          path('//a', 'clone="false"'),
          'xpath="//b"',
          xml.replace('<a k="1"><x>A</x></a><b>B</b>', '<a k="1"><x>A</x></a>'),
        ],
        [
          'an element moved into itself vanishes',
          path('//a', 'clone="false"'),
          'xpath="//a" action="child"',
          xml.replace('<a k="1"><x>A</x></a>', ''),
        ],
        [
          'child of a body that nobody has read (reference: nests)',
          inline('<n xmlns=""/>'),
          'type="body" action="child"',
          xml.replace('</r>', '<n/></r>'),
        ],
        ['JSON text becomes the body', inline('{"j":1}'), 'type="body"', '{"j":1}'],
        ['nothing found changes nothing', path('//nope'), 'xpath="//b"', xml],
        ['an attribute is no source', path('//a/@k'), 'xpath="//b"', xml],
        ['remove is not done on XML', path('//a'), 'type="body" action="remove"', xml],
        [
          'an inline expression',
          inline('<n xmlns="">{//t}</n>'),
          'xpath="//b"',
          xml.replace('<b>B</b>', '<n>text</n>'),
        ],
      ] as const
    ).map(([rule, source, target, body]) => ({
      rule: `mediators 6.2: ${rule}`,
      xml: enrich(source, target),
      given: { ...given, body: xml },
      expect: { outcome: true, body },
    })),
  );

  table([
    {
      rule: 'mediators 6.2: an element into an attribute faults',
      xml: enrich(inline('<n xmlns=""/>'), 'xpath="//a/@k"'),
      given: { body: xml },
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 6.2: a property becomes the list of nodes',
      xml: enrich(path('//b|//t'), 'type="property" property="out"'),
      given: { body: xml },
      expect: { properties: { out: ['XML:<b>B</b>', 'XML:<t>text</t>'] } },
    },
    {
      rule: 'mediators 6.2: child adds to the XML of a property',
      xml: enrich(path('//b'), 'type="property" property="xml" action="child"'),
      given: { body: xml, properties: { xml: parseElement('<p/>') } },
      expect: { properties: { xml: 'XML:<p><b>B</b></p>' } },
    },
    {
      rule: 'mediators 6.2: of a text that is XML, child leaves the own text of the root',
      xml: enrich(path('//b'), 'type="property" property="text" action="child"'),
      given: { body: xml, properties: { text: '<p>own<q/></p>' } },
      expect: { properties: { text: 'own' } },
    },
    {
      rule: 'mediators 6.2: an XML entry is inserted uncloned, within one message',
      xml: `${enrich('type="inline" key="e"/>', 'xpath="//b" action="child"')}${enrich('type="inline" key="e"/>', 'xpath="//t" action="child"')}`,
      given: { body: xml, entries: { e: parseElement('<e/>') } },
      expect: { body: xml.replace('text', 'text<e/>') },
    },
    {
      rule: 'mediators 6.2: get-property as a target writes the property of its scope',
      xml: enrich(path('//b'), `xpath="get-property('axis2','out')"`),
      given: { body: xml },
      expect: { axis2: { out: ['XML:<b>B</b>'] }, body: xml },
    },
  ]);
});

describe('enrich: bodies kept in a property and put back', () => {
  const keep = enrich('type="body"/>', 'type="property" property="saved"');
  const restore = enrich('type="property" property="saved"/>', 'type="body"');
  const call = '<call><endpoint/></call>';
  table(
    (
      [
        ['a JSON object', '{"a":1}', '{"t":1}', '{"a":1}'],
        ['a bare JSON string (reference: lost)', '"s"', '{"t":1}', '"s"'],
        ['a number behind an XML answer', '5', '<t/>', '5'],
        ['XML behind a JSON answer', '<a><b/></a>', '{"t":1}', '<a><b/></a>'],
        ['no body behind a JSON answer (reference: fault)', undefined, '{"t":1}', undefined],
        ['no body behind an XML answer', undefined, '<t/>', undefined],
      ] as const
    ).map(([rule, body, answer, restored]) => ({
      rule: `api-management 4.1: ${rule}`,
      xml: `${keep}${call}${restore}`,
      given: {
        ...(body === undefined
          ? {}
          : { body, contentType: body.startsWith('<') ? 'application/xml' : 'application/json' }),
        answers: [{ body: answer, contentType: answer.startsWith('<') ? 'application/xml' : 'application/json' }],
      },
      expect: {
        outcome: true,
        body: restored,
        axis2: { NO_ENTITY_BODY: restored === undefined ? describeValue(true) : undefined },
      },
    })),
  );
  table([
    {
      rule: 'mediators 6.2: another text in the property is no kept body',
      xml: restore,
      given: { body: '{"a":1}', properties: { saved: '"s"' } },
      expect: { body: '{"a":1}' },
    },
  ]);
});

describe('enrich: refusals', () => {
  refusals(
    [
      ['<enrich><target type="body"/></enrich>', 'missing-element'],
      ['<enrich><source type="body"/></enrich>', 'missing-element'],
      [enrich('type="foo"/>', 'type="body"'), 'invalid-attribute-value'],
      [enrich('type="body"/>', 'type="variable"'), 'invalid-attribute-value'],
      [enrich('type="inline">x</source>', 'type="body" action="foo"'), 'invalid-attribute-value'],
      [enrich('type="property"/>', 'type="body"'), 'missing-attribute'],
      [enrich('type="inline"/>', 'type="body"'), 'missing-element'],
      [enrich('type="envelope"/>', 'type="body"'), 'invalid-combination'],
      [enrich('type="body"/>', 'type="body"'), 'invalid-combination'],
      [enrich('type="body"/>', 'type="key" xpath="json-eval($.a)"'), 'invalid-combination'],
      [enrich('type="inline">x</source>', 'type="body" action="remove"'), 'invalid-combination'],
      [enrich('type="inline">{}</source>', 'xpath="json-eval($)"'), 'invalid-combination'],
      [enrich('type="property" property="p"/>', 'type="envelope" action="child"'), 'invalid-combination'],
    ].map(([xml = '', code = '']) => ({ rule: `mediators 6.2: ${xml}`, xml, code })),
  );
});
