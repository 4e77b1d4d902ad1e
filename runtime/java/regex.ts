import { interruptible, spend } from '../limit/time-limit.js';
import { isExplosive, longestHarmless } from './regex-cost.js';
import { RegexSyntaxError } from './regex-syntax.js';
import { type JavaRegexOptions, translated } from './regex-translation.js';

export { RegexSyntaxError } from './regex-syntax.js';
export type { JavaRegexOptions } from './regex-translation.js';

/** Characters of a translated pattern; to compile a longer one takes seconds that cannot be interrupted. */
const longestSource = 100_000;

/**
 * Java's regular expressions as JavaScript ones. Translated: possessive quantifiers and atomic groups, inline flags
 * anywhere, `\Q…\E`, `\A \z \Z`, `\h \v \R \X`, POSIX and Unicode classes, class unions and intersections, and the places
 * where both languages differ quietly (`.`, `\s`, `$`). What has no counterpart (`\G`, `\N{…}`) is refused.
 *
 * Both engines try one way after the other, which takes for ever with some patterns on some texts. Up to the length that
 * a pattern can do no harm with, a text is matched directly; beyond it the matcher is interrupted when its time is over.
 */
export class JavaRegex {
  readonly #regex: RegExp;
  readonly #isWhole: boolean;
  #harmless: number | undefined;

  /**
   * @param pattern the pattern as it is shown in errors
   * @param source what JavaScript matches
   * @param isWhole the whole text has to match
   * @throws RegexSyntaxError
   */
  constructor(
    private readonly pattern: string,
    source: string,
    isWhole: boolean,
  ) {
    this.#isWhole = isWhole;
    if (source.length > longestSource) throw new RegexSyntaxError('The regular expression is too long', pattern, 0);
    try {
      this.#regex = new RegExp(isWhole ? `^(?:${source})$` : source, 'gv');
    } catch (error) {
      const reason = (error as Error).message.split(': ').pop();
      throw new RegexSyntaxError(`Malformed regular expression (${reason})`, pattern, 0);
    }
    if (observe && isExplosive(source)) observe(pattern);
  }

  /** Whether the pattern is found in a text, or is all of it. @throws TimeLimitError */
  test(text: string): boolean {
    return this.#supervised(text, () => this.#regex.test(text));
  }

  /** The first match and its capturing groups by their numbers; undefined when there is none. @throws TimeLimitError */
  groups(text: string): readonly (string | undefined)[] | undefined {
    return this.#supervised(text, () => {
      const match = this.#regex.exec(text);
      return match ? numbered(match) : undefined;
    });
  }

  /**
   * `String.replaceAll`: `$1` in the replacement is a group, a backslash takes the next character as it is.
   * @param isFirst only the first match is replaced
   * @throws TimeLimitError, or an Error with Java's words for a replacement that names a group that is none
   */
  replace(text: string, replacement: string, isFirst = false): string {
    let result = '';
    let end = 0;
    this.#forEachMatch(text, (match) => {
      result += text.slice(end, match.index) + expanded(replacement, numbered(match));
      end = match.index + match[0].length;
      return !isFirst;
    });
    return result + text.slice(end);
  }

  /** `String.split`: the parts around the matches, empty texts at the end dropped. @throws TimeLimitError */
  split(text: string): string[] {
    const parts: string[] = [];
    let from = 0;
    this.#forEachMatch(text, (match) => {
      const matchEnd = match.index + match[0].length;
      // A match of nothing gives no empty part at the very start, and none at the end.
      if (matchEnd === 0 || (match[0] === '' && match.index >= text.length)) return true;
      parts.push(text.slice(from, match.index));
      from = matchEnd;
      return true;
    });
    if (parts.length === 0) return [text];
    parts.push(text.slice(from));
    while (parts.at(-1) === '') parts.pop();
    return parts;
  }

  /** Visits the matches in their order, until `visit` says that it is enough. */
  #forEachMatch(text: string, visit: (match: RegExpExecArray) => boolean): void {
    this.#supervised(text, () => {
      for (const match of text.matchAll(this.#regex)) {
        spend(1);
        if (!visit(match)) return;
      }
    });
  }

  #supervised<Result>(text: string, match: () => Result): Result {
    // Where the last match ended, if it did.
    this.#regex.lastIndex = 0;
    this.#harmless ??= longestHarmless(this.#regex.source, !this.#isWhole);
    try {
      if (text.length > this.#harmless) return interruptible(match);
      spend(1 + (stepsAtMost * text.length) / (this.#harmless + 1));
      return match();
    } catch (error) {
      // The engine compiles a pattern when it is first used, and says only then that it cannot.
      if (error instanceof SyntaxError)
        throw new RegexSyntaxError(`The regular expression is too large`, this.pattern, 0);
      throw error;
    }
  }
}

let observe: ((pattern: string) => void) | undefined;

/**
 * Does work, and says which of the patterns that are compiled meanwhile can take exponentially long. Where observers are
 * inside of one another, the innermost is told.
 */
export function observingPatterns<Result>(told: (explosive: string) => void, work: () => Result): Result {
  const outer = observe;
  observe = told;
  try {
    return work();
  } finally {
    observe = outer;
  }
}

/** Shows a pattern that is compiled when it is first used to who observes; what is wrong with it is said then. */
export function reviewPattern(pattern: string): void {
  if (!observe) return;
  try {
    javaPattern(pattern);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
  }
}

/** Steps that a text counts which is as long as the pattern can do no harm with. */
const stepsAtMost = 10_000;

/**
 * A Java pattern that has to match the whole text, as `Pattern.matches` (filter, switch, JSONPath `=~`).
 *
 * @throws RegexSyntaxError naming what is wrong and where (column from 1)
 */
export function javaRegex(pattern: string, options?: JavaRegexOptions): JavaRegex {
  return new JavaRegex(pattern, translated(pattern, options), true);
}

/** A Java pattern that is looked for anywhere, as `Matcher.find`. @throws RegexSyntaxError */
export function javaPattern(pattern: string, options?: JavaRegexOptions): JavaRegex {
  return new JavaRegex(pattern, translated(pattern, options), false);
}

/** Groups go by the names that the translation gave them: it adds some of its own, which do not count. */
function numbered(match: RegExpExecArray): readonly (string | undefined)[] {
  const { groups = {} } = match;
  const found: (string | undefined)[] = [match[0]];
  for (let number = 1; `g${number}` in groups; number++) found.push(groups[`g${number}`]);
  return found;
}

/** As `Matcher.appendReplacement`: further digits belong to a group's number as long as there is such a group. */
function expanded(replacement: string, groups: readonly (string | undefined)[]): string {
  return replacement.replace(/\\([\s\S]?)|\$(?!\{)(\d*)/g, (_reference, character?: string, digits?: string) => {
    if (character === '') throw new Error('character to be escaped is missing');
    if (character !== undefined) return character;
    if (!digits) throw new Error('Illegal group reference');
    let end = 1;
    while (end < digits.length && Number(digits.slice(0, end + 1)) < groups.length) end++;
    const group = Number(digits.slice(0, end));
    if (group >= groups.length) throw new Error(`No group ${group}`);
    return (groups[group] ?? '') + digits.slice(end);
  });
}
