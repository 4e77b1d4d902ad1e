import assert from 'node:assert/strict';
import { check } from '../../runtime/index.js';

/** `§` stands where the problem has to point; it is taken out before the check. */
const rows: [name: string, mediators: string][] = [
  ['a message', '<log><message>Hello ${1 +§} there</message></log>'],
  ['a later line', '<log><message>one\n  two ${payload.a}\n  three ${§nope(1)}</message></log>'],
  ['a CDATA section', '<log><message><![CDATA[<a> & ${1 +§}]]></message></log>'],
  ['a CDATA section behind text', '<log><message>a <![CDATA[<b>\n]]> c <![CDATA[ ${1 +§}]]></message></log>'],
  ['behind characters that have to be escaped', '<log><message>a &amp; b &lt; c ${1 +§}</message></log>'],
  [
    'a JSON format',
    '<payloadFactory media-type="json"><format>{"a":\n "${payload.x +§}"}</format><args/></payloadFactory>',
  ],
  [
    'an XML format',
    '<payloadFactory media-type="xml"><format><a xmlns=""><b c="1">${payload.x +§}</b></a></format><args/></payloadFactory>',
  ],
  [
    'an attribute in an XML format',
    '<payloadFactory media-type="xml"><format><a xmlns="" c="1 ${payload.x +§}"/></format><args/></payloadFactory>',
  ],
  ['the source of a call', '<call><endpoint><default/></endpoint><source type="custom">\n  //a[§</source></call>'],
  ['an attribute', '<property name="p" expression="//a[§"/>'],
  ['a name', '<property name="{//a[§}" value="1"/>'],
];

describe('product 1: a problem of an expression points at its column, in attributes and in texts', () => {
  for (const [name, mediators] of rows) {
    it(name, () => {
      const xml = `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">\n${mediators}\n</sequence>`;
      const lines = xml.split('§')[0]?.split('\n') ?? [];
      const [problem, ...more] = check(xml.replace('§', ''), { file: 's.xml' });
      assert.deepEqual(more, []);
      assert.deepEqual(
        [problem?.code, problem?.line, problem?.column],
        ['invalid-expression', lines.length, (lines.at(-1)?.length ?? 0) + 1],
        problem?.message,
      );
    });
  }
});
