/** Texts without any of these words hold nothing to hide; the test is cheaper than the replacements. */
const suspicious = /authorization|bearer|basic|token|secret|passw|api[-_]?key|cookie/i;

const secretName = String.raw`[\w.-]*(?:authorization|token|secret|passw(?:or)?d|api[-_]?key|cookie)`;
/** `Authorization: Basic abc=`, `client_secret=abc&`, `"access_token":"abc"`: the name, what separates, the value. */
const named = new RegExp(
  String.raw`(?<![\w.-])(${secretName}["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|(?:(?:bearer|basic|digest)\s+)?[^\s,;&"'<>{}[\]]+)`,
  'gi',
);
/** `<password>abc</password>` */
const element = new RegExp(String.raw`(<(?:[\w.-]+:)?${secretName}(?:\s[^<>]*)?>)[^<]+(?=</)`, 'gi');
/** `Bearer abc…` and `Basic abc=` without a name in front; a word of prose has no digit and no `=`. */
const credentials = /\b(bearer|basic)\s+(?=[\w+/.~-]*[\d=])[\w+/.~-]{6,}=*/gi;

/**
 * The text with `***` for the values of credentials: authorization headers, tokens, passwords, secrets, API keys and
 * cookies, in the forms of headers, forms, JSON and XML.
 */
export function redact(text: string): string {
  if (!suspicious.test(text)) return text;
  return text
    .replace(named, (_, name: string, value: string) => {
      const quote = /^["']/.exec(value)?.[0] ?? '';
      return `${name}${quote}***${quote}`;
    })
    .replace(element, '$1***')
    .replace(credentials, '$1 ***');
}
