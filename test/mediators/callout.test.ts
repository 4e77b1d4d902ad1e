import { Fault } from '../../runtime/message/fault.js';
import { parseElement } from '../../runtime/xml/parse.js';
import { refusals, table } from './harness.js';

const body = '<r><a>1</a></r>';
const answers = [{ body: '<k/>', contentType: 'application/xml', status: 201 }];
const callout = (content: string) => `<callout endpointKey="e">${content}</callout>`;
const envelope = '<source type="envelope"/>';

describe('callout', () => {
  table(
    (
      [
        ['the envelope is sent, the answer becomes the message', envelope, body, '<k/>'],
        ['without a source the envelope is sent', '', body, '<k/>'],
        ['an XPath gives what is sent', '<source xpath="//a"/>', '<a>1</a>', '<k/>'],
        ['a property gives what is sent', '<source key="p"/>', '<p/>', '<k/>'],
        ['an entry gives what is sent', '<source key="n"/>', '<n/>', '<k/>'],
        ['a target path is replaced by the answer', `${envelope}<target xpath="//a"/>`, body, '<r><k/></r>'],
      ] as const
    ).map(([rule, content, sent, left]) => ({
      rule: `mediators 5.3: ${rule}`,
      xml: callout(content),
      given: { body, answers, properties: { p: parseElement('<p/>') }, entries: { n: parseElement('<n/>') } },
      expect: { outcome: true, sent: [sent], body: left, axis2: { HTTP_SC: 'Integer:201' } },
    })),
  );

  table([
    {
      rule: 'mediators 5.3: a target key takes the answer, the body stays',
      xml: callout(`${envelope}<target key="k"/>`),
      given: { body, answers },
      expect: { body, properties: { k: 'XML:<k/>' } },
    },
    {
      rule: 'mediators 5.3: a JSON answer becomes the body whatever the target',
      xml: callout(`${envelope}<target key="k"/>`),
      given: { body },
      expect: { body: '{"backend":"ok"}', properties: { k: undefined } },
    },
    {
      rule: 'mediators 5.3: a JSON body is sent whatever the source',
      xml: callout('<source xpath="//a"/>'),
      given: { body: '{"a":1}' },
      expect: { sent: ['{"a":1}'] },
    },
    {
      rule: 'mediators 5.3: OUT_ONLY leaves the message alone',
      xml: callout(envelope),
      given: { body, answers, properties: { OUT_ONLY: 'true' } },
      expect: { sent: [body], body, axis2: { HTTP_SC: undefined } },
    },
    {
      rule: 'mediators 5.3: the headers of the message stay',
      xml: callout(envelope),
      given: {
        body,
        headers: { 'X-A': 'one' },
        answers: [{ body: '<k/>', contentType: 'application/xml', headers: { 'X-A': 'two' } }],
      },
      expect: { headers: { 'X-A': 'one' } },
    },
    {
      rule: 'mediators 5.3: a failure reaches the fault sequence with its code',
      xml: callout(envelope),
      given: {
        body,
        answers: [new Fault('no', { code: 404 })],
        onFault: '<log level="custom"><property name="code" expression="get-property(\'ERROR_CODE\')"/></log>',
      },
      expect: { outcome: 'handled', logs: ['code = 404'], body },
    },
    ...[
      callout('<source key="none"/>'),
      callout('<source xpath="//none"/>'),
      callout(`${envelope}<target xpath="//none"/>`),
      '<callout endpointKey="missing"/>',
    ].map((xml) => ({
      rule: `mediators 5.3: ${xml} faults`,
      xml,
      given: { body, answers },
      expect: { outcome: 'fault' as const, body },
    })),
  ]);

  refusals([
    { rule: 'mediators 5.3: an empty target', xml: callout('<target/>'), code: 'missing-attribute' },
    { rule: 'mediators 5.3: an empty source', xml: callout('<source/>'), code: 'missing-attribute' },
    {
      rule: 'mediators 5.3: options that are neither true nor false',
      xml: '<callout initAxis2ClientOptions="maybe"/>',
      code: 'invalid-attribute-value',
    },
    { rule: 'mediators 5.3: WS-Security', xml: callout('<enableSec policy="p"/>'), code: 'unsupported-element' },
  ]);
});
