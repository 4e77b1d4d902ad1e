import { parseElement } from '../../runtime/xml/parse.js';
import { refusals, table } from './harness.js';

const body = '<r><a k="1">A</a><b>2</b></r>';
const variable = (attributes: string) => `<variable name="v" ${attributes}/>`;

describe('xquery', () => {
  table(
    (
      [
        ['the result replaces the body', '<o>{//a/text()}</o>', '', '<o>A</o>'],
        ['only the first item counts', '(<o/>, <p/>)', '', '<o/>'],
        ['an atomic result becomes the text', 'count(//*)', '', '<r><a k="1">A</a><b>2</b>3</r>'],
        ['no result changes nothing', '()', '', body],
        ['a literal', 'declare variable $v external; <o>{$v}</o>', variable('type="STRING" value="x"'), '<o>x</o>'],
        [
          'a number',
          'declare variable $v as xs:integer external; <o>{$v + 1}</o>',
          variable('type="INT" value="4"'),
          '<o>5</o>',
        ],
        [
          'a number of -1 (reference: not bound)',
          'declare variable $v as xs:integer external; <o>{$v}</o>',
          variable('type="INT" value="-1"'),
          '<o>-1</o>',
        ],
        [
          'a Boolean',
          'declare variable $v as xs:boolean external; if ($v) then <y/> else <n/>',
          variable('type="BOOLEAN" value="TRUE"'),
          '<y/>',
        ],
        [
          'the body as a document',
          'declare variable $v as document-node() external; <o>{$v/r/b/text()}</o>',
          variable('type="DOCUMENT"'),
          '<o>2</o>',
        ],
        [
          'an element of the message',
          'declare variable $v as element() external; <o>{name($v)}</o>',
          variable('type="ELEMENT" expression="//b"'),
          '<o>b</o>',
        ],
        [
          'an entry',
          'declare variable $v external; <o>{$v//x/text()}</o>',
          variable('type="DOCUMENT" key="doc"'),
          '<o>X</o>',
        ],
        [
          'a part of an entry',
          'declare variable $v external; <o>{$v}</o>',
          variable('type="STRING" key="doc" expression="x"'),
          '<o>X</o>',
        ],
        ['a variable without a type is left out', '<o/>', '<variable name="w" value="1"/>', '<o/>'],
      ] as const
    ).map(([rule, query, variables, expected]) => ({
      rule: `mediators 6.5: ${rule}`,
      xml: `<xquery key="q">${variables}</xquery>`,
      given: { body, entries: { q: query, doc: parseElement('<d><x>X</x></d>') } },
      expect: { outcome: true, body: expected },
    })),
  );

  table([
    {
      rule: 'mediators 6.5: a target is replaced',
      xml: '<xquery key="q" target="//b"/>',
      given: { body, entries: { q: '<o/>' } },
      expect: { body: '<r><a k="1">A</a><o/></r>' },
    },
    {
      rule: 'mediators 6.5: an empty body takes the element',
      xml: '<xquery key="q"/>',
      given: { entries: { q: '<o/>' } },
      expect: { body: '<o/>' },
    },
    {
      rule: 'mediators 6.5: an XML entry that only holds the text of a query',
      xml: '<xquery key="q"/>',
      given: { body, entries: { q: parseElement('<x><![CDATA[<o>{1 + 1}</o>]]></x>') } },
      expect: { body: '<o>2</o>' },
    },
    {
      rule: 'mediators 6.5: the JSON of a body is forgotten',
      xml: '<xquery key="q"/>',
      given: { body: '{"a":1}', entries: { q: '<o>{name(/*)}</o>' } },
      expect: { body: '<o>jsonObject</o>' },
    },
    ...(
      [
        ['an unknown key', undefined, ''],
        ['a query that does not parse', '<o>{', ''],
        ['a variable that is no number', 'declare variable $v external; $v', variable('type="INT" value="x"')],
        ['a variable that is no byte', 'declare variable $v external; $v', variable('type="BYTE" value="128"')],
        ['a variable that is no short', 'declare variable $v external; $v', variable('type="SHORT" value="40000"')],
        ['a variable that is no long', 'declare variable $v external; $v', variable('type="LONG" value="1e3"')],
        ['a variable that is no double', 'declare variable $v external; $v', variable('type="DOUBLE" value="0x10"')],
        [
          'a variable without a value',
          'declare variable $v external; $v',
          variable('type="STRING" expression="//none"'),
        ],
        ['a file', "doc('file:///etc/hostname')", ''],
        ['what never ends', 'sum(1 to 1000000000)', ''],
        ['a function that calls itself', 'declare function local:f($x) { local:f($x + 1) }; local:f(1)', ''],
      ] as const
    ).map(([rule, query, variables]) => ({
      rule: `mediators 6.5: ${rule} faults`,
      xml: `<xquery key="q">${variables}</xquery>`,
      given: { body, ...(query === undefined ? {} : { entries: { q: query } }) },
      expect: { outcome: 'fault' as const, body },
    })),
  ]);

  refusals([
    { rule: 'mediators 6.5: no key', xml: '<xquery/>', code: 'missing-attribute' },
    {
      rule: 'mediators 6.5: an unknown type',
      xml: `<xquery key="q">${variable('type="DATE" value="x"')}</xquery>`,
      code: 'invalid-attribute-value',
    },
  ]);
});
