// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML does not allow
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

const JAVA_ESCAPES: Record<string, string> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/**
 * A text as it is written, in XML and from there in JSON; trees hold it as it is. With a character that XML does not allow it is the part before that, followed by the
 * whole string escaped as in Java source: `a` U+0001 `b` gives `aa\u0001b` (message-model 4.4 rule 4).
 */
export function xmlSafeText(text: string): string {
  const at = text.search(ILLEGAL);
  return at === -1 ? text : text.slice(0, at) + escapeJava(text);
}

function escapeJava(text: string): string {
  let escaped = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    const code = text.charCodeAt(i);
    const named = JAVA_ESCAPES[character];
    if (named !== undefined) escaped += named;
    else if (code < 32 || code > 126) escaped += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
    else escaped += character;
  }
  return escaped;
}
