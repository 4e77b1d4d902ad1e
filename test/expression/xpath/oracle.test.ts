import assert from 'node:assert/strict';
import { DOMParser } from '@xmldom/xmldom';
import xpath from 'xpath';
import { evaluate } from '../../../runtime/index.js';

/**
 * Plain XPath 1.0 by our evaluator and by the package `xpath`, on the same documents. Left out is what the reference
 * engine does in its own way: results that are node lists, numbers in texts other than XPath's, `name()` of attributes,
 * variables. The document has an envelope around it, so rows do not select it by `/`.
 */
const documents = {
  books:
    '<shop><book id="1" lang="en"><title>One</title><price>10</price></book><book id="2"><title>Two</title><price>20.5</price></book><!-- a note --><book id="3"><title>Three</title><price>7</price><tag>x</tag><tag>y</tag></book></shop>',
  mixed: '<r>a<b>b</b>c<b> d </b><![CDATA[<e>]]><?pi data?><n:f xmlns:n="urn:n" n:g="h">i</n:f></r>',
  numbers: '<l><n>1</n><n>-2.5</n><n>x</n><n>0</n><n>100</n></l>',
};

const booleans: readonly (readonly [document: keyof typeof documents, expressions: readonly string[]])[] = [
  [
    'books',
    [
      'count(//book)',
      'count(//book[price > 8])',
      'count(//book[@lang])',
      'count(//book[last()]/tag)',
      'count(//book[position() mod 2 = 1])',
      'count(//tag/ancestor::book)',
      'count(//title/following::tag)',
      'count(//tag/preceding::title)',
      'count(//book[2]/following-sibling::book)',
      'count(//book[3]/preceding-sibling::*)',
      'count(//comment())',
      'count(//book[not(@lang)])',
      'count(//book/title | //book/tag)',
      'count(//*[self::title or self::price])',
      'count(//book/descendant-or-self::*)',
      'count(//tag/..)',
      'sum(//price)',
      'sum(//none)',
      'string(//book[2]/title)',
      'string(//book[price = 7]/title)',
      'string((//tag)[last()])',
      'string(//book[last()]/@id)',
      'string(//none)',
      'concat(//book[1]/title, "-", //book[3]/title)',
      'substring-after(//book[3]/title, "T")',
      'substring-before(//book[3]/title, "r")',
      'normalize-space(//comment())',
      'string-length(//book[2]/title)',
      'translate(//book[1]/title, "One", "ab")',
      'contains(//book[1]/title, "n")',
      'starts-with(//book[2]/title, "Tw")',
      '//price = 7',
      '//price != 7',
      '//price > 20',
      '//price < 7',
      '//book/@id = 2',
      '//book[1]/title = //book[1]/title',
      '//title = "Two" and //tag = "y"',
      '//none = //none or false()',
      'boolean(//tag)',
      'not(//none)',
      'round(sum(//price))',
      'floor(//book[2]/price)',
      'ceiling(//book[2]/price)',
      'sum(//price) div count(//price)',
      'sum(//price) mod 4',
      '-sum(//price)',
      'local-name(//@lang)',
      'lang("en")',
      'count(//book[@id = "2" or @id = "3"][1])',
      'count(//shop//price/text())',
    ],
  ],
  [
    'mixed',
    [
      'count(//r/text())',
      'count(//r/node())',
      'string(//b[2])',
      'normalize-space(//b[2])',
      'count(//processing-instruction())',
      'count(//processing-instruction("pi"))',
      'count(//processing-instruction("other"))',
      'string(//processing-instruction())',
      'namespace-uri(//*[local-name() = "f"])',
      'count(//*[namespace-uri() = "urn:n"])',
      'string(//r)',
    ],
  ],
  [
    'numbers',
    [
      'number(//n[1])',
      'number(//n[2])',
      'string(number(//n[3]))',
      'sum(//n[not(. = "x")])',
      'count(//n[. > 0])',
      'count(//n[. < 0])',
      'count(//n[. = 0])',
      'count(//n[number(.) = number(.)])',
      'boolean(number(//n[4]))',
      '//n > 99',
      '//n[3] = "x"',
      'round(-2.5)',
      'round(2.5)',
      'string(1 div 0)',
      'string(-1 div 0)',
      'string(0 div 0)',
      '5 mod -2',
      '-5 mod 2',
      '1.5 mod 0.5',
      'substring("12345", 2, 3)',
      'substring("12345", 0, 3)',
      'substring("12345", -1)',
      'substring("12345", 1.5, 2.6)',
      'string(0.1)',
      'string(100)',
      'string(-0.5)',
      '"1" = 1',
      'true() = "x"',
      'false() = ""',
      'true() > false()',
    ],
  ],
];

describe('XPath as the package xpath has it', () => {
  for (const [name, expressions] of booleans) {
    for (const expression of expressions) {
      it(`message-model 3.2: ${expression} on ${name}`, async () => {
        const body = documents[name];
        const { value, text } = await evaluate(expression, { contentType: 'application/xml', body });
        const oracle = xpath.select(expression, new DOMParser().parseFromString(body, 'text/xml') as unknown as Node);
        assert.deepEqual(typeof oracle === 'string' ? text : value, oracle);
      });
    }
  }
});
