import { javaRegex } from '../../java/regex.js';

/** Whether a text is what a pattern describes. */
export type Matcher = (text: string) => boolean;

/** `Matches`: `*` is any run of characters, `%` takes the next character as it is; the whole text, case counts. */
export function globMatcher(pattern: string): Matcher {
  return whole(translate(pattern, { '*': '.*' }));
}

/**
 * `MatchesPath`: `*` is one path element, or the rest of one; `**` at least one element to the end; `{name}` one element;
 * `%` takes the next character as it is. A slash at the end of path or pattern makes no difference, and the empty path is
 * `/`. The pattern of everything, `/**`, matches the empty path too.
 */
export function pathMatcher(pattern: string): Matcher {
  const trimmed = withoutEnd(pattern);
  if (trimmed === '/**') return () => true;
  const matches = whole(
    withoutEnd(trimmed)
      .split('/')
      .map((element) => (element === '*' ? '[^/]+' : translate(element, { '**': '.+', '*': '[^/]*', '{}': '[^/]+' })))
      .join('/'),
  );
  return (path) => matches(withoutEnd(path));
}

/** `JavaRegex`: has to match the whole text. @throws RegexSyntaxError */
export function regexMatcher(pattern: string): Matcher {
  const regex = javaRegex(pattern);
  return (text) => regex.test(text);
}

const withoutEnd = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path);

function whole(source: string): Matcher {
  const regex = new RegExp(`^(?:${source})$`, 's');
  return (text) => regex.test(text);
}

function translate(pattern: string, wildcards: Readonly<Record<string, string>>): string {
  return pattern.replace(/%(.)|\*\*|\*|\{[^{}/]*\}|[\\^$.*+?()[\]{}|/]/gs, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return literally(escaped);
    const wildcard = wildcards[found] ?? (found.length > 1 && found.startsWith('{') ? wildcards['{}'] : undefined);
    if (wildcard !== undefined) return wildcard;
    return found === '**' ? `${wildcards['*']}` : literally(found);
  });
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
