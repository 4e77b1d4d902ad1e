/** Texts without any of these words hold nothing to hide; the test is cheaper than the replacements. */
const suspicious = /authorization|bearer|basic|token|secret|passw|pwd|api[-_]?key|cookie|eyJ|:\/\/[^\s/@]*@/i;

const secretName = String.raw`[\w.-]*(?:authorization|token|secret|passw(?:or)?d|pwd|api[-_]?key|cookie)`;
/** `Cookie: a=b; c=d` and `Authorization: Digest a="b", c=d`: a list, of which no part may be left. */
const list =
  /((?:cookie|authorization)["']?\s*[:=]>?\s*["'[]*)(?:digest\s+)?[\w.-]+=(?:"[^"]*"|[^\s,;"]*)(?:[;,]\s*[\w.-]+=(?:"[^"]*"|[^\s,;"]*))+/gi;
/** `Authorization: Basic abc=`, `client_secret=abc&`, `"access_token":"abc"`: the name, what separates, the value. */
const named = new RegExp(
  String.raw`(?<![\w.-])(${secretName}["']?\s*[:=]>?\s*\[?)("(?:[^"\\]|\\.)*"|'[^']*'|(?:(?:bearer|basic|digest)\s+)?[^\s,;&"'<>{}[\]]+)`,
  'gi',
);
/** `<password>abc</password>`, also in a CDATA section. */
const element = new RegExp(
  String.raw`(<(?:[\w.-]+:)?${secretName}(?:\s[^<>]*)?>)(?:<!\[CDATA\[[^\]]*\]\]>|[^<]+)(?=</)`,
  'gi',
);
/** `Bearer abc…` and `Basic abc=` without a name in front; a word of prose has no digit and no `=`. */
const credentials = /\b(bearer|basic)\s+(?=[\w+/.~-]*[\d=])[\w+/.~-]{6,}=*/gi;
/** A JWT, whatever it is called. */
const jwt = /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g;
/** `https://user:password@host` */
const userInfo = /(:\/\/)[^\s/@:"'<>]*:[^\s/@"'<>]*@/g;

/**
 * The text with `***` for the values of credentials: authorization headers, tokens, passwords, secrets, API keys and
 * cookies, in the forms of headers, forms, JSON, XML and URLs.
 */
export function redact(text: string): string {
  if (!suspicious.test(text)) return text;
  return text
    .replace(list, '$1***')
    .replace(named, (_, name: string, value: string) => {
      const quote = /^["']/.exec(value)?.[0] ?? '';
      return `${name}${quote}***${quote}`;
    })
    .replace(element, '$1***')
    .replace(credentials, '$1 ***')
    .replace(jwt, '***')
    .replace(userInfo, '$1***@');
}
