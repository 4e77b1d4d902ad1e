import assert from 'node:assert/strict';
import { fails, json, mediate, values, xml } from './expression-harness.js';

const cars =
  '{"name":"John","age":30,"cars":["Ford","BMW","Fiat","Honda","Lexus","KIA"],"index":1,"string":" Hello World ","null":null}';

values('worked examples', json(cars), [
  ['message-model 3.6: $.cars[$.index] →', '${$.cars[$.index]}', 'BMW'],
  ['message-model 3.6: $.cars[10] →', '${$.cars[10]}', ''],
  ['message-model 3.6: $.cars[$.index,4] →', '${$.cars[$.index,4]}', '["BMW","Lexus"]'],
  ['message-model 3.6: $.cars[:2] →', '${$.cars[:2]}', '["Ford","BMW"]'],
  ['message-model 3.6: $.cars[-1:] →', '${$.cars[-1:]}', '["KIA"]'],
  ['message-model 3.6: null == payload["null"] →', '${null == payload["null"]}', 'true'],
  ['message-model 3.6: length("Lahiru") + 10 →', '${length("Lahiru") + 10}', '16'],
  ['message-model 3.6: length(34) →', '${length(34)}', ''],
  ['message-model 3.6: toUpper(34) →', '${toUpper(34)}', ''],
  ['message-model 3.6: trim(34) →', '${trim(34)}', ''],
  ['message-model 3.6: 2147483647 + 1 →', '${2147483647 + 1}', '2147483648'],
  ['message-model 3.6: 2147483647 * -2 →', '${2147483647 * -2}', '-4294967294'],
  ['message-model 3.6: 3148483647 - 3147483647 →', '${3148483647 - 3147483647}', '1000000'],
  ['message-model 3.6: 8.9567 - 8.9456 →', '${8.9567 - 8.9456}', '0.0111'],
  ['message-model 3.6: 5 - 30 + 2 - 10 →', '${5 - 30 + 2 - 10}', '-33'],
  ['message-model 3.6: 5 / 0 →', '${5 / 0}', ''],
  ['message-model 3.6: 45 == (5 + 34 ? true : 456) →', '${45 == (5 + 34 ? true : 456)}', ''],
  ['message-model 3.6: "bla" ? true : 123 →', '${"bla" ? true : 123}', ''],
  ['message-model 3.6: null ? 4 : 5 →', '${null ? 4 : 5}', ''],
  ['message-model 3.6: true ? false ? false : true : false →', '${true ? false ? false : true : false}', 'true'],
  ['message-model 3.6: boolean("0") or (5 > 2) →', '${boolean("0") || (5 > 2)}', 'true'],
  ['message-model 3.6: 5 and "bla" →', '${5 and "bla"}', ''],
  ['message-model 3.6: 5 > "bla" →', '${5 > "bla"}', ''],
  ['message-model 3.6: true >= false →', '${true >= false}', ''],
  ['message-model 3.6: not(5 > 6) ? true : false →', '${not(5 > 6) ? true : false}', 'true'],
  ['message-model 3.6: "John" == payload.name →', '${"John" == payload.name}', 'true'],
  ['message-model 3.6: urlEncode(" *~") →', '${urlEncode(" *~")}', '%20%2A%7E'],
  ['message-model 3.6: string(12) + " Angry Men" →', '${string(12) + " Angry Men"}', '12 Angry Men'],
  ['message-model 3.6: round(log(1001)) →', '${round(log(1001))}', '3'],
  ['message-model 3.6: exists(null) →', '${exists(null)}', 'false'],
  ['message-model 3.6: isArray("[1,2,{\\"abc\\":5}]") →', '${isArray("[1,2,{\\"abc\\":5}]")}', 'true'],
]);

values('worked examples on numbers', json('{"i":10,"j":4,"a":2,"b":4,"team":[{"experience":3}]}'), [
  ['message-model 3.6: payload.i * payload.j →', '${payload.i * payload.j}', '40'],
  ['message-model 3.6: payload.a + payload.b →', '${payload.a + payload.b}', '6'],
  ['message-model 3.6: payload.team[0].experience + 12 →', '${payload.team[0].experience + 12}', '15'],
  ['message-model 3.6: payload.i / 3 →', '${payload.i / 3}', '3.3333333333333335'],
]);

values('worked examples without a body', {}, [
  ['message-model 3.6: payload.name without a payload →', '${payload.name}', ''],
]);

