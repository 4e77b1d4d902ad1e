import { call, payload, read, set, wire } from './harness.js';

const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const xop = '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:photo%40x"/>';
const envelope = (body: string): string => `<e:Envelope xmlns:e="${soap11}"><e:Body>${body}</e:Body></e:Envelope>`;
const bytes = Buffer.from([0x89, 0x00, 0xff, 0x0d, 0x0a, 0x2d, 0x2d]);

/** A message of two parts: the envelope and seven bytes. */
function related(type: string, rootType: string, body: string) {
  const head = `--B\r\nContent-Type: ${rootType}\r\nContent-ID: <root>\r\n\r\n${envelope(body)}\r\n`;
  const part = '--B\r\nContent-Type: image/png\r\nContent-ID: <photo@x>\r\nContent-Transfer-Encoding: binary\r\n\r\n';
  return {
    headers: { 'Content-Type': `multipart/related; boundary=B; start="<root>"; ${type}`, SOAPAction: '"urn:go"' },
    body: Buffer.concat([Buffer.from(head + part), bytes, Buffer.from('\r\n--B--\r\n')]),
  };
}

const mtom = related(
  'type="application/xop+xml"; start-info="text/xml"',
  'application/xop+xml; type="text/xml"',
  `<a>${xop}</a>`,
);
const swa = related('type="text/xml"', 'text/xml', '<a href="cid:photo@x"/>');
const soap = { headers: { 'Content-Type': 'text/xml', SOAPAction: '"urn:go"' }, body: envelope('<a/>') };

const rootPart = String.raw`^--(MIMEBoundary_\w+)\r\nContent-Type: application/xop\+xml; charset=UTF-8; type="text/xml"\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <[^>]+>\r\n\r\n<\?xml[^>]*\?><e:Envelope[^>]*><e:Body>`;
const include = `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:([^"]+)"/>`;
// The stub reads bodies as UTF-8: what is none becomes U+FFFD.
const photo = String.raw`\u{FFFD}\0\u{FFFD}\r\n--\r\n--\1--\r\n$`;
const mtomBody = (around: string): RegExp =>
  new RegExp(
    `${rootPart}${around.replace('INCLUDE', include)}</e:Body></e:Envelope>\\r\\n--\\1\\r\\nContent-Type: image/png\\r\\n` +
      `Content-Transfer-Encoding: binary\\r\\nContent-ID: <\\2>\\r\\n\\r\\n${photo}`,
    'u',
  );
const inOneDocument = `<?xml version='1.0' encoding='UTF-8'?>${envelope('<a>iQD/DQotLQ==</a>')}`;
const mtomType =
  /^multipart\/related; boundary="MIMEBoundary_\w+"; type="application\/xop\+xml"; start="<[^>]+>"; start-info="text\/xml"$/;

wire('attachments', [
  {
    rule: 'message-model 5.2: multipart/related that was read goes out as one document without ENABLE_MTOM',
    flow: read + call,
    request: mtom,
    expect: { seen: [{ body: inOneDocument }] },
  },
  {
    rule: 'message-model 2.6: ENABLE_MTOM writes what came as an attachment as one',
    flow: read + set('ENABLE_MTOM', 'true') + call,
    request: mtom,
    expect: { seen: [{ headers: { 'content-type': mtomType as never }, body: mtomBody('<a>INCLUDE</a>') }] },
  },
  {
    rule: 'message-model 2.6: so it does where a payloadFactory put the text into another body',
    flow:
      `<payloadFactory media-type="xml"><format><b xmlns=""><c>$1</c></b></format><args><arg expression="//a"/></args></payloadFactory>` +
      set('enableMTOM', 'true') +
      '<call><endpoint><address uri="BE/" format="soap11"/></endpoint></call>',
    request: mtom,
    expect: { seen: [{ body: mtomBody('<b[^>]*><c>INCLUDE</c></b>') }] },
  },
  {
    rule: 'message-model 2.4: optimize="mtom" of an endpoint; without binaries the message has one part',
    flow: '<call><endpoint><address uri="BE/" optimize="mtom" format="soap11"/></endpoint></call>',
    request: soap,
    expect: {
      seen: [
        {
          headers: { 'content-type': mtomType as never },
          body: new RegExp(`${rootPart}<a/></e:Body></e:Envelope>\\r\\n--\\1--\\r\\n$`, 'u'),
        },
      ],
    },
  },
  {
    rule: 'message-model 2.6: ENABLE_MTOM writes bytes that a flow has read as an attachment',
    flow: `${read}<call><endpoint><address uri="BE/" optimize="mtom" format="soap11"/></endpoint></call>`,
    request: { headers: { 'Content-Type': 'application/octet-stream' }, body: bytes },
    expect: { seen: [{ body: /href="cid:([^"]+)"[\s\S]*Content-ID: <\1>\r\n\r\n\ufffd\0\ufffd\r\n--\r\n--MIME/ }] },
  },
  {
    rule: 'message-model 2.6: ENABLE_SWA writes the parts that the envelope does not hold',
    flow: read + set('ENABLE_SWA', 'true') + call,
    request: swa,
    expect: {
      seen: [
        {
          headers: {
            'content-type':
              /^multipart\/related; boundary="MIMEBoundary_\w+"; type="text\/xml"; start="<[^>]+>"$/ as never,
          },
          body: /Content-Type: text\/xml; charset=UTF-8\r\n[\s\S]*<a href="cid:photo@x"\/>[\s\S]*Content-Type: image\/png\r\n[^<]*Content-ID: <photo@x>\r\n\r\n\ufffd\0\ufffd/,
        },
      ],
    },
  },
  {
    rule: 'message-model 2.6: ENABLE_MTOM counts for an answer to the client too, whose Content-Type names the boundary',
    flow: `${read}${set('ENABLE_MTOM', 'true')}<respond/>`,
    request: mtom,
    expect: { headers: { 'content-type': mtomType as never }, body: mtomBody('<a>INCLUDE</a>') as never },
  },
  {
    rule: 'message-model 2.6: ENABLE_MTOM without effect on JSON',
    flow: payload('{"a":1}') + set('ENABLE_MTOM', 'true') + call,
    request: { headers: { 'Content-Type': 'application/json' }, body: '{}' },
    expect: { seen: [{ headers: { 'content-type': 'application/json' }, body: '{"a":1}' }] },
  },
]);
