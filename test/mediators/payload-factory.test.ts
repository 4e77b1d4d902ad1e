import { type Given, refusals, table } from './harness.js';

const factory = (media: string, format: string, args = '', more = '') =>
  `<payloadFactory media-type="${media}" ${more}><format>${format}</format><args>${args}</args></payloadFactory>`;
const json = (body: string): Given => ({ body });
const xml = (body: string): Given => ({ body });
const path = (expression: string, more = '') => `<arg evaluator="json" expression="${expression}" ${more}/>`;
const xpath = (expression: string, more = '') => `<arg expression="${expression}" ${more}/>`;

describe('payloadFactory: arguments', () => {
  table(
    (
      [
        ['json', '{"r":$1}', path('$.v'), json('{"v":1.50}'), '{"r":1.5}'],
        ['json', '{"r":$1}', path('$.v'), json('{"v":12345678901234567890}'), '{"r":12345678901234567890}'],
        ['json', '{"r":"$1"}', path('$.v'), json('{"v":"say \\"hi\\""}'), '{"r":"say \\"hi\\""}'],
        ['json', '{"r":$1}', path('$.v'), json('{"v":"a\\nb"}'), '{"r":a\\nb}'],
        ['json', '{"r":$1}', path('$.none'), json('{"v":1}'), '{"r":}'],
        [
          'json',
          '{"r":$1}',
          path('json-eval($.v)'),
          json('{"v":{"x":1,"y":[true,null]}}'),
          '{"r":{"x":1,"y":[true,null]}}',
        ],
        ['json', '{"r":$1}', path('$.v'), json('{"v":"<x>1</x>"}'), '{"r":<x>1</x>}'],
        ['json', '{"r":$1}', path('$.v'), json('{"v":"cost $2 $1"}'), '{"r":cost $2 $1}'],
        ['json', '{"r":"$1"}', path('$.v', 'literal="true"'), json('{"v":"{\\"x\\":1}"}'), '{"r":"{\\"x\\":1}"}'],
        ['json', '{"r":"$1"}', path('$.v'), json('{"v":"{\\"x\\":1}"}'), '{"r":"{"x":1}"}'],
        ['text', '[$1]', path('$.v'), json('{"v":"a & b"}'), '[a & b]'],
        [
          'xml',
          '<r xmlns="">$1</r>',
          path('$.v'),
          json('{"v":[1,"b",{"c":2}]}'),
          '<r><jsonElement>1</jsonElement><jsonElement>b</jsonElement><jsonElement><c>2</c></jsonElement></r>',
        ],
        ['xml', '<r xmlns="">$1</r>', path('$'), json('{"v":"s","l":[1,2]}'), '<r><v>s</v><l>1</l><l>2</l></r>'],
        ['xml', '<r xmlns="">$1</r>', path('$.v'), json('{"v":"a & <b"}'), '<r>a &amp; &lt;b</r>'],
        ['xml', '<r xmlns="">$1</r>', path('$.v'), json('{"v":"a\\u0001b"}'), '<r>ab</r>'],
        ['xml', '<r xmlns="">$1</r>', xpath('//v'), xml('<r><v>{"x":1}</v></r>'), '<r>{"x":1}</r>'],
        ['xml', '<r xmlns="">$1</r>', xpath('//v'), xml('<r><v>1</v><v>2</v></r>'), '<r><v>1</v><v>2</v></r>'],
        ['json', '{"r":$1}', xpath('//v'), xml('<r><v>&lt;x&gt;1&lt;/x&gt;</v></r>'), '{"r":{"x":1}}'],
        ['json', '{"r":"$1"}', xpath('//v'), xml('<r><v/></r>'), '{"r":"{"v":null}"}'],
        ['json', '{"r":"$1"}', xpath('//v'), xml('<r><v><![CDATA[<x>&]]></v></r>'), '{"r":"<x>&"}'],
        [
          'json',
          '{"r":"$1"}',
          xpath('//v', 'literal="TRUE"'),
          xml('<r><v><x>1</x></v></r>'),
          '{"r":"<v><x>1</x></v>"}',
        ],
        ['json', '{"r":$1}', xpath('//o'), xml('<r><o k="a">t</o></r>'), '{"r":t}'],
        ['json', '{"r":"$1"}', '<arg value="a&amp;b &quot;q&quot;"/>', json('{}'), '{"r":"a&amp;b &quot;q&quot;"}'],
        ['text', '[$1]', '<arg value="&lt;a>1&lt;/a>"/>', json('{}'), '[<a>1</a>]'],
        ['json', '{"r":"$1"}', '<arg value="a\\nb\\\\c"/>', json('{}'), '{"r":"a\\\\nb\\\\\\\\c"}'],
        ['json', '{"r":"$1"}', '<arg value="lit" expression="//x"/>', json('{}'), '{"r":"lit"}'],
      ] as const
    ).map(([media, format, args, given, body]) => ({
      rule: `mediators 6.1: ${media} ${format} with ${args} of ${given.body}`,
      xml: factory(media, format, args),
      given,
      expect: { body },
    })),
  );

  table([
    {
      rule: 'mediators 6.1: an XML argument with an attribute and text is inserted (reference: fault)',
      xml: factory('json', '{"r":$1}', xpath('//o')),
      given: xml('<r><o k="a"><x>t</x></o></r>'),
      expect: { body: '{"r":{"o":{"@k":"a","x":"t"}}}' },
    },
    {
      rule: 'mediators 6.1: text that begins like JSON but is none cannot become XML',
      xml: factory('xml', '<r xmlns="">$1</r>', path('$.v')),
      given: json('{"v":"{not json"}'),
      expect: { outcome: 'fault' },
    },
    ...['"a"', '""', '"123"', '"a \\"b\\" c"'].map((body) => ({
      rule: `api-management 4.1: a template that is nothing but $1 restores the JSON string ${body} (reference: fault)`,
      xml: `<property name="kept" expression="json-eval($)"/>${factory('json', '{"between":1}')}${factory('json', ' $1 ', xpath("get-property('kept')"))}`,
      given: { body, contentType: 'application/json' },
      expect: { body },
    })),
    {
      rule: 'mediators 6.1: blanks in front of JSON do not matter',
      xml: factory('json', '$1', xpath("' {&quot;a&quot;:1}'")),
      given: json('{}'),
      expect: { body: '{"a":1}' },
    },
    {
      rule: 'api-management 4.1: a DELETE that came without a body goes on without one (reference: {})',
      xml:
        factory('xml', '<root xmlns=""><grant_type>x</grant_type></root>') + factory('json', '$1', '<arg value=""/>'),
      given: { axis2: { HTTP_METHOD: 'DELETE', NO_ENTITY_BODY: true } },
      expect: { body: undefined, axis2: { NO_ENTITY_BODY: 'Boolean:true' } },
    },
    {
      rule: 'mediators 6.1: escapeXmlChars escapes the newlines of a JSON argument',
      xml: factory('json', '{"r":$1}', path('$.v'), 'escapeXmlChars="true"'),
      given: json('{"v":"{\\"x\\":\\"a\\nb\\"}"}'),
      expect: { body: '{"r":{"x":"a\\nb"}}' },
    },
    ...(
      [
        ['"abc"', '{"r":"abc"}'],
        ['"5"', '{"r":5}'],
        ['null', '{"r":null}'],
        ['"a\\"b"', '{"r":"a\\"b"}'],
        ['{"x":1}', '{"r":{"x":1}}'],
      ] as const
    ).map(([value, body]) => ({
      rule: `message-model 2.6: QUOTE_STRING_IN_PAYLOAD_FACTORY_JSON with ${value}`,
      xml: factory('json', '{"r":$1}', path('$.v')),
      given: { ...json(`{"v":${value}}`), properties: { QUOTE_STRING_IN_PAYLOAD_FACTORY_JSON: 'TRUE' } },
      expect: { body },
    })),
  ]);
});

