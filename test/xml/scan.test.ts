import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseXml } from '../../runtime/xml/parse.js';
import { scanXml } from '../../runtime/xml/scan.js';
import { serializeElement } from '../../runtime/xml/serialize.js';

/** Reads strictly: who wants positions gets the event parser. */
const strictly = (text: string) => parseXml(text, { positions: true });
const written = (document: ReturnType<typeof parseXml>): string =>
  document.documentElement ? serializeElement(document.documentElement) : '';

const name = fc.constantFrom('a', 'b', 'order', 'p:a', 'q:b', 'x-1', '_u.v');
const space = fc.constantFrom(' ', ' ', ' ', '  ', '\n', '\t');
const piece = fc.constantFrom(
  'text',
  ' ',
  '\n',
  '&lt;',
  '&amp;',
  '&gt;',
  '&#65;',
  '>',
  '"',
  "'",
  'ä',
  '😀',
  '\u0085',
  ']]',
  '\r\n',
);
const text = fc.array(piece, { maxLength: 3 }).map((all) => all.join(''));
const value = fc.array(fc.constantFrom('v', ' ', '&lt;', '&amp;', '&quot;', '>', '\n', 'ä', 'urn:p', 'urn:q', ''), {
  maxLength: 2,
});
const attribute = fc
  .tuple(
    space,
    fc.constantFrom('n', 'm', 'p:n', 'xmlns', 'xmlns:p', 'xmlns:q', 'xml:lang'),
    fc.constantFrom('"', "'"),
    value,
  )
  .map(([blank, key, quote, parts]) => `${blank}${key}=${quote}${parts.join('')}${quote}`);
const { node } = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text,
    fc.constantFrom('<!-- c -->', '<![CDATA[<]]>', '<?t d?>'),
    fc
      .tuple(
        name,
        fc.array(attribute, { maxLength: 2 }),
        fc.constantFrom('', '', ' '),
        fc.array(tie('node') as fc.Arbitrary<string>, { maxLength: 3 }),
        fc.boolean(),
      )
      .map(([tag, attributes, blank, inner, short]) =>
        inner.length === 0 && short
          ? `<${tag}${attributes.join('')}${blank}/>`
          : `<${tag}${attributes.join('')}${blank}>${inner.join('')}</${tag}>`,
      ),
  ),
})) as { node: fc.Arbitrary<string> };
const document = fc
  .tuple(
    fc.constantFrom('', '', '<?xml version="1.0" encoding="UTF-8"?>', '\n'),
    fc.array(attribute, { maxLength: 1 }),
    fc.array(node, { maxLength: 4 }),
    fc.constantFrom('', '\n', 'x'),
  )
  .map(
    ([open, more, inner, close]) =>
      `${open}<r xmlns:p="urn:p" xmlns:q="urn:q"${more.join('')}>${inner.join('')}</r>${close}`,
  );

const numbered = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join('');

describe('xml: documents that are scanned', () => {
  const plain: [what: string, text: string, verbatim: boolean][] = [
    ['elements, attributes and text', '<a b="c"><d>e</d><f/></a>', true],
    ['declarations before attributes', '<p:a xmlns:p="urn:p" b="c"/>', true],
    ['references that are written again', '<a b="&lt;&amp;">&lt;&amp;</a>', true],
    ['an XML declaration, which is not written again', '<?xml version="1.0"?>\n<a>b</a>\n', true],
    ['a start and an end tag without content', '<a></a>', false],
    ['single quotes', "<a b='c'/>", false],
    ['blanks in tags', '<a  b="c" />', false],
    ['an attribute before a declaration', '<a b="c" xmlns:p="urn:p"/>', false],
    ['a declaration that repeats what is in force', '<a xmlns="urn:a"><b xmlns="urn:a"/></a>', false],
    ['a default namespace that is taken back where there is none', '<a xmlns=""/>', false],
  ];
  for (const [what, text, verbatim] of plain) {
    it(`${what}: ${verbatim ? 'written as it stands' : 'written otherwise'}`, () => {
      const scan = scanXml(text);
      assert.equal(scan?.verbatim, verbatim);
      assert.equal(text.slice(scan?.start(0), scan?.end(0)) === written(strictly(text)), verbatim);
    });
  }

  const unusual = [
    '<a><!-- b --></a>',
    '<a><![CDATA[b]]></a>',
    '<!DOCTYPE a><a/>',
    '<a>&gt;</a>',
    '<a>&#65;</a>',
    '<a>\r\n</a>',
    '<a>\u0085</a>',
    '<ä/>',
    '<a b="\n"/>',
    '<a></b>',
    '<a>',
    '<a/><b/>',
    '<a b="c" b="d"/>',
    '<p:a/>',
    '<a b=c/>',
    '<a><b></a></b>',
    'a',
    '',
    '<a>\u0001</a>',
    '<a xmlns:p=""/>',
    '<a xmlns:xml="urn:x"/>',
    '<a:b:c xmlns:a="urn:a"/>',
    '<a b="<"/>',
    '<a b/>',
    '< a/>',
    '<a/>b',
    ']]><a/>',
    '<a>]]></a>',
    '<a xmlns:p="urn:1" xmlns:q="urn:1" p:b="" q:b=""/>',
    '<a',
    '<a b="c',
    '</a>',
    '<a></a></a>',
    `${'<a>'.repeat(1001)}${'</a>'.repeat(1001)}`,
    `<a${numbered(101, (index) => ` b${index}=""`)}/>`,
    `<r>${numbered(1025, (index) => `<a${index}/>`)}</r>`,
    `${numbered(201, (index) => `<a xmlns:p${index}="urn:${index}">`)}${'</a>'.repeat(201)}`,
  ];
  it('anything else is left to the strict parser', () => {
    for (const text of unusual) assert.equal(scanXml(text), undefined, text);
  });

  it('documents longer than the room that is kept, and short ones behind them', () => {
    const long = `<r xmlns:p="urn:p">${numbered(30_000, (index) => `<p:a n="${index}">&lt;${index}</p:a>`)}</r>`;
    const broken = long.replace('<p:a n="7">', '</r><p:a n="7">');
    for (const text of [long, '<a><b>c</b></a>', '<a/>']) {
      assert.equal(scanXml(broken), undefined);
      assert.equal(scanXml(text)?.verbatim, true);
      assert.equal(written(parseXml(text)), text);
    }
  });

  it('makes the tree that the strict parser makes, and says rightly whether it is written as it stands', () => {
    let scanned = 0;
    fc.assert(
      fc.property(document, (text) => {
        const scan = scanXml(text);
        if (!scan) return;
        scanned++;
        const expected = written(strictly(text));
        assert.equal(written(parseXml(text)), expected);
        assert.equal(scan.verbatim, text.slice(scan.start(0), scan.end(0)) === expected, text);
      }),
      { numRuns: 3000 },
    );
    assert.ok(scanned > 100, `${scanned} documents were plain`);
  });
});
