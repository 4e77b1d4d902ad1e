import { fails, json, values, xml } from './expression-harness.js';

const soap =
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header><h>x</h></soapenv:Header><soapenv:Body><a><b>1</b></a></soapenv:Body></soapenv:Envelope>';

values('XPath on a POX message', xml('<a k="v"><b>1</b><b>2</b></a>'), [
  ['message-model 3.2: //a and //b are found below the envelope', 'count(//a | //b)', '3.0'],
  ['message-model 3.2: /a selects nothing', 'count(/a)', '0.0'],
  ['message-model 3.2: a selects nothing', 'count(a)', '0.0'],
  ['message-model 3.2: $body/a is the payload', 'count($body/a)', '1.0'],
  ['message-model 3.2: $body/* is the payload', 'local-name($body/*)', 'a'],
  ['message-model 3.2: $body/a/b goes down', '$body/a/b[2]', '2'],
  ['message-model 3.2: $body is the Body element', 'local-name($body)', 'Body'],
  ['message-model 3.2: $env is the Envelope element', 'local-name($env)', 'Envelope'],
  ['message-model 3.2: $header is the Header element, empty', 'count($header/*)', '0.0'],
  ['message-model 3.2: . is the envelope', 'local-name(.)', 'Envelope'],
  ['message-model 3.2: //* are the descendants of the envelope', 'local-name((//*)[last()])', 'b'],
  ['message-model 3.2: $none is an unknown variable', '$none', fails],
  ['message-model 3.2: no such function', 'nope(1)', fails],
  ['message-model 3.3: count is printed as a double', 'count(//b)', '2.0'],
  ['message-model 3.3: inside of concat XPath writes numbers', "concat('x', 1+1)", 'x2'],
  ['message-model 3.3: large numbers use exponents', '10000000000', '1.0E10'],
  ['message-model 3.3: 1 div 3', '1 div 3', '0.3333333333333333'],
  ['message-model 3.3: an empty list is the empty text', '//none', ''],
  ['message-model 3.3: one element is its own text', '//b[1]', '1'],
  ['message-model 3.3: an element without text is its markup', '//a', '<a k="v"><b>1</b><b>2</b></a>'],
  ['message-model 3.3: several elements are their markup', '//b', '<b>1</b><b>2</b>'],
  ['message-model 3.3: text nodes are joined', '//b/text()', '12'],
  ['message-model 3.3: an attribute is its value', '//a/@k', 'v'],
  ['message-model 3.3: string() is the text of all descendants', 'string(//a)', '12'],
  ['message-model 3.3: numbers are read as Java does', "number('1e3')", '1000.0'],
  ['message-model 3.3: Infinity is a number', 'number("Infinity")', 'Infinity'],
]);

values('XPath on a SOAP message', { contentType: 'text/xml', body: soap }, [
  ['message-model 3.2: /soapenv:Envelope/soapenv:Body/a', "//*[local-name()='Envelope']/*[2]/a/b", '1'],
  ['message-model 3.2: $header/h', '$header/h', 'x'],
]);

values('XPath on JSON', json('{"a":{"b":1}}'), [
  ['message-model 3.2: JSON object is below jsonObject', '$body/jsonObject/a/b', '1'],
  ['message-model 3.2: a path anywhere finds it', '//a/b', '1'],
]);

values('XPath on a JSON array', json('[1,2]'), [
  ['message-model 3.2: JSON array is below jsonArray', '//jsonElement[1]', '1'],
  ['message-model 3.2: its wrapper', 'local-name($body/*)', 'jsonArray'],
]);

const state = {
  ...xml('<a>1</a>'),
  path: '/p?x=1&x=2&y=a%20b=c',
  headers: { 'X-H': 'h' },
  properties: {
    default: { p: 'v', n: 5, empty: '' },
    axis2: { q: 'w' },
    operation: { o: 'z' },
    registry: { 'conf:r.txt': 'text' },
  },
  variables: { w: 'var' },
};

