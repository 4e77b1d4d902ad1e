import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, type MessageInput, run } from '../../runtime/index.js';

/** What shows that an entity was expanded. */
const expanded = 'EXPANDED';
const folder = mkdtempSync(join(tmpdir(), 'mediant-entities-'));
const secret = join(folder, 'secret.txt');
writeFileSync(secret, expanded);
const dtd = join(folder, 'x.dtd');
writeFileSync(dtd, `<!ENTITY e "${expanded}">`);

/** The text of a document whose root is `root` and whose content refers to an entity, by the document type it has. */
type Hostile = (root: string, content: string) => string;

const declared =
  (declarations: string): Hostile =>
  (root, content) =>
    `<!DOCTYPE x ${declarations}><${root}>${content}</${root.split(' ')[0]}>`;
/** In two parts, so that the text by itself does not hold it. */
const halves = `<!ENTITY half "${expanded.slice(0, 4)}"><!ENTITY whole "&half;${expanded.slice(4)}">`;
const tenTimes = (name: string) => `&${name};`.repeat(10);
const hostile: Record<string, Hostile> = {
  'an entity': declared(`[${halves}<!ENTITY e "&whole;">]`),
  'an external entity': declared(`[<!ENTITY e SYSTEM "${pathToFileURL(secret)}">]`),
  'a public external entity': declared(`[<!ENTITY e PUBLIC "p" "${secret}">]`),
  'an external document type': declared(`SYSTEM "${pathToFileURL(dtd)}"`),
  'a parameter entity': declared(`[<!ENTITY % p SYSTEM "${pathToFileURL(dtd)}"> %p;]`),
  'a default attribute': declared(`[${halves}<!ATTLIST x y CDATA "&whole;"><!ENTITY e "">]`),
  'an entity bomb': declared(
    `[${halves}<!ENTITY a "&whole;">${'bcdefghijk'
      .split('')
      .map((name, index) => `<!ENTITY ${name} "${tenTimes('abcdefghij'.charAt(index))}">`)
      .join('')}<!ENTITY e "${tenTimes('k')}">]`,
  ),
};

const flow = (mediators: string): string =>
  `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">${mediators}</sequence>`;
const stylesheet = 'xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"';
const copy = '<xsl:template match="/"><o>&e;<xsl:copy-of select="."/></o></xsl:template>';
const readAll =
  '<log level="full"/><property name="p" expression="string(//x)"/><property name="x" expression="//x/@y"/>';

interface Place {
  readonly mediators: string;
  readonly input: (document: Hostile) => MessageInput;
  /** It goes through as text, which nobody parses. */
  readonly isText?: true;
}

const asBody =
  (contentType: string, wrap = (text: string) => text) =>
  (document: Hostile): MessageInput => ({ body: wrap(document('x', '&e;')), contentType });
const asProperty = (document: Hostile): MessageInput => ({
  body: '<x/>',
  contentType: 'application/xml',
  properties: { default: { text: document('x', '&e;') } },
});
const inRegistry =
  (root: string, content: string) =>
  (document: Hostile): MessageInput => ({
    body: '<x>1</x>',
    contentType: 'application/xml',
    properties: { registry: { 'conf:/hostile.xml': document(root, content) } },
  });
const part = (type: string) => (text: string) =>
  `--b\r\nContent-Disposition: form-data; name="f"; filename="f.xml"\r\nContent-Type: ${type}\r\n\r\n${text}\r\n--b--\r\n`;

