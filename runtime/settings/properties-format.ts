/**
 * Reads Java's `.properties` format (java.util.Properties.load): comments with `#` or `!`, keys ended by `=`, `:` or
 * white space, lines continued by a backslash, `\n`, `\t`, `\uXXXX` and other escapes. A later key wins.
 */
export function parseProperties(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const [, key = '', value = ''] = /^((?:\\[\s\S]|[^\\\s=:])*)[ \t\f]*(?:[=:][ \t\f]*)?([\s\S]*)$/.exec(line) ?? [];
    found.set(unescaped(key), unescaped(value));
  }
  return found;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const line = natural.replace(/^[ \t\f]+/, '');
    if (open === undefined && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const whole: string = (open ?? '') + line;
    const continued = (/\\*$/.exec(whole)?.[0].length ?? 0) % 2 === 1;
    open = continued ? whole.slice(0, -1) : undefined;
    if (!continued) lines.push(whole);
  }
  if (open !== undefined) lines.push(open);
  return lines;
}

const escapes: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, code: string | undefined, other: string) => {
    return code === undefined ? (escapes[other] ?? other) : String.fromCharCode(Number.parseInt(code, 16));
  });
}
