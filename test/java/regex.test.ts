import assert from 'node:assert/strict';
import { javaPattern, javaRegex, javaSplit, RegexSyntaxError } from '../../runtime/java/regex.js';

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
    ['\\p{Foo}', /Unknown character property \{Foo\}/],
    ['\\G', /\\G is not supported/],
    ['a\\', /ends in a backslash/],
    ['(?P=a)', /Unknown kind of group/],
    ['(?y)a', /Unknown flag "y"/],
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
    assert.equal('a1b22'.replace(javaPattern('\\d+'), '#'), 'a#b#');
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
      assert.deepEqual(javaSplit(text, pattern), parts);
    });
  }
});
