import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { check, convert } from '../../runtime/index.js';
import { letIn, OAuthGateway } from '../outbound-oauth/gateway.js';

const SYNAPSE = 'http://ws.apache.org/ns/synapse';
const published = (name: string): string =>
  readFileSync(new URL(`../../../sequences/${name}.xml`, import.meta.url), 'utf8');
const variants = ['simple-token-gen', 'simple-token-gen-cached'];

/** The published sequence with its placeholders' values. */
const filled = (name: string, tokenUrl = 'https://as/token', credentials = 'id:s3cret'): string =>
  published(name)
    .replace('{base64encoded(clientKey:clientSecret)}', Buffer.from(credentials).toString('base64'))
    .replace('{token-endpoint-url}', tokenUrl);

const codes = (xml: string): string[] => check(xml, { file: 's.xml' }).map(({ code }) => code);

/** The one grant of a converted sequence, without blanks between elements. */
const grantOf = (xml: string): string => /<oauthToken.*<\/oauthToken>/s.exec(xml)?.[0].replace(/>\s+</g, '><') ?? xml;
const native = (inner: string, grant = 'clientCredentials'): string =>
  `<oauthToken xmlns="urn:mediant:mediators"><${grant}>${inner}</${grant}></oauthToken>`;
const client = '<clientId>id</clientId><clientSecret>s3cret</clientSecret><tokenUrl>https://as/token</tokenUrl>';

for (const name of variants) {
  describe(`api-management 4.1: the published sequence ${name} has a native form`, () => {
    it('check offers it, where the flow begins', () => {
      const problems = check(filled(name), { file: 's.xml' });
      const offer = problems.find(({ code }) => code === 'token-by-hand');
      assert.deepEqual([offer?.severity, offer?.line, offer?.file], ['warning', 3, 's.xml']);
      assert.match(offer?.hint ?? '', /"mediant convert"/);
    });

    it('what is written has nothing left to warn about', () => {
      assert.deepEqual(codes(convert(filled(name), { file: 's.xml' }).xml), []);
    });

    it('client and URL are those of the sequence; the rest of the file stays', () => {
      const { xml, lines } = convert(filled(name), { file: 's.xml' });
      assert.equal(grantOf(xml), native(client));
      assert.deepEqual(lines, [3]);
      assert.match(
        xml,
        /^<\?xml version="1.0" encoding="UTF-8"\?>\n<sequence xmlns="\S+" name="simple-token-gen" trace="disable">\n {4}<oauthToken/,
      );
      assert.ok(xml.endsWith('    </oauthToken>\n</sequence>\n') || xml.endsWith('    </oauthToken>\n</sequence>'));
    });

    it('as it is published, with placeholders: they are still to be filled in, and a comment says so', () => {
      const { xml } = convert(published(name), { file: 's.xml' });
      assert.match(xml, /<!-- Fill in the client and the URL of the token endpoint\. -->/);
      assert.match(xml, /<clientId>clientKey<\/clientId>/);
      assert.deepEqual(codes(xml), []);
    });

    it('endpoint security of a published API says the same', () => {
      const { endpointSecurity } = convert(filled(name), { file: 's.xml' });
      assert.deepEqual(endpointSecurity, [
        {
          enabled: true,
          type: 'OAUTH',
          grantType: 'CLIENT_CREDENTIALS',
          tokenUrl: 'https://as/token',
          clientId: 'id',
          clientSecret: 's3cret',
          customParameters: {},
        },
      ]);
    });

    it('both forms do the same, but for the number of token calls', async () => {
      for (const form of ['by hand', 'native'] as const) {
        const gateway = await OAuthGateway.start();
        const { tokens, backend } = gateway;
        const byHand = filled(name, tokens.url);
        gateway.deployed.add(
          gateway.deployed.compile(form === 'native' ? convert(byHand, { file: 's.xml' }).xml : byHand, 's.xml')
            .artifacts[0] as never,
        );
        gateway.deploy(
          `<api xmlns="${SYNAPSE}" name="a" context="/a"><resource methods="POST" uri-template="/*"><inSequence><sequence key="simple-token-gen"/><call><endpoint><http uri-template="${backend.url}"/></endpoint></call><respond/></inSequence></resource></api>`,
        );
        for (let count = 0; count < 3; count++) assert.equal(await gateway.post(), letIn);
        assert.deepEqual(new Set(backend.calls.map(({ method, path }) => `${method} ${path}`)), new Set(['POST /']));
        const call = tokens.calls[0];
        assert.equal(call?.headers.authorization, `Basic ${Buffer.from('id:s3cret').toString('base64')}`);
        assert.equal(call?.body, 'grant_type=client_credentials');
        const everyTime = form === 'by hand' && name === 'simple-token-gen';
        assert.equal(tokens.calls.length, everyTime ? 3 : 1);
        gateway.stop();
      }
    });
  });
}

