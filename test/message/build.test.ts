import assert from 'node:assert/strict';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { buildBody } from '../../runtime/message/build.js';
import { serializeEnvelope } from '../../runtime/message/envelope.js';
import { Fault } from '../../runtime/message/fault.js';
import { type Given, messageOf } from './fixture.js';

const SOAP11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const SOAP12 = 'http://www.w3.org/2003/05/soap-envelope';
const soap = (namespace: string, body: string): string =>
  `<soapenv:Envelope xmlns:soapenv="${namespace}"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
const multipart = (...parts: string[]): string => `${parts.map((part) => `--BB\r\n${part}\r\n`).join('')}--BB--\r\n`;
const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=BB';

/** The body below the given envelope version, e.g. `1.1 <a/>`; the JSON text for JSON. */
async function built(given: Given): Promise<string> {
  const message = messageOf(given);
  await buildBody(message);
  const { payload } = message;
  if (payload.isJson) return `json ${payload.jsonText}`;
  const text = serializeEnvelope(payload.envelope());
  const [prefix, suffix] = soap(SOAP_OF[payload.soapVersion], '\0').split('\0') as [string, string];
  if (text === `${prefix.slice(0, -1)}/></soapenv:Envelope>`) return `${payload.soapVersion} `;
  return text.startsWith(prefix) ? `${payload.soapVersion} ${text.slice(prefix.length, -suffix.length)}` : text;
}

const SOAP_OF = { '1.1': SOAP11, '1.2': SOAP12 } as const;

describe('builders (message-model 5.2 to 5.8)', () => {
  const rows: [rule: string, given: Given, expected: string][] = [
    ['5.3: XML', { type: 'application/xml', body: '<a>1</a>' }, '1.1 <a>1</a>'],
    ['5.3: empty XML', { type: 'application/xml', body: '' }, '1.1 '],
    ['5.3: byte order mark', { type: 'application/xml', body: '\ufeff<a/>' }, '1.1 <a/>'],
    [
      '5.3: charset of the type',
      { type: 'application/xml; charset=ISO-8859-1', body: Buffer.from('<a>é</a>', 'latin1') },
      '1.1 <a>é</a>',
    ],
    [
      '5.3: UTF-16',
      { type: 'application/xml; charset=UTF-16', body: Buffer.from('\ufeff<a/>', 'utf16le').swap16() },
      '1.1 <a/>',
    ],
    [
      '5.1.5: text/xml while doing REST',
      { type: 'text/xml', body: soap(SOAP12, '<a/>') },
      `1.1 ${soap(SOAP12, '<a/>')}`,
    ],
    ['5.3: SOAP 1.1', { type: 'text/xml', headers: { SOAPAction: '""' }, body: soap(SOAP11, '<a/>') }, '1.1 <a/>'],
    ['5.3: SOAP 1.2', { type: 'application/soap+xml; action="urn:go"', body: soap(SOAP12, '<a/>') }, '1.2 <a/>'],
    [
      '5.3: no processing instructions in SOAP',
      { type: 'application/soap+xml', body: soap(SOAP12, '<r><?xml-multiple a?><a/></r>') },
      '1.2 <r><a/></r>',
    ],
    ['5.1.6: lower case', { type: 'APPLICATION/JSON', body: '{"a":1}' }, 'json {"a":1}'],
    ['5.1.2: up to a comma', { type: 'application/json, application/xml', body: '[1]' }, 'json [1]'],
    ['5.4: JSON as it came', { type: 'application/json', body: ' { "a" : ' }, 'json  { "a" : '],
    ['5.4: no JSON', { type: 'application/json', body: '  ' }, '1.2 '],
    [
      '5.4: JSON in its charset',
      { type: 'application/json; charset=ISO-8859-1', body: Buffer.from('["é"]', 'latin1') },
      'json ["é"]',
    ],
    [
      '5.6: text',
      { type: 'text/plain', body: 'a & <b>' },
      '1.1 <text xmlns="http://ws.apache.org/commons/ns/payload">a &amp; &lt;b></text>',
    ],
    [
      '5.6: text in its charset',
      { type: 'text/plain; charset="windows-1252"', body: Uint8Array.of(0x80) },
      '1.1 <text xmlns="http://ws.apache.org/commons/ns/payload">€</text>',
    ],
    [
      '5.6: empty text',
      { type: 'text/plain', body: '' },
      '1.1 <text xmlns="http://ws.apache.org/commons/ns/payload"/>',
    ],
    [
      '5.5: bytes',
      { type: 'application/octet-stream', body: 'bytes' },
      '1.1 <ns:binary xmlns:ns="http://ws.apache.org/commons/ns/payload">Ynl0ZXM=</ns:binary>',
    ],
    ['5.7: form', { type: FORM, body: 'a=1&b=x%20y&a=2' }, '1.2 <xformValues><a>1</a><a>2</a><b>x y</b></xformValues>'],
    [
      '5.7: query first',
      { type: FORM, to: '/x?a=9&q&z=8', body: 'a=1' },
      '1.2 <xformValues><a>9</a><a>1</a><z>8</z></xformValues>',
    ],
    [
      '5.7: lines, plus, empty value',
      { type: FORM, body: 'a=1\nb=x+y&c=' },
      '1.2 <xformValues><a>1</a><b>x y</b><c></c></xformValues>',
    ],
    [
      '5.7: names',
      { type: FORM, body: '1a=1&$b=2' },
      '1.2 <xformValues><_JsonReader_PD_1a>1</_JsonReader_PD_1a><_JsonReader_PS_b>2</_JsonReader_PS_b></xformValues>',
    ],
    ['5.7: charset', { type: `${FORM}; charset=ISO-8859-1`, body: 'a=%E9' }, '1.2 <xformValues><a>é</a></xformValues>'],
    ['5.7: empty', { type: FORM, body: '' }, '1.2 <xformValues/>'],
    [
      '5.8: texts and files',
      {
        type: MULTIPART,
        body: multipart(
          'Content-Disposition: form-data; name="a"\r\n\r\n1',
          'Content-Disposition: form-data; name="j"\r\nContent-Type: application/json\r\n\r\n{"x":1}',
          'Content-Disposition: form-data; name="f"; filename="té.txt"\r\nContent-Type: text/plain\r\n\r\nfile text',
        ),
      },
      '1.2 <mediate><a charset="UTF-8">1</a><j charset="UTF-8" content-type="application/json">{"x":1}</j><f filename="té.txt" content-type="text/plain">ZmlsZSB0ZXh0</f></mediate>',
    ],
    ['5.8: no parts', { type: MULTIPART, body: '--BB--\r\n' }, '1.2 <mediate/>'],
    [
      '5.2: MTOM',
      {
        type: 'multipart/related; boundary=BB; type="application/xop+xml"; start="<root>"; start-info="text/xml"',
        headers: { SOAPAction: '"urn:go"' },
        body: multipart(
          `Content-Type: application/xop+xml; type="text/xml"\r\nContent-ID: <root>\r\n\r\n${soap(SOAP11, '<d><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:x"/></d>')}`,
          'Content-ID: <x>\r\n\r\nbytes',
        ),
      },
      '1.1 <d>Ynl0ZXM=</d>',
    ],
    [
      '5.2: badgerfish',
      { type: 'application/json/badgerfish', body: '{"a":{"@x":"1","b":[{"$":"2"},{"$":"3"}]}}' },
      '1.1 <a x="1"><b>2</b><b>3</b></a>',
    ],
    ['5.2: mapped', { type: 'text/javascript', body: '{"a":{"b":["2","3"]}}' }, '1.1 <a><b>2</b><b>3</b></a>'],
    ['5.2: mapped, the first member is the root', { type: 'text/javascript', body: '{"a":"1","b":2}' }, '1.1 <a>1</a>'],
    ['5.1.8: unknown type', { type: 'text/html', body: '<html/>' }, '1.1 <html/>'],
    [
      '5.1.8: unknown type without REST',
      { type: 'x/y', axis2: { doingREST: false }, body: soap(SOAP11, '<a/>') },
      '1.1 <a/>',
    ],
    [
      '5.1.3: gzip',
      { type: 'application/xml', headers: { 'Content-Encoding': 'gzip' }, body: gzipSync('<a/>') },
      '1.1 <a/>',
    ],
    [
      '5.1.3: br',
      { type: 'application/xml', headers: { 'Content-Encoding': 'br' }, body: brotliCompressSync('<a/>') },
      '1.1 <a/>',
    ],
    [
      '5.1.3: deflate',
      { type: 'application/xml', headers: { 'Content-Encoding': 'deflate' }, body: deflateSync('<a/>') },
      '1.1 <a/>',
    ],
    [
      '5.1.3: deflate without header',
      { type: 'application/xml', headers: { 'Content-Encoding': 'deflate' }, body: deflateRawSync('<a/>') },
      '1.1 <a/>',
    ],
  ];
  for (const [rule, given, expected] of rows) {
    it(`${rule} (${given.type})`, async () => assert.equal(await built(given), expected));
  }
});

describe('builders: failures (message-model 4.1, mediators 2.2)', () => {
  const rows: [given: Given, code: number | undefined][] = [
    [{ type: 'application/xml', body: 'hello' }, 601000],
    [{ type: 'application/xml', body: '  ' }, 601000],
    [{ type: 'application/xml', body: '<p:a/>' }, 601000],
    [{ type: 'application/xml', body: Buffer.from('<a>é</a>', 'latin1') }, 601000],
    [{ type: 'application/vnd.acme+json', body: '{}' }, 601000],
    [{ type: '', body: '{}' }, 601000],
    [{ type: 'application/xml', body: '<!DOCTYPE a><a/>' }, undefined],
    [{ type: 'application/json', body: 'hello' }, undefined],
    [{ type: 'application/json', body: '\n' }, undefined],
    [{ type: 'application/soap+xml', body: '<a/>' }, undefined],
    [{ type: 'application/soap+xml', body: soap(SOAP11, '') }, undefined],
    [{ type: 'text/xml', headers: { SOAPAction: 'urn:go' }, body: '<a/>' }, undefined],
    [{ type: FORM, body: 'a=1&b' }, undefined],
    [{ type: FORM, body: '=1' }, undefined],
    [{ type: FORM, body: 'a=%zz' }, undefined],
    [{ type: 'multipart/form-data', body: multipart('Content-Disposition: form-data; name="a"\r\n\r\n1') }, undefined],
    [{ type: MULTIPART, body: '--BB\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' }, undefined],
    [{ type: 'application/xml', server: { 'force.xml.message.validation': 'true' }, body: '<a><b></a>' }, 601000],
  ];
  for (const [given, code] of rows) {
    it(`${given.type}: ${JSON.stringify(String(given.body).slice(0, 40))} → ${code ?? 'no code'}`, async () => {
      const message = messageOf(given);
      await assert.rejects(buildBody(message), (error) => {
        assert.ok(error instanceof Fault);
        assert.equal(error.code, code);
        assert.equal(error.message, 'Error while building message. Error while building Passthrough stream');
        return true;
      });
      assert.equal(message.payload.built, true);
      assert.equal(message.payload.isEmpty, true);
      assert.equal(message.axis2.get('message.builder.invoked'), true);
    });
  }

  it('4.1: a failed validation keeps the raw text', async () => {
    const message = messageOf({
      type: 'application/json',
      server: { 'force.json.message.validation': 'true' },
      body: '{"a":',
    });
    await assert.rejects(buildBody(message), Fault);
    assert.equal(message.axis2.get('RAW_PAYLOAD'), '{"a":');
  });
});

describe('builders: properties (message-model 5.1, 5.10)', () => {
  const rows: [rule: string, given: Given, expected: Record<string, unknown>][] = [
    [
      '5.1.7: messageType is the type',
      { type: 'Application/JSON; q=1', body: '{}' },
      {
        messageType: 'Application/JSON',
        ContentType: 'Application/JSON; q=1',
        CHARACTER_SET_ENCODING: 'UTF-8',
        'message.builder.invoked': true,
      },
    ],
    [
      '5.1.7: Accept of exactly one type',
      { type: 'application/xml', headers: { Accept: 'application/json' }, body: '<a/>' },
      { messageType: 'application/json', ContentType: 'application/xml' },
    ],
    [
      '5.1.7: Accept of several types',
      { type: 'application/xml', headers: { Accept: 'text/xml, application/json' }, body: '<a/>' },
      { messageType: 'application/xml' },
    ],
    [
      '5.1.7: Accept text/xml',
      { type: 'application/xml', headers: { Accept: 'text/xml' }, body: '<a/>' },
      { messageType: 'application/xml' },
    ],
    [
      '5.1.7: Content-Length 0 of SOAP',
      { type: 'application/soap+xml', headers: { 'Content-Length': '0' } },
      { messageType: 'application/xml' },
    ],
    [
      '5.1.5: text/xml that came back',
      { type: 'text/xml', answer: true, body: '<a/>' },
      { messageType: 'application/xml', ContentType: 'text/xml', 'received.ContentType': 'text/xml' },
    ],
    [
      '5.1.4: neither type nor body',
      { axis2: { ContentType: 'application/octet-stream', messageType: 'application/xml' } },
      { ContentType: '', messageType: 'application/xml', NO_ENTITY_BODY: true, 'message.builder.invoked': true },
    ],
    [
      '5.1.1: DELETE without body',
      { type: 'application/json', axis2: { HTTP_METHOD: 'DELETE' }, body: '  ' },
      { NO_ENTITY_BODY: true, ContentType: 'application/json' },
    ],
    [
      '5.10: GET without type',
      { axis2: { HTTP_METHOD: 'GET', ContentType: FORM, NO_ENTITY_BODY: true } },
      { NO_ENTITY_BODY: true, 'message.builder.invoked': undefined },
    ],
    [
      '5.10: GET with a type',
      { headers: { 'Content-Type': 'application/json' }, axis2: { HTTP_METHOD: 'GET', NO_ENTITY_BODY: true } },
      { ContentType: undefined, 'message.builder.invoked': true },
    ],
    [
      '2.6: declared encoding',
      { type: 'application/xml', body: '<?xml version="1.0" encoding="ISO-8859-1"?><a/>' },
      { XML_DECLARATION_ENCODING: 'ISO-8859-1' },
    ],
    [
      '2.1: a charset that was set stays',
      { type: 'application/json', axis2: { CHARACTER_SET_ENCODING: 'ISO-8859-1' }, body: '{}' },
      { CHARACTER_SET_ENCODING: 'ISO-8859-1' },
    ],
  ];
  for (const [rule, given, expected] of rows) {
    it(rule, async () => {
      const message = messageOf(given);
      await buildBody(message);
      const actual = Object.fromEntries(Object.keys(expected).map((name) => [name, message.axis2.get(name)]));
      assert.deepEqual(actual, expected);
    });
  }

  it('is done once', async () => {
    const message = messageOf({ type: 'application/json', body: '{}' });
    await buildBody(message);
    message.payload.setJsonText('[1]');
    await buildBody(message);
    assert.equal(message.payload.jsonText, '[1]');
  });

  it('2.6: processing instructions around the root', async () => {
    const message = messageOf({
      type: 'application/xml',
      axis2: { PRESERVE_XML_PROCESSING_INSTRUCTIONS: 'TRUE' },
      body: '<?p q?><a/><?r s?>',
    });
    await buildBody(message);
    assert.deepEqual(message.payload.instructions, ['<?p q?>', '<?r s?>']);
  });
});