describe('payloadFactory: positions', () => {
  const three = '<arg value="A"/><arg value="B"/><arg value="C"/>';
  table(
    (
      [
        ['$1$2$3 $1', 'ABC A'],
        ['a $0 b $1 c', 'a $0 b $1 c'],
        ['a $1 b $4 c $2 d', 'a A b $4 c $2 d'],
        ['$10', '$10'],
        ['\\$1', '\\A'],
        ['${1}', '1'],
        ['$ctx:p $1', '$ctx:p A'],
      ] as const
    ).map(([format, body]) => ({
      rule: `mediators 6.1: ${format} is ${body}`,
      xml: factory('text', format, three),
      given: json('{}'),
      expect: { body },
    })),
  );
});

describe('payloadFactory: expressions', () => {
  const given: Given = {
    body: '{"s":"str","q":"a\\"b","i":5,"d":1.50,"z":null,"o":{"k":"v","n":null},"a":[1,"x"],"nl":"l1\\nl2","m":"<b>&","c":"$1","oc":{"c":"$1"}}',
    properties: { p: 'a"b\\c' },
    variables: { s: 'q"<x', e: 'a\\nb' },
  };
  const rows = (
    [
      ['json', '{"r":"${payload.q}"}', '{"r":"a\\"b"}'],
      ['json', '{"r":${payload.q}}', '{"r":a\\"b}'],
      ['xml', '<r xmlns="">${payload.q}</r>', '<r>a\\"b</r>'],
      ['text', '[${payload.nl}]', '[l1\\nl2]'],
      ['json', '{"r":"${payload.z}"}', '{"r":""}'],
      ['json', '{"r":${payload.o}}', '{"r":{"k":"v"}}'],
      ['json', '{"r":"${payload.o}"}', '{"r":"{\\"k\\":\\"v\\"}"}'],
      ['json', '{"r":${payload.m}}', '{"r":<b>&}'],
      ['json', '{"r":${payload.d}}', '{"r":1.5}'],
      ['json', '{"r":${payload.i + 2}}', '{"r":7}'],
      ['json', "{\"r\":${payload.i &gt; 3 ? 'big' : 'small'}}", '{"r":\'big\'}'],
      ['json', '{"r":"x-${payload.q}-y"}', '{"r":"x-a\\"b-y"}'],
      ['json', '{"r":"${vars.s}"}', '{"r":"q"<x"}'],
      ['xml', '<r xmlns="">${vars.s}</r>', '<r>q"&lt;x</r>'],
      ['json', '{"r":"${vars.e}"}', '{"r":"a\\\\nb"}'],
      ['json', '{"r":${properties.synapse.p}}', '{"r":a"b\\c}'],
      ['xml', '<r xmlns="" k="${payload.q}"/>', '<r k="a\\&quot;b"/>'],
      ['xml', '<r xmlns="">${payload.a}</r>', '<r><jsonElement>1</jsonElement><jsonElement>x</jsonElement></r>'],
      ['json', '{"r":${payload.none}}', '{"r":}'],
    ] as const
  ).map(([media, format, body]) => ({
    rule: `mediators 6.1: ${media} ${format}`,
    xml: factory(media, format),
    given,
    expect: { body },
  }));
  table([
    ...rows,
    {
      rule: 'mediators 6.1: values are inserted literally (reference: $1 in a quoted object becomes the expression)',
      xml: factory('json', '{"a":"${payload.c}","b":"${payload.oc}","c":"$1"}', '<arg value="ARG"/>'),
      given,
      expect: { body: '{"a":"$1","b":"{\\"c\\":\\"$1\\"}","c":"ARG"}' },
    },
    {
      rule: 'mediators 6.1: strings of an inserted object are written for HTML',
      xml: factory('json', '{"r":${payload}}'),
      given: json('{"m":"<b>&","z":null}'),
      expect: { body: '{"r":{"m":"\\u003cb\\u003e\\u0026"}}' },
    },
  ]);
});