values('XPath variables and get-property', state, [
  ['message-model 3.2: $ctx reads the default scope', '$ctx:p', 'v'],
  ['message-model 3.2: $ctx of nothing is null', '$ctx:none', null],
  ['message-model 3.2: $var reads variables', '$var:w', 'var'],
  ['message-model 3.2: $axis2 reads the axis2 scope', '$axis2:q', 'w'],
  ['message-model 3.2, 1.3: $axis2 falls through to operation', '$axis2:o', 'z'],
  ['message-model 3.2: $trp reads headers without case', '$trp:x-h', 'h'],
  ['message-model 3.2: $operation reads the operation scope', '$operation:o', 'z'],
  ['message-model 3.2: $url reads the query of To, the first duplicate', '$url:x', '1'],
  ['message-model 3.2: $url cuts the value at a second =', '$url:y', 'a b'],
  ['message-model 3.2: $url of nothing is empty', '$url:none', ''],
  ['message-model 3.2: $sys of nothing is empty', '$sys:none', ''],
  ['message-model 3.2: get-property(name) reads the default scope', "get-property('p')", 'v'],
  ['message-model 3.2: get-property(name) of nothing is null', "get-property('none')", null],
  ['message-model 3.2: get-property(scope, name) reads the scope', "get-property('transport','X-H')", 'h'],
  ['message-model 3.2: get-property(scope, name) of the registry', "get-property('registry','conf:r.txt')", 'text'],
  ['message-model 3.2: get-property(scope, name) of system is empty', "get-property('system','none')", ''],
  [
    'message-model 3.2: get-property(name, dateFormat) formats SYSTEM_DATE',
    "string-length(get-property('SYSTEM_DATE','yyyy'))",
    '4.0',
  ],
  [
    'message-model 3.2: get-property(scope, name, dateFormat) in any scope',
    "string-length(get-property('axis2','SYSTEM_DATE','yyyyMMdd'))",
    '8.0',
  ],
  ['message-model 3.2: any prefix will do', "fn:get-property('p')", 'v'],
  ['message-model 3.2: more than three arguments', "get-property('a','b','c','d')", fails],
  ['message-model 3.2: base64Encode()', "base64Encode('a')", 'YQ=='],
  ['message-model 3.2: base64Decode()', "base64Decode('YQ==')", 'a'],
  ['message-model 3.2: url-encode()', "url-encode('a b+c/d')", 'a%20b%2Bc/d'],
  ['message-model 3.2: hmac-generate()', "hmac-generate('a','k')", '40e7d441cadb17b07f050341aa23a6820ed81c8b'],
  ['message-model 3.2: encrypt() without a key store', "encrypt('a','/none','p','x')", fails],
  ['message-model 3.2: decrypt() without a key store', "decrypt('a','/none','p','x')", fails],
  ['message-model 3.2: vault-lookup() of an unknown alias', "wso2:vault-lookup('none')", ''],
  ['message-model 3.2: document() is not for flows', "document('file:///etc/hostname')", fails],
  ['message-model 3.2: evaluate()', "evaluate('//a')", '1'],
  ['message-model 3.2: lower-case()', "lower-case('AB')", 'ab'],
  ['message-model 3.2: upper-case()', "upper-case('ab')", 'AB'],
  ['message-model 3.2: ends-with()', "ends-with('abc','bc')", 'true'],
  ['message-model 3.2: boolean()', "boolean('')", 'false'],
  ['message-model 3.2: ceiling()', 'ceiling(1.2)', '2.0'],
  ['message-model 3.2: floor()', 'floor(1.8)', '1.0'],
  ['message-model 3.2: round()', 'round(1.5)', '2.0'],
  ['message-model 3.2: true() and false()', 'true() and false()', 'false'],
  ['message-model 3.2: not()', 'not(false())', 'true'],
  ['message-model 3.2: id()', "count(id('x'))", '0.0'],
  ['message-model 3.2: lang()', "lang('en')", 'false'],
  ['message-model 3.2: last() and position() outside of a predicate', "concat(last(), '|', position())", '1|0'],
  ['message-model 3.2: string()', 'string(1.0)', '1'],
  ['message-model 3.2: string-length() counts code points', "string-length('😀')", '1.0'],
  ['message-model 3.2: translate()', "translate('abc','ab','x')", 'xc'],
  ['message-model 3.2: substring()', "substring('12345', 1.5, 2.6)", '234'],
  ['message-model 3.3: = and != with null are false', "get-property('none') != 'a'", 'false'],
  ['message-model 3.3: not of a comparison with null', "not(get-property('none') = 'a')", 'true'],
  ['message-model 3.3: an Integer property is NaN', '$ctx:n + 1', 'NaN'],
  ['message-model 3.3: an Integer property equals nothing', "$ctx:n = 5 or $ctx:n = '5'", 'false'],
]);
