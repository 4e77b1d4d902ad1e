import assert from 'node:assert/strict';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { parseElement } from '../../../runtime/xml/parse.js';
import { type MessageParts, messageOf, namespaces } from './message.js';

const soapenv = 'http://schemas.xmlsoap.org/soap/envelope/';
const orders =
  '<orders><order id="1"><item q="2">a</item><item q="1">b</item></order><order id="2"><note/></order><total>9</total></orders>';
const soap = `<s:Envelope xmlns:s="${soapenv}"><s:Body><m:op xmlns:m="urn:m"><m:v>1</m:v></m:op></s:Body></s:Envelope>`;
const many = `<r>${Array.from({ length: 9 }, (_, at) => `<l a="${at}" b="${at + 1}" c="x"/>`).join('')}<m/></r>`;
const declared = namespaces({ soapenv, m: 'urn:m' });

type Row = [expression: string, parts: MessageParts, text: string | null];
const rows: Record<string, Row[]> = {
  'message-model 3.2: the context is the envelope': [
    ['//order/@id', { xml: orders }, '12'],
    ['/orders', { xml: orders }, ''],
    ['orders', { xml: orders }, ''],
    ['$body/orders/total', { xml: orders }, '9'],
    ['/soapenv:Body/orders/total', { xml: orders }, '9'],
    ['count(/soapenv:Envelope)', { xml: orders }, '0.0'],
    ['count(//soapenv:Envelope)', { xml: orders }, '0.0'],
    ['/soapenv:Envelope/soapenv:Body/m:op/m:v', { soap }, '1'],
    ['/soapenv:Body', { soap }, ''],
    ['count(//soapenv:Envelope)', { soap }, '1.0'],
    ['//a/b', { json: '{"a":{"b":1}}' }, '1'],
    ['//jsonElement[1]', { json: '[7,8]' }, '7'],
  ],
  'message-model 3.3 rule 1: above the envelope there is one null': [
    ['parent::node()', { xml: orders }, null],
    ['count(..)', { xml: orders }, '1.0'],
    ['../..', { xml: orders }, ''],
    ['name(..)', { soap }, ''],
  ],
  'XPath 1.0 2.1: an absolute path in a predicate starts at the root of each item': [
    ['count($ctx:nodes[/x])', { properties: { nodes: [parseElement('<x/>'), parseElement('<y/>')] } }, '1.0'],
    [
      'count($ctx:nodes[. = /x])',
      { properties: { nodes: [parseElement('<x>1</x>'), parseElement('<x>2</x>')] } },
      '2.0',
    ],
    ['count(//item[//note and //total])', { xml: orders }, '2.0'],
    ['count(//item[@q = //order/@id])', { xml: orders }, '2.0'],
    ['count(//item[@q != //order/@id])', { xml: orders }, '2.0'],
    ['//order[//order[@id = 2]/@id = @id]/@id', { xml: orders }, '2'],
    ['count(//order[//order[2] = position()])', { xml: orders }, '0.0'],
  ],
  'XPath 1.0 3.3, 3.4: node-sets of many nodes': [
    ['//l/@a = //l/@b', { xml: many }, 'true'],
    ['//l/@a = //l/@c', { xml: many }, 'false'],
    ['//l/@a != //l/@a', { xml: many }, 'true'],
    ['//l/@c != //l/@c', { xml: many }, 'false'],
    ['//l/@c != //none', { xml: many }, 'false'],
    ["//l[@a = '7']/@a = //l/@b", { xml: many }, 'true'],
    ["//l[@a = '7']/@a != //l/@c", { xml: many }, 'true'],
    ['//l[@c]/@c != //l[1]/@c', { xml: many }, 'false'],
    ['count(//l[@a = //l/@b])', { xml: many }, '8.0'],
    ['//l/@b | //m', { xml: many }, '123456789<m/>'],
    ['//l[4]/@b | //l[2]/@a | //m', { xml: many }, '14<m/>'],
    ['//l[3]/following::m | //l[2] | //l[2]/@b', { xml: many }, '<l a="1" b="2" c="x"/>2<m/>'],
  ],
  'XPath 1.0 2.2: axes': [
    ['//item[1]/following-sibling::item', { xml: orders }, 'b'],
    ['//item[2]/preceding-sibling::*[1]', { xml: orders }, 'a'],
    ['count(//total/preceding::*)', { xml: orders }, '6.0'],
    ['//note/ancestor::*[1]/@id', { xml: orders }, '2'],
    ['local-name(//item/ancestor-or-self::*[last()])', { xml: orders }, 'Envelope'],
    ['count(//order[1]/following::*)', { xml: orders }, '3.0'],
    ['//order/descendant-or-self::item/text()', { xml: orders }, 'ab'],
    ['count(//item/namespace::*)', { xml: orders }, '4.0'],
    ['count(//@id/following-sibling::*)', { xml: orders }, '0.0'],
    ['//@q/..', { xml: orders }, '<item q="2">a</item><item q="1">b</item>'],
  ],
  'XPath 1.0 2.4: predicates': [
    ['//item[2]', { xml: orders }, 'b'],
    ['(//item | //total)[last()]', { xml: orders }, '9'],
    ['//order[item]/@id', { xml: orders }, '1'],
    ['//order[position() > 1]/@id', { xml: orders }, '2'],
    ['//order[@id=2 or total]/@id', { xml: orders }, '2'],
    ['//order[1.9]/@id', { xml: orders }, '1'],
    ['//order[1 + 0.9]/@id', { xml: orders }, '1'],
    ['//order[0 div 0]/@id', { xml: orders }, ''],
    ["//order['x']/@id", { xml: orders }, '12'],
    ['//order[0]', { xml: orders }, ''],
    ['//order[count(item) div 2]/@id', { xml: orders }, '1'],
    ['//*[not(position() = 1)]/@id', { xml: orders }, '2'],
  ],
  'message-model 3.2: nodes come in document order, each once': [
    ['//total | //order/@id', { xml: orders }, '12<total>9</total>'],
    ['//item/../@id', { xml: orders }, '1'],
    ['//a/b', { xml: '<r><a><a><b>1</b></a><b>2</b></a></r>' }, '<b>1</b><b>2</b>'],
    ['count(//b/../..)', { xml: '<r><a><b/><b/></a></r>' }, '1.0'],
    ['//total/preceding-sibling::*/@id', { xml: orders }, '12'],
    ['//item/ancestor::*/@id | //order[1]/@id', { xml: orders }, '1'],
    ['count(//orders//* | //order//*)', { xml: orders }, '6.0'],
    ['//order//item/@q | //order/@id', { xml: orders }, '1212'],
  ],
};

