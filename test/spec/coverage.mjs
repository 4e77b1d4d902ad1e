#!/usr/bin/env node
/**
 * Which sections and table rows of the specification have a test: `npm run coverage:spec`.
 *
 * A test counts for what its name cites: `message-model 2.4: NO_KEEPALIVE closes the connection` counts for section 2.4
 * and for its row `2.4 NO_KEEPALIVE`; several sections may follow one another, `message-model 2.6, 5.9`. The recorded
 * cases carry their rule in their names. `message-model.json` beside this file lists what there is to cite; chapter 8 of
 * the specification states no rules and is not in it. A row that can mean nothing in Mediant carries the reason as its
 * `exception`, and docs/differences.md says the same; it is printed and counts neither as tested nor as missing.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ id: string, title: string, exception?: string }} Item id of a row: its section, a blank, the text that its
 * tests name
 * @typedef {{ chapter: string, sections: Item[], rows: Item[] }} Specification
 * @typedef {{ sections: (Item & { tests: number })[], rows: (Item & { tests: number })[] }} Coverage
 */

/**
 * Sections that a test name cites.
 * @param {string} chapter
 * @param {string} name
 * @returns {string[]} such as `['3.4.1', '3.4.2']`
 */
export function citedSections(chapter, name) {
  const citations = name.matchAll(new RegExp(`${chapter} (\\d+(?:\\.\\d+)*(?:, \\d+(?:\\.\\d+)*)*)`, 'g'));
  return [...citations].flatMap(([, numbers = '']) => numbers.split(', '));
}

/**
 * Counts the tests of every section and row.
 * @param {Specification} specification
 * @param {readonly string[]} names full names of all tests
 * @returns {Coverage}
 */
export function coverageOf({ chapter, sections, rows }, names) {
  const tests = names.map((name) => ({ name, cited: citedSections(chapter, name) }));
  const citing = (section) => tests.filter(({ cited }) => cited.some((one) => isWithin(one, section)));
  return {
    sections: sections.map((section) => ({ ...section, tests: citing(section.id).length })),
    rows: rows.map((row) => {
      const [section = '', key] = splitId(row.id);
      return { ...row, tests: citing(section).filter(({ name }) => mentions(name, key)).length };
    }),
  };
}

/** 3.4.2 is within 3.4. */
function isWithin(section, outer) {
  return section === outer || section.startsWith(`${outer}.`);
}

function splitId(id) {
  const blank = id.indexOf(' ');
  return [id.slice(0, blank), id.slice(blank + 1)];
}

/** Whether the key stands in the name as a word of its own; `round()` is found in `round(5.4)`. */
function mentions(name, key) {
  const call = /^\.?[\w-]+\(\)$/.test(key);
  const text = (call ? key.slice(0, -1) : key).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  if (call) return new RegExp(`(?<![\\w-])${text}`.replace('(?<![\\w-])\\.', '\\.')).test(name);
  return new RegExp(`(?:^|[\\s:,;('"\`])${text}(?=$|[\\s:,;)'"\`=])`).test(name);
}

/**
 * Lines to read, and whether all sections have a test.
 * @param {Coverage} coverage
 */
export function report({ sections, rows }) {
  const missing = (items) => items.filter(({ tests }) => tests === 0);
  const exceptions = rows.filter(({ exception }) => exception !== undefined);
  const testable = rows.filter(({ exception }) => exception === undefined);
  const percent = (items) => (((items.length - missing(items).length) / items.length) * 100).toFixed(1);
  const lines = [
    ...sections.map(({ id, title, tests }) => `${tests === 0 ? 'no test' : String(tests).padStart(7)}  ${id} ${title}`),
    '',
    ...missing(testable).map(({ id, title }) => `no test  ${id} (${title})`),
    ...exceptions.map(({ id, title, exception }) => `exception  ${id} (${title}): ${exception}`),
    '',
    `sections ${percent(sections)} % (${sections.length - missing(sections).length} of ${sections.length})`,
    `rows     ${percent(testable)} % (${testable.length - missing(testable).length} of ${testable.length})`,
  ];
  return { lines, complete: missing(sections).length === 0 };
}

/** Full names of all tests of the compiled suite, without running them. */
function testNames() {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const mocha = fileURLToPath(new URL('../../node_modules/mocha/bin/mocha.js', import.meta.url));
  const options = ['--dry-run', '--reporter', 'json', 'dist/test/**/*.test.js'];
  const { stdout, stderr, status } = spawnSync(process.execPath, [mocha, ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`mocha cannot list the tests; run "npm run build" first.\n${stderr}`);
  // Modules that print while they load come before the report.
  return JSON.parse(stdout.slice(stdout.search(/^\{$/m))).tests.map(({ fullTitle }) => fullTitle);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const specification = JSON.parse(readFileSync(new URL('message-model.json', import.meta.url), 'utf8'));
  const { lines, complete } = report(coverageOf(specification, testNames()));
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = complete ? 0 : 1;
}
