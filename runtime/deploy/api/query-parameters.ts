import { percentDecode, splitParts } from './uri-template.js';

/**
 * Query parameters as `query.param.*` properties (artifacts 1.6): split on `&`, a piece without `=` is glued to the
 * value before it (to `null` when it is the first), names are not decoded, of equal names the last counts.
 * @throws URIError for a malformed percent escape.
 */
export function queryParameters(path: string): [name: string, value: string][] {
  const start = path.indexOf('?');
  if (start < 0) return [];
  const found: [string, string][] = [];
  for (const piece of splitParts(path.slice(start + 1), '&')) {
    const equals = piece.indexOf('=');
    if (equals >= 0) found.push([piece.slice(0, equals), piece.slice(equals + 1)]);
    else if (found.length > 0) (found.at(-1) as [string, string])[1] += `&${piece}`;
    else found.push(['null', `null&${piece}`]);
  }
  return found.map(([name, value]) => [`query.param.${name}`, percentDecode(value.replaceAll('+', ' '))]);
}
