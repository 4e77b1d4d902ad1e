import fc from 'fast-check';
import type { MessageInput } from '../../runtime/index.js';
import { hold, textOf } from './hold.js';
import { Evaluator } from './limited.js';

const flow = (mediators: string): string =>
  `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">${mediators}</sequence>`;
const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']] >')}]]>`;

const names = ['a', 'l', 'n', '__proto__', 'constructor', 'toString', 'polluted'];
const marks = ['(', ')', '[', ']', '{', '}', '.', ',', "'", '"', '\\', '\n', '<', '>', '&', '%', ' ', '😀', '\u0000'];
const deep = ['(', '[', '{', '<#if true>', '${', '"'].map((mark) => mark.repeat(3000));
const body =
  '{"a":"text","l":[1,2,{"a":"x"}],"n":100000,"big":1e400,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';

const freemarker = textOf(
  [
    ...names,
    ...marks,
    ...deep,
    '${',
    '}',
    '${payload.a}',
    '${payload.l?size}',
    'payload.',
    'payload.n',
    'payload.big',
    '<#if payload.a??>',
    '</#if>',
    '<#list payload.l as x>',
    '<#list 1..payload.n as x>',
    '<#list 1..payload.big as x>',
    '</#list>',
    '<#assign a = a! + a! + "x">',
    '<#assign __proto__ = 1>',
    '${a!}',
    '<#else>',
    '<#sep>',
    '<#break>',
    '<#attempt>',
    '<#recover>',
    '</#attempt>',
    '<#switch payload.a>',
    '<#case "x">',
    '</#switch>',
    '<#--',
    '-->',
    '?upper_case',
    '?constructor',
    '?left_pad(payload.n)',
    '?chunk(0)',
    '?map(x -> x)',
    '?replace("(t|te)+$", "x", "r")',
    '?string("0.00")',
    '!"default"',
  ],
  16,
);
const inline = textOf(
  [
    ...names,
    ...marks,
    ...deep,
    '$1',
    '$2',
    '$99',
    '${payload.a}',
    '"${payload}"',
    '${',
    '"${',
    '${payload.l}',
    '$',
    '{"a":',
    '<r>',
    '</r>',
    "${xpath('//a')}",
    'null',
  ],
  16,
);
const address = textOf([
  ...names,
  ...marks,
  'http://',
  '//',
  ':',
  '@',
  '?',
  '#',
  '/',
  '..',
  ':99999',
  '%',
  '%zz',
  '{a}',
  '{+a}',
  '{?a*}',
]);

/** Marks of all formats that bodies have, each of them again and again. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      '<a>',
      '<a/>',
      '<a ',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '</a>',
      '<a:b>',
      '<a xmlns="u">',
      ' a="b"',
      'xmlns:a="b" ',
    ],
    ...[
      '&',
      '&a',
      '&amp;',
      '&#1;',
      '&#x',
      ' ',
      '\n',
      '\r\n',
      '\t',
      '"',
      "'",
      '\\',
      '\\u',
      '\\"',
      '{',
      '}',
      '[',
      ']',
      '{"a":',
      '[[',
      '],',
    ],
    ...[
      ',',
      ':',
      '"a":1,',
      '1',
      '0',
      '1.',
      '1e',
      '-',
      '.',
      '%',
      '%4',
      '%41',
      '+',
      '&=',
      'a=',
      'a=b&',
      ';',
      '--x',
      '--x\r\n',
      '\r\n--x',
    ],
    ...[
      '--x\r\nA: b\r\n',
      'Content-Type: ',
      '$',
      '${',
      '{{',
      '//',
      '/*',
      'true',
      '\u0000',
      '\ud800',
      '😀',
      'token=',
      '<token ',
      'Bearer ',
      'a.',
      'a b ',
    ],
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
);
const repeated = fc
  .tuple(
    fc.constantFrom(
      ['', ''],
      ['<a>', '</a>'],
      ['<a b="', '"/>'],
      ['{"a":"', '"}'],
      ['{"a":', '}'],
      ['[', ']'],
      ['', 'x'],
      ['x', ''],
    ),
    piece,
    fc.constantFrom(1000, 30_000, 120_000),
  )
  .map(([[start, end], one, length]) => `${start}${one.repeat(Math.ceil(length / one.length))}${end}`);
const contentType = fc.constantFrom(
  'application/json',
  'application/xml',
  'text/xml',
  'application/soap+xml',
  'text/plain',
  'text/csv',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/related; boundary=x; type="text/xml"',
  'application/octet-stream',
);

/** What flows do with a body; `string($body)` and `json-eval($.a)` make texts of it. */
const steps = fc.constantFrom(
  ...['DOUBLE', 'INTEGER', 'LONG', 'BOOLEAN', 'JSON', 'OM'].map(
    (type) => `<property name="k" expression="json-eval($.a)" type="${type}"/>`,
  ),
  '<log level="full"/>',
  '<property name="k" expression="number($body) + string-length(normalize-space($body))"/>',
  '<property name="k" expression="concat(base64Encode(string($body)), url-encode(string($body)))"/>',
  '<property name="k" expression="${urlDecode(payload.a)}"/>',
  '<property name="k" expression="${object(payload.a)}"/>',
  '<property name="k" expression="${xpath(payload.a)}"/>',
  '<property name="k" expression="${payload[payload.a]}"/>',
  '<property name="k" expression="${split(payload.a, payload.a)}"/>',
  '<property name="k" expression="${formatDateTime(payload.a, payload.a, \'yyyy\')}"/>',
  '<filter source="$body" regex=".*a.*b.*c"><then/></filter>',
  '<filter source="string($body)" regex="(\\w+\\s?)*"><then/></filter>',
  '<payloadFactory media-type="xml"><format><r xmlns="">$1</r></format><args><arg expression="$body/*"/></args></payloadFactory><log level="full"/>',
  '<payloadFactory media-type="json"><format>{"a":"$1"}</format><args><arg expression="string($body)"/></args></payloadFactory><log level="full"/>',
  '<enrich><source type="body"/><target type="property" property="z"/></enrich><enrich><source type="property" property="z"/><target type="body"/></enrich>',
  '<header name="H" expression="string($body)" scope="transport"/><respond/>',
  '<property name="Content-Type" scope="transport" expression="string($body)"/><respond/>',
  '<property name="messageType" scope="axis2" expression="string($body)"/><respond/>',
  '<property name="HTTP_SC" scope="axis2" expression="string($body)"/><respond/>',
  '<foreach expression="//a"><sequence><log/></sequence></foreach>',
  '<script language="js">mc.setProperty("x", mc.getPayloadXML()); mc.setProperty("y", mc.getPayloadJSON());</script>',
  ...[
    'application/json',
    'application/xml',
    'application/soap+xml',
    'text/plain',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
  ].map((type) => `<log/><property name="messageType" scope="axis2" value="${type}"/><respond/>`),
);

describe('mediators 6: no template and no body crashes, hangs or changes a prototype', () => {
  const evaluator = new Evaluator();
  after(() => evaluator.stop());

  const onBody: MessageInput = { body, contentType: 'application/json', properties: { default: { t: 'text' } } };
  const runs = (name: string, arbitrary: fc.Arbitrary<string>, snippet: (text: string) => string, count: number) =>
    it(name, () =>
      hold(
        fc.asyncProperty(arbitrary, (text) => evaluator.run({ sequence: flow(snippet(text)), input: onBody })),
        count,
        true,
      ),
    ).timeout(200_000);

  runs(
    'mediators 6.1: any FreeMarker template',
    freemarker,
    (text) =>
      `<payloadFactory media-type="text" template-type="freemarker"><format>${cdata(text)}</format></payloadFactory>`,
    800,
  );
  for (const media of ['json', 'xml', 'text']) {
    runs(
      `mediators 6.1: any template of media-type ${media}`,
      inline,
      (text) =>
        `<payloadFactory media-type="${media}"><format>${cdata(text)}</format><args><arg evaluator="json" expression="$.a"/><arg expression="//l"/></args></payloadFactory>`,
      400,
    );
  }
  runs(
    'message-model 3.7: any text of a log line',
    inline,
    (text) => `<log><message>${cdata(text)}</message></log>`,
    400,
  );
  it('artifacts 3.6, mediators 5.3: any address', () => {
    const calls = flow(`<rewrite inProperty="t" outProperty="o"><rewriterule>
      <action type="append" fragment="path" value="/x"/><action type="remove-query-param" fragment="query" value="a"/>
      </rewriterule></rewrite><property name="uri.var.a" expression="get-property('t')"/>
      <call><endpoint><http method="get" uri-template="http://127.0.0.1:1/{uri.var.a}{?uri.var.a}"/></endpoint></call>
      <header name="To" expression="get-property('t')"/>`);
    return hold(
      fc.asyncProperty(address, (t) =>
        evaluator.run({ sequence: calls, input: { ...onBody, properties: { default: { t } } } }),
      ),
      300,
      true,
    );
  }).timeout(200_000);

  it('message-model 4, 5: any body that repeats itself, whatever a flow does with it', () =>
    hold(
      fc.asyncProperty(repeated, contentType, steps, (text, type, step) =>
        evaluator.run({ sequence: flow(step), input: { body: text, contentType: type } }),
      ),
      600,
      true,
    )).timeout(300_000);
});