values('operators', json('{"n":null,"x":10.00,"age":36,"a":[36,18.50]}'), [
  ['message-model 3.6: operator + adds numbers', '${1 + 2.5}', '3.5'],
  ['message-model 3.6: operator + joins texts', '${"a" + "b"}', 'ab'],
  ['message-model 3.6: operator + of both is an error', '${"abc" + 5}', ''],
  ['message-model 3.6: operator - of texts is an error', '${"a" - "b"}', ''],
  ['message-model 3.6: operator * of a text is an error', '${"a" * 2}', ''],
  ['message-model 3.6: operator / keeps the scale of the left side', '${10.0 / 3}', '3.3'],
  ['message-model 3.6: operator / of Integers', '${10 / 2}', '5'],
  ['message-model 3.6: operator % is exact', '${34.56 % 3.45}', '0.06'],
  ['message-model 3.6: operator < compares as doubles', '${1 < 1.5}', 'true'],
  ['message-model 3.6: operator >= of a Long is an error', '${5000000000 >= 1}', ''],
  ['message-model 3.6: operator == compares texts', '${5 == "5"}', 'true'],
  ['message-model 3.6: operator == of 5 and 5.0', '${5 == 5.0}', 'false'],
  ['message-model 3.6: operator == of a member', '${payload.x == 10.0}', 'true'],
  ['message-model 3.6: operator != of null and a value', '${null != 1}', 'true'],
  ['message-model 3.6: operator and evaluates both sides', '${false and (5 / 0 == 1)}', ''],
  ['message-model 3.6: operator or needs Booleans', '${true or 1}', ''],
  ['message-model 3.6: operator ?: evaluates the chosen branch alone', '${true ? 1 : 5 / 0}', '1'],
  ['message-model 3.6: null in arithmetic is an error', '${payload.n + 1}', ''],
  ['message-model 3.5: comparison binds looser than and', '${5 > 2 and true}', ''],
  ['message-model 3.5: a minus sign belongs to the number', '${5-3}', fails],
  ['message-model 3.5: unless blanks are around it', '${5 - 3}', '2'],
]);

values(
  'numbers of JSON',
  json('{"age":36,"d":18.50,"low":-3000000000,"high":3148483647,"big":12345678901234567890,"a":[36]}'),
  [
    ['message-model 3.6: member integer counts as Integer', '${payload.age + 4}', '40'],
    ['message-model 3.6: member decimal counts as Double', '${payload.d + 1}', '19.5'],
    ['message-model 3.6: member below int is cut to 32 bits', '${payload.low + 1}', '1294967297'],
    ['message-model 3.6: member above int counts as Long', '${payload.high + 1}', '3148483648'],
    ['message-model 3.6: member above int cannot be compared', '${payload.high > 2}', ''],
    ['message-model 3.6: member beyond long is text only', '${payload.big + 1}', ''],
    ['message-model 3.6: array item counts as Double', '${payload.a[0] + 1}', '37.0'],
  ],
);

const state = {
  ...json('{"a":{"b":1},"a b":2,"arr":[1,2,3,8],"list":[{"p":9},{"p":1}],"words":["x","y"],"o":{"k":1,"l":2}}'),
  headers: { 'X-Name': 'h', 'X-Number': '007' },
  properties: {
    default: { p: 'v', 'a.b': 'dotted', 'query.param.q': '5', 'uri.var.id': 'i' },
    axis2: { q: 'w' },
    registry: { 'conf:r.json': '{"k":"v"}' },
  },
  variables: { v: 'text', j: { n: 1.5 } },
};

