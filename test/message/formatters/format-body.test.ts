import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { buildBody } from '../../../runtime/message/build.js';
import { Fault } from '../../../runtime/message/fault.js';
import { urlWithForm } from '../../../runtime/message/formatters/form.js';
import { formatBody } from '../../../runtime/message/formatters/format-body.js';
import { writesForm } from '../../../runtime/message/formatters/registry.js';
import type { Message } from '../../../runtime/message/message.js';
import { Payload } from '../../../runtime/message/payload.js';
import { type Given, messageOf } from '../fixture.js';

const TEXT = 'http://ws.apache.org/commons/ns/payload';
const SOAP11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const FORM = 'application/x-www-form-urlencoded';
const soap = (body: string): string =>
  `<soapenv:Envelope xmlns:soapenv="${SOAP11}"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
const declared = (text: string): string => `<?xml version='1.0' encoding='UTF-8'?>${text}`;

/** A built message that is to be written as `out`, as the property mediator sets it. */
async function built(given: Given, out?: string): Promise<Message> {
  const message = messageOf(given);
  await buildBody(message);
  if (out !== undefined) {
    message.axis2.set('messageType', out);
    message.axis2.set('ContentType', out);
    message.headers.set('Content-Type', out);
  }
  return message;
}

async function written(message: Message, direction: 'request' | 'response' = 'response'): Promise<string | undefined> {
  const { body } = await formatBody(message, { direction });
  assert.ok(body === undefined || Buffer.isBuffer(body));
  return body?.toString('utf8');
}

const json = { type: 'application/json', body: '{"a":{"b":"x y"},"c":[1,2]}' };
const xml = { type: 'application/xml', body: '<r><a>x y</a><c>1</c><c>2</c></r>' };
const text = { type: 'text/plain', body: 'hello & <b>' };
const bytes = { type: 'application/octet-stream', body: 'bytes' };
const asXml = '<jsonObject><a><b>x y</b></a><c>1</c><c>2</c></jsonObject>';

describe('formatters (message-model 4.3, 5.2 to 5.8)', () => {
  const rows: [rule: string, given: Given, out: string, expected: string | undefined][] = [
    ['4.3: stored text', json, 'application/json', json.body],
    ['5.3: JSON as XML', json, 'application/xml', asXml],
    ['5.1: text/xml while doing REST', json, 'text/xml', asXml],
    ['4.3: JSON as SOAP', json, 'application/soap+xml', declared(soap(asXml))],
    ['5.5: JSON as bytes', json, 'application/octet-stream', declared(soap(asXml))],
    ['5.5: JSON as application/binary', json, 'application/binary', undefined],
    ['5.1: unknown type', json, 'text/html', asXml],
    ['5.1: parameters are not cut off', json, 'application/json; charset=UTF-8', asXml],
    ['5.6: JSON as text', json, 'text/plain', undefined],
    ['5.7: JSON as form', json, FORM, 'a=&c=1&c=2'],
    ['5.2: mapped', json, 'text/javascript', '{"jsonObject":{"a":{"b":"x y"},"c":["1","2"]}}'],
    [
      '5.2: badgerfish',
      json,
      'application/json/badgerfish',
      '{"jsonObject":{"a":{"b":{"$":"x y"}},"c":[{"$":"1"},{"$":"2"}]}}',
    ],
    ['4.5: XML as JSON', xml, 'application/json', '{"r":{"a":"x y","c":[1,2]}}'],
    ['5.3: XML as SOAP', xml, 'application/soap+xml', declared(soap(xml.body))],
    ['5.6: XML as text', xml, 'text/plain', undefined],
    ['5.7: XML as form', xml, FORM, 'a=x%20y&c=1&c=2'],
    ['5.6: text', text, 'text/plain', text.body],
    ['5.6: text as JSON', text, 'application/json', '{"text":"hello & <b>"}'],
    ['5.3: text as XML', text, 'application/xml', `<text xmlns="${TEXT}">hello &amp; &lt;b></text>`],
    ['5.5: bytes', bytes, 'application/octet-stream', 'bytes'],
    ['5.5: bytes as application/binary', bytes, 'application/binary', 'bytes'],
    ['5.5: bytes as JSON', bytes, 'application/json', '{"binary":"Ynl0ZXM="}'],
    ['5.7: own text only', { ...xml, body: '<r><a>t<b>1</b></a><c/></r>' }, FORM, 'a=t&c='],
    [
      '5.7: encoding',
      { ...xml, body: '<r><a>&amp;=+%*~-_.!()é</a></r>' },
      FORM,
      'a=%26%3D%2B%25*%7E-_.%21%28%29%C3%A9',
    ],
    ['5.7: marks', { ...json, body: '{"$a":1,"1b":"_JsonReader_PS_c"}' }, FORM, '$a=1&1b=$c'],
    ['5.7: scalar', { ...json, body: '5' }, FORM, ''],
    ['5.3: empty body', { ...json, body: '' }, 'application/xml', undefined],
    ['4.3: empty body as JSON', { ...xml, body: '' }, 'application/json', undefined],
    [
      '5.3: SOAP with an empty body',
      { ...json, body: '' },
      'application/soap+xml',
      declared(
        '<soapenv:Envelope xmlns:soapenv="http://www.w3.org/2003/05/soap-envelope"><soapenv:Body/></soapenv:Envelope>',
      ),
    ],
  ];
  for (const [rule, given, out, expected] of rows) {
    it(`${rule}: ${given.type} → ${out}`, async () => assert.equal(await written(await built(given, out)), expected));
  }

  const inside: [body: string, expected: string | undefined][] = [
    [`<t:text xmlns:t="${TEXT}">hi &amp; &lt;b&gt;</t:text>`, 'hi & <b>'],
    [`<t:text xmlns:t="${TEXT}">x<b>1</b></t:text>`, '<b>1</b>'],
    ['<text xmlns="urn:x">hi</text>', undefined],
  ];
  for (const [body, expected] of inside) {
    it(`5.6: wrapper ${body}`, async () => {
      assert.equal(await written(await built({ type: 'application/xml', body }, 'text/plain')), expected);
    });
  }

  it('5.1: without REST text/xml and unknown types are SOAP', async () => {
    for (const out of ['text/xml', 'x/y']) {
      const message = await built({ ...json, properties: { IsClientDoingREST: false } }, out);
      assert.equal(await written(message), declared(soap(asXml)));
    }
  });

  it('5.1: unknown types of GET and DELETE are forms', async () => {
    for (const method of ['GET', 'DELETE']) {
      const message = await built({ ...json, axis2: { HTTP_METHOD: 'POST' } }, 'x/y');
      message.axis2.set('HTTP_METHOD', method);
      assert.equal(await written(message), 'a=&c=1&c=2');
    }
  });

  it('5.8: multipart', async () => {
    const body =
      '<r><a>x</a><f filename="t.txt" content-type="text/csv">aGk=</f><x><y>1</y></x>' +
      '<d:file xmlns:d="http://org.apache.axis2/xsd/form-data" name="n" filename="q&quot;.bin">aGk=</d:file></r>';
    const message = await built({ type: 'application/xml', body }, 'multipart/form-data');
    const { body: out, contentType = '' } = await formatBody(message, { direction: 'response' });
    const boundary = /^multipart\/form-data; charset=UTF-8; boundary=(\S+)$/.exec(contentType)?.[1];
    const part = (disposition: string, type: string, content: string): string =>
      `--B\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
    assert.equal(
      String(out).replaceAll(String(boundary), 'B'),
      `${part('name="a"', 'text/plain; charset=UTF-8', 'x')}${part('name="f"; filename="t.txt"', 'text/csv; charset=ISO-8859-1', 'aGk=')}${part('name="x"', 'application/xml; charset=UTF-8', '<x><y>1</y></x>')}${part('name="n"; filename="q%22.bin"', 'text/plain; charset=ISO-8859-1', 'hi')}--B--\r\n`,
    );
  });
});

