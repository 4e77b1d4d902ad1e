import assert from 'node:assert/strict';
import { elementSpans } from '../../runtime/xml/spans.js';

describe('xml: where elements stand in a text', () => {
  const rows: [name: string, text: string, expected: string[]][] = [
    ['nested', '<a><b/><c>x</c></a>', ['<a><b/><c>x</c></a>', '<b/>', '<c>x</c>']],
    [
      'a bracket in an attribute, a comment and CDATA',
      '<a b=">"><!-- <x> --><![CDATA[<y>]]><c/></a>',
      ['<a b=">"><!-- <x> --><![CDATA[<y>]]><c/></a>', '<c/>'],
    ],
    [
      'a prologue, a byte order mark, line ends of all kinds',
      '\ufeff<?xml version="1.0"?>\r\n<a>\r\n<b>\r</b>\n</a>',
      ['<a>\r\n<b>\r</b>\n</a>', '<b>\r</b>'],
    ],
    ['characters beyond the basic plane', '<a>😀<b>😀</b></a>', ['<a>😀<b>😀</b></a>', '<b>😀</b>']],
  ];
  for (const [name, text, expected] of rows) {
    it(name, () =>
      assert.deepEqual(
        elementSpans(text).map(({ start, end }) => text.slice(start, end)),
        expected,
      ),
    );
  }
});
