import assert from 'node:assert/strict';
import { serializeElement } from '../../runtime/xml/serialize.js';
import { refusals, run, table } from './harness.js';

const soap11 = 'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"';
const soap12 = 'xmlns:e="http://www.w3.org/2003/05/soap-envelope"';
const code11 = `<code ${soap11} value="e:Server"/>`;
const reason = '<reason value="because"/>';
const given = {
  headers: { SOAPAction: '"urn:act"' },
  contentType: 'text/xml',
  body: '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header><h xmlns="urn:h">1</h></soapenv:Header><soapenv:Body><a xmlns="">1</a></soapenv:Body></soapenv:Envelope>',
};

/** The envelope's inside after the mediator. */
async function envelope(xml: string): Promise<string> {
  const { message } = await run(xml, given);
  return serializeElement(message.payload.envelope()).replace(/^<soapenv:Envelope[^>]*>|<\/soapenv:Envelope>$/g, '');
}

const fault = (inside: string) =>
  `<soapenv:Header><h xmlns="urn:h">1</h></soapenv:Header><soapenv:Body><soapenv:Fault>${inside}</soapenv:Fault></soapenv:Body>`;

describe('makefault', () => {
  const server = `<faultcode ${soap11}>e:Server</faultcode><faultstring>because</faultstring>`;
  for (const [rule, xml, expected] of [
    [
      'SOAP 1.1',
      `<makefault version="soap11">${code11}${reason}<role>urn:role</role><detail>some detail</detail></makefault>`,
      fault(`${server}<faultactor>urn:role</faultactor><detail>some detail</detail>`),
    ],
    [
      'an expression as code is in the namespace of the fault',
      '<property name="p" value="Client"/><makefault><code expression="$ctx:p"/><reason expression="//a"/></makefault>',
      fault(
        '<faultcode xmlns:axis2ns1="http://schemas.xmlsoap.org/soap/envelope/">axis2ns1:Client</faultcode><faultstring>1</faultstring>',
      ),
    ],
    [
      'nodes of an expression move into the detail',
      `<makefault>${code11}${reason}<detail expression="//a"/></makefault>`,
      fault(`${server}<detail><a>1</a></detail>`),
    ],
    [
      'child elements of the detail',
      `<makefault>${code11}${reason}<detail><d xmlns="urn:d"><x>1</x></d></detail></makefault>`,
      fault(`${server}<detail><d xmlns="urn:d"><x>1</x></d></detail>`),
    ],
    ['an empty detail', `<makefault>${code11}${reason}<detail/></makefault>`, fault(`${server}<detail></detail>`)],
    [
      'SOAP 1.2',
      `<makefault version="soap12"><code ${soap12} value="e:Receiver"/>${reason}<node>urn:node</node><role>urn:role</role><detail>d</detail></makefault>`,
      fault(
        `<soapenv:Code><soapenv:Value ${soap12}>e:Receiver</soapenv:Value></soapenv:Code><soapenv:Reason><soapenv:Text xml:lang="en">because</soapenv:Text></soapenv:Reason><soapenv:Node>urn:node</soapenv:Node><soapenv:Role>urn:role</soapenv:Role><soapenv:Detail>d</soapenv:Detail>`,
      ),
    ],
  ] as const) {
    it(`mediators 4.10: ${rule}`, async () => assert.equal(await envelope(xml), expected));
  }

  table([
    {
      rule: 'mediators 4.10: pox is an Exception element: detail text, else reason',
      xml: `<makefault version="pox">${reason}<detail>some detail</detail></makefault>`,
      given: { body: '{"a":1}' },
      expect: { body: '<Exception>some detail</Exception>', axis2: { processingFault: 'Boolean:true' }, outcome: true },
    },
    {
      rule: 'mediators 4.10: child elements of a pox detail do not count',
      xml: `<makefault version="pox"><code ${soap12} value="e:Receiver"/>${reason}<detail><d/></detail></makefault>`,
      given: { body: '<r/>' },
      expect: { body: '<Exception>because</Exception>' },
    },
  ]);

  it('mediators 4.10: the message becomes a response, unless response is false', async () => {
    const asResponse = await run(`<makefault>${code11}${reason}</makefault>`, given);
    assert.equal(asResponse.message.response, true);
    assert.equal(asResponse.message.addressing.to, undefined);
    const asRequest = await run(
      `<header name="ReplyTo" value="urn:r"/><makefault response="false">${code11}${reason}</makefault>`,
      given,
    );
    assert.equal(asRequest.message.response, false);
    assert.equal(asRequest.message.addressing.to, 'urn:r');
    assert.equal(asRequest.message.addressing.relatesTo, asRequest.message.id);
  });

  refusals([
    {
      rule: 'mediators 4.10: unknown version',
      xml: `<makefault version="soap13">${code11}${reason}</makefault>`,
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 4.10: no code',
      xml: `<makefault version="soap11">${reason}</makefault>`,
      code: 'missing-element',
    },
    {
      rule: 'mediators 4.10: a code without prefix',
      xml: `<makefault><code value="Server"/>${reason}</makefault>`,
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 4.10: a code of the other version',
      xml: `<makefault><code ${soap11} value="e:Sender"/>${reason}</makefault>`,
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 4.10: pox checks codes as SOAP 1.2',
      xml: `<makefault version="pox">${code11}${reason}</makefault>`,
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 4.10: a node without version',
      xml: `<makefault>${code11}${reason}<node>n</node></makefault>`,
      code: 'invalid-element',
    },
    {
      rule: 'mediators 4.10: expressions are XPath',
      xml: `<makefault>${code11}<reason expression="json-eval($.a)"/></makefault>`,
      code: 'invalid-expression',
    },
  ]);
});
