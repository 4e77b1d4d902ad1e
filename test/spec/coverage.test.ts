import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Item {
  id: string;
  title: string;
  exception?: string;
}

interface Specification {
  chapter: string;
  sections: Item[];
  rows: Item[];
}

interface Coverage {
  sections: { id: string; tests: number }[];
  rows: { id: string; tests: number }[];
}

/** The parts of the script; the compiled tests run from `dist/`. */
interface Script {
  citedSections(chapter: string, name: string): string[];
  coverageOf(specification: Specification, names: readonly string[]): Coverage;
  report(coverage: Coverage): { lines: string[]; complete: boolean };
}

const folder = new URL('../../../test/spec/', import.meta.url);
const script = (await import(new URL('coverage.mjs', folder).href)) as Script;

const item = (id: string): Item => ({ id, title: 'a title' });

describe('coverage of the specification: what a test name cites', () => {
  const rows: [name: string, expected: string[]][] = [
    ['chapter 2.4: NO_KEEPALIVE closes', ['2.4']],
    ['recorded (chapter 3.4.1, 3.4.2)', ['3.4.1', '3.4.2']],
    ['chapter 1.2, other 3.1', ['1.2']],
    ['chapter 7 rule 12: a stale type', ['7']],
    ['a chapter without a number', []],
  ];
  for (const [name, expected] of rows) {
    it(name, () => assert.deepEqual(script.citedSections('chapter', name), expected));
  }
});

describe('coverage of the specification: sections and rows', () => {
  const rows: [name: string, ids: [section: string, row: string], expected: [sections: number, rows: number]][] = [
    ['chapter 2.4: NO_KEEPALIVE closes', ['2.4', '2.4 NO_KEEPALIVE'], [1, 1]],
    ['chapter 2.4: NO_KEEPALIVE closes', ['2.5', '2.5 NO_KEEPALIVE'], [0, 0]],
    ['chapter 2.4: NO_KEEPALIVE_AT_ALL', ['2.4', '2.4 NO_KEEPALIVE'], [1, 0]],
    ['chapter 2.40: NO_KEEPALIVE', ['2.4', '2.4 NO_KEEPALIVE'], [0, 0]],
    ['chapter 3.4.2: path $ is the raw body', ['3.4', '3.4 path $'], [1, 1]],
    ['chapter 3.6: round(5.4)', ['3.6', '3.6 round()'], [1, 1]],
    ['chapter 3.6: around(5.4)', ['3.6', '3.6 round()'], [1, 0]],
    ['chapter 3.5: payload.a.length()', ['3.5', '3.5 .length()'], [1, 1]],
    ['chapter 4.5: <a x="1"/> → {}', ['4.5', '4.5 <a x="1"/>'], [1, 1]],
    ['chapter 4.5: <a x="1"/> → {}', ['4.5', '4.5 <a/>'], [1, 0]],
  ];
  for (const [name, [section, row], [sections, found]] of rows) {
    it(`${name} for ${row}`, () => {
      const coverage = script.coverageOf({ chapter: 'chapter', sections: [item(section)], rows: [item(row)] }, [name]);
      assert.deepEqual([coverage.sections[0]?.tests, coverage.rows[0]?.tests], [sections, found]);
    });
  }

  it('is complete when every section has a test, whatever the rows', () => {
    const specification = { chapter: 'chapter', sections: [item('1'), item('2')], rows: [item('1 a'), item('1 b')] };
    const half = script.report(script.coverageOf(specification, ['chapter 1: a']));
    assert.deepEqual(
      [half.complete, half.lines.at(-2), half.lines.at(-1)],
      [false, 'sections 50.0 % (1 of 2)', 'rows     50.0 % (1 of 2)'],
    );
    assert.equal(script.report(script.coverageOf(specification, ['chapter 1: a', 'chapter 2'])).complete, true);
  });
});

describe('coverage of the specification: rows that can mean nothing', () => {
  const specification = {
    chapter: 'chapter',
    sections: [item('1')],
    rows: [item('1 a'), { ...item('1 b'), exception: 'no such part' }],
  };

  it('are printed with the reason, and count neither as tested nor as missing', () => {
    const { lines } = script.report(script.coverageOf(specification, ['chapter 1: a']));
    assert.deepEqual(
      lines.filter((line) => /^(?:exception|no test|rows)/.test(line)),
      ['exception  1 b (a title): no such part', 'rows     100.0 % (1 of 1)'],
    );
  });

  it('are printed when tests name them, too', () => {
    const { lines } = script.report(script.coverageOf(specification, ['chapter 1: a is not b']));
    assert.ok(lines.includes('exception  1 b (a title): no such part'));
  });
});

describe('coverage of the specification: message-model.json', () => {
  const { sections, rows } = JSON.parse(readFileSync(new URL('message-model.json', folder), 'utf8')) as Specification;

  it('names every section and row once, rows in sections that exist', () => {
    const ids = [...sections, ...rows].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const known = new Set(sections.map(({ id }) => id));
    assert.deepEqual(
      rows.filter(({ id }) => !known.has(id.slice(0, id.indexOf(' ')))),
      [],
    );
  });

  it('docs/differences.md names every row that can mean nothing', () => {
    const [, page = ''] =
      /\n## Codes that are not raised\n([^#]*)/.exec(
        readFileSync(new URL('../../docs/differences.md', folder), 'utf8'),
      ) ?? [];
    const excepted = rows.filter(({ exception }) => exception !== undefined).map(({ id }) => id.replace(/^6\.6 /, ''));
    assert.deepEqual(
      page
        .match(/(?<=^\| )[\d, ]+(?= \|)/gm)
        ?.flatMap((codes) => codes.split(', '))
        .sort(),
      excepted.sort(),
    );
  });
});