values('access forms', state, [
  ['message-model 3.5: payload is the whole body', '${payload.o}', '{"k":1,"l":2}'],
  ['message-model 3.5: payload.a.b goes down', '${payload.a.b}', '1'],
  ['message-model 3.5: payload["a b"] takes any name', '${payload["a b"]}', '2'],
  ['message-model 3.5: payload.arr[0] is an item', '${payload.arr[0]}', '1'],
  ['message-model 3.5: [-1:] is a slice', '${payload.arr[-1:]}', '[8]'],
  ['message-model 3.5: [1,2] are items', '${payload.arr[1,2]}', '[2,3]'],
  ['message-model 3.5: [*] are all items', '${payload.words[*]}', '["x","y"]'],
  ['message-model 3.5: ..x finds anywhere', '${payload..p}', '[9,1]'],
  ['message-model 3.5: [?(@.p > 5)] filters', '${payload.list[?(@.p > 5)]}', '[{"p":9}]'],
  ['message-model 3.5: vars.name is a variable', '${vars.v}', 'text'],
  ['message-model 3.5: vars["name"] is, too', '${vars["v"]}', 'text'],
  ['message-model 3.5: vars.name with a path', '${vars.j.n}', '1.5'],
  ['message-model 3.5: headers.Name is a header', '${headers.X-Name}', 'h'],
  ['message-model 3.5: headers["Name"] is, too, without case, typed', '${headers["x-number"] + 1}', '8'],
  ['message-model 3.5: props.synapse.name is a property', '${props.synapse.p}', 'v'],
  ['message-model 3.5: properties.synapse["a.b"] has dots', '${properties.synapse["a.b"]}', 'dotted'],
  ['message-model 3.5: props.axis2.name', '${props.axis2.q}', 'w'],
  ['message-model 3.5: params.queryParams.x', '${params.queryParams.q + 1}', '6'],
  ['message-model 3.5: params.pathParams.x', '${params.pathParams.id}', 'i'],
  ['message-model 3.5: params.functionParams.x outside of a template faults', '${params.functionParams.x}', fails],
  ['message-model 3.5: configs.name that is nowhere', '${configs.none_of_this_name}', ''],
  ['message-model 3.5: .length() of an array', '${payload.arr.length()}', '4'],
  ['message-model 3.5: .size() of an array', '${payload.arr.size()}', '4'],
  ['message-model 3.5: .min()', '${payload.arr.min()}', '1.0'],
  ['message-model 3.5: .max()', '${payload.arr.max()}', '8.0'],
  ['message-model 3.5: .avg()', '${payload.arr.avg()}', '3.5'],
  ['message-model 3.5: .sum()', '${payload.arr.sum()}', '14.0'],
  ['message-model 3.5: .stddev()', '${payload.arr.stddev()}', '2.692582403567252'],
  ['message-model 3.5: .keys()', '${payload.o.keys()}', '["k","l"]'],
  ['message-model 3.5: .first()', '${payload.arr.first()}', '1'],
  ['message-model 3.5: .last()', '${payload.arr.last()}', '8'],
  ['message-model 3.5: payload["a","b"] faults', '${payload["a","b"]}', fails],
  ['message-model 3.5: a bracket may hold an expression', '${payload.arr[payload.a.b]}', '2'],
  ['message-model 3.6: registry()', '${registry("conf:r.json").k}', 'v'],
  ['message-model 3.6: wso2-vault() of an unknown alias', '${exists(wso2-vault("none"))}', 'false'],
  ['message-model 3.6: hashicorp-vault() without a vault', '${exists(hashicorp-vault("p","f"))}', 'false'],
  ['message-model 3.6: now()', '${now() > 0}', ''],
  ['message-model 3.6: formatDateTime()', '${formatDateTime("29/09/1988","dd/MM/yyyy","yyyy-MM-dd")}', '1988-09-29'],
  ['message-model 3.6: urlDecode()', '${urlDecode("a%20b+c")}', 'a b c'],
  ['message-model 3.6: object()', '${object("{\\"a\\":1}").a}', '1'],
  ['message-model 3.6: array()', '${array("[1,2]")[1]}', '2'],
]);

values('XML bodies', xml('<a><b>1</b></a>'), [
  ['message-model 3.6: payload.a.b of XML is that of its JSON', '${payload.a.b + 1}', '2'],
  [
    'message-model 3.6: payload is the body as XPath has it',
    '${payload}',
    '<soapenv:Body xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><a><b>1</b></a></soapenv:Body>',
  ],
  ['message-model 3.6: xpath()', "${xpath('//b')}", '1'],
]);

describe('inline templates', () => {
  const rows: [rule: string, format: string, media: string, expected: string][] = [
    [
      'message-model 3.7: ${} in JSON inserts the object value',
      '{"a":${payload.o},"b":"${payload.s}"}',
      'json',
      '{"a":{"k":1},"b":"x"}',
    ],
    ['message-model 3.7: a quoted object is a text', '{"a":"${payload.o}"}', 'json', '{"a":"{\\"k\\":1}"}'],
    ['message-model 3.7: a literal keeps its quotes', '{"a":"${true ? \'x\' : \'y\'}"}', 'json', '{"a":"\'x\'"}'],
    ['message-model 3.7: an error is the empty text', '{"a":"${payload.none}"}', 'json', '{"a":""}'],
    ['message-model 3.7: text', 'a ${payload.s} b ${1 + 1}', 'text', 'a x b 2'],
  ];
  for (const [rule, format, media, expected] of rows) {
    it(rule, async () => {
      const step = `<payloadFactory media-type="${media}"><format>${format}</format><args/></payloadFactory>`;
      assert.equal((await mediate(step, json('{"o":{"k":1},"s":"x"}'))).message.body, expected);
    });
  }

  it('message-model 3.7: a log message shows the string value', async () => {
    const { logs } = await mediate(
      '<log category="INFO"><message>${\'lit\'} and ${payload.o}</message></log>',
      json('{"o":{"k":1}}'),
    );
    assert.equal(logs[0]?.text, 'lit and {"k":1}');
  });
});