describe('formatters: switches (message-model 2.6, 4.3)', () => {
  const rows: [rule: string, given: Given, axis2: Record<string, unknown>, out: string, expected: string | Buffer][] = [
    [
      'declaration',
      xml,
      { WRITE_XML_DECLARATION: 'TRUE' },
      'application/xml',
      `<?xml version="1.0" encoding="UTF-8" ?>${xml.body}`,
    ],
    [
      'declared encoding',
      { ...xml, body: '<a/>' },
      { WRITE_XML_DECLARATION: 'true', XML_DECLARATION_ENCODING: 'UTF-16', XML_DECLARATION_STANDALONE: 'yes' },
      'application/xml',
      '<?xml version="1.0" encoding="UTF-16" standalone="yes" ?><a/>',
    ],
    [
      'no declaration for SOAP',
      { ...xml, body: '<a/>' },
      { WRITE_XML_DECLARATION: 'false' },
      'application/soap+xml',
      soap('<a/>'),
    ],
    [
      'XML in another charset',
      { ...xml, body: '<a>é漢</a>' },
      { CHARACTER_SET_ENCODING: 'ISO-8859-1' },
      'application/xml',
      Buffer.from('<a>é&#x6f22;</a>', 'latin1'),
    ],
    [
      'JSON in another charset',
      { ...json, body: '["é"]' },
      { CHARACTER_SET_ENCODING: 'ISO-8859-1' },
      'application/json',
      Buffer.from('["é"]', 'latin1'),
    ],
    [
      'JSON bytes that are no UTF-8 stay',
      { ...json, body: Buffer.from('["é"]', 'latin1') },
      {},
      'application/json',
      Buffer.from('["é"]', 'latin1'),
    ],
    ['PRESERVE_SPACES', { ...xml, body: '<a> </a>' }, { PRESERVE_SPACES: 'TRUE' }, 'application/json', '{"a":" "}'],
    ['JSON_STRING', { ...xml, body: '' }, { JSON_STRING: '{"x":1}' }, 'application/json', '{"x":1}'],
  ];
  for (const [rule, given, axis2, out, expected] of rows) {
    it(rule, async () => {
      const message = await built(given, out);
      for (const [name, value] of Object.entries(axis2)) message.axis2.set(name, value);
      const { body } = await formatBody(message, { direction: 'response' });
      assert.deepEqual(body, Buffer.from(expected));
    });
  }

  it('4.3: a charset in ContentType counts for JSON', async () => {
    const message = await built({ ...json, body: '["é"]' });
    message.axis2.set('ContentType', 'application/json; charset=ISO-8859-1');
    assert.deepEqual((await formatBody(message, { direction: 'response' })).body, Buffer.from('["é"]', 'latin1'));
  });

  it('5.1: a body that says it is compressed is compressed', async () => {
    const message = await built(json);
    message.headers.set('Content-Encoding', 'gzip');
    const { body } = await formatBody(message, { direction: 'response' });
    assert.equal(gunzipSync(body as Buffer).toString(), json.body);
  });

  it('4.1: an unread body is relayed as it is', async () => {
    const source = Readable.from(['x']);
    const message = messageOf({ type: 'application/json' });
    message.payload = Payload.unread(source);
    assert.equal((await formatBody(message, { direction: 'response' })).body, source);
  });

  it('2.6: processing instructions stand in front of the root', async () => {
    const message = await built({
      type: 'application/xml',
      axis2: { PRESERVE_XML_PROCESSING_INSTRUCTIONS: 'true' },
      body: '<?p q?><a/><?r s?>',
    });
    assert.equal(await written(message), '<?p q?><?r s?><a/>');
  });
});

