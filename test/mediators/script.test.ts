import { type Row, refusals, table } from './harness.js';

const inline = (code: string, language = 'js') => `<script language="${language}"><![CDATA[${code}]]></script>`;
const keyed = (code: string, attributes = '', children = '') => ({
  xml: `<script language="js" key="k" ${attributes}>${children}</script>`,
  given: { body: '{"k":1}', entries: { k: code, helper: 'function helper() { return "h"; }' } },
});
const given = { body: '{"a":5,"l":[1]}', headers: { 'X-A': 'one' }, properties: { p: 'q' } };
/** Sets property t to what the code gives. */
const reads = (code: string, expected: unknown, language?: string) => ({
  rule: `mediators 6.11: ${code}${language ? ` in ${language}` : ''}`,
  xml: inline(`mc.setProperty("t", ${code});`, language),
  given,
  expect: { properties: { t: expected } },
});
/** What the body becomes. */
const writes = (code: string, body: string, language?: string) => ({
  rule: `mediators 6.11: ${code}${language ? ` in ${language}` : ''}`,
  xml: inline(code, language),
  given,
  expect: { body },
});

const rows: readonly Row[] = [
  writes('mc.setPayloadJSON({a:1,b:"x",c:[1,2.5],d:null});', '{"a":1,"b":"x","c":[1,2.5],"d":null}'),
  writes('mc.setPayloadJSON(undefined);', 'null'),
  writes('mc.setPayloadJSON("{}");', '"{}"'),
  writes('mc.setPayloadJSON("{}");', '{}', 'rhinoJs'),
  writes('var p = mc.getPayloadJSON(); p.a++; p.n = 1; mc.setPayloadJSON(p);', '{"a":6,"l":[1],"n":1}'),
  writes('mc.setPayloadXML("<x><y>1</y></x>");', '<x><y>1</y></x>'),
  reads('mc.getPayloadText()', given.body),
  reads('mc.getJsonText()', '{}', 'nashornJs'),
  reads('String(mc.getPayloadXML())', 'XML:<jsonObject><a>5</a><l>1</l></jsonObject>'),
  reads('"v"', 'v'),
  reads('10/5', 'Integer:2'),
  reads('5000000000', 'Long:5000000000'),
  reads('0.5', 'Double:0.5'),
  reads('true', 'Boolean:true'),
  reads('"<a>1</a>"', 'XML:<a>1</a>'),
  reads('mc.getProperty("p") + "!"', 'q!'),
  reads('String(mc.getProperty("none"))', 'null'),
  reads('mc.getPropertyKeySet().contains("p")', 'Boolean:true'),
  reads('mc.isResponse()', 'Boolean:false'),
  reads('mc.getTo().getAddress()', '/c/test?k=7&m='),
  reads('mc.getXpathResult("count(//l)")', '1.0'),
  reads('mc.getVariableKeySet().size()', 'Integer:0'),
  reads('mc.getSequenceTemplate("none") === null', 'Boolean:true'),
  reads('mc.getDefaultConfiguration("none") === null', 'Boolean:true'),
  reads('mc.getFaultStack().size()', 'Integer:0'),
  reads('mc.getMessageString().indexOf("Envelope") > 0', 'Boolean:true'),
  reads('mc.getTracingState() + "" + mc.isContinuationEnabled()', '2true'),
  {
    rule: 'mediators 6.11: addresses',
    xml: inline(
      'mc.setTo("http://t/"); mc.setReplyTo(mc.getTo()); mc.setRelatesTo("urn:1"); mc.setSoapAction("a"); mc.setWSAAction("w"); mc.setMessageID("urn:m"); mc.setProperty("t", [mc.getReplyTo(), mc.getRelatesTo(), mc.getSoapAction(), mc.getWSAAction(), mc.getWSAMessageID()].join(" "));',
    ),
    given,
    expect: { properties: { t: 'http://t/ urn:1 a w urn:m' } },
  },
  {
    rule: 'mediators 6.11: a header of the envelope',
    xml: inline(
      'mc.addHeader(true, "<h xmlns=\'urn:h\'>1</h>"); mc.setProperty("t", /mustUnderstand="1"/.test(mc.getEnvelopeXML()));',
    ),
    given: { body: '<a/>' },
    expect: { properties: { t: 'Boolean:true' } },
  },
  {
    rule: 'mediators 6.11: a variable is taken away',
    xml: inline('mc.removeVariable("v");'),
    given: { ...given, variables: { v: 1 } },
    expect: { variables: { v: undefined } },
  },
  reads('typeof Java + typeof process + typeof require + typeof fetch', 'undefinedundefinedundefinedundefined'),
  {
    rule: 'mediators 6.11: null sets nothing',
    xml: inline('mc.setProperty("p", null);'),
    given,
    expect: { properties: { p: 'q' } },
  },
  {
    rule: 'mediators 6.11: scopes',
    xml: inline(
      'mc.setProperty("h", "1", "transport"); mc.setProperty("x", "2", "axis2"); mc.removeProperty("p", "default"); mc.setProperty("r", "3", "registry");',
    ),
    given,
    expect: { headers: { h: '1' }, axis2: { x: '2' }, properties: { p: undefined, r: undefined }, registry: {} },
  },
  {
    rule: 'mediators 6.11: messageType in axis2 scope changes the type',
    xml: inline('mc.setProperty("messageType", "application/xml", "axis2");'),
    given,
    expect: { axis2: { messageType: 'application/xml', ContentType: 'application/xml' } },
  },
  {
    rule: 'mediators 6.11: variables',
    xml: inline('mc.setVariable("v", mc.getVariable("in") + 1);'),
    given: { ...given, variables: { in: 1 } },
    expect: { variables: { v: 'Integer:2' } },
  },
  {
    rule: 'mediators 6.11: the JSON of an earlier body stays readable',
    xml: inline('mc.setPayloadXML("<x/>"); mc.setProperty("t", mc.getPayloadJSON().a);'),
    given,
    expect: { properties: { t: 'Integer:5' } },
  },
  {
    rule: 'mediators 6.11: a message without JSON has that of JSON_STRING, before that of an earlier script',
    xml: inline('mc.setPayloadXML("<x/>");') + inline('mc.setProperty("t", mc.getPayloadJSON().z);'),
    given: { body: '{"a":1}', axis2: { JSON_STRING: '{"z":7}' } },
    expect: { properties: { t: 'Integer:7' } },
  },
  {
    rule: 'mediators 6.11: a JSON_STRING that is no JSON',
    xml: inline('1'),
    given: { body: '<a/>', axis2: { JSON_STRING: '{"z":' } },
    expect: { outcome: 'fault' },
  },
  {
    rule: 'mediators 6.11: JSON of the body counts before JSON_STRING',
    xml: inline('mc.setProperty("t", mc.getPayloadJSON().a);'),
    given: { body: '{"a":1}', axis2: { JSON_STRING: '{"a":7}' } },
    expect: { properties: { t: 'Integer:1' } },
  },
  {
    rule: 'mediators 6.11: an XML body has no JSON',
    xml: inline('mc.setProperty("t", JSON.stringify(mc.getPayloadJSON()));'),
    given: { body: '<a/>' },
    expect: { properties: { t: '{}' } },
  },
  { rule: 'mediators 6.11: false stops', xml: inline('false;'), given, expect: { outcome: false } },
  { rule: 'mediators 6.11: "false" goes on', xml: inline('"false";'), given, expect: { outcome: true } },
  {
    rule: 'mediators 6.11: an exception is a fault that names the script',
    xml: inline('throw new Error("boom");'),
    given,
    expect: { fault: 'The script engine returned an error executing the inlined js script' },
  },
  {
    rule: 'mediators 6.11: no state survives a run',
    xml: `<property name="n" value="0"/>${inline('this.count = (this.count || 0) + 1; var c = count; JSON = 1; mc.setProperty("t", c);').repeat(2)}${inline('mc.setProperty("u", typeof count + typeof c + typeof JSON);')}`,
    given,
    expect: { properties: { t: 'Integer:1', u: 'undefinedundefinedobject' } },
  },
  {
    rule: 'mediators 6.11: key calls mediate',
    ...keyed('function mediate(mc) { mc.setPayloadJSON({from: "key"}); }'),
    expect: { body: '{"from":"key"}' },
  },
  {
    rule: 'mediators 6.11: include',
    ...keyed('function mediate(mc) { mc.setPayloadJSON(helper()); }', '', '<include key="helper"/>'),
    expect: { body: '"h"' },
  },
  {
    rule: 'mediators 6.11: key, false stops',
    ...keyed('function mediate(mc) { return false; }'),
    expect: { outcome: false },
  },
  {
    rule: 'mediators 6.11: key that names nothing',
    xml: '<script language="js" key="none"/>',
    given,
    expect: { outcome: 'fault' },
  },
  {
    rule: 'mediators 6.11: arguments by type, result into the body',
    ...keyed(
      'function f(mc, a, n, j) { return {a: a, n: n + 1, j: j.k}; }',
      'function="f" target="body"',
      '<inputs><argument name="a" value="x"/><argument name="n" type="INTEGER" value="2"/><argument name="j" type="JSON" expression="${payload}"/></inputs>',
    ),
    expect: { body: '{"a":"x","n":3,"j":1}' },
  },
  ...[
    ['{k: 1}', 'JSON:{"k":1}'],
    ['false', 'Boolean:false'],
    ['"x"', 'x'],
    ['7', 'Integer:7'],
  ].map(([result, v]) => ({
    rule: `mediators 6.11: ${result} into a variable, the flow goes on`,
    ...keyed(`function f(mc) { return ${result}; }`, 'function="f" target="variable" target-variable="v"'),
    expect: { variables: { v }, outcome: true },
  })),
  {
    rule: 'mediators 6.11: no result for a target faults',
    ...keyed('function f(mc) { return null; }', 'function="f" target="body"'),
    expect: { outcome: 'fault' },
  },
];

