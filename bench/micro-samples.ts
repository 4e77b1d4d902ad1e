import { defineMediator, type MediatorDefinition } from '../runtime/index.js';

/** A representative configuration of one mediator. */
export interface Sample {
  readonly mediator: string;
  /** How the row is called, when a mediator has several. */
  readonly name?: string;
  /** Deployed by the owner of a server who trusts scripts. */
  readonly trusted?: true;
  readonly xml: (kind: 'json' | 'xml') => string;
  /** Attributes of the sequence around it. */
  readonly attributes?: string;
  /** The one kind of body that it is made for. */
  readonly only?: 'json' | 'xml';
  /** The first message is another one than those that follow. */
  readonly warm?: boolean;
  /** What has to come out. */
  readonly after: {
    readonly outcome: 'completed' | 'responded';
    readonly properties?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: RegExp;
  };
}

/** Why a mediator is not in the table. */
export const notMeasured: Readonly<Record<string, string>> = {
  bam: 'its events go to a receiver of the data bridge, or wait for one in memory that would fill',
  builder: 'reads the body by a builder that it names, as the first mediator of every other flow does',
  oauthToken: 'its token comes from a server: `npm run bench:oauth` measures it',
  publishEvent: 'its events go to a receiver of the data bridge, or wait for one in memory that would fill',
  sampler: 'its rate is its configuration: messages wait for a timer',
  store: 'it waits for its store: a database, a broker, or memory that would fill',
};

const select = {
  json: {
    number: 'json-eval($.number)',
    items: 'json-eval($.items)',
    sku: 'json-eval($.sku)',
    country: 'json-eval($.country)',
  },
  xml: { number: '//order/number', items: '//order/items/item', sku: '//item/@sku', country: '//order/country' },
};

const stylesheet = `<localEntry key="Stylesheet"><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">
  <xsl:template match="/"><invoice><xsl:for-each select="//item"><line sku="{@sku}"><xsl:value-of select="price * quantity"/></line></xsl:for-each></invoice></xsl:template>
</xsl:stylesheet></localEntry>`;
const schema = `<localEntry key="JsonSchema"><![CDATA[{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
  "required": ["number", "items"], "properties": {"number": {"type": "string"}, "total": {"type": "number"},
  "items": {"type": "array", "items": {"type": "object", "required": ["sku"]}}}}]]></localEntry>`;
const xmlSchema = `<localEntry key="XmlSchema"><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="order"><xs:complexType><xs:sequence><xs:element name="number" type="xs:string"/>
  <xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/></xs:sequence></xs:complexType></xs:element>
</xs:schema></localEntry>`;
const mapping = `<localEntry key="Mapping"><![CDATA[map_S_root_S_root = function () {
  return { number: inputroot.number, items: inputroot.items.length }; };]]></localEntry>
  <localEntry key="MappingSchema"><![CDATA[{"title": "root", "type": "object", "properties": {}}]]></localEntry>`;

const events = `<eventSource name="Orders"><subscriptionManager class="org.apache.synapse.eventing.managers.DefaultInMemorySubscriptionManager">
  <property name="topicHeaderName" value="Topic"/><property name="topicHeaderNS" value="urn:orders"/></subscriptionManager></eventSource>`;

/** What the samples refer to. */
export const neighbours = `${events}${stylesheet}${schema}${xmlSchema}${mapping}
  <localEntry key="Query"><![CDATA[<o>{count(//item)}</o>]]></localEntry>
  <endpoint name="Backend"><http method="post" uri-template="http://127.0.0.1:1/orders"/></endpoint>
  <sequence name="main"><in><drop/></in><out><send/></out></sequence>
  <sequence name="Collect"><cache collector="true"/><send/></sequence>
  <sequence name="Handler"><property name="handled" value="yes"/></sequence>
  <sequence name="Step"><property name="stepped" value="yes"/></sequence>
  <template name="Greet"><parameter name="name"/><sequence><property name="greeted" expression="$func:name"/></sequence></template>`;

/** The port that the sample of `class` runs. */
export const classPort: MediatorDefinition = defineMediator({
  name: 'tax',
  javaClass: 'com.example.mediators.TaxMediator',
  summary: 'Tells the rate of the tax.',
  attributes: {},
  compile(element) {
    const rate = element.element('property')?.attribute('value') ?? '0';
    return {
      contentAware: false,
      mediate(message) {
        message.headers.set('X-Tax-Rate', rate);
        return true;
      },
    };
  },
});

const allItems = '<completeCondition><messageCount min="-1" max="-1"/></completeCondition>';
const stepped = { outcome: 'completed', properties: { stepped: 'yes' } } as const;
const found = { outcome: 'completed', properties: { found: 'yes' } } as const;
const setFound = '<property name="found" value="yes"/>';
const database =
  '<connection><pool><driver>org.sqlite.JDBC</driver><url>jdbc:sqlite::memory:</url><user/><password/></pool></connection>';
