import { javaTrim } from '../runtime/java/parse-number.js';

const prolog = /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*/;
const startTag =
  /^<([\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{N}_.-]*)?)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>/u;
const attribute = /([^\s=<>"'/]+)\s*=\s*(?:"[^"]*"|'[^']*')/g;

/**
 * Whether a text looks like XML to payloadFactory: trimmed, it has at least four characters, ends with `>`, and begins
 * with a readable start tag whose prefixes are declared in it. What follows is not looked at (mediators 6.1).
 */
export function looksLikeXml(text: string): boolean {
  if (!text.includes('<')) return false;
  const trimmed = javaTrim(text);
  if (trimmed.length < 4 || !trimmed.endsWith('>')) return false;
  const tag = startTag.exec(trimmed.replace(prolog, ''));
  if (!tag) return false;
  const [, name = '', attributes = ''] = tag;
  const names = Array.from(attributes.matchAll(attribute), ([, one = '']) => one);
  const declared = new Set(names.filter((one) => one.startsWith('xmlns:')).map((one) => one.slice(6)));
  return [name, ...names].every((one) => {
    const colon = one.indexOf(':');
    const prefix = colon < 0 ? 'xml' : one.slice(0, colon);
    return prefix === 'xml' || prefix === 'xmlns' || declared.has(prefix);
  });
}