/** Wherever a flow reads XML that comes from outside. */
const places: Record<string, Place> = {
  'an XML body': { mediators: readAll, input: asBody('application/xml') },
  'a text/xml body': { mediators: readAll, input: asBody('text/xml') },
  'a SOAP body': { mediators: readAll, input: asBody('application/soap+xml') },
  'a body of an unknown XML type': { mediators: readAll, input: asBody('application/atom+xml') },
  'a part of a form': {
    isText: true,
    mediators: readAll,
    input: asBody('multipart/form-data; boundary=b', part('application/xml')),
  },
  'a related part': {
    mediators: readAll,
    input: asBody('multipart/related; boundary=b; type="text/xml"', part('text/xml')),
  },
  'a text that becomes the body': {
    isText: true,
    mediators: `<enrich><source type="property" property="text"/><target type="body"/></enrich>${readAll}`,
    input: asProperty,
  },
  'a text that becomes XML': {
    mediators: `<property name="om" expression="get-property('text')" type="OM"/><log><property name="t" expression="$ctx:om"/></log>`,
    input: asProperty,
  },
  'a variable of XML': {
    mediators:
      '<variable name="v" type="XML" expression="${props.synapse.text}"/><log><message>${vars.v}</message></log>',
    input: asProperty,
  },
  'a payload of XML': {
    isText: true,
    mediators: `<payloadFactory media-type="xml"><format><r xmlns="">$1</r></format><args><arg expression="get-property('text')"/></args></payloadFactory>${readAll}`,
    input: asProperty,
  },
  'a payload of a template language': {
    mediators: `<payloadFactory media-type="xml" template-type="freemarker"><format><![CDATA[\${ctx.text}]]></format></payloadFactory>${readAll}`,
    input: asProperty,
  },
  'a payload of JSON': {
    isText: true,
    mediators: `<payloadFactory media-type="json"><format>{"a":$1}</format><args><arg expression="get-property('text')"/></args></payloadFactory><log level="full"/>`,
    input: asProperty,
  },
  'a script': {
    mediators: `<script language="js"><![CDATA[mc.setPayloadXML(mc.getProperty("text"));]]></script>${readAll}`,
    input: asProperty,
  },
  'the source of a stylesheet': {
    mediators: `<xslt key="conf:/hostile.xml" source="get-property('text')"/>${readAll}`,
    input: (document) => ({
      ...asProperty(document),
      properties: {
        default: { text: document('x', '&e;') },
        registry: { 'conf:/hostile.xml': `<${stylesheet}>${copy.replace('&e;', '')}</xsl:stylesheet>` },
      },
    }),
  },
  'a stylesheet': { mediators: `<xslt key="conf:/hostile.xml"/>${readAll}`, input: inRegistry(stylesheet, copy) },
  'a document that a stylesheet reads': {
    mediators: `<xslt key="conf:/sheet.xml"/>${readAll}`,
    input: (document) => ({
      ...asProperty(document),
      properties: {
        registry: {
          'conf:/hostile.xml': document('x', '&e;'),
          'conf:/sheet.xml': `<${stylesheet}><xsl:template match="/"><o><xsl:copy-of select="document('conf:/hostile.xml')"/></o></xsl:template></xsl:stylesheet>`,
        },
      },
    }),
  },
  'a text that a stylesheet parses': {
    mediators: `<xslt key="conf:/sheet.xml"><property name="t" expression="get-property('text')"/></xslt>${readAll}`,
    input: (document) => ({
      ...asProperty(document),
      properties: {
        default: { text: document('x', '&e;') },
        registry: {
          'conf:/sheet.xml': `<${stylesheet}><xsl:param name="t"/><xsl:template match="/"><o><xsl:copy-of select="parse-xml($t)"/></o></xsl:template></xsl:stylesheet>`,
        },
      },
    }),
  },
  'a variable of a query': {
    mediators: `<xquery key="conf:/q.txt"><variable name="v" type="DOCUMENT" expression="get-property('text')"/></xquery>${readAll}`,
    input: (document) => ({
      ...asProperty(document),
      properties: {
        default: { text: document('x', '&e;') },
        registry: { 'conf:/q.txt': 'declare variable $v external; <o>{$v}</o>' },
      },
    }),
  },
  'a document that a query reads': {
    mediators: `<xquery key="conf:/q.txt"/>${readAll}`,
    input: (document) => ({
      ...asProperty(document),
      properties: {
        registry: {
          'conf:/hostile.xml': document('x', '&e;'),
          'conf:/q.txt': `<o>{doc('conf:/hostile.xml')}{doc('${pathToFileURL(secret)}')}</o>`,
        },
      },
    }),
  },
  'a schema': {
    mediators: '<validate><schema key="conf:/hostile.xml"/><on-fail><log level="full"/></on-fail></validate>',
    input: inRegistry(
      'xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"',
      '<xs:annotation><xs:documentation>&e;</xs:documentation></xs:annotation><xs:element name="x" type="xs:string"/>',
    ),
  },
  'a template of the registry': {
    mediators: `<payloadFactory media-type="xml"><format key="conf:/hostile.xml"/></payloadFactory>${readAll}`,
    input: inRegistry('x', '&e;'),
  },
};

describe('message-model 5.3, mediators 6: no entity of a document type is expanded, wherever XML is read', () => {
  after(() => rmSync(folder, { recursive: true }));

  for (const [where, { mediators, input, isText }] of Object.entries(places)) {
    it(`message-model 5.3: ${where}`, async () => {
      for (const [what, document] of Object.entries(hostile)) {
        const given = input(document);
        const result = await run(flow(mediators), given);
        const seen = JSON.stringify([result.message.body, result.logs, result.response, result.error]);
        assert.ok(!seen.includes(expanded), `${what}: ${seen.slice(0, 500)}`);
        const expected = isText ? 'completed' : 'faulted';
        assert.equal(result.outcome, expected, `${what}: ${seen.slice(0, 500)}`);
      }
    });
  }

  it('artifacts 4: a configuration file', async () => {
    for (const [what, document] of Object.entries(hostile)) {
      const text = document('sequence xmlns="http://ws.apache.org/ns/synapse" name="s"', '<log category="&e;"/>');
      const problems = check(text, { file: 'sequence.xml' });
      assert.ok(
        problems.some(({ severity, message }) => severity === 'error' && /document type/.test(message)),
        `${what}: ${JSON.stringify(problems)}`,
      );
      await assert.rejects(run(text), /document type/);
    }
  });
});