const statement = (sql: string, children = ''): string =>
  `<statement><sql><![CDATA[${sql}]]></sql>${children}</statement>`;
const policy = `<wsp:Policy xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy" xmlns:throttle="http://www.wso2.org/products/wso2commons/throttle">
  <throttle:ThrottleAssertion><wsp:Policy><throttle:ID throttle:type="IP">other</throttle:ID><wsp:Policy><throttle:Control><wsp:Policy>
  <throttle:MaximumCount>2000000000</throttle:MaximumCount><throttle:UnitTime>600000</throttle:UnitTime>
  </wsp:Policy></throttle:Control></wsp:Policy></wsp:Policy></throttle:ThrottleAssertion></wsp:Policy>`;
const factory = (kind: 'json' | 'xml'): string =>
  kind === 'json'
    ? '<payloadFactory media-type="json"><format>{"order": "$1"}</format><args><arg evaluator="json" expression="$.number"/></args></payloadFactory>'
    : '<payloadFactory media-type="xml"><format><o xmlns=""><number>$1</number></o></format><args><arg expression="//order/number"/></args></payloadFactory>';
const script = {
  json: 'var order = mc.getPayloadJSON(); mc.setProperty("found", order.items.length === 8 ? "yes" : "no");',
  xml: 'mc.setProperty("found", String(mc.getPayloadXML()).indexOf("sku-7") > 0 ? "yes" : "no");',
};

