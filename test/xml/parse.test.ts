import assert from 'node:assert/strict';
import { DoctypeError, XmlError } from '../../runtime/xml/error.js';
import { MAX_DEPTH, parseElement, parseXml, XmlReader } from '../../runtime/xml/parse.js';
import { serializeElement, serializeNode } from '../../runtime/xml/serialize.js';

describe('XML parsing (message-model 5.3)', () => {
  const kept: [rule: string, text: string, written: string][] = [
    ['comments and processing instructions', '<a><!--c--><?p d?><?q?></a>', '<a><!--c--><?p  d?><?q?></a>'],
    ['CDATA becomes text', '<a><![CDATA[<b>&]]></a>', '<a>&lt;b>&amp;</a>'],
    [
      'character references',
      '<a x="&#9;&#10;&lt;">&#x1F600;&amp;&quot;&apos;</a>',
      `<a x="&#x9;&#xa;&lt;">😀&amp;"'</a>`,
    ],
    ['line ends', '<a>x\r\ny\rz</a>', '<a>x\ny\nz</a>'],
    ['blanks in attributes', '<a x="1\n2\t3"/>', '<a x="1 2 3"/>'],
    ['an unneeded end tag', '<a></a>', '<a/>'],
    ['byte order mark and declaration', '\ufeff<?xml version="1.0" encoding="ISO-8859-1"?>\n<a/>\n', '<a/>'],
    [
      'prefixes that are declared later on the same element',
      '<p:a p:x="1" xmlns:p="urn:p"/>',
      '<p:a xmlns:p="urn:p" p:x="1"/>',
    ],
    ['xml prefix', '<a xml:lang="en"/>', '<a xml:lang="en"/>'],
  ];
  for (const [rule, text, written] of kept) {
    it(rule, () => assert.equal(serializeElement(parseElement(text)), written));
  }

  const refused = [
    '',
    ' ',
    'x',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>x',
    '<a b/>',
    '<a b=c/>',
    '<a b="<"/>',
    '<a b="1" b="2"/>',
    '<a>&nope;</a>',
    '<a>& b</a>',
    '<a>]]></a>',
    '<p:a/>',
    '<a p:b="1"/>',
    '<a xmlns:p="urn:a" xmlns:q="urn:a" p:x="" q:x=""/>',
    '<a>\u0001</a>',
    '<a>&#1;</a>',
    '<a><!-- -- --></a>',
    '<1a/>',
    ' <?xml version="1.0"?><a/>',
  ];
  for (const text of refused) {
    it(`refused: ${JSON.stringify(text)}`, () => assert.throws(() => parseXml(text), XmlError));
  }

  it('a document type is refused, or let pass without being read', () => {
    const text = '<!DOCTYPE a [<!ENTITY e "v">]><a/>';
    assert.throws(() => parseXml(text), DoctypeError);
    assert.equal(serializeElement(parseXml(text, { allowDoctype: true }).documentElement as never), '<a/>');
    assert.throws(() => parseXml(text.replace('<a/>', '<a>&e;</a>'), { allowDoctype: true }), XmlError);
  });

  const described: [text: string, message: RegExp, column: number][] = [
    ['<a x="1" x="2"/>', /the attribute x stands twice/, 10],
    ['<a x=" x=" y="1" x="2"/>', /the attribute x stands twice/, 18],
    ['<a><!-- & --><![CDATA[ & ]]>a & b<b/></a', /a bare & is not allowed/, 31],
    ['<a>&amp;<!-- & a & b', /a bare & is not allowed/, 14],
  ];
  for (const [text, message, column] of described) {
    it(`an error names its cause: ${text}`, () => {
      assert.throws(
        () => parseXml(text),
        (error) => error instanceof XmlError && message.test(error.message) && error.column === column,
      );
    });
  }

  it('the cause of an error is found in one pass', () => {
    const again = ' x='.repeat(50_000);
    for (const text of [
      `<a>${'<!--'.repeat(100_000)}`,
      `<a>${'<![CDATA['.repeat(50_000)}`,
      `<a x="1" y="${again}" x=""/>`,
    ]) {
      assert.throws(() => parseXml(text), XmlError);
    }
  });

  it('nesting has a limit', () => {
    const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    assert.equal(serializeElement(parseElement(nested(MAX_DEPTH))).length, nested(MAX_DEPTH).length - 3);
    assert.throws(() => parseElement(nested(100_000)), /nested more than/);
  });

  it('stops after the root and goes on later', () => {
    const reader = new XmlReader(`<a x="1">${' '.repeat(2000)}<b/>${' '.repeat(2000)}</a>`);
    assert.equal(reader.root().getAttribute('x'), '1');
    assert.equal(reader.complete, false);
    assert.equal(reader.finish().documentElement, reader.root());
    assert.equal(reader.root().getElementsByTagName('b').length, 1);
    assert.equal(reader.complete, true);
  });

  it('an error behind the root waits for the rest, and stays', () => {
    const reader = new XmlReader('<a><b></a>');
    assert.equal(reader.root().nodeName, 'a');
    assert.throws(() => reader.finish(), XmlError);
    assert.throws(() => reader.finish(), XmlError);
    assert.equal(reader.root().nodeName, 'a');
  });

  it('knows the declared encoding once the root is read', () => {
    const reader = new XmlReader('<?xml version="1.0" encoding="ISO-8859-1"?><a/>');
    reader.root();
    assert.equal(reader.declaredEncoding, 'ISO-8859-1');
  });

  it('a whole document is written without declaration', () => {
    assert.equal(serializeNode(parseXml('<?xml version="1.0"?><?p d?><a/>')), '<?p  d?><a/>');
  });
});