describe('script', () => {
  table(rows);

  refusals([
    { rule: 'mediators 6.11: language is required', xml: '<script>1;</script>', code: 'missing-attribute' },
    { rule: 'mediators 6.11: only JavaScript', xml: inline('1', 'groovy'), code: 'invalid-attribute-value' },
    { rule: 'mediators 6.11: syntax error', xml: inline('var = ;'), code: 'invalid-script' },
    { rule: 'mediators 6.11: E4X', xml: inline('mc.setPayloadXML(<x/>);'), code: 'invalid-script' },
    {
      rule: 'mediators 6.11: function without key',
      xml: '<script language="js" function="f">1</script>',
      code: 'conflicting-attributes',
    },
  ]);
});

describe('script that the owner of the server trusts', () => {
  const trusted = (row: Row): Row => ({ ...row, given: { ...row.given, trusted: true } });
  table(rows.map(trusted));

  /** In the sandbox there is no such global. */
  const inProcess = 'typeof WebAssembly === "object"';
  const tells = `function mediate(mc) { mc.setProperty("t", ${inProcess}); }`;
  const external = '<script language="js" key="k"/>';
  const inRegistry = `<property name="k" scope="registry" value='${tells.replaceAll('"', '&quot;')}'/>`;
  table([
    {
      rule: 'mediators 6.11: an uploaded script stays in the sandbox',
      xml: inline(`mc.setProperty("t", ${inProcess});`),
      expect: { properties: { t: 'Boolean:false' } },
    },
    ...[
      { rule: 'an inline script', xml: inline(`mc.setProperty("t", ${inProcess});`), t: 'Boolean:true' },
      { rule: 'a script of a local entry', xml: external, given: { entries: { k: tells } }, t: 'Boolean:true' },
      { rule: 'a script of the registry, where flows can write,', xml: inRegistry + external, t: 'Boolean:false' },
      {
        rule: 'a script that includes one of the registry',
        xml: `${inRegistry}<script language="js" key="e"><include key="k"/></script>`,
        given: { entries: { e: tells } },
        t: 'Boolean:false',
      },
    ].map(({ rule, xml, given: around, t }) =>
      trusted({
        rule: `mediators 6.11: ${rule} ${t === 'Boolean:true' ? 'runs in the process' : 'stays in the sandbox'}`,
        xml,
        given: around ?? {},
        expect: { properties: { t } },
      }),
    ),
  ]);
});
