import assert from 'node:assert/strict';
import { javaPattern, javaRegex, RegexSyntaxError } from '../../runtime/java/regex.js';
import { TimeLimitError } from '../../runtime/limit/time-limit.js';

describe('Java regular expressions', () => {
  const matches: [what: string, pattern: string, text: string, isMatch: boolean][] = [
    ['the whole text has to match', 'a+', 'aaab', false],
    ['alternatives are tried until the whole text matches', 'a|ab', 'ab', true],
    ['flags at the start', '(?i)hello.*', 'HeLLo x', true],
    ['ignoring case is about ASCII', '(?i)ä', 'Ä', false],
    ['flags of a group', '(?i:a)b', 'Ab', true],
    ['flags of a group end with it', '(?i:a)b', 'AB', false],
    ['flags are switched off', '(?i)a(?-i)b', 'AB', false],
    ['. is no line end', '.*', 'a\nb', false],
    ['(?s) makes it one', '(?s).*', 'a\nb', true],
    ['. is U+0085 neither', '.', '\u0085', false],
    ['. is one code point', '.', '😀', true],
    ['(?x) ignores blanks and comments', '(?x) a b # c', 'ab', true],
    ['intersection', '[a-z&&[^aeiou]]+', 'xyz', true],
    ['intersection excludes', '[a-z&&[^aeiou]]+', 'xaz', false],
    ['intersection wants both', '[a-z&&[^aeiou]]+', 'X', false],
    ['union', '[a-c[x-z]]+', 'abz', true],
    ['] first in a class', '[]a]', ']', true],
    ['range ignoring case', '(?i)[a-f]+', 'ABC', true],
    ['negated class ignoring case', '(?i)[^a]', 'A', false],
    ['quoting', '\\Qa.b\\E+', 'a.bbb', true],
    ['quoting hides operators', '\\Qa.b\\E', 'axb', false],
    ['possessive', 'a*+a', 'aaa', false],
    ['possessive still matches', 'a*+b', 'aaab', true],
    ['atomic', '(?>a|ab)c', 'abc', false],
    ['group numbers with atomics', '(?>x)(a)\\1', 'xaa', true],
    ['back reference', '(a)(b)\\2\\1', 'abba', true],
    ['named back reference', '(?<x>a)\\k<x>', 'aa', true],
    ['two digits name an existing group only', '(a)\\11', 'aa1', true],
    ['POSIX class', '\\p{Alpha}+', 'abc', true],
    ['POSIX class is ASCII', '\\p{Alpha}', 'ä', false],
    ['Unicode category', '\\p{L}+', 'éß', true],
    ['category of one letter', '\\pL', 'é', true],
    ['script', '\\p{IsLatin}', 'é', true],
    ['negated property', '\\P{L}', '1', true],
    ['\\s is ASCII', '\\s', '\u00a0', false],
    ['\\h is not', '\\h', '\u00a0', true],
    ['code points by number', '\\u0041\\x42\\x{1F600}', 'AB😀', true],
    ['escaped punctuation', '\\/api\\-\\#', '/api-#', true],
    ['counted repetition', '\\d{3}-\\d{2,}', '555-1234', true],
    ['hyphen at the end', '[\\w.-]+@[a-]', 'a.b-c@-', true],
    ['empty alternative', 'a||b', '', true],
    ['a character with its marks', '\\X', 'e\u0301\u0323', true],
    ['a flag is one character', 'a\\Xb', 'a🇩🇪b', true],
    ['a Hangul syllable in parts is one character', '\\X', '\u1100\u1161\u11a8', true],
    ['a line end of two is one character', '\\X', '\r\n', true],
    ['two characters are not one', '\\X', 'ab', false],
    ['a mark stays with its character', '\\X\\u0301', 'e\u0301', false],
    ['characters beyond the BMP', '..\\X?', 'é€😀', true],
    ['lookahead', '(?!x)[a-z]+', 'abc', true],
  ];
  for (const [what, pattern, text, isMatch] of matches) {
    it(`mediators 2.6: ${what}: ${pattern}`, () => assert.equal(javaRegex(pattern).test(text), isMatch));
  }

  const malformed: [string, RegExp][] = [
    ['(a', /Unclosed group at column 1/],
    ['a)', /Unmatched "\)" at column 2/],
    ['x[a', /Unclosed character class at column 2/],
    ['*a', /Nothing to repeat before "\*"/],
    ['a{,2}', /Illegal repetition at column 2/],
    ['[z-a]', /Illegal character range/],
    ['\\p{constructor}', /Unknown character property \{constructor\}/],
    ['\\p{Foo}', /Unknown character property \{Foo\}/],
    ['\\G', /\\G is not supported/],
    ['a\\', /ends in a backslash/],
    ['(?P=a)', /Unknown kind of group/],
    ['(?y)a', /Unknown flag "y"/],
    ['('.repeat(5000), /Brackets are nested deeper than 250 at column 251 of \({200}…$/],
    ['['.repeat(5000), /Brackets are nested deeper than 250 at column 252/],
    ['a'.repeat(200_000), /too long at column 1/],
    ['a?'.repeat(6000), /more than 5000 repetitions/],
  ];
  for (const [pattern, message] of malformed) {
    it(`refuses ${pattern}`, () => {
      assert.throws(
        () => javaRegex(pattern),
        (error) => error instanceof RegexSyntaxError && message.test(error.message),
      );
    });
  }

  it('looks for a pattern anywhere, for replacing', () => {
    assert.equal(javaPattern('\\d+').replace('a1b22', '#'), 'a#b#');
  });

  const groups: [what: string, pattern: string, text: string, groups: (string | undefined)[] | undefined][] = [
    ['the match and its groups', '(\\w)(\\d)?', 'a', ['a', 'a', undefined]],
    ['none where nothing is found', '(x)', 'a', undefined],
    ['possessive and atomic parts do not count', '(?>x)(a++)(b)', 'xaab', ['xaab', 'aa', 'b']],
  ];
  for (const [what, pattern, text, expected] of groups) {
    it(`mediators 3.1: ${what}: ${pattern}`, () => assert.deepEqual(javaRegex(pattern).groups(text), expected));
  }

  const replacements: [pattern: string, replacement: string, result: string][] = [
    ['(b)(\\d+)', '<$2$1$0>', 'a1<22bb22>'],
    ['(?>b)(\\d+)', '<$1>', 'a1<22>'],
    ['\\d', '\\$1', 'a$1b$1$1'],
    ['x', '#', 'a1b22'],
    ['(b)', '<$10$01>', 'a1<b0b>22'],
    ['(x)?b', '<$1>', 'a1<>22'],
  ];
  for (const [pattern, replacement, result] of replacements) {
    it(`mediators 5.3: ${pattern} is replaced by ${replacement}`, () =>
      assert.equal(javaPattern(pattern).replace('a1b22', replacement), result));
  }

  const illReplacements: [pattern: string, replacement: string, error: RegExp][] = [
    ['b', '$1', /^No group 1$/],
    ['(b)', '$2', /^No group 2$/],
    ['b', '$x', /^Illegal group reference$/],
    ['b', 'a$', /^Illegal group reference$/],
    ['b', 'a\\', /^character to be escaped is missing$/],
  ];
  for (const [pattern, replacement, message] of illReplacements) {
    it(`mediators 6.10: ${pattern} cannot be replaced by ${replacement}`, () =>
      assert.throws(() => javaPattern(pattern).replace('a1b22', replacement), { message }));
  }

  const endless = 'a'.repeat(60);
  const works: [string, () => unknown][] = [
    ['test', () => javaRegex('(a+)+').test(`${endless}!`)],
    ['test of alternatives', () => javaRegex('(a|aa|b)*').test(`${endless}!`)],
    ['test with a back reference', () => javaRegex('(a*)*\\1b').test(endless)],
    ['test of a lookbehind', () => javaPattern('(?<=b(a|aa){1,60})!').test(`${endless}!`)],
    ['groups', () => javaRegex('(\\w+\\s?)*').groups(`${endless}!`)],
    ['replace', () => javaPattern('(a+)+$').replace(`${endless}!`, '#')],
    ['split', () => javaPattern('(a+)+$').split(`${endless}!`)],
    ['one of many steps', () => javaPattern('\\s+$').test(`${' '.repeat(2_000_000)}!`)],
  ];
  for (const [what, work] of works) {
    it(`what would take for ever is ended: ${what}`, () => assert.throws(work, TimeLimitError));
  }

  it('every match begins at the start of its text', () => {
    const regex = javaPattern('^b');
    for (const _again of [1, 2]) {
      assert.equal(regex.test('bcd'), true);
      assert.equal(regex.replace('bcd', '#'), '#cd');
      assert.deepEqual(regex.split('bcd'), ['', 'cd']);
      assert.deepEqual(regex.groups('bcd'), ['b']);
    }
  });

  it('a pattern that is too large for the engine says so when it is used', () => {
    assert.throws(() => javaPattern('a'.repeat(90_000)).test('a'), RegexSyntaxError);
  });

  it('what was ended leaves nothing behind', () => {
    const regex = javaRegex('(a+)+');
    assert.throws(() => regex.test(`${endless}!`), TimeLimitError);
    assert.equal(regex.test('aaa'), true);
    assert.equal(regex.test(endless), true);
  });

  const splits: [string, string, string[]][] = [
    ['a,b,,c,,', ',', ['a', 'b', '', 'c']],
    [',a', ',', ['', 'a']],
    ['abc', '', ['a', 'b', 'c']],
    ['', ',', ['']],
    [',,', ',', []],
    ['a1b22c', '\\d+', ['a', 'b', 'c']],
    ['none', ',', ['none']],
  ];
  for (const [text, pattern, parts] of splits) {
    it(`message-model 3.6: split(${JSON.stringify(text)}, ${JSON.stringify(pattern)})`, () => {
      assert.deepEqual(javaPattern(pattern).split(text), parts);
    });
  }
});
