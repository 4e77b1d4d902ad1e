import assert from 'node:assert/strict';
import { parseElement } from '../../runtime/xml/parse.js';
import { type Backend, type Reply, startBackend } from '../endpoint/harness.js';
import { type Given, type Row as MediatorRow, problemsOf, refusals, run, verify } from './harness.js';

const XACML = 'urn:oasis:names:tc:xacml:3.0:core:schema:wd-17';

const soap = (body: string, more: Reply = {}): Reply => ({
  ...more,
  headers: { 'Content-Type': 'text/xml', ...more.headers },
  body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`,
});
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const returns = (text: string) =>
  soap(
    `<n:getDecisionResponse xmlns:n="http://org.apache.axis2/xsd"><n:return>${escaped(text)}</n:return></n:getDecisionResponse>`,
  );
const decides = (decision: string, more = '') =>
  returns(`<Response xmlns="${XACML}"><Result><Decision>${decision}</Decision>${more}</Result></Response>`);
const login = (cookie: string) =>
  soap('<n:loginResponse xmlns:n="http://a"><n:return>true</n:return></n:loginResponse>', {
    headers: { 'Set-Cookie': [`JSESSIONID=${cookie}; Path=/; Secure`, 'other=1'] },
  });
const sessionOver = soap('<s:Fault><faultcode>s:50977</faultcode><faultstring>timed out</faultstring></s:Fault>', {
  status: 500,
});
const obligations = '<Obligations><Obligation ObligationId="o1"/></Obligations>';
const advice = '<AssociatedAdvice><Advice AdviceId="a1"/></AssociatedAdvice>';

const account = 'remoteServiceUserName="admin" remoteServicePassword="s&amp;t"';
const accept = '<onAccept><property name="way" value="accept"/></onAccept>';
const reject = '<onReject><property name="way" value="reject"/></onReject>';
const user = { axis2: { username: 'Ada' }, body: '<order/>', to: '/services/Orders' };

interface Row {
  rule: string;
  attributes?: string;
  children?: string;
  given?: Given;
  replies?: readonly Reply[];
  expect: MediatorRow['expect'];
  /** Attribute values of the XACML request: subject, action, resource. */
  asked?: readonly [subject: string, action: string, resource: string];
  /** Paths of the services that were called. */
  calls?: readonly string[];
}

const rows: readonly Row[] = [
  {
    rule: 'mediators 9.3: Permit runs onAccept; subject, action and resource as for a SOAP message',
    children: accept + reject,
    expect: { outcome: true, properties: { way: 'accept', ENTITLEMENT_DECISION: 'Permit' } },
    asked: ['Ada', 'read', '/services/Orders/order'],
    calls: ['/services/EntitlementService'],
  },
  {
    rule: 'mediators 9.3: Permit without onAccept goes on',
    expect: { outcome: true },
  },
  ...['Deny', 'NotApplicable', 'Indeterminate'].map((decision) => ({
    rule: `mediators 9.3: ${decision} runs onReject`,
    children: accept + reject,
    replies: [decides(decision)],
    expect: { outcome: true, properties: { way: 'reject', ENTITLEMENT_DECISION: decision } },
  })),
  {
    rule: 'mediators 9.3: a refused request without onReject is a fault',
    children: accept,
    replies: [decides('Deny')],
    expect: { fault: 'The user is not authorized to perform the action' },
  },
  {
    rule: 'mediators 9.3: the sequences of attributes win over children, and their outcome counts',
    attributes: 'onAccept=" yes " onReject="no"',
    children: accept + reject,
    given: { ...user, sequences: { yes: '<property name="way" value="yes"/><drop/>' } },
    expect: { outcome: false, properties: { way: 'yes' } },
  },
  {
    rule: 'mediators 9.3: a sequence that is not there is a fault',
    attributes: 'onAccept="none"',
    expect: { fault: 'The sequence none that <entitlementService> names by onAccept cannot be found' },
  },
  {
    rule: 'mediators 9.3: xacml_use_rest takes the HTTP method as action and operation',
    given: { ...user, axis2: { ...user.axis2, xacml_use_rest: 'TRUE', HTTP_METHOD: 'PUT' } },
    expect: { outcome: true },
    asked: ['Ada', 'PUT', '/services/Orders/PUT'],
  },
  {
    rule: 'mediators 9.3: xacml_action wins, xacml_resource_prefix precedes the address; markup in values is text',
    given: { ...user, axis2: { username: '<A>', xacml_action: 'pay', xacml_resource_prefix: 'http://h' } },
    expect: { outcome: true },
    asked: ['<A>', 'pay', 'http://h/services/Orders/order'],
  },
  {
    rule: 'mediators 9.3: xacml_resource_prefix_only replaces the address; JSON is named by its wrapper',
    given: {
      ...user,
      body: '{"a":1}',
      axis2: { username: 'Ada', xacml_resource_prefix: 'orders', xacml_resource_prefix_only: 'true' },
    },
    expect: { outcome: true },
    asked: ['Ada', 'read', 'orders/jsonObject'],
  },
  {
    rule: 'mediators 9.3: without a body the resource is the address',
    given: { axis2: user.axis2, to: '/services/Orders' },
    expect: { outcome: true },
    asked: ['Ada', 'read', '/services/Orders'],
  },
  {
    rule: 'mediators 9.3: the SAML callback takes the subject from saml.subject.id',
    attributes: 'callbackClass="org.wso2.carbon.identity.entitlement.mediator.callback.SAMLEntitlementCallbackHandler"',
    given: { ...user, axis2: { 'saml.subject.id': 'Saml', username: 'Ada' } },
    expect: { outcome: true },
    asked: ['Saml', 'read', '/services/Orders/order'],
  },
  {
    rule: 'mediators 9.3: without a user it is a fault, and nobody is asked',
    given: { body: '<order/>' },
    expect: { fault: 'The entitlement mediator has no user: the axis2 property "username" is not set' },
    calls: [],
  },
  {
    rule: 'mediators 9.3: an answer without a decision is a fault',
    replies: [returns(`<Response xmlns="${XACML}"/>`)],
    expect: {
      fault: 'Error occurred while evaluating the policy: The answer of the policy decision point has no decision',
    },
  },
  {
    rule: 'mediators 9.3: an answer that is no SOAP is a fault',
    children: accept + reject,
    replies: [{ status: 403, reason: 'Forbidden', body: 'Permit' }],
    expect: { fault: 'Error occurred while evaluating the policy: The service answered 403 Forbidden' },
  },
  {
    rule: 'mediators 9.3: a response without a namespace, as of XACML 2.0',
    replies: [returns('<Response><Result ResourceId="r"><Decision>Permit</Decision></Result></Response>')],
    expect: { outcome: true },
  },
  {
    rule: 'mediators 9.3: obligations become the body of a copy; when they are fulfilled the flow goes on as it was',
    children: `${accept}${reject}<obligations><log level="full"/><property name="inside" value="1"/></obligations>`,
    replies: [decides('Permit', obligations)],
    expect: { outcome: true, body: '<order/>', properties: { way: 'accept', inside: undefined } },
  },
  {
    rule: 'mediators 9.3: the sequence of obligations has them as its body',
    attributes: 'obligations="fulfil"',
    children: accept + reject,
    given: {
      ...user,
      sequences: {
        fulfil:
          '<filter xpath="//*[@ObligationId=\'o1\']"><then><log level="custom"><property name="o" value="1"/></log></then></filter>',
      },
    },
    replies: [decides('Permit', obligations)],
    expect: { outcome: true, logs: ['o = 1'], properties: { way: 'accept' } },
  },
  {
    rule: 'mediators 9.3: obligations may call out before the decision stands',
    children: `${accept}${reject}<obligations><call><endpoint key="e"/></call></obligations>`,
    given: { ...user, answers: [{ body: '<done/>' }] },
    replies: [decides('Permit', obligations)],
    expect: { outcome: true, body: '<order/>', properties: { way: 'accept' }, answers: [] },
  },
  {
    rule: 'mediators 9.3: a sequence of obligations that stops turns Permit into Deny',
    children: `${accept}${reject}<obligations><drop/></obligations>`,
    replies: [decides('Permit', obligations)],
    expect: { outcome: true, properties: { way: 'reject', ENTITLEMENT_DECISION: 'Permit' } },
  },
  {
    rule: 'mediators 9.3: obligations that nobody fulfils turn Permit into Deny',
    children: accept + reject,
    replies: [decides('Permit', obligations)],
    expect: { outcome: true, properties: { way: 'reject' } },
  },
  {
    rule: 'mediators 9.3: obligations of Deny run, and it stays Deny',
    children: `${accept}${reject}<obligations><log level="custom"><property name="o" value="1"/></log></obligations>`,
    replies: [decides('Deny', obligations)],
    expect: { outcome: true, logs: ['o = 1'], properties: { way: 'reject' } },
  },
  {
    rule: 'mediators 9.3: a fault among the obligations is a fault of the flow',
    children: `${accept}${reject}<obligations><throwError errorMessage="no"/></obligations>`,
    replies: [decides('Permit', obligations)],
    expect: { fault: 'no' },
  },
  {
    rule: 'mediators 9.3: advice becomes the body of a copy that runs beside the flow, whose outcome does not count',
    children: `${accept}<advice><log level="custom"><property name="a" expression="string(//*/@AdviceId)"/></log><drop/></advice>`,
    replies: [decides('Permit', advice)],
    expect: {
      outcome: true,
      body: '<order/>',
      logs: ['a = a1'],
      properties: {
        way: 'accept',
        ENTITLEMENT_ADVICE: `XML:<AssociatedAdvice xmlns="${XACML}"><Advice AdviceId="a1"/></AssociatedAdvice>`,
      },
    },
  },
  {
    rule: 'mediators 9.3: advice does not run for Indeterminate',
    children: `${reject}<advice><log level="custom"><property name="a" value="1"/></log></advice>`,
    replies: [decides('Indeterminate', advice)],
    expect: { outcome: true, logs: [], properties: { way: 'reject' } },
  },
  {
    rule: 'mediators 9.3: client="soap" logs in and asks by the session',
    attributes: 'client="soap"',
    replies: [login('s1'), decides('Permit')],
    expect: { outcome: true },
    calls: ['/services/AuthenticationAdmin', '/services/EntitlementService'],
  },
  {
    rule: 'mediators 9.3: client="soap" begins a session anew when the server has forgotten it',
    attributes: 'client="soap"',
    replies: [login('s1'), sessionOver, login('s2'), decides('Permit')],
    expect: { outcome: true },
    calls: ['AuthenticationAdmin', 'EntitlementService', 'AuthenticationAdmin', 'EntitlementService'].map(
      (name) => `/services/${name}`,
    ),
  },
  {
    rule: 'mediators 9.3: client="soap" does not repeat after another fault',
    attributes: 'client="soap"',
    replies: [login('s1'), soap('<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>')],
    expect: { fault: 'Error occurred while evaluating the policy: SOAP fault: no' },
    calls: ['/services/AuthenticationAdmin', '/services/EntitlementService'],
  },
  {
    rule: 'mediators 9.3: a refused login is a fault',
    attributes: 'client="soap"',
    replies: [soap('<n:loginResponse xmlns:n="http://a"><n:return>false</n:return></n:loginResponse>')],
    expect: { fault: 'Error occurred while evaluating the policy: The login was refused' },
  },
];

describe('entitlementService', () => {
  let server: Backend;
  afterEach(() => server?.close());

  const element = (attributes = '', children = '') =>
    `<entitlementService remoteServiceUrl="${server.url}/services" ${account} ${attributes}>${children}</entitlementService>`;

  for (const {
    rule,
    attributes,
    children,
    given = user,
    replies = [decides('Permit')],
    expect,
    asked,
    calls,
  } of rows) {
    it(rule, async () => {
      server = await startBackend(replies);
      const xml = element(attributes, children);
      verify(await run(xml, given), expect, xml);
      if (asked) assert.deepEqual(requestIn(server.seen.at(-1)?.body ?? ''), asked);
      if (calls)
        assert.deepEqual(
          server.seen.map(({ url }) => url),
          calls,
        );
    });
  }

  it('mediators 9.3: the request is XACML 3.0 in a SOAP call with basic authentication', async () => {
    server = await startBackend([decides('Permit')]);
    await run(element(), user);
    const [request] = server.seen;
    assert.equal(request?.headers.authorization, `Basic ${Buffer.from('admin:s&t').toString('base64')}`);
    assert.equal(request?.headers.soapaction, '"urn:getDecision"');
    const xacml = xacmlIn(request?.body ?? '');
    assert.equal(xacml.namespaceURI, XACML);
    assert.deepEqual(
      Array.from(xacml.getElementsByTagName('Attributes'), (one) => one.getAttribute('Category')),
      [
        'urn:oasis:names:tc:xacml:1.0:subject-category:access-subject',
        'urn:oasis:names:tc:xacml:3.0:attribute-category:action',
        'urn:oasis:names:tc:xacml:3.0:attribute-category:resource',
      ],
    );
  });

  it('mediators 9.3: the session cookie goes with the question, one login for many messages unless reuseSession is false', async () => {
    const twice = (attributes: string) =>
      `<iterate sequential="true" continueParent="true" expression="//x"><target><sequence>${element(attributes)}</sequence></target></iterate>`;
    for (const [attributes, replies, paths] of [
      [
        'client="soap"',
        [login('s1'), decides('Permit')],
        ['AuthenticationAdmin', 'EntitlementService', 'EntitlementService'],
      ],
      [
        'client="soap" reuseSession="false"',
        [login('s1'), decides('Permit'), login('s2'), decides('Permit')],
        ['AuthenticationAdmin', 'EntitlementService', 'AuthenticationAdmin', 'EntitlementService'],
      ],
    ] as const) {
      server?.close();
      server = await startBackend(replies);
      await run(twice(attributes), { ...user, body: '<a><x/><x/></a>' });
      assert.deepEqual(
        server.seen.map(({ url }) => url.split('/').at(-1)),
        paths,
      );
      assert.equal(server.seen[1]?.headers.cookie, 'JSESSIONID=s1; other=1');
      assert.match(server.seen[0]?.body ?? '', /<a:username>admin<\/a:username><a:password>s&amp;t</);
    }
  });

  it('mediators 9.3: a cached decision is not asked for again, up to maxCacheEntries of them', async () => {
    const asks = async (attributes: string, names: string) => {
      server?.close();
      server = await startBackend([decides('Permit')]);
      const steps = `<property name="username" scope="axis2" expression="string(//u)"/>${element(attributes)}`;
      const xml = `<iterate sequential="true" continueParent="true" expression="//u"><target><sequence>${steps}</sequence></target></iterate>`;
      await run(xml, { body: `<a>${[...names].map((name) => `<u>${name}</u>`).join('')}</a>` });
      return server.seen.length;
    };
    const kept = 'cacheType="simple" invalidationInterval="60000"';
    assert.equal(await asks('', 'aa'), 2);
    assert.equal(await asks(`${kept} maxCacheEntries="5"`, 'aab'), 2);
    assert.equal(await asks(`${kept} maxCacheEntries="1"`, 'abab'), 4);
    assert.equal(await asks(`${kept} maxCacheEntries="-1"`, 'abab'), 2);
    assert.equal(await asks('cacheType="simple" maxCacheEntries="5"', 'aa'), 2);
    assert.equal(await asks('cacheType="none" invalidationInterval="60000" maxCacheEntries="5"', 'aa'), 2);
  });

  it('mediators 9.3: address, user and password from entries, the password from the vault', async () => {
    server = await startBackend([decides('Permit')]);
    const xml =
      '<entitlementService remoteServiceUrlKey="url" remoteServiceUserNameKey="user" remoteServicePasswordKey="password"/>';
    const entries = { url: `${server.url}/services/`, user: 'root', password: "{wso2:vault-lookup('pdp')}" };
    verify(await run(xml, { ...user, entries, secrets: { pdp: 'hidden' } }), { outcome: true }, xml);
    const [request] = server.seen;
    assert.equal(request?.headers.authorization, `Basic ${Buffer.from('root:hidden').toString('base64')}`);
  });

  it('mediators 9.3: the callback class for user names in any of its packages', () => {
    for (const name of ['org.wso2.carbon.identity', 'org.wso2.micro.integrator.identity']) {
      const attributes = `callbackClass="${name}.entitlement.mediator.callback.UTEntitlementCallbackHandler"`;
      assert.deepEqual(problemsOf(`<entitlementService remoteServiceUrl="http://h" ${account} ${attributes}/>`), []);
    }
  });

  const at = (attributes: string) => `<entitlementService remoteServiceUrl="http://h" ${attributes}/>`;
  refusals([
    { rule: 'mediators 9.3: a URL is needed', xml: `<entitlementService ${account}/>`, code: 'missing-attribute' },
    { rule: 'mediators 9.3: a user is needed', xml: at('remoteServicePassword="p"'), code: 'missing-attribute' },
    { rule: 'mediators 9.3: a password is needed', xml: at('remoteServiceUserName="u"'), code: 'missing-attribute' },
    {
      rule: 'mediators 9.3: a password that was encrypted elsewhere',
      xml: at('remoteServiceUserName="u" remoteServicePassword="enc:abc"'),
      code: 'encrypted-value',
    },
    { rule: 'mediators 9.3: client="thrift"', xml: at(`${account} client="thrift"`), code: 'unsupported-client' },
    { rule: 'mediators 9.3: client="wsXacml"', xml: at(`${account} client="wsXacml"`), code: 'unsupported-client' },
    { rule: 'mediators 9.3: client="json"', xml: at(`${account} client="json"`), code: 'unsupported-client' },
    { rule: 'mediators 9.3: another client', xml: at(`${account} client="x"`), code: 'invalid-attribute-value' },
    { rule: "mediators 9.3: a callback of one's own", xml: at(`${account} callbackClass="a.B"`), code: 'needs-jvm' },
    {
      rule: 'mediators 9.3: maxCacheEntries is a number',
      xml: at(`${account} maxCacheEntries="many"`),
      code: 'invalid-attribute-value',
    },
  ]);
});

function xacmlIn(body: string) {
  const request = parseElement(body).getElementsByTagName('x:request')[0];
  return parseElement(request?.textContent ?? '');
}

function requestIn(body: string): (string | null)[] {
  return Array.from(xacmlIn(body).getElementsByTagName('AttributeValue'), (value) => value.textContent);
}
