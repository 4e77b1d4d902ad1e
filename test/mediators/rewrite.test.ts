import { refusals, table } from './harness.js';

const uri = 'http://user@h.example:8080/p/q?a=1&b=2#frag';
const rewrite = (rule: string) =>
  `<rewrite inProperty="in" outProperty="out"><rewriterule>${rule}</rewriterule></rewrite>`;
const action = (fragment: string, type: string, more = '') => `<action fragment="${fragment}" type="${type}" ${more}/>`;

describe('rewrite', () => {
  table(
    (
      [
        [action('full', 'remove'), uri, ''],
        [action('full', 'append', 'value="http://x/y"'), uri, 'http://x/y'],
        [action('protocol', 'set', 'value="https"'), uri, uri.replace('http', 'https')],
        [action('protocol', 'remove'), uri, uri.replace('http:', '')],
        [action('user', 'remove'), uri, uri.replace('user@', '')],
        [action('host', 'remove'), uri, 'http:/p/q?a=1&b=2#frag'],
        [action('host', 'replace', 'regex="h" value="n"'), uri, uri.replace('h.ex', 'n.ex')],
        [action('port', 'append', 'value="1"'), uri, uri.replace('8080', '1')],
        [action('port', 'set', 'value="-1"'), uri, uri.replace(':8080', '')],
        [action('path', 'append', 'value="/n"'), uri, uri.replace('/q', '/q/n')],
        [action('path', 'prepend', 'value="/n"'), uri, uri.replace('/p', '/n/p')],
        [action('path', 'remove'), uri, uri.replace('/p/q', '')],
        [action('path', 'replace', 'regex="/(\\w)/(\\w)" value="/$2/$1"'), uri, uri.replace('/p/q', '/q/p')],
        [action('query', 'append', 'value="n=1"'), uri, uri.replace('b=2', 'b=2&n=1')],
        [action('query', 'prepend', 'value="n=1"'), uri, uri.replace('a=1', 'n=1&a=1')],
        [action('query', 'remove-query-param', 'value="a"'), uri, uri.replace('a=1&', '')],
        [action('query', 'remove-query-param', 'value="z"'), uri, uri],
        [action('ref', 'remove'), uri, uri.replace('#frag', '')],
        [action('path', 'append', 'value="/z"'), 'urn:a:b', 'urn:/z'],
        [action('path', 'append', 'value="/z"'), 'http://h/a%20b?x=%26', 'http://h/a%20b/z?x=&'],
        [action('path', 'append', 'value="/é{x}"'), 'http://h', 'http://h/%C3%A9%7Bx%7D'],
        [action('path', 'append', 'value="/z"'), 'http://[::1]:80/p', 'http://[::1]:80/p/z'],
        [action('host', 'set', 'value="nh"'), '', '//nh'],
        [action('host', 'set', 'value="nh"'), undefined, '//nh'],
        [action('host', 'set', 'xpath="//h" value="v"'), uri, uri.replace('h.example', 'xp.example')],
        [action('path', 'set', 'value="/{pv}/y" resolve="true"'), uri, uri.replace('/p/q', '/P%20V/y')],
        [action('path', 'set', 'value="/{none}/y" resolve="true"'), uri, uri.replace('/p/q', '')],
        [
          `<condition><equal type="url" source="host" value="x"/></condition>${action('host', 'set', 'value="n"')}`,
          uri,
          uri,
        ],
        [
          `<condition><equal type="url" source="host" value="H.example"/></condition>${action('host', 'set', 'value="n"')}`,
          uri,
          uri.replace('h.example', 'n'),
        ],
        ['', uri, uri],
      ] as const
    ).map(([rule, given, out]) => ({
      rule: `mediators 6.10: ${rule} of ${given}`,
      xml: rewrite(rule),
      given: {
        body: '<r><h>xp.example</h></r>',
        properties: { pv: 'P V', ...(given === undefined ? {} : { in: given }) },
      },
      expect: { outcome: true, properties: { out } },
    })),
  );

  table(
    [
      [action('host', 'set', 'value=""'), uri],
      [action('host', 'set', 'value="a_b"'), uri],
      [action('host', 'set', 'xpath="//nope"'), uri],
      [action('path', 'set', 'value="n"'), uri],
      [action('port', 'set', 'value="abc"'), uri],
      [action('full', 'set', 'value="http://a b/"'), uri],
      ['', 'http://a b/c'],
      ['', 'http://h/%zz'],
      ['', 'http://[bad/'],
      [action('path', 'replace', 'regex="p" value="$3"'), uri],
      ['', 'http:'],
    ].map(([rule = '', given = '']) => ({
      rule: `mediators 6.10: ${rule} of ${given} faults`,
      xml: rewrite(rule),
      given: { body: '<r/>', properties: { in: given } },
      expect: { outcome: 'fault' as const },
    })),
  );

  table([
    {
      rule: 'mediators 6.10: without properties the To address is rewritten',
      xml: '<rewrite><rewriterule><action fragment="path" value="/n"/></rewriterule></rewrite><log level="custom"><property name="to" expression="$ctx:x"/></log><property name="x" expression="get-property(\'To\')"/>',
      given: { to: 'http://h/a?x=1' },
      expect: { properties: { x: 'http://h/n?x=1' } },
    },
  ]);

  refusals([
    { rule: 'mediators 6.10: no value', xml: rewrite(action('host', 'set')), code: 'missing-attribute' },
    {
      rule: 'mediators 6.10: no regex',
      xml: rewrite(action('host', 'replace', 'value="x"')),
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 6.10: an unknown type',
      xml: rewrite(action('host', 'sett', 'value="x"')),
      code: 'invalid-attribute-value',
    },
    {
      rule: 'mediators 6.10: a parameter of the path',
      xml: rewrite(action('path', 'remove-query-param', 'value="x"')),
      code: 'invalid-attribute-value',
    },
  ]);
});
