import assert from 'node:assert/strict';
import { ApigeeMessage } from '../../runtime/apigee/message.js';
import { compilePolicy, runPolicy, testFlow } from './policy-run.js';

async function converted(
  xml: string,
  body: string,
  files?: Record<string, string>,
): Promise<[string, string | undefined]> {
  const flow = testFlow();
  flow.phase = 'proxy-response';
  flow.response = ApigeeMessage.response({ body });
  const fault = await runPolicy(flow, xml, files);
  if (fault) throw fault;
  return [flow.response.content, flow.response.headers.get('Content-Type')];
}

const toJson = (options = '') => `<XMLToJSON name="x">${options && `<Options>${options}</Options>`}</XMLToJSON>`;

describe('Apigee: XMLToJSON', () => {
  const rows: [name: string, options: string, xml: string, expected: string][] = [
    ['texts', '', '<a><b>x</b><c> y </c></a>', '{"a":{"b":"x","c":" y "}}'],
    [
      'attributes and prefixes, as in the seed',
      '',
      '<r xmlns:y="urn:y"><y:location city="Palo Alto" country="US"/></r>',
      '{"r":{"y:location":{"@city":"Palo Alto","@country":"US"}}}',
    ],
    ['text beside attributes', '', '<a b="1">t</a>', '{"a":{"@b":"1","#text":"t"}}'],
    ['repeated elements are an array', '', '<a><b>1</b><c/><b>2</b><b>3</b></a>', '{"a":{"b":["1","2","3"],"c":""}}'],
    ['CDATA is text', '', '<a><![CDATA[<x>]]></a>', '{"a":"<x>"}'],
    [
      'numbers, booleans and null stay texts',
      '',
      '<a><n>1.50</n><b>true</b><e/></a>',
      '{"a":{"n":"1.50","b":"true","e":""}}',
    ],
    [
      'unless they are recognized, number literals kept',
      '<RecognizeNumber>true</RecognizeNumber><RecognizeBoolean>true</RecognizeBoolean><RecognizeNull>true</RecognizeNull>',
      '<a><n>1.50</n><z>007</z><b>true</b><e/></a>',
      '{"a":{"n":1.50,"z":"007","b":true,"e":null}}',
    ],
    [
      'names of text and attributes',
      '<TextNodeName>TEXT</TextNodeName><AttributePrefix>ATT_</AttributePrefix>',
      '<a b="1">t</a>',
      '{"a":{"ATT_b":"1","TEXT":"t"}}',
    ],
    [
      'a text that is always a member',
      '<TextAlwaysAsProperty>true</TextAlwaysAsProperty>',
      '<a>t</a>',
      '{"a":{"#text":"t"}}',
    ],
    [
      'attributes in a block',
      '<AttributeBlockName>#attrs</AttributeBlockName>',
      '<a b="1">t</a>',
      '{"a":{"#attrs":{"b":"1"},"#text":"t"}}',
    ],
    [
      'namespaces in a block',
      '<NamespaceBlockName>#ns</NamespaceBlockName>',
      '<a xmlns="urn:d" xmlns:p="urn:p"><p:b>1</p:b></a>',
      '{"a":{"#ns":{"$default":"urn:d","p":"urn:p"},"p:b":"1"}}',
    ],
    ['another separator', '<NamespaceSeparator>___</NamespaceSeparator>', '<p:a xmlns:p="urn:p"/>', '{"p___a":""}'],
    ['levels stripped', '<StripLevels>2</StripLevels>', '<a><b><c>1</c></b></a>', '{"c":"1"}'],
    ['arrays of one', '<TreatAsArray><Path>a/b</Path></TreatAsArray>', '<a><b>1</b></a>', '{"a":{"b":["1"]}}'],
    ['unwrapped', '<TreatAsArray><Path unwrap="true">a/b</Path></TreatAsArray>', '<a><b>1</b></a>', '{"a":["1"]}'],
    ['prefix and suffix', '<OutputPrefix>f(</OutputPrefix><OutputSuffix>)</OutputSuffix>', '<a>1</a>', 'f({"a":"1"})'],
  ];
  for (const [name, options, xml, expected] of rows) {
    it(`api-management 2.6: ${name}`, async () => {
      assert.deepEqual(await converted(toJson(options), xml), [expected, 'application/json']);
    });
  }

  const formats: [format: string, expected: string][] = [
    ['xml.com', '{"a":{"@b":"1","c":"2"}}'],
    ['yahoo', '{"a":{"b":1,"c":2}}'],
    ['google', '{"a":{"b":"1","c":{"$t":"2"}}}'],
    ['badgerFish', '{"a":{"@b":"1","c":{"$":"2"}}}'],
  ];
  for (const [format, expected] of formats) {
    it(`format ${format}`, async () => {
      const [json] = await converted(
        `<XMLToJSON name="x"><Format>${format}</Format></XMLToJSON>`,
        '<a b="1"><c>2</c></a>',
      );
      assert.equal(json, expected);
    });
  }

  it('a message that is JSON already stays as it is', async () => {
    const flow = testFlow({ body: '{"a":1}', headers: { 'Content-Type': 'application/json' } });
    assert.equal(await runPolicy(flow, toJson()), undefined);
    assert.equal(flow.request.content, '{"a":1}');
  });

  it('from and into variables; what is no XML, or not there, is a fault', async () => {
    const flow = testFlow();
    flow.set('in', '<a>1</a>');
    await runPolicy(flow, '<XMLToJSON name="x"><Source>in</Source><OutputVariable>out</OutputVariable></XMLToJSON>');
    assert.equal(flow.get('out'), '{"a":"1"}');
    await assert.rejects(converted(toJson(), '{"no":"xml"}'), { code: 'steps.xml2json.ExecutionFailed' });
    await assert.rejects(converted('<XMLToJSON name="x"><Source>no.such</Source></XMLToJSON>', ''), {
      code: 'steps.xml2json.SourceUnavailable',
    });
  });
});