describe('payloadFactory: formats and bodies', () => {
  table([
    {
      rule: 'mediators 6.1: blank text between tags vanishes, the first element counts',
      xml: factory('xml', 'pre<r xmlns="">t <b>x</b> <i>y</i> u</r><s xmlns="">2</s>'),
      expect: { body: '<r>t <b>x</b><i>y</i> u</r>', axis2: { messageType: 'application/xml' } },
    },
    {
      rule: 'mediators 6.1: escaped markup and CDATA are XML, too; of two roots the first one counts',
      xml: factory('xml', '<![CDATA[<r/><s/>]]>'),
      expect: { body: '<r/>' },
    },
    {
      rule: 'mediators 6.1: a SOAP envelope replaces the envelope, headers included',
      xml: `${factory('xml', '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><h:x xmlns:h="urn:h">1</h:x></s:Header><s:Body><a xmlns="">1</a></s:Body></s:Envelope>')}<log level="headers"/>`,
      expect: { body: '<a>1</a>', logs: ['x : 1'] },
    },
    { rule: 'mediators 6.1: a text is no XML', xml: factory('xml', 'plain'), expect: { outcome: 'fault' } },
    {
      rule: 'mediators 6.1: malformed XML',
      xml: factory('xml', '<![CDATA[<r><a></r>]]>'),
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 6.1: JSON sets the content type and removes NO_ENTITY_BODY',
      xml: factory('json', ' [1,2] '),
      given: { ...xml('<r/>'), axis2: { NO_ENTITY_BODY: true } },
      expect: {
        body: '[1,2]',
        axis2: { messageType: 'application/json', ContentType: 'application/json', NO_ENTITY_BODY: undefined },
        headers: { 'Content-Type': 'application/json' },
      },
    },
    {
      rule: 'mediators 6.1: an empty JSON result is {}',
      xml: factory('json', '  '),
      given: xml('<r/>'),
      expect: { body: '{}' },
    },
    {
      rule: 'mediators 6.1: XML with mixed content cannot be inserted into JSON',
      xml: factory('json', '{"r":$1}', xpath("'&lt;a&gt;x&lt;b/&gt;y&lt;/a&gt;'")),
      given: json('{}'),
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 6.1: a word is no JSON',
      xml: factory('json', 'hello'),
      given: json('{}'),
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 6.1: elements in a JSON format are not looked at',
      xml: factory('json', '<a>{"x":1}</a>'),
      expect: { body: '{}' },
    },
    {
      rule: 'mediators 6.1: text is trimmed',
      xml: factory('text', '  hello  '),
      expect: { body: 'hello', axis2: { messageType: 'text/plain' } },
    },
    {
      rule: 'mediators 6.1: another media type writes no body',
      xml: factory('JSON', '{"a":1}'),
      given: json('{"old":1}'),
      expect: { body: '{"old":1}', axis2: { messageType: 'application/json' } },
    },
    {
      rule: 'mediators 6.1: text/xml stays what it is',
      xml: factory('xml', '<a xmlns="">1</a>'),
      given: { body: '<q/>', contentType: 'text/xml' },
      expect: { axis2: { messageType: 'text/xml' } },
    },
    {
      rule: 'mediators 6.1: a key names an entry, literally or by an expression',
      xml: '<payloadFactory media-type="json"><format key="{json-eval($.k)}"/><args><arg value="A"/></args></payloadFactory>',
      given: { ...json('{"k":"entry"}'), entries: { entry: '\n{"a":"$1","b":${payload.k}}\n' } },
      expect: { body: '{"a":"A","b":entry}' },
    },
    {
      rule: 'mediators 6.1: a key that names nothing faults',
      xml: '<payloadFactory media-type="json"><format key="none"/></payloadFactory>',
      given: json('{}'),
      expect: { outcome: 'fault', fault: 'The payloadFactory template none cannot be found' },
    },
  ]);
  refusals([
    { rule: 'mediators 6.1: no format', xml: '<payloadFactory/>', code: 'missing-element' },
    {
      rule: 'mediators 6.1: an argument without value',
      xml: factory('json', '{}', '<arg/>'),
      code: 'missing-attribute',
    },
    { rule: 'mediators 6.1: a blank expression', xml: factory('json', '{}', xpath(' ')), code: 'missing-attribute' },
    { rule: 'mediators 6.1: a bad XPath', xml: factory('json', '{}', xpath('//[')), code: 'invalid-expression' },
    { rule: 'mediators 6.1: a bad JSONPath', xml: factory('json', '{}', path('$.[')), code: 'invalid-expression' },
    {
      rule: 'mediators 6.1: no ${…} in an argument',
      xml: factory('json', '{}', xpath('${payload}')),
      code: 'invalid-expression',
    },
    {
      rule: 'mediators 6.1: no json-eval without evaluator',
      xml: factory('json', '{}', xpath('json-eval($.v)')),
      code: 'invalid-expression',
    },
    { rule: 'mediators 6.1: a bad placeholder', xml: factory('json', '{"r":${1 +}}'), code: 'invalid-expression' },
    { rule: 'mediators 6.1: an empty placeholder', xml: factory('json', '{"r":"${}"}'), code: 'invalid-expression' },
    {
      rule: 'mediators 6.1: FreeMarker that does not parse',
      xml: factory('json', '<![CDATA[{"r":"${payload.s"]]>', '', 'template-type="freemarker"'),
      code: 'invalid-template',
    },
    {
      rule: 'mediators 6.1: FreeMarker that is nested without end',
      xml: factory(
        'json',
        `<![CDATA[\${${'('.repeat(20_000)}1${')'.repeat(20_000)}}]]>`,
        '',
        'template-type="freemarker"',
      ),
      code: 'invalid-template',
    },
    {
      rule: 'mediators 6.1: no built-in is found in a prototype',
      xml: factory('json', '<![CDATA[{"r":"${payload.s?constructor}"}]]>', '', 'template-type="freemarker"'),
      code: 'invalid-template',
    },
    {
      rule: 'mediators 6.1: an unknown FreeMarker directive',
      xml: factory('json', '<![CDATA[<#nope>{"r":1}]]>', '', 'template-type="freemarker"'),
      code: 'invalid-template',
    },
  ]);
});