describe('mediant convert: what it recognises', () => {
  const plain = filled('simple-token-gen');
  const form = '<grant_type>client_credentials</grant_type>';
  const converted: [name: string, xml: string, expected: string][] = [
    [
      'further fields of the form',
      plain.replace(form, `${form}<scope>a b</scope><audience>{x}</audience>`),
      native(
        `${client}<requestParameters><parameter name="scope">a b</parameter><parameter name="audience">{'{x}'}</parameter></requestParameters>`,
      ),
    ],
    [
      'the password grant',
      plain.replace(form, '<grant_type>password</grant_type><username>u</username><password>p&amp;w</password>'),
      native(`<username>u</username><password>p&amp;w</password>${client}`, 'passwordCredentials'),
    ],
    [
      'a refresh token',
      plain.replace(form, '<grant_type>refresh_token</grant_type><refresh_token>r</refresh_token>'),
      native(`<refreshToken>r</refreshToken>${client}`, 'authorizationCode'),
    ],
    [
      'the client in the form',
      plain
        .replace(/<header expression="fn:concat\('Basic '[^>]*>/, '')
        .replace(form, `${form}<client_id>id</client_id><client_secret>s3cret</client_secret>`),
      native(`${client}<authMode>payload</authMode>`),
    ],
    [
      'Basic credentials in the header itself',
      plain
        .replace(/<property description="client_credentials"[^>]*>/, '')
        .replace(
          /<header expression="fn:concat\('Basic '[^>]*>/,
          `<header name="Authorization" scope="transport" value="Basic ${Buffer.from('id:s3cret').toString('base64')}"/>`,
        ),
      native(client),
    ],
    [
      'a secret that looks like an expression',
      filled('simple-token-gen', 'https://as/token', 'id:{a:b}'),
      native(client.replace('s3cret', "{'{a:b}'}")),
    ],
    [
      'a URL from a property',
      filled('simple-token-gen', '{uri.var.tokenUrl}'),
      native(client.replace('https://as/token', '{$ctx:uri.var.tokenUrl}')),
    ],
    ['comments between its mediators', plain.replaceAll('<property ', '<!-- c --><property '), native(client)],
    [
      'other names of its properties',
      plain.replaceAll('message-body', 'kept').replaceAll('generated-access-token', 'tok'),
      native(client),
    ],
    [
      'no path kept',
      plain.replace(/<property [^>]*(REST_URL_POSTFIX'\)|get-property\('resource'\))[^>]*>/g, ''),
      native(client),
    ],
  ];
  for (const [name, xml, expected] of converted) {
    it(name, () => assert.equal(grantOf(convert(xml, { file: 's.xml' }).xml), expected));
  }

  it('several, in the flows of an API, with what is around them', () => {
    const steps = /<sequence[^>]*>(.*)<\/sequence>/s.exec(plain)?.[1] ?? '';
    const resource = `<resource methods="GET"><inSequence><log level="custom"/>${steps}<respond/></inSequence></resource>`;
    const api = `<api xmlns="${SYNAPSE}" name="a" context="/a">${resource}${resource.replace('<resource', '<resource uri-template="/b"')}</api>`;
    const { xml, lines } = convert(api, { file: 'a.xml' });
    assert.equal(lines.length, 2);
    assert.equal(xml.match(/<log level="custom"\/>\s*<oauthToken/g)?.length, 2);
    assert.equal(xml.match(/<\/oauthToken>\s*<respond\/>/g)?.length, 2);
    assert.ok(!xml.includes('payloadFactory'));
    assert.deepEqual(codes(xml), []);
  });

  const left: [name: string, xml: string][] = [
    ['no token flow', `<sequence xmlns="${SYNAPSE}" name="s"><log/></sequence>`],
    ['another mediator in between', plain.replace('<call ', '<log level="full"/><call ')],
    [
      'a filter on the answer',
      plain.replace(
        '<header expression="fn:concat(\'Bearer',
        '<filter xpath="true()"/><header expression="fn:concat(\'Bearer',
      ),
    ],
    ['a call that is not blocking', plain.replace('blocking="true"', 'blocking="false"')],
    ['another method', plain.replace('method="post"', 'method="put"')],
    ['another member of the answer', plain.replace('$.access_token', '$.id_token')],
    ['a header of another property', plain.replace("get-property('generated-access-token')", "get-property('other')")],
    ['another body restored', plain.replace("get-property('message-body')", "get-property('other')")],
    ['no body restored', plain.replace(/<payloadFactory media-type="json">.*?<\/payloadFactory>/s, '')],
    ['a grant that has no native form', plain.replace('client_credentials</', 'implicit</')],
    ['a template that is more than a property', filled('simple-token-gen', 'https://{uri.var.host}/token')],
    [
      'a property that is asked for later',
      plain.replace(
        '</sequence>',
        '<log level="custom"><property name="t" expression="$ctx:generated-access-token"/></log></sequence>',
      ),
    ],
    ['credentials that are not there', plain.replace("get-property('app-client-auth')", "get-property('other')")],
    [
      'a cache that stores nothing',
      filled('simple-token-gen-cached').replace(/<property [^>]*scope="registry"[^>]*>/g, ''),
    ],
  ];
  for (const [name, xml] of left) {
    it(`left alone: ${name}`, () => {
      const conversion = convert(xml, { file: 's.xml' });
      assert.deepEqual(conversion, { xml, lines: [], endpointSecurity: [] });
      assert.ok(!codes(xml).includes('token-by-hand'));
    });
  }

  it('endpoint security knows no properties of a flow', () => {
    const { lines, endpointSecurity } = convert(filled('simple-token-gen', '{uri.var.tokenUrl}'), { file: 's.xml' });
    assert.deepEqual([lines, endpointSecurity], [[3], []]);
  });

  it('what is no XML is refused with its place', () => {
    assert.throws(() => convert('<a>', { file: 'a.xml' }), /a\.xml:1:\d+ The XML is not well-formed/);
  });
});
