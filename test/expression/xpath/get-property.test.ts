import assert from 'node:assert/strict';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { WholeNumber } from '../../../runtime/java/value.js';
import { type MessageParts, messageOf, namespaces } from './message.js';

const parts: MessageParts = {
  xml: '<r><key>s</key></r>',
  properties: { s: 'text', 5: 'five', le: 'own' },
  axis2: { own: 'A', status: WholeNumber.integer(200) },
  operation: { op: 'O' },
  headers: { 'X-Thing': 'head' },
  to: '/p?x=1',
  localEntries: { le: 'hidden', entry: 'local' },
  registry: {
    'gov:t.txt': { content: Buffer.from('plain'), properties: new Map([['p', 'prop']]) },
    'gov:a.json': { content: Buffer.from('{"a":1}'), mediaType: 'application/json' },
  },
};

const rows: [expression: string, text: string | null][] = [
  ["get-property('s')", 'text'],
  ["get-property('none')", null],
  ["get-property('le')", 'own'],
  ["get-property('entry')", 'local'],
  ['get-property(5)', 'five'],
  ['get-property(//key)', 'text'],
  ['get-property(//none)', ''],
  ["get-property('')", ''],
  ['get-property()', ''],
  ["get-property('default','s')", 'text'],
  ["get-property('synapse','s')", null],
  ["get-property('AXIS2','own')", null],
  ["get-property('s','zzz')", 'text'],
  ["get-property(concat('ax','is2'),'own')", 'A'],
  ["get-property('axis2','own')", 'A'],
  ["get-property('axis2','op')", 'O'],
  ["get-property('axis2','none')", null],
  ["get-property('axis2','status')", '200'],
  ["get-property('axis2','status') = 200", 'false'],
  ["get-property('operation','op')", 'O'],
  ["get-property('operation','none')", null],
  ["get-property('transport','x-thing')", 'head'],
  ["get-property('transport','none')", null],
  ["get-property('system','sys.a')", 'system a'],
  ["get-property('system','none')", ''],
  ["get-property('env','ENV_A')", 'env a'],
  ["get-property('env','none')", ''],
  ["get-property('file','file.a')", 'file a'],
  ["get-property('file','none')", ''],
  ["get-property('registry','gov:t.txt')", 'plain'],
  ["get-property('registry','gov:t.txt@p')", 'prop'],
  ["get-property('registry','gov:t.txt@none')", ''],
  ["get-property('registry','gov:none')", ''],
  ["get-property('registry','gov:a.json')", 'eyJhIjoxfQ=='],
  ["get-property('To')", '/p?x=1'],
  ["get-property('From')", ''],
  ["get-property('Action')", ''],
  ["get-property('OperationName')", 'mediate'],
  ["get-property('FAULT')", ''],
  ["get-property('MESSAGE_FORMAT')", 'pox'],
  ["starts-with(get-property('MessageID'),'urn:uuid:')", 'true'],
  ["string-length(get-property('SYSTEM_TIME'))", '13.0'],
  ["string-length(get-property('axis2','SYSTEM_TIME'))", '13.0'],
  ["string-length(get-property('SYSTEM_DATE','yyyy-MM-dd'))", '10.0'],
  ["string-length(get-property('default','SYSTEM_DATE','yyyy'))", '4.0'],
  [`get-property('SYSTEM_DATE',"'lit'")`, 'lit'],
];

const soap = (version: string, body: string): string =>
  `<s:Envelope xmlns:s="${version}"><s:Body>${body}</s:Body></s:Envelope>`;
const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const soap12 = 'http://www.w3.org/2003/05/soap-envelope';

const bodies: [what: string, parts: MessageParts, format: string, fault: string][] = [
  ['SOAP 1.1', { soap: soap(soap11, '<a/>') }, 'soap11', ''],
  ['SOAP 1.2', { soap: soap(soap12, '<a/>') }, 'soap12', ''],
  ['a SOAP fault', { soap: soap(soap11, '<s:Fault/>') }, 'soap11', 'TRUE'],
  ['an element named Fault', { soap: soap(soap11, '<Fault/>') }, 'soap11', ''],
  ['FAULT_MESSAGE', { json: '{}', axis2: { FAULT_MESSAGE: 'TRUE' } }, 'pox', 'TRUE'],
  ['SOAP from a REST client', { soap: soap(soap11, '<a/>'), properties: { IsClientDoingREST: true } }, 'pox', ''],
];

describe('XPath: get-property', () => {
  for (const [expression, text] of rows) {
    it(`message-model 3.2: ${expression} is ${JSON.stringify(text)}`, () => {
      assert.equal(compileXPath(expression, namespaces()).text(messageOf(parts)), text);
    });
  }

  for (const [what, body, format, fault] of bodies) {
    it(`message-model 3.2: MESSAGE_FORMAT and FAULT of ${what}`, () => {
      const text = (name: string) => compileXPath(`get-property('${name}')`, namespaces()).text(messageOf(body));
      assert.deepEqual([text('MESSAGE_FORMAT'), text('FAULT')], [format, fault]);
    });
  }
});