describe('XPath: paths', () => {
  for (const [rule, cases] of Object.entries(rows)) {
    for (const [expression, parts, text] of cases) {
      it(`${rule}: ${expression}`, () => {
        assert.equal(compileXPath(expression, declared).text(messageOf(parts)), text);
      });
    }
  }

  it('message-model 3.2: a document above an envelope that did not come in as SOAP does not count', () => {
    const message = messageOf();
    message.payload.setEnvelope(parseElement(`<!--before-->${soap}<!--after-->`));
    const texts = [
      'count(/soapenv:Envelope)',
      'count(preceding::comment() | following-sibling::comment())',
      'parent::node()',
    ];
    assert.deepEqual(
      texts.map((expression) => compileXPath(expression, declared).text(message)),
      ['0.0', '0.0', null],
    );
  });

  it('message-model 3.1: an undeclared prefix in a name test fails when it meets an element', () => {
    const expression = compileXPath('//zz:item', declared);
    assert.throws(
      () => expression.text(messageOf({ xml: orders })),
      (error: Error) => /resulted in an error/.test(error.message) && /namespace prefix 'zz'/.test(String(error.cause)),
    );
  });

  it('message-model 3.1: an unprefixed step matches names in no namespace only', () => {
    const message = messageOf({ xml: '<a xmlns="urn:m"><b>1</b></a>' });
    assert.equal(compileXPath('//b', declared).text(message), '');
    assert.equal(compileXPath('//m:b', declared).text(message), '1');
  });
});
