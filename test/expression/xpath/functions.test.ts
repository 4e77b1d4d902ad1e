import assert from 'node:assert/strict';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { messageOf, namespaces } from './message.js';

const xml = '<r xmlns:p="urn:p"><t>12.50</t><n xml:lang="de-AT">x</n><p:q p:k="1" l="2"/><e/></r>';
const smile = 'a😀b';

const rows: Record<string, [expression: string, text: string][]> = {
  'message-model 3.2: texts': [
    ["concat('a',1,true())", 'a1true'],
    ["starts-with('abc','')", 'true'],
    ["ends-with('abc','bc')", 'true'],
    ["contains('abc','BC')", 'false'],
    ["substring('12345',1.5,2.6)", '234'],
    ["substring('12345',0,3)", '12'],
    ["substring('12345',-1)", '12345'],
    ["substring('12345',0 div 0)", ''],
    ["substring('12345',-42,1 div 0)", '12345'],
    ["substring('12345',2,1 div 0)", '2345'],
    ["substring('12345',2,-1)", ''],
    [`substring('${smile}',2,1)`, '😀'],
    [`string-length('${smile}')`, '3.0'],
    ["substring-before('1999/04','/')", '1999'],
    ["substring-before('abc','x')", ''],
    ["substring-after('abc','')", 'abc'],
    ["substring-after('abc','x')", ''],
    ["normalize-space('  a \n b ')", 'a b'],
    ["translate('--aaa--','abc-','ABC')", 'AAA'],
    ["translate('abcabc','aa','xy')", 'xbcxbc'],
    ["upper-case('straße')", 'STRASSE'],
    ["lower-case('ABC')", 'abc'],
    ['string-length(//t)', '5.0'],
    ['string-length() > 3', 'true'],
  ],
  'message-model 3.2: numbers': [
    ["floor('2.7')", '2.0'],
    ['ceiling(-1.2)', '-1.0'],
    ['round(2.5)', '3.0'],
    ['round(-2.5)', '-2.0'],
    ['round(-0.4)', '0.0'],
    ['round(1 div 0)', 'Infinity'],
    ["round('x')", 'NaN'],
    ['sum(//t)', '12.5'],
    ['sum(//none)', '0.0'],
    ['number(true())', '1.0'],
  ],
  'message-model 3.2: position() is 0 and last() is 1 outside of predicates': [
    ['position()', '0.0'],
    ['last()', '1.0'],
    ['//r/*[position() = last()]', '<e/>'],
  ],
  'message-model 3.2: names': [
    ['name(//p:q)', 'p:q'],
    ['name(//@p:k)', 'p:k'],
    ['local-name(//p:q)', 'q'],
    ['namespace-uri(//p:q)', 'urn:p'],
    ['name(//none)', ''],
    ['name(//t)', 't'],
    ["count(//*[name()='p:q'])", '1.0'],
    ["//n[lang('de')]", 'x'],
    ["//n[lang('en')]", ''],
    ["id('a')", ''],
  ],
  'message-model 3.2: evaluate': [
    ["evaluate('1 + 1')", '2.0'],
    ["concat(evaluate('//t'), '!')", '12.50!'],
    ['evaluate($ctx:expression)', '12.50'],
  ],
  'message-model 3.2: encodings': [
    ["base64Encode('Grüße','ISO-8859-1')", 'R3L832U='],
    ["base64Encode('ä','UTF-16')", '/v8A5A=='],
    ["base64Encode('')", ''],
    ["concat('[',base64Decode('IGEg'),']')", '[a]'],
    ["base64Decode('!!!')", ''],
    ["base64Decode('5A==','ISO-8859-1')", 'ä'],
    ["url-encode('a b')", 'a%20b'],
    ["url-encode('a+b?c+d')", 'a%2Bb?c+d'],
    ['url-encode("/?&=:+,;@!$\'()[]~#")', "/?&=:+,;@!$'()%5B%5D~%23"],
    ["url-encode('ä','ISO-8859-1')", '%E4'],
    ["url-encode('日本','UTF-16')", '%FE%FFe%E5g,'],
    ["hmac-generate('payload','key')", '2f3902cd1626fa7fdfb67e93109f50412ad71531'],
    ["hmac-generate('payload','key','HmacSHA256')", '5d98b45c90a207fa998ce639fea6f02ecc8cc3f36fef81d694fb856b4d0a28ca'],
    ["hmac-generate('a')", ''],
  ],
  'message-model 3.2: the engine functions go by any prefix, the standard ones by an unbound one': [
    ["p:base64Encode('x')", 'eA=='],
    ["fn:concat('a','b')", 'ab'],
  ],
  'artifacts 6.8: secrets': [
    ["wso2:vault-lookup('db')", 's3cret'],
    ["wso2:vault-lookup('none')", ''],
    ["wso2:vault-lookup('')", ''],
    ["wso2:vault-lookup('ENV_A','ENV','false')", 'env a'],
    ["hashicorp:vault-lookup('kv/app','key')", 'h'],
  ],
};

const faults: [expression: string, cause: RegExp][] = [
  ["nosuch('a')", /No Such Function nosuch/],
  ["p:concat('a','b')", /No Such Function \{urn:p\}:concat/],
  ["getProperty('s')", /No Such Function/],
  ["contains('a')", /contains\(\) has 1 arguments, it takes 2/],
  ["concat('a')", /at least 2/],
  ["sum('a')", /must be a node-set/],
  ["count('a')", /node-sets/],
  ["name('a')", /must be a node-set/],
  ['name(//@l)', /local-name/],
  ["evaluate('a b')", /unexpected "b"/],
  ["document('http://h/x.xml')", /local entry/],
  ["base64Encode('a','no-such')", /charset no-such/],
  ["hmac-generate('a','k','nope')", /Algorithm nope/],
  ["hashicorp:vault-lookup('a')", /a path and a field/],
  ["get-property('a','b','c','d')", /get-property/],
];

const message = () =>
  messageOf({ xml, properties: { expression: '//t' }, secrets: { db: 's3cret', 'kv/app/key': 'h' } });
const declared = namespaces({ p: 'urn:p' });

describe('XPath: functions', () => {
  for (const [rule, cases] of Object.entries(rows)) {
    for (const [expression, text] of cases) {
      it(`${rule}: ${expression}`, () => {
        assert.equal(compileXPath(expression, declared).text(message()), text);
      });
    }
  }
  for (const [expression, cause] of faults) {
    it(`message-model 3.3 "Errors": ${expression}`, () => {
      assert.throws(
        () => compileXPath(expression, declared).text(message()),
        (error: Error) => /resulted in an error/.test(error.message) && cause.test(String(error.cause)),
      );
    });
  }

  it('message-model 3.2: an empty key is refused, and a key is not shown in the fault', () => {
    assert.throws(() => compileXPath("hmac-generate('a','')", declared).text(message()), /^Fault: Empty key$/);
    assert.throws(
      () => compileXPath("hmac-generate('a','hidden','nope')", declared).text(message()),
      (error: Error) => !`${error.message} ${error.cause}`.includes('hidden'),
    );
  });
});
