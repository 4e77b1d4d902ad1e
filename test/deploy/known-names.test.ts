import assert from 'node:assert/strict';
import { mediators } from '../../mediators/index.js';
import { check } from '../../runtime/index.js';

const warnings = (mediator: string): string[] =>
  check(`<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">${mediator}</sequence>`, { file: 's.xml' })
    .filter(({ code }) => code.startsWith('unknown-'))
    .map(({ message, hint }) => `${message.replace('; it is ignored', '')}${hint === undefined ? '' : ` - ${hint}`}`);

const target = '<target><sequence><log/></sequence></target>';

/** One name that is wrong in every mediator that has parts; the last text is what is meant. */
const rows: readonly (readonly [xml: string, warning: string])[] = [
  ['<log levl="full"/>', '<log> does not know the attribute "levl" - did you mean "level"?'],
  [
    '<log><propertie name="a" value="b"/></log>',
    '<log> does not know the element <propertie> - did you mean "property"?',
  ],
  [
    '<log><property name="a" valu="b" value="c"/></log>',
    '<property> does not know the attribute "valu" - did you mean "value"?',
  ],
  [
    `<clone continueparent="true">${target}</clone>`,
    '<clone> does not know the attribute "continueparent" - did you mean "continueParent"?',
  ],
  [
    `<clone>${target.replace('<target', '<target endpiont="e"')}</clone>`,
    '<target> does not know the attribute "endpiont" - did you mean "endpoint"?',
  ],
  [
    `<iterate expression="//a">${target.replace('<target', '<target soapaction="e"')}</iterate>`,
    '<target> does not know the attribute "soapaction" - did you mean "soapAction"?',
  ],
  ['<call><source typ="body"/></call>', '<source> does not know the attribute "typ" - did you mean "type"?'],
  ['<call><target type="property" nam="x">p</target></call>', '<target> does not know the attribute "nam"'],
  [
    '<switch source="//a"><case regex="a" regx="b"/></switch>',
    '<case> does not know the attribute "regx" - did you mean "regex"?',
  ],
  [
    '<filter xpath="//a"><then sequense="s"/></filter>',
    '<then> does not know the attribute "sequense" - did you mean "sequence"?',
  ],
  [
    '<enrich><source type="body" clon="true"/><target type="property" property="p"/></enrich>',
    '<source> does not know the attribute "clon" - did you mean "clone"?',
  ],
  [
    '<payloadFactory media-type="json"><format>{}</format><args><arg value="1" evaluater="xml"/></args></payloadFactory>',
    '<arg> does not know the attribute "evaluater" - did you mean "evaluator"?',
  ],
  [
    '<payloadFactory><format><a/></format><arguments/></payloadFactory>',
    '<payloadFactory> does not know the element <arguments>',
  ],
  [
    '<call-template target="t"><with-param name="p" valu="2" value="1"/></call-template>',
    '<with-param> does not know the attribute "valu" - did you mean "value"?',
  ],
  [
    '<aggregate><completeCondition><messageCount minimum="2" min="1"/></completeCondition><onComplete expression="//a"/></aggregate>',
    '<messageCount> does not know the attribute "minimum"',
  ],
  [
    '<validate><schema key="k" kee="k"/><on-fail><log/></on-fail></validate>',
    '<schema> does not know the attribute "kee" - did you mean "key"?',
  ],
  [
    '<conditionalRouter><conditionalRoute><condition><and><not><equal type="url" source="host" value="h" valu="x"/></not></and></condition><target sequence="s"/></conditionalRoute></conditionalRouter>',
    '<equal> does not know the attribute "valu" - did you mean "value"?',
  ],
  [
    '<rewrite><rewriterule><action type="set" value="v" fragmnt="host"/></rewriterule></rewrite>',
    '<action> does not know the attribute "fragmnt" - did you mean "fragment"?',
  ],
  [
    '<xslt key="k"><property name="n" value="v" exprssion="x"/></xslt>',
    '<property> does not know the attribute "exprssion" - did you mean "expression"?',
  ],
  [
    '<propertyGroup><property name="n" value="v" typ="STRING"/></propertyGroup>',
    '<property> does not know the attribute "typ" - did you mean "type"?',
  ],
  [
    '<opa><serverUrl>http://h</serverUrl><policy>p</policy><rul>r</rul></opa>',
    '<opa> does not know the element <rul> - did you mean "rule"?',
  ],
  [
    '<variable name="a" vaule="x" value="y"/>',
    '<variable> does not know the attribute "vaule" - did you mean "value"?',
  ],
];

/** Endpoints, wherever they stand. */
const endpoints: readonly [string, string][] = [
  ['<endpoint key="e" kee="e"/>', '<endpoint> does not know the attribute "kee" - did you mean "key"?'],
  [
    '<endpoint><http metod="get" uri-template="http://h"/></endpoint>',
    '<http> does not know the attribute "metod" - did you mean "method"?',
  ],
  [
    '<endpoint><address uri="http://h" formt="pox"/></endpoint>',
    '<address> does not know the attribute "formt" - did you mean "format"?',
  ],
  [
    '<endpoint><default><timeout><durration>5</durration></timeout></default></endpoint>',
    '<timeout> does not know the element <durration> - did you mean "duration"?',
  ],
  [
    '<endpoint><loadbalance><endpoint nme="a"><address uri="http://h"/></endpoint></loadbalance></endpoint>',
    '<endpoint> does not know the attribute "nme" - did you mean "name"?',
  ],
  [
    '<endpoint><address uri="http://h"/><propety name="a" value="b"/></endpoint>',
    '<endpoint> does not know the element <propety> - did you mean "property"?',
  ],
];

describe('product 1: names that a mediator does not know', () => {
  for (const [xml, warning] of rows) {
    it(xml, () => assert.deepEqual(warnings(xml), [warning]));
  }

  for (const [xml, warning] of endpoints) {
    it(`artifacts 3.1: ${xml}`, () => assert.deepEqual(warnings(`<call>${xml}</call>`), [warning]));
  }

  it('what stands inside inline content, or in another namespace, is not looked at', () => {
    for (const xml of [
      '<enrich><source type="inline"><source typ="x"><target foo="1"/></source></source><target type="body"/></enrich>',
      '<payloadFactory><format><arg foo="1"/></format><args/></payloadFactory>',
      '<property name="x"><property foo="1"/></property>',
      '<log xmlns:e="urn:editor" e:x="1"/>',
      '<call><e:source xmlns:e="urn:editor" foo="1"/></call>',
      '<call><endpoint name="e" onError="s"><http uri-template="http://h" method="get"><suspendOnFailure><errorCodes>1</errorCodes></suspendOnFailure><authentication><basicAuth foo="1"><username>u</username><password>p</password></basicAuth></authentication></http><description>d</description></endpoint></call>',
      '<log description="d" statistics="enable" trace="enable" traceFilter="enable"><description>d</description></log>',
    ]) {
      assert.deepEqual(warnings(xml), [], xml);
    }
  });

  it('every part that a mediator names as its child is a known path, and no path begins elsewhere', () => {
    for (const { name, children, inner = {} } of mediators) {
      if (!Array.isArray(children)) continue;
      for (const path of Object.keys(inner)) {
        const start = path.split('/')[0] ?? '';
        const isPart = children.includes(start) || Object.keys(inner).some((other) => other.endsWith(`/${start}`));
        assert.ok(isPart, `${name}: ${path}`);
      }
    }
  });
});
