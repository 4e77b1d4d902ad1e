import assert from 'node:assert/strict';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { isElement } from '../../../runtime/expression/xpath/nodes.js';
import { JsonElement } from '../../../runtime/json/value.js';
import { parseElement } from '../../../runtime/xml/parse.js';
import { messageOf, namespaces } from './message.js';

const xml =
  '<d><a> x </a><b> y <c/> z </b><e> q &amp; w </e><f k=" v "> v </f><g><h> k </h></g><j> j<!--n--> j </j><l><![CDATA[ c ]]></l><n/><o j="1" k="2"/><p xmlns:n="urn:n" n:j="3" n:k="4"/></d>';

const rows: [rule: string, expression: string, text: string | null][] = [
  ['one element with text: its own text, trimmed', '//a', 'x'],
  ['one element with text: descendants do not count', '//b', 'y  z'],
  ['one element with text: CDATA counts, comments do not', '//j', 'j j'],
  ['one element without text: its markup', '//g', '<g><h> k </h></g>'],
  ['one empty element: its markup', '//n', '<n/>'],
  ['several elements: markup with the text trimmed', '//a | //f', '<a>x</a><f k="v">v</f>'],
  ['several elements: escaped and mixed text stays', '//b | //e', '<b> y <c/> z </b><e> q &amp; w </e>'],
  ['several elements: CDATA is escaped text', '//a | //l', '<a>x</a><l>c</l>'],
  ['node() that is one element: its markup', '//g/node()', '<h>k</h>'],
  ['node() that is one text: the element around it', '//a/node()', '<a>x</a>'],
  ['node() before the end: the text', '//g/node()/text()', ' k '],
  ['texts as they are', '//j/text()', ' j j '],
  ['attribute', '//f/@k', ' v '],
  ['attributes of several elements', '//@k[. != "4"]', ' v 2'],
  ['attributes with a namespace', '//p/@*', '34'],
  ['two attributes without a namespace: the first', '//o/@*', '1'],
  ['comments contribute nothing', '//comment()', ''],
  ['nothing selected is the empty text', '//none', ''],
  ['null is no value', '$ctx:none', null],
  ['a JSON value is its text, quotes included', '$ctx:json', '"q"'],
  ['an XML property', '$ctx:om', '<m><k>1</k></m>'],
  ['a map contributes nothing', '$ctx:map', ''],
  ['a predicate on a text is not looked at', "$ctx:s[. = 'other']", 'text'],
];

const properties = {
  s: 'text',
  json: new JsonElement('q'),
  om: parseElement('<m><k>1</k></m>'),
  map: new Map([['k', 'v']]),
};

describe('XPath: result', () => {
  for (const [rule, expression, text] of rows) {
    it(`message-model 3.3 rule 3: ${rule}: ${expression}`, () => {
      assert.equal(compileXPath(expression, namespaces()).text(messageOf({ xml, properties })), text);
    });
  }

  it('message-model 3.3 rule 3: a blank of any width is trimmed, and a blank text is none', () => {
    const message = messageOf({ xml: '<r><a>\u00a0x\u00a0</a><b>\u00a0</b></r>' });
    assert.equal(compileXPath('//a', namespaces()).text(message), 'x');
    assert.equal(compileXPath('//b', namespaces()).text(message), '<b>\u00a0</b>');
  });

  it('message-model 3.3 rule 4: the envelope has a declaration and no empty header', () => {
    assert.equal(
      compileXPath('.', namespaces()).text(messageOf({ xml: '<a/>' })),
      "<?xml version='1.0' encoding='utf-8'?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body><a/></soapenv:Body></soapenv:Envelope>",
    );
  });

  it('select gives the nodes, one scalar, or nothing', () => {
    const select = (expression: string) =>
      compileXPath(expression, namespaces()).select(messageOf({ xml, properties }));
    assert.deepEqual(
      select('//g/*').map((node) => isElement(node) && node.nodeName),
      ['h'],
    );
    assert.deepEqual(select('1 + 1'), [2]);
    assert.deepEqual(select('$ctx:none'), []);
    assert.equal(select('$body').length, 1);
  });

  it('message-model 1.6: the object value is null', () => {
    assert.equal(compileXPath('//a', namespaces()).object(messageOf({ xml })), null);
  });
});
