import assert from 'node:assert/strict';
import { buildBody } from '../../../runtime/message/build.js';
import { serializeEnvelope } from '../../../runtime/message/envelope.js';
import { formatBody } from '../../../runtime/message/formatters/format-body.js';
import type { Message } from '../../../runtime/message/message.js';
import { Payload } from '../../../runtime/message/payload.js';
import { convertSoapVersion } from '../../../runtime/message/soap/convert-version.js';
import { restoreProtocol } from '../../../runtime/message/soap/restore-protocol.js';
import { parseElement } from '../../../runtime/xml/parse.js';
import { serializeElement } from '../../../runtime/xml/serialize.js';
import { messageOf } from '../fixture.js';

const SOAP11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const SOAP12 = 'http://www.w3.org/2003/05/soap-envelope';
const soap = (namespace: string, body: string, header = ''): string =>
  `<soapenv:Envelope xmlns:soapenv="${namespace}">${header}<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

const fault11 = (detail = ''): string =>
  `<soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>bad</faultstring><faultactor>urn:r</faultactor>${detail}</soapenv:Fault>`;
const fault12 = (detail = '', code = 'Receiver'): string =>
  `<soapenv:Fault><soapenv:Code><soapenv:Value>soapenv:${code}</soapenv:Value></soapenv:Code><soapenv:Reason><soapenv:Text xml:lang="en">bad</soapenv:Text></soapenv:Reason><soapenv:Role>urn:r</soapenv:Role>${detail}</soapenv:Fault>`;

describe('SOAP versions (message-model 2.5)', () => {
  const rows: [rule: string, older: string, newer: string][] = [
    ['body', soap(SOAP11, '<a>1</a>'), soap(SOAP12, '<a>1</a>')],
    ['fault', soap(SOAP11, fault11()), soap(SOAP12, fault12())],
    [
      'fault detail',
      soap(SOAP11, fault11('<detail><d>deep</d></detail>')),
      soap(SOAP12, fault12('<soapenv:Detail><d>deep</d></soapenv:Detail>')),
    ],
    [
      'header blocks',
      soap(SOAP11, '<a/>', '<soapenv:Header><h xmlns="urn:h" soapenv:mustUnderstand="1">x</h></soapenv:Header>'),
      soap(SOAP12, '<a/>', '<soapenv:Header><h xmlns="urn:h" soapenv:mustUnderstand="true">x</h></soapenv:Header>'),
    ],
  ];
  for (const [rule, older, newer] of rows) {
    for (const [from, to, version] of [
      [older, newer, '1.2'],
      [newer, older, '1.1'],
    ] as const) {
      it(`${rule} to ${version}`, () => {
        const payload = Payload.empty();
        payload.setEnvelope(parseElement(from), { hasDocument: true });
        convertSoapVersion(payload, version);
        assert.equal(serializeEnvelope(payload.envelope()), to);
        assert.equal(payload.soapVersion, version);
        assert.equal(payload.hasDocument, true);
        convertSoapVersion(payload, version);
        assert.equal(serializeEnvelope(payload.envelope()), to);
      });
    }
  }
});

describe('protocol restoration (message-model 2.5)', () => {
  const answer = (type: string, body: string, properties: Record<string, unknown>): Message =>
    messageOf({ type, body, answer: true, axis2: { doingREST: false }, properties });
  const soap11Client = { IsClientDoingREST: false, IsClientDoingSOAP11: true };
  const soap12Client = { IsClientDoingREST: false, IsClientDoingSOAP11: false };
  const restClient = { IsClientDoingREST: true, IsClientDoingSOAP11: true };

  it('an unread answer of the other version is converted, envelope and label', async () => {
    const message = answer('text/xml; charset=UTF-8', soap(SOAP11, fault11()), soap12Client);
    await restoreProtocol(message);
    assert.equal(serializeEnvelope(message.payload.envelope()), soap(SOAP12, fault12()));
    assert.equal(message.axis2.get('ContentType'), 'application/soap+xml');
    assert.equal(message.axis2.get('messageType'), 'application/soap+xml');
  });

  it('an unread answer of the right version is relayed', async () => {
    const message = answer('text/xml', soap(SOAP11, '<a/>'), soap11Client);
    await restoreProtocol(message);
    assert.equal(message.payload.built, false);
  });

  it('the other messageType is undone', async () => {
    const message = answer('text/xml', soap(SOAP11, '<a/>'), soap11Client);
    await buildBody(message);
    message.axis2.set('messageType', 'application/soap+xml');
    await restoreProtocol(message);
    assert.equal(message.axis2.get('messageType'), 'text/xml');
    assert.equal(message.payload.soapVersion, '1.1');
  });

  it('what a REST endpoint answered is put into an envelope', async () => {
    const message = messageOf({
      type: 'application/json',
      body: '{"a":1}',
      answer: true,
      axis2: { doingREST: true },
      properties: soap12Client,
    });
    await restoreProtocol(message);
    const { body, contentType } = await formatBody(message, { direction: 'response' });
    const envelope = soap(SOAP12, '<jsonObject><a>1</a></jsonObject>');
    assert.equal(String(body), `<?xml version='1.0' encoding='UTF-8'?>${envelope}`);
    assert.equal(contentType, 'application/soap+xml; charset=UTF-8');
  });

  it('other types and attachments are left alone', async () => {
    for (const [name, value] of [
      ['messageType', 'application/json'],
      ['ENABLE_MTOM', 'true'],
    ]) {
      const message = answer('text/xml', soap(SOAP11, '<a/>'), soap12Client);
      await buildBody(message);
      message.axis2.set(name as string, value);
      await restoreProtocol(message);
      assert.equal(message.payload.soapVersion, '1.1');
    }
  });

  const exceptions: [rule: string, type: string, body: string, expected: string][] = [
    ['reason', 'text/xml', soap(SOAP11, fault11()), '<Exception>bad</Exception>'],
    ['detail text', 'text/xml', soap(SOAP11, fault11('<detail>d</detail>')), '<Exception>d</Exception>'],
    ['detail children', 'text/xml', soap(SOAP11, fault11('<detail><d>1</d></detail>')), '<Exception>bad</Exception>'],
    [
      'detail markup',
      'text/xml',
      soap(SOAP11, fault11('<detail>&lt;d>1&lt;/d></detail>')),
      '<Exception><d>1</d></Exception>',
    ],
    [
      'SOAP 1.2',
      'application/soap+xml',
      soap(SOAP12, fault12('<soapenv:Detail>d</soapenv:Detail>')),
      '<Exception>d</Exception>',
    ],
  ];
  for (const [rule, type, body, expected] of exceptions) {
    it(`a REST client gets an Exception: ${rule}`, async () => {
      const message = answer(type, body, restClient);
      await buildBody(message);
      await restoreProtocol(message);
      const first = message.payload.firstElement();
      assert.equal(first && serializeElement(first), expected);
      assert.equal(message.axis2.get('processingFault'), true);
    });
  }

  it('a REST client gets anything else as it is, faults that nobody read included', async () => {
    for (const body of [soap(SOAP11, '<a/>'), soap(SOAP11, fault11())]) {
      const message = answer('text/xml', body, restClient);
      if (!body.includes('Fault')) await buildBody(message);
      await restoreProtocol(message);
      assert.equal(message.axis2.get('processingFault'), undefined);
    }
  });
});
