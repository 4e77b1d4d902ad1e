import assert from 'node:assert/strict';
import { serializeEnvelope } from '../../../runtime/message/envelope.js';
import { Payload } from '../../../runtime/message/payload.js';
import { standardEnvelope } from '../../../runtime/message/soap/standard-envelope.js';
import { parseElement } from '../../../runtime/xml/parse.js';

const soap12 = 'http://www.w3.org/2003/05/soap-envelope';
const body = '<soapenv:Body><a>1</a></soapenv:Body></soapenv:Envelope>';

/** Envelope before and after. */
const rows: [what: string, from: string, to: string][] = [
  [
    'another prefix, which stays declared',
    `<s:Envelope xmlns:s="${soap12}" xmlns:x="urn:x"><s:Body><a>1</a></s:Body></s:Envelope>`,
    `<soapenv:Envelope xmlns:soapenv="${soap12}" xmlns:s="${soap12}" xmlns:x="urn:x">${body}`,
  ],
  [
    'header blocks move over',
    `<s:Envelope xmlns:s="${soap12}"><s:Header><h>2</h></s:Header><s:Body><a>1</a></s:Body></s:Envelope>`,
    `<soapenv:Envelope xmlns:soapenv="${soap12}" xmlns:s="${soap12}"><soapenv:Header><h>2</h></soapenv:Header>${body}`,
  ],
  [
    'the prefix soapenv: nothing to do',
    `<soapenv:Envelope xmlns:soapenv="${soap12}" k="1">${body}`,
    `<soapenv:Envelope xmlns:soapenv="${soap12}" k="1">${body}`,
  ],
];

describe('message-model 6.4: the envelope that handlers of a failed call find', () => {
  for (const [what, from, to] of rows) {
    it(what, () => {
      const payload = Payload.empty('1.2');
      payload.setEnvelope(parseElement(from), { hasDocument: true });
      standardEnvelope(payload);
      assert.equal(serializeEnvelope(payload.envelope()), to);
    });
  }
});
