/**
 * Name and password of Basic credentials (RFC 7617).
 * @param encoded what stands behind `Basic ` in a header
 * @returns undefined when there is no colon in them
 */
export function parseBasic(encoded: string): [name: string, password: string] | undefined {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}

/** The value of an Authorization header with Basic credentials in UTF-8 (RFC 7617). */
export function basicHeader(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`, 'utf8').toString('base64')}`;
}