describe('payloadFactory: FreeMarker', () => {
  const body =
    '{"s":"str","i":5,"big":1234567,"d":1.50,"t":true,"z":null,"a":["x","y"],"l":[{"n":"1"},{"n":"2"}],"o":{"k":"v"},"q":"a\\"b"}';
  const filled = (format: string) =>
    factory('text', `<![CDATA[${format}]]>`, '<arg value="A"/>', 'template-type="FreeMarker"');
  table(
    (
      [
        ['${payload.s} ${payload.big} ${payload.d} ${payload.t?c} ${payload.big?c}', 'str 1,234,567 1.5 true 1234567'],
        ['${payload.nope!"d"}${payload.nope!}${payload.z!"null"}', 'dnull'],
        ['[<#list payload.l as e>{"n":"${e.n}","i":${e?index}}<#sep>,</#list>]', '[{"n":"1","i":0},{"n":"2","i":1}]'],
        ['<#list payload.none![] as e>x<#else>none</#list>', 'none'],
        ['<#if payload.i gt 3 && payload.s == "str">yes<#elseif payload.t>maybe<#else>no</#if>', 'yes'],
        ['<#assign x = payload.i + 2, y = "a${x}">${x}${y}', '7a7'],
        ['${args.arg1} ${ctx.p} ${trp["X-H"]} ${axis2.HTTP_METHOD} ${vars.v}', 'A P hv POST V'],
        [
          '${payload.a[1]} ${payload.a?size} ${payload.a?join("-")} ${payload.o?keys?first} ${payload.s?upper_case}',
          'y 2 x-y k STR',
        ],
        [
          '${payload.s?length} ${payload.t?then("a","b")} ${payload.t?string("y","n")} ${payload.d?string("0.00")}',
          '3 a y 1.50',
        ],
        ['<#switch payload.s><#case "x">1<#break><#case "str">2<#break><#default>3</#switch>', '2'],
        ['a\n<#if payload.t>\nb\n</#if>\nc', 'a\nb\nc'],
        ['<#-- remark --><#noparse>${x}</#noparse> $1', '${x} $1'],
        ['<#attempt>${payload.none}<#recover>saved</#attempt>', 'saved'],
        ['<#list 1..3 as n><#if n == 2><#continue></#if>${n}</#list>', '13'],
        [
          '${(1..3)?join(",")} ${(3..1)?join(",")} ${(1..<3)?join(",")} ${(1..*2)?join(",")} ${(1..*0)?size}',
          '1,2,3 3,2,1 1,2 1,2 0',
        ],
        ['${payload.a?chunk(1)?size} ${(1..5)?chunk(2)?map(c -> c?join(""))?join("|")}', '2 12|34|5'],
        [
          '${"a1b22"?replace("\\\\d+", "#", "r")} ${"a1b2"?replace("\\\\d", "<$0>", "rf")} ${"aXa"?replace("x", "-", "ri")}',
          'a#b# a<1>b2 a-a',
        ],
        [
          '${"a1b22c"?split("[0-9]+", "r")?join("|")} ${"ab"?matches("a\\\\p{Alpha}")?c} ${"A"?matches("a", "i")?c}',
          'a|b|c true true',
        ],
        ['${"a$1b"?replace("$1", "$&")} ${"5"?left_pad(3, "0")}|${"x"?right_pad(3)}|', 'a$&b 005|x  |'],
      ] as const
    ).map(([format, text]) => ({
      rule: `mediators 6.1: ${format}`,
      xml: filled(format),
      given: { body, headers: { 'X-H': 'hv' }, properties: { p: 'P' }, variables: { v: 'V' } },
      expect: { body: text },
    })),
  );
  table([
    ...[
      '${payload.t}',
      '${payload.nope}',
      '${payload.o}',
      '<#stop "reason">',
      '<#list 1..1000000000 as n>x</#list>',
      '<#list 1..(payload.i / 0) as n>x</#list>',
      '<#list 9007199254740992..9007199254740999999 as n>x</#list>',
      '${payload.a?chunk(0)?size}',
      '${payload.a?chunk(-1)?size}',
      '${payload.s?left_pad(500000000)}',
      '${payload.s?matches("(")?c}',
      '${payload.i?string("' + '0'.repeat(200) + '")}',
      '<#list 1..1000000 as n><#list 1..1000000 as m>x</#list></#list>',
      '<#assign x = "str"><#list 1..12 as n><#assign x = x?replace("s", "ssssssssssss")></#list>${x}',
      '<#assign x = "s"><#list 1..40 as n><#assign x = x + x></#list>${x}',
      '${(1..100000)?map(n -> (1..100000)?filter(m -> m == n)?size)?size}',
      '<#assign x = []><#list 1..1000000 as n><#assign x = x + [n]></#list>${x?size}',
      '${("a"?left_pad(60, "a") + "!")?matches("(a+)+")?c}',
      '${("a"?left_pad(60, "a") + "!")?replace("(a+)+$", "", "r")}',
    ].map((format) => ({
      rule: `mediators 6.1: ${format} faults`,
      xml: filled(format),
      given: { body },
      expect: { outcome: 'fault' as const },
    })),
    {
      rule: 'mediators 6.1: an XML body is its document',
      xml: filled('${payload.a.b} ${payload.a.nope[0]!"d"} ${payload.a["@k"]} <#list payload.a.c as c>${c}</#list>'),
      given: { body: '<a k="v"><b>1</b><c>2</c><c>3</c></a>' },
      expect: { body: '1 d v 23' },
    },
    {
      rule: 'mediators 6.1: a path that selects no node has no text',
      xml: filled('${payload.b}'),
      given: { body: '<a><b>1</b></a>' },
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 6.1: values are not escaped for XML',
      xml: factory('xml', '<![CDATA[<r>${payload.s}</r>]]>', '', 'template-type="freemarker"'),
      given: { body: '{"s":"a<b"}' },
      expect: { outcome: 'fault' },
    },
  ]);
});
