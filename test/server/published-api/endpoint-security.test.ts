import assert from 'node:assert/strict';
import { check } from '../../../runtime/deploy/check.js';
import { securityXml } from '../../../runtime/server/published-api/endpoint-security.js';

const common = '<keepEncoded>false</keepEncoded><failureCode>990001</failureCode>';
const client = { clientId: 'id', clientSecret: 'secret', tokenUrl: 'http://as/t' };
const clientXml = '<clientId>id</clientId><clientSecret>secret</clientSecret><tokenUrl>http://as/t</tokenUrl>';
const oauth = (more: object) => ({ enabled: true, type: 'OAUTH', grantType: 'CLIENT_CREDENTIALS', ...client, ...more });

describe('api-management 1.16: endpoint security of a published API', () => {
  const none: [name: string, section: unknown][] = [
    ['absent', undefined],
    ['null', null],
    ['not enabled', { ...oauth({}), enabled: false }],
    ['type NONE', { enabled: true, type: 'NONE' }],
  ];
  for (const [name, section] of none) it(`nothing: ${name}`, () => assert.equal(securityXml(section), ''));

  const grants: [grantType: string, more: object, element: string, xml: string][] = [
    ['CLIENT_CREDENTIALS', {}, 'clientCredentials', ''],
    ['client_credentials', {}, 'clientCredentials', ''],
    [
      'PASSWORD',
      { username: 'u', password: 'p' },
      'passwordCredentials',
      '<username>u</username><password>p</password>',
    ],
    ['REFRESH_TOKEN', { refreshToken: 'r' }, 'authorizationCode', '<refreshToken>r</refreshToken>'],
    ['AUTHORIZATION_CODE', { refreshToken: 'r' }, 'authorizationCode', '<refreshToken>r</refreshToken>'],
    ['TOKEN_EXCHANGE', {}, 'tokenExchange', ''],
  ];
  for (const [grantType, more, element, xml] of grants) {
    it(`grantType ${grantType}`, () => {
      const inner = `<${element}>${clientXml}${xml}${common}</${element}>`;
      const expected = `<authentication><oauth>${inner}</oauth></authentication>`;
      assert.equal(securityXml(oauth({ grantType, ...more })), expected);
    });
  }

  const members: [name: string, more: object, xml: string][] = [
    ['type in lower case', { type: 'oauth' }, ''],
    ['the client in the body', { clientAuthentication: 'BODY' }, '<authMode>payload</authMode>'],
    [
      'the client in the header, encoded',
      { clientAuthentication: 'ENCODED_HEADER' },
      '<authMode>encodedHeader</authMode>',
    ],
    ['the client in the header', { clientAuthentication: 'HEADER' }, ''],
    ['header name', { headerName: 'X-T' }, '<headerName>X-T</headerName>'],
    ['no prefix', { headerPrefix: '' }, '<headerPrefix></headerPrefix>'],
    [
      'times',
      { defaultLifetime: 60, expiryMargin: 0 },
      '<defaultLifetime>60</defaultLifetime><expiryMargin>0</expiryMargin>',
    ],
    ['retries', { retries: 0, waitTimeout: 60000 }, '<retries>0</retries><waitTimeout>60000</waitTimeout>'],
    [
      'parameters',
      { customParameters: { scope: 'a b', none: '' } },
      '<requestParameters><parameter name="scope">a b</parameter></requestParameters>',
    ],
    [
      'parameters as the text of an object',
      { customParameters: '{"scope":"a"}' },
      '<requestParameters><parameter name="scope">a</parameter></requestParameters>',
    ],
    ['headers', { customHeaders: { 'X-A': '<' } }, '<customHeaders><header name="X-A">&lt;</header></customHeaders>'],
    [
      'members of the answer',
      { responseProperties: { instance: 'instance_url' } },
      '<responseProperties><property name="instance" field="instance_url"/></responseProperties>',
    ],
    [
      'durations',
      { connectionTimeoutDuration: 1, connectionRequestTimeoutDuration: -1, socketTimeoutDuration: 2 },
      '<connectionTimeout>1</connectionTimeout><connectionRequestTimeout>-1</connectionRequestTimeout><socketTimeout>2</socketTimeout>',
    ],
    [
      'durations of the server',
      { connectionTimeoutConfigType: 'GLOBAL', socketTimeoutDuration: 2 },
      '<useGlobalConnectionTimeoutConfigs>true</useGlobalConnectionTimeoutConfigs>',
    ],
    ['no durations', { connectionTimeoutConfigType: 'NONE', socketTimeoutDuration: 2 }, ''],
    [
      'a proxy',
      {
        proxyConfigType: 'ENDPOINT_SPECIFIC',
        proxyConfigs: {
          proxyEnabled: true,
          proxyHost: 'h',
          proxyPort: '1',
          proxyProtocol: 'http',
          proxyUsername: 'u',
          proxyPassword: 'p',
        },
      },
      '<proxyConfigs><proxyHost>h</proxyHost><proxyPort>1</proxyPort><proxyProtocol>http</proxyProtocol><proxyUsername>u</proxyUsername><proxyPassword>p</proxyPassword></proxyConfigs>',
    ],
    ['a proxy that is off', { proxyConfigs: { proxyEnabled: false, proxyHost: 'h' } }, ''],
    ['the server’s proxy', { proxyConfigType: 'GLOBAL' }, '<useGlobalProxyConfigs>true</useGlobalProxyConfigs>'],
    ['no proxy', { proxyConfigType: 'NONE', proxyConfigs: { proxyEnabled: true, proxyHost: 'h' } }, ''],
    ['certificates', { tls: { caCertificate: '$FILE:ca' } }, '<tls><caCertificate>$FILE:ca</caCertificate></tls>'],
  ];
  for (const [name, more, xml] of members) {
    it(name, () => {
      const whole = securityXml(oauth(more));
      const inner = whole.replace(/^.*<tokenUrl>.*?<\/tokenUrl>|<keepEncoded>.*$/g, '');
      assert.equal(inner, xml);
    });
  }

  const secrets: [given: string, written: string][] = [
    ['plain', 'plain'],
    ['$SYSTEM:SECRET', '$SYSTEM:SECRET'],
    ['$FILE:secret', '$FILE:secret'],
    ["wso2:vault-lookup('a.b')", "{wso2:vault-lookup('a.b')}"],
    ["{wso2:vault-lookup('a.b')}", "{wso2:vault-lookup('a.b')}"],
    ['{$ctx:x}', "{'{$ctx:x}'}"],
    [' blank ', "{' blank '}"],
    ["{'}", '{"{\'}"}'],
    ['{"\'}', "{concat('{\"', \"'\", '}')}"],
    ['$SYSTEM:NOT-ONE', "{'$SYSTEM:NOT-ONE'}"],
  ];
  for (const [given, written] of secrets) {
    it(`a secret ${given} is written ${written}`, () => {
      const xml = securityXml(oauth({ clientSecret: given }));
      assert.equal(/<clientSecret>(.*)<\/clientSecret>/.exec(xml)?.[1], written);
    });
  }

  it('what is written has no problem but those of its values', () => {
    const all = Object.assign({}, ...members.map(([, more]) => more), {
      connectionTimeoutConfigType: '',
      tls: undefined,
    });
    for (const kind of ['http uri-template="http://b"', 'address uri="http://b"', 'default']) {
      const [name] = kind.split(' ');
      const xml = `<endpoint xmlns="http://ws.apache.org/ns/synapse" name="e"><${kind}>${securityXml(oauth(all))}</${name}></endpoint>`;
      assert.deepEqual(check(xml, { file: 'e.xml' }), []);
    }
  });
});
