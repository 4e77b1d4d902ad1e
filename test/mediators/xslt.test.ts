import { parseElement } from '../../runtime/xml/parse.js';
import { refusals, table } from './harness.js';

const sheet = (content: string, version = '1.0') =>
  parseElement(
    `<xsl:stylesheet version="${version}" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">${content}</xsl:stylesheet>`,
  );
const root = (content: string, before = '') => sheet(`${before}<xsl:template match="/">${content}</xsl:template>`);
const identity = sheet(
  '<xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>',
);
const body = '<r><a>A</a></r>';
const wrapped = (text: string) => `<text xmlns="http://ws.apache.org/commons/ns/payload">${text}</text>`;

describe('xslt', () => {
  table(
    (
      [
        ['the result replaces the body', root('<o><xsl:value-of select="//a"/></o>'), body, '', '<o>A</o>'],
        [
          'the context is the first body element',
          root('<o><xsl:value-of select="name(/*)"/></o>'),
          body,
          '',
          '<o>r</o>',
        ],
        ['everything is copied', identity, '<r k="v"><a/><!--c--> t </r>', '', '<r k="v"><a/><!--c--> t </r>'],
        [
          'functions of later versions',
          root('<o><xsl:value-of select="upper-case(//a)"/></o>'),
          '<r><a>b</a></r>',
          '',
          '<o>B</o>',
        ],
        [
          'grouping',
          sheet(
            '<xsl:template match="/"><o><xsl:for-each-group select="//i" group-by="@k"><g/></xsl:for-each-group></o></xsl:template>',
            '2.0',
          ),
          '<r><i k="a"/><i k="a"/><i k="b"/></r>',
          '',
          '<o><g/><g/></o>',
        ],
        [
          'JSON is transformed as XML',
          root('<o><xsl:value-of select="name(/*)"/></o>'),
          '{"a":1}',
          '',
          '<o>jsonObject</o>',
        ],
        ['the source is replaced in place', root('<o/>'), body, 'source="//a"', '<r><o/></r>'],
        [
          'a source that is a text has no place for a result',
          root('<o/>'),
          body,
          `source="string('&lt;q/&gt;')"`,
          body,
        ],
        ['text', root('hello', '<xsl:output method="text" encoding="UTF-8"/>'), body, '', 'hello'],
        [
          'text without an encoding (reference: empty)',
          root('hello', '<xsl:output method="text"/>'),
          body,
          '',
          'hello',
        ],
        ['without a body nothing happens', root('<o/>'), undefined, '', undefined],
      ] as const
    ).map(([rule, stylesheet, given, attributes, expected]) => ({
      rule: `mediators 6.3: ${rule}`,
      xml: `<xslt key="s" ${attributes}/>`,
      given: { ...(given === undefined ? {} : { body: given }), entries: { s: stylesheet } },
      expect: { outcome: true, body: expected },
    })),
  );

  const parameter = root('<o><xsl:value-of select="$x"/></o>', `<xsl:param name="x" select="'default'"/>`);
  table(
    (
      [
        ['a literal', 'value="lit"', 'lit'],
        ['an expression', `expression="get-property('p')"`, 'value'],
        ['without a value the default stays', `expression="get-property('none')"`, 'default'],
      ] as const
    ).map(([rule, attribute, text]) => ({
      rule: `mediators 6.3: parameters: ${rule}`,
      xml: `<xslt key="s"><property name="x" ${attribute}/></xslt>`,
      given: { body, properties: { p: 'value' }, entries: { s: parameter } },
      expect: { body: `<o>${text}</o>` },
    })),
  );

  table([
    {
      rule: 'mediators 6.3: the target property takes the result, the body stays',
      xml: '<xslt key="s" target="out"/>',
      given: { body, entries: { s: root('<o/>') } },
      expect: { body, properties: { out: 'XML:<o/>' } },
    },
    {
      rule: 'mediators 6.3: text for a property is wrapped (reference: fault)',
      xml: '<xslt key="s" target="out"/>',
      given: { body, entries: { s: root('txt', '<xsl:output method="text"/>') } },
      expect: { properties: { out: `XML:${wrapped('txt')}` } },
    },
    {
      rule: 'mediators 6.3: disableBuild leaves the result a text',
      xml: '<xslt key="s" target="out"/>',
      given: { body, entries: { s: root('<o/>') }, properties: { 'transform.xslt.result.disableBuild': 'true' } },
      expect: { properties: { out: '<?xml version="1.0" encoding="UTF-8"?><o/>' } },
    },
    {
      rule: 'mediators 6.3: the SOAP body takes the child elements of the result',
      xml: '<xslt key="s" source="$body"/>',
      given: { body, entries: { s: root('<o><p/>text</o>') } },
      expect: { body: '<p/>' },
    },
    {
      rule: 'mediators 6.3: a dynamic key',
      xml: '<xslt key="{$ctx:k}"/>',
      given: { body, properties: { k: 's' }, entries: { s: root('<o/>') } },
      expect: { body: '<o/>' },
    },
    {
      rule: 'mediators 6.3: resources are what a stylesheet includes',
      xml: '<xslt key="s"><resource location="lib/part.xsl" key="p"/></xslt>',
      given: {
        body,
        entries: {
          s: sheet(
            '<xsl:include href="lib/part.xsl"/><xsl:template match="/"><xsl:call-template name="n"/></xsl:template>',
          ),
          p: sheet('<xsl:template name="n"><part/></xsl:template>'),
        },
      },
      expect: { body: '<part/>' },
    },
    {
      rule: 'mediators 6.3: document() reads entries',
      xml: '<xslt key="s"/>',
      given: {
        body,
        entries: { s: root(`<o><xsl:value-of select="document('d')/d"/></o>`), d: parseElement('<d>D</d>') },
      },
      expect: { body: '<o>D</o>' },
    },
  ]);

  const output = '<xsl:output method="html"/>';
  table(
    (
      [
        ['an unknown key', undefined, undefined],
        ['a stylesheet that is a text', '<o/>', undefined],
        ['a stylesheet that does not compile', sheet('<xsl:template match="///"/>'), undefined],
        ['a terminating message', root('<xsl:message terminate="yes">stop</xsl:message><o/>'), undefined],
        ['a file', root(`<o><xsl:copy-of select="document('file:///etc/hostname')"/></o>`), undefined],
        ['a file as text', root(`<o><xsl:value-of select="unparsed-text('/etc/hostname')"/></o>`), undefined],
        [
          'a document to write',
          root('<xsl:result-document href="file:///tmp/x.xml"><a/></xsl:result-document>'),
          undefined,
        ],
        ['a source that selects nothing', root('<o/>'), 'source="//nope"'],
        ['a result that is HTML', root('<html><br/></html>', output), undefined, '601000'],
        ['a result that is text', root('plain'), undefined, '601000'],
        ['an empty result', root(''), undefined, '601000'],
        ['what never ends', root('<xsl:value-of select="sum(1 to 1000000000)"/>'), undefined],
        [
          'a template that calls itself',
          sheet('<xsl:template match="/" name="n"><o><xsl:call-template name="n"/></o></xsl:template>'),
          undefined,
        ],
      ] as const
    ).map(([rule, stylesheet, attributes, code = '0']) => ({
      rule: `mediators 6.3: ${rule} faults with ${code}`,
      xml: `<xslt key="s" ${attributes ?? ''}/>`,
      given: {
        body,
        ...(stylesheet === undefined ? {} : { entries: { s: stylesheet } }),
        onFault: `<log level="custom"><property name="code" expression="get-property('ERROR_CODE')"/></log>`,
      },
      expect: { outcome: 'handled' as const, logs: [`code = ${code}`] },
    })),
  );

  refusals([
    { rule: 'mediators 6.3: no key', xml: '<xslt/>', code: 'missing-attribute' },
    {
      rule: 'mediators 6.3: a feature that is neither true nor false',
      xml: '<xslt key="s"><feature name="http://ws.apache.org/ns/synapse/transform/feature/dom" value="1"/></xslt>',
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 6.3: an unknown feature',
      xml: '<xslt key="s"><feature name="urn:x" value="true"/></xslt>',
      code: 'unknown-feature',
    },
    {
      rule: 'mediators 6.3: a source that is no XPath',
      xml: '<xslt key="s" source="//["/>',
      code: 'invalid-expression',
    },
  ]);
});

describe('fastXSLT', () => {
  table([
    {
      rule: 'mediators 6.4: the result replaces the body',
      xml: '<fastXSLT key="s"/>',
      given: { body, entries: { s: root('<o><xsl:value-of select="//a"/></o>') } },
      expect: { body: '<o>A</o>' },
    },
    {
      rule: 'mediators 6.4: an unknown key faults',
      xml: '<fastXSLT key="s"/>',
      given: { body },
      expect: { outcome: 'fault', body },
    },
  ]);
});