/** At least one for each mediator, in the order of their names. */
export const samples: readonly Sample[] = [
  {
    mediator: 'aggregate',
    xml: (kind) =>
      kind === 'json'
        ? `<iterate expression="json-eval($.items)"><target><sequence><aggregate>${allItems}<onComplete expression="json-eval($)"><respond/></onComplete></aggregate></sequence></target></iterate>`
        : `<property name="all"><items xmlns=""/></property><iterate expression="//item"><target><sequence><aggregate>${allItems}<onComplete expression="//item" enclosingElementProperty="all"><respond/></onComplete></aggregate></sequence></target></iterate>`,
    after: { outcome: 'responded', body: /sku-7/ },
  },
  {
    mediator: 'cache',
    xml: () =>
      `<cache collector="false" timeout="100000"><onCacheHit>${setFound}<respond/></onCacheHit><protocol type="HTTP"><methods>POST</methods><responseCodes>.*</responseCodes></protocol></cache><send receive="Collect"><endpoint key="Backend"/></send>`,
    warm: true,
    after: { outcome: 'responded', properties: { found: 'yes' }, body: /N-1/ },
  },
  {
    mediator: 'call',
    xml: () => '<call><endpoint key="Backend"/></call>',
    after: { outcome: 'completed', body: /N-1/ },
  },
  {
    mediator: 'call-template',
    xml: (kind) =>
      `<call-template target="Greet"><with-param name="name" value="{${select[kind].number}}"/></call-template>`,
    after: { outcome: 'completed', properties: { greeted: 'A-1' } },
  },
  {
    mediator: 'callout',
    xml: () =>
      '<callout endpointKey="Backend"><source xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xpath="s:Body/child::*[1]"/><target key="found"/></callout>',
    after: { outcome: 'completed' },
  },
  {
    mediator: 'class',
    xml: () => '<class name="com.example.mediators.TaxMediator"><property name="rate" value="0.2"/></class>',
    after: { outcome: 'completed', headers: { 'X-Tax-Rate': '0.2' } },
  },
  {
    mediator: 'clone',
    xml: () =>
      '<clone continueParent="true"><target><sequence><drop/></sequence></target><target><sequence><drop/></sequence></target></clone><property name="stepped" value="yes"/>',
    after: stepped,
  },
  { mediator: 'comment', xml: () => '<!-- a remark -->', after: { outcome: 'completed' } },
  {
    mediator: 'conditionalRouter',
    xml: () =>
      `<conditionalRouter continueAfter="true"><conditionalRoute><condition><and><equal type="header" source="X-Customer" value="gold"/><match type="param" source="express" regex="true|yes"/></and></condition><target><sequence>${setFound}</sequence></target></conditionalRoute></conditionalRouter>`,
    after: found,
  },
  {
    mediator: 'datamapper',
    xml: () =>
      '<datamapper config="Mapping" inputSchema="MappingSchema" outputSchema="MappingSchema" inputType="JSON" outputType="JSON"/>',
    only: 'json',
    after: { outcome: 'completed', body: /"items":8/ },
  },
  {
    mediator: 'dblookup',
    xml: () =>
      `<dblookup>${database}${statement("select 'yes' as answer", '<result name="found" column="answer"/>')}</dblookup>`,
    after: found,
  },
  {
    mediator: 'dbreport',
    xml: () =>
      `<dbreport>${database}${statement('create table if not exists orders (number varchar(40) primary key, taken integer)')}${statement('insert or replace into orders values (?, 1)', '<parameter type="VARCHAR" value="A-1"/>')}</dbreport>`,
    after: { outcome: 'completed', properties: { DBREPORT_MODIFIED_RAW_COUNT: '1' } },
  },
  {
    mediator: 'detach',
    xml: () => '<detach source="//item[1]" property="first"/>',
    only: 'xml',
    after: { outcome: 'completed', body: /sku-7/ },
  },
  { mediator: 'drop', xml: () => '<drop/>', after: { outcome: 'completed' } },
  { mediator: 'enqueue', xml: () => '<enqueue sequence="Step" executor="orders" priority="1"/>', after: stepped },
  {
    mediator: 'enrich',
    xml: (kind) =>
      `<enrich><source type="custom" clone="true" xpath="${kind === 'json' ? 'json-eval($.customer)' : '//customer'}"/><target type="body"/></enrich>`,
    after: { outcome: 'completed', body: /Ada/ },
  },
  {
    mediator: 'entitlementService',
    xml: () =>
      `<property name="username" scope="axis2" value="Ada"/><property name="xacml_use_rest" scope="axis2" value="true"/><entitlementService remoteServiceUrl="http://127.0.0.1:1/services/" remoteServiceUserName="pep" remoteServicePassword="secret" client="basicAuth"><onAccept>${setFound}</onAccept><onReject/></entitlementService>`,
    after: found,
  },
  { mediator: 'event', xml: () => '<event topic="orders"/>', after: { outcome: 'completed' } },
  {
    mediator: 'eventPublisher',
    xml: () => '<eventPublisher eventSourceName="Orders"/>',
    after: { outcome: 'completed' },
  },
  {
    mediator: 'fastXSLT',
    xml: () => '<fastXSLT key="Stylesheet"/>',
    only: 'xml',
    after: { outcome: 'completed', body: /sku="sku-7">20</ },
  },
  {
    mediator: 'filter',
    xml: (kind) => `<filter source="${select[kind].country}" regex="DE|FR"><then>${setFound}</then></filter>`,
    after: found,
  },
  {
    mediator: 'foreach',
    xml: (kind) =>
      `<foreach expression="${select[kind].items}"><sequence><property name="last" expression="${select[kind].sku}"/></sequence></foreach>`,
    after: { outcome: 'completed', properties: { last: 'sku-7' } },
  },
  {
    mediator: 'foreach',
    name: 'foreach (collection)',
    xml: () =>
      `<foreach collection="\${payload.items}" parallel-execution="false"><sequence><property name="last" value="x"/></sequence></foreach>${setFound}`,
    only: 'json',
    after: found,
  },
  {
    mediator: 'header',
    xml: (kind) => `<header name="X-Order" scope="transport" expression="${select[kind].number}"/>`,
    after: { outcome: 'completed', headers: { 'X-Order': 'A-1' } },
  },
  { mediator: 'in', xml: () => `<in>${setFound}</in>`, after: found },
  {
    mediator: 'iterate',
    xml: (kind) =>
      `<iterate expression="${select[kind].items}" continueParent="true" sequential="true"><target><sequence><drop/></sequence></target></iterate>${setFound}`,
    after: found,
  },
  {
    mediator: 'jsontransform',
    xml: () => '<jsontransform schema="JsonSchema"/>',
    only: 'json',
    after: { outcome: 'completed', body: /sku-7/ },
  },
  {
    mediator: 'log',
    xml: (kind) => `<log level="custom"><property name="order" expression="${select[kind].number}"/></log>`,
    after: { outcome: 'completed' },
  },
  { mediator: 'loopback', xml: () => '<loopback/>', after: { outcome: 'responded', body: /sku-7/ } },
  {
    mediator: 'makefault',
    xml: () =>
      '<makefault version="soap11"><code xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" value="soap:Client"/><reason value="no items"/></makefault>',
    after: { outcome: 'completed' },
  },
  {
    mediator: 'NTLM',
    xml: () => '<NTLM username="ada" password="secret" host="h" domain="CORP" ntlmVersion="v2"/>',
    after: { outcome: 'completed' },
  },
  {
    mediator: 'oauthService',
    xml: () =>
      `<oauthService remoteServiceUrl="http://127.0.0.1:1/services/" username="validator" password="secret"/>${setFound}`,
    after: found,
  },
  {
    mediator: 'opa',
    xml: () =>
      `<opa><serverUrl>http://127.0.0.1:1/v1/data</serverUrl><policy>orders</policy><rule>allow</rule></opa>${setFound}`,
    after: found,
  },
  { mediator: 'out', xml: () => `<out><drop/></out>${setFound}`, after: found },
  { mediator: 'payloadFactory', xml: factory, after: { outcome: 'completed', body: /A-1/ } },
  {
    mediator: 'property',
    xml: (kind) => `<property name="number" expression="${select[kind].number}"/>`,
    after: { outcome: 'completed', properties: { number: 'A-1' } },
  },
  {
    mediator: 'propertyGroup',
    xml: (kind) =>
      `<propertyGroup><property name="found" value="yes"/><property name="number" expression="${select[kind].number}"/></propertyGroup>`,
    after: { outcome: 'completed', properties: { found: 'yes', number: 'A-1' } },
  },
  {
    mediator: 'replace',
    xml: () => '<detach source="//item[1]" property="first"/><replace target="//order" property="first"/>',
    only: 'xml',
    after: { outcome: 'completed', body: /^(?!.*<number>)/s },
  },
  { mediator: 'respond', xml: () => '<respond/>', after: { outcome: 'responded', body: /sku-7/ } },
  {
    mediator: 'rewrite',
    xml: () =>
      '<rewrite outProperty="moved"><rewriterule><action type="replace" fragment="path" regex="orders" value="carts"/></rewriterule></rewrite>',
    after: { outcome: 'completed', properties: { moved: '/carts?express=yes' } },
  },
  {
    mediator: 'router',
    xml: (kind) =>
      `<router continueAfter="true"><route expression="${kind === 'json' ? '//country' : select.xml.country}" match="DE|FR"><target><sequence>${setFound}</sequence></target></route></router>`,
    after: found,
  },
  { mediator: 'rules', xml: () => `<rules>${setFound}</rules>`, after: found },
  {
    mediator: 'scatter-gather',
    xml: (kind) =>
      `<scatter-gather parallel-execution="true" target="body" ${kind === 'json' ? 'result-content-type="JSON"' : 'result-content-type="XML" result-enclosing-element="all"'}><aggregation expression="${kind === 'json' ? '${payload}' : "${xpath('//o')}"}"/><sequence>${factory(kind)}</sequence><sequence>${factory(kind)}</sequence></scatter-gather>`,
    after: { outcome: 'completed', body: /A-1.*A-1/s },
  },
  {
    mediator: 'script',
    name: 'script (trusted)',
    xml: (kind) => `<script language="js"><![CDATA[${script[kind]}]]></script>`,
    trusted: true,
    after: found,
  },
  { mediator: 'script', xml: (kind) => `<script language="js"><![CDATA[${script[kind]}]]></script>`, after: found },
  {
    mediator: 'send',
    xml: () => '<send><endpoint key="Backend"/></send>',
    after: { outcome: 'responded', body: /N-1/ },
  },
  { mediator: 'sequence', xml: () => '<sequence key="Step"/>', after: stepped },
  {
    mediator: 'switch',
    xml: (kind) =>
      `<switch source="${select[kind].country}"><case regex="US|CA"><drop/></case><case regex="DE|FR">${setFound}</case></switch>`,
    after: found,
  },
  {
    mediator: 'throttle',
    xml: () =>
      `<throttle id="orders"><policy>${policy}</policy><onAccept>${setFound}</onAccept><onReject><drop/></onReject></throttle>`,
    after: found,
  },
  {
    mediator: 'throwError',
    xml: () => '<throwError type="ORDER_EMPTY" errorMessage="no items"/>',
    attributes: 'onError="Handler"',
    after: { outcome: 'completed', properties: { handled: 'yes', ERROR_MESSAGE: 'no items' } },
  },
  {
    mediator: 'transaction',
    xml: () => `<transaction action="new"/>${setFound}<transaction action="commit"/>`,
    after: found,
  },
  {
    mediator: 'validate',
    xml: (kind) =>
      `<validate><schema key="${kind === 'json' ? 'JsonSchema' : 'XmlSchema'}"/><on-fail><property name="failed" value="yes"/></on-fail></validate><property name="after" expression="get-property('failed')"/>${setFound}`,
    after: { outcome: 'completed', properties: { found: 'yes', failed: 'undefined' } },
  },
  {
    mediator: 'variable',
    xml: (kind) => `<variable name="number" expression="${select[kind].number}"/>`,
    after: { outcome: 'completed' },
  },
  {
    mediator: 'xquery',
    xml: () => '<xquery key="Query"/>',
    only: 'xml',
    after: { outcome: 'completed', body: /<o>8<\/o>/ },
  },
  {
    mediator: 'xslt',
    xml: () => '<xslt key="Stylesheet"/>',
    only: 'xml',
    after: { outcome: 'completed', body: /sku="sku-7">20</ },
  },
];
