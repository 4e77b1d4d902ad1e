import assert from 'node:assert/strict';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import { ConfigurationError } from '../../runtime/configuration/problem.js';

describe('configuration files: positions', () => {
  const text = [
    '<?xml version="1.0"?>',
    '<api xmlns="http://ws.apache.org/ns/synapse" name="A"',
    '     context="/a">',
    '  <!-- note -->',
    '  <resource methods="GET"><log\tlevel=\'full\' xmlns:p="urn:p"/></resource>',
    '  text<![CDATA[ <raw> ]]>',
    '</api>',
  ].join('\n');
  const root = parseConfiguration(text, 'a.xml');
  const resource = root.element('resource');
  const log = resource?.element('log');

  it('elements stand where their < is', () => {
    assert.deepEqual([root.line, root.column], [2, 1]);
    assert.deepEqual([resource?.line, resource?.column], [5, 3]);
    assert.deepEqual([log?.line, log?.column], [5, 27]);
  });

  it('attributes stand where their value is', () => {
    assert.deepEqual(root.attributePosition('context'), { line: 3, column: 15 });
    assert.deepEqual(log?.attributePosition('level'), { line: 5, column: 39 });
    assert.deepEqual(log?.attributePosition('absent'), { line: 5, column: 27 });
  });

  it('attributes without declarations, namespaces, text and comments', () => {
    assert.deepEqual(log?.attributes(), [{ name: 'level', value: 'full' }]);
    assert.equal(log?.namespaces().get('p'), 'urn:p');
    assert.equal(root.namespace, 'http://ws.apache.org/ns/synapse');
    assert.match(root.text, /text <raw> /);
    assert.equal(root.elementsAndComments()[0], 'comment');
  });

  it('positions hold after line ends of other systems', () => {
    const other = parseConfiguration('<a>\r\n <b/>\r <c/></a>', 'b.xml');
    assert.deepEqual(
      other.elements().map((e) => [e.line, e.column]),
      [
        [2, 2],
        [3, 2],
      ],
    );
  });
});

describe('configuration files: not well-formed', () => {
  const rows: [text: string, line: number, column: number, message: RegExp][] = [
    ['<a>\n  <b>\n</a>', 3, 1, /closing tag <\/a> does not match <b> \(line 2, column 3\)/],
    ['<a>\n  <b>', 2, 3, /<b> is never closed/],
    ['<a/>\n</b>', 2, 1, /<\/b> has no opening tag/],
    ['<a>\n <p:b/></a>', 2, 2, /prefix 'p' is not declared/],
    ['<a>\n x &nbsp; y</a>', 2, 4, /entity &nbsp; is not defined/],
    ['<a x="1"\n x="2"/>', 2, 2, /attribute x stands twice/],
    ['<!DOCTYPE a><a/>', 1, 1, /document type \(DOCTYPE\) is not allowed/],
    ['<a x=1/>', 1, 6, /unquoted attribute value/],
    ['', 1, 1, /no root element/],
    ['hello', 1, 1, /outside of the root/],
    ['<a/><b/>', 1, 5, /second root/],
  ];
  for (const [text, line, column, message] of rows) {
    it(JSON.stringify(text), () => {
      assert.throws(
        () => parseConfiguration(text, 'c.xml'),
        (error) => {
          assert.ok(error instanceof ConfigurationError);
          const { problem } = error;
          assert.equal(problem.code, 'not-well-formed');
          assert.equal(problem.file, 'c.xml');
          assert.match(problem.message, message);
          assert.deepEqual([problem.line, problem.column], [line, column]);
          return true;
        },
      );
    });
  }
});