describe('Apigee: JSONToXML', () => {
  const toXml = (options = '') => `<JSONToXML name="j"><Options>${options}</Options></JSONToXML>`;
  const rows: [name: string, options: string, json: string, expected: string][] = [
    ['members are elements', '', '{"a":"x","b":1.50}', '<Root><a>x</a><b>1.50</b></Root>'],
    ['a single object is the root itself', '', '{"a":{"b":"x"}}', '<a><b>x</b></a>'],
    ['an array under a member repeats it', '', '{"r":{"a":[1,2]}}', '<r><a>1</a><a>2</a></r>'],
    ['an array at the top', '', '[1,{"a":2}]', '<Array><Item>1</Item><Item><a>2</a></Item></Array>'],
    ['null, empty objects', '<NullValue>NULL</NullValue>', '{"r":{"a":null,"b":{}}}', '<r><a>NULL</a><b/></r>'],
    ['attributes and text', '', '{"r":{"@a":"1<","#text":"t&"}}', '<r a="1&lt;">t&amp;</r>'],
    [
      'namespaces',
      '',
      '{"r":{"#namespaces":{"$default":"urn:d","p":"urn:p"},"p:x":1}}',
      '<r xmlns="urn:d" xmlns:p="urn:p"><p:x>1</p:x></r>',
    ],
    ['characters that names cannot have', '', '{"r":{"a b":1,"1c":2}}', '<r><a_b>1</a_b><_1c>2</_1c></r>'],
    [
      'names of roots and items',
      '<ObjectRootElementName>O</ObjectRootElementName><ArrayRootElementName>L</ArrayRootElementName><ArrayItemElementName>I</ArrayItemElementName>',
      '[[1],2]',
      '<L><I>1</I><I>2</I></L>',
    ],
  ];
  for (const [name, options, json, expected] of rows) {
    it(`api-management 2.6: ${name}`, async () => {
      assert.deepEqual(await converted(toXml(options), json), [expected, 'application/xml']);
    });
  }

  it('what is no JSON is a fault', async () => {
    await assert.rejects(converted(toXml(), '<a/>'), { code: 'steps.json2xml.ExecutionFailed' });
  });
});

describe('Apigee: XSL', () => {
  const sheet = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:param name="p"/><xsl:template match="/a"><b p="{$p}"><xsl:value-of select="c"/></b></xsl:template></xsl:stylesheet>`;
  const xsl = (inside: string) => `<XSL name="t"><ResourceURL>xsl://s.xsl</ResourceURL>${inside}</XSL>`;

  it('api-management 2.6: replaces the message, with parameters', async () => {
    const [xml, type] = await converted(
      xsl('<Parameters><Parameter name="p" value="1"/></Parameters>'),
      '<a><c>x</c></a>',
      { 'xsl://s.xsl': sheet },
    );
    assert.match(xml, /<b p="1">x<\/b>$/);
    assert.equal(type, 'application/xml');
  });

  it('into a variable; parameters of variables', async () => {
    const flow = testFlow({ query: 'p=7', body: '<a><c>x</c></a>' });
    await runPolicy(
      flow,
      xsl(
        '<Source>request</Source><Parameters><Parameter name="p" ref="request.queryparam.p"/></Parameters><OutputVariable>out</OutputVariable>',
      ),
      { 'xsl://s.xsl': sheet },
    );
    assert.match(String(flow.get('out')), /<b p="7">x<\/b>$/);
    assert.equal(flow.request.content, '<a><c>x</c></a>');
  });

  it('faults: no XML, a stylesheet that does not compile, an unset variable', async () => {
    const files = { 'xsl://s.xsl': sheet };
    await assert.rejects(converted(xsl(''), 'no xml', files), { code: 'steps.xsl.XSLTransformationFailed' });
    await assert.rejects(converted(xsl(''), '<a/>', { 'xsl://s.xsl': '<no/>' }), {
      code: 'steps.xsl.XSLTransformationFailed',
    });
    await assert.rejects(
      converted(xsl('<Parameters><Parameter name="p" ref="no.such"/></Parameters>'), '<a/>', files),
      { code: 'steps.xsl.UnresolvedVariable' },
    );
    assert.throws(() => compilePolicy('<XSL name="t"/>'), /needs a <ResourceURL>/);
  });

  it('a stylesheet reads no files', async () => {
    const reading = sheet.replace(
      '<xsl:value-of select="c"/>',
      `<xsl:copy-of select="document('file:///etc/passwd')"/>`,
    );
    await assert.rejects(converted(xsl(''), '<a><c>x</c></a>', { 'xsl://s.xsl': reading }), {
      code: 'steps.xsl.XSLTransformationFailed',
    });
  });
});
