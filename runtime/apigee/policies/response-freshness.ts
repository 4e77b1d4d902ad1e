import type { Fields } from '../fields.js';

/**
 * What the headers of an answer say about keeping it (RFC 9111 5.2, 5.3).
 * @param now milliseconds since the epoch
 * @returns seconds, or that it must not be kept, or that nothing is said
 */
export function freshness(headers: Fields, now: number): number | 'not to be kept' | 'unsaid' {
  const directives = headers.all('Cache-Control').join(',').toLowerCase();
  if (/\b(?:no-store|no-cache|private)\b/.test(directives)) return 'not to be kept';
  const [, seconds] = /\bs-maxage\s*=\s*"?(\d+)/.exec(directives) ?? /\bmax-age\s*=\s*"?(\d+)/.exec(directives) ?? [];
  if (seconds !== undefined) return lasting(Number(seconds));
  const expires = headers.get('Expires');
  if (expires === undefined) return 'unsaid';
  return lasting((Date.parse(expires) - now) / 1000);
}

/** What is over already must not be kept; so is a date that cannot be read. */
function lasting(seconds: number): number | 'not to be kept' {
  return seconds > 0 ? seconds : 'not to be kept';
}
