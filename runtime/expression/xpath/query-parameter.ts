/**
 * `$url:name`: a query parameter of an address, its name compared ignoring case. The first of that name counts, its
 * value ends at a second `=`, is percent-decoded, and "" when missing (message-model 3.2).
 */
export function queryParameter(address: string, name: string): string {
  const start = address.indexOf('?');
  if (start < 0) return '';
  const wanted = name.toLowerCase();
  for (const pair of address.slice(start + 1).split('&')) {
    const [key = '', value = ''] = pair.split('=');
    if (key.toLowerCase() === wanted) return decode(value);
  }
  return '';
}

/** Bytes that are no UTF-8 become U+FFFD; a `%` without two digits stays. */
function decode(value: string): string {
  const escapes = /(?:%[0-9A-Fa-f]{2})+/g;
  return value
    .replaceAll('+', ' ')
    .replace(escapes, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}