describe('formatters: bodies that cannot be written (message-model 4.1 step 5)', () => {
  const rows: [given: Given, out: string][] = [
    [{ ...json, body: '{"a":b}' }, 'application/xml'],
    [{ ...json, body: '{"a":"\\ud83d"}' }, 'application/xml'],
    [{ ...xml, body: '<a>t<b>1</b></a>' }, 'application/json'],
    [{ ...xml, body: '<a><b></a>' }, 'application/xml'],
    [{ ...xml, body: '<a><b></a>' }, 'application/json'],
  ];
  for (const [given, out] of rows) {
    it(`601000: ${given.body} as ${out}`, async () => {
      const message = await built(given, out);
      await assert.rejects(written(message), (error) => error instanceof Fault && error.code === 601000);
    });
  }
});

describe('forms in URLs (message-model 5.7)', () => {
  const rows: [url: string, body: string, expected: string][] = [
    ['/x', '{"a":"x y","b":[1,2]}', '/x/jsonObject?a=x%20y&b=1&b=2'],
    ['http://h/x/?k=1', '{"a":1}', 'http://h/x/jsonObject?k=1&a=1'],
    ['/x?k=1', '{}', '/x/jsonObject?k=1'],
    ['/x', '', '/x'],
  ];
  for (const [url, body, expected] of rows) {
    it(`${url} with ${body}`, async () => {
      const message = await built({ ...json, body }, FORM);
      message.axis2.set('HTTP_METHOD', 'GET');
      assert.equal(writesForm(message), true);
      assert.equal(urlWithForm(url, message), expected);
      assert.equal(await written(message, 'request'), undefined);
    });
  }
});
