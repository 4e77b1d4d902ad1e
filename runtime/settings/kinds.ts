import { isIP } from 'node:net';
import { z } from 'zod';

// Each kind reads what any source gives: text (flag, environment) or a TOML value.

/** A whole number from `low` to `high`. */
export function wholeNumber(low: number, high: number) {
  const error = `expected a whole number from ${low} to ${high}`;
  return z
    .union([z.int(), z.string().regex(/^\d+$/).transform(Number)], { error })
    .refine((value) => value >= low && value <= high, { error });
}

/** A TCP port; 0 means any free one. */
export const port = wholeNumber(0, 65_535);

/** A TCP port, or `off`. */
export function optionalPort() {
  const error = 'expected a port from 0 to 65535, or off';
  const off = z.union([z.literal('off'), z.literal(false)]).transform(() => undefined);
  return z.union([off, wholeNumber(0, 65_535)], { error });
}

export const yesOrNo = z.union(
  [
    z.boolean(),
    z.enum(['true', 'yes', '1']).transform(() => true),
    z.enum(['false', 'no', '0', '']).transform(() => false),
  ],
  { error: 'expected true or false' },
);

export const text = z.string({ error: 'expected text' }).min(1, { error: 'expected text, not an empty value' });

/** Several texts: an array, or one text with commas. */
export const list = z.union([z.array(text), z.string().transform(atCommas)], {
  error: 'expected a list: texts separated by commas',
});

export const address = z
  .string()
  .refine((value) => isIP(value) !== 0 || isHostName(value), { error: 'expected an IP address or a host name' });

/** Hosts, host patterns (`*.example.com`), addresses and CIDR blocks; `all` stands for `*`. */
export const hostList = list
  .transform((entries) => entries.flatMap(atCommas).map((entry) => (entry === 'all' ? '*' : entry.toLowerCase())))
  .superRefine((entries, context) => {
    for (const entry of entries) {
      if (isHostEntry(entry)) continue;
      context.addIssue(`expected hosts, patterns such as *.example.com, addresses or CIDR blocks; got ${entry}`);
    }
  });

export const databaseUrl = text.refine(
  (value) => /^file:./.test(value) || (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value)),
  { error: 'expected file:PATH or postgres://user@host:port/name' },
);

export const redisUrl = text.refine((value) => /^rediss?:\/\//.test(value) && URL.canParse(value), {
  error: 'expected redis://host:port or rediss://host:port',
});

/** One of some words, upper or lower case. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words, fold: 'upper' | 'lower') {
  const folded = (value: unknown) =>
    typeof value !== 'string' ? value : fold === 'upper' ? value.toUpperCase() : value.toLowerCase();
  return z.preprocess(folded, z.enum(words, { error: `expected one of ${words.join(', ')}` }));
}

function atCommas(all: string): string[] {
  return all
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function isHostName(value: string): boolean {
  return (
    value.length <= 253 && /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i.test(value)
  );
}

function isHostEntry(entry: string): boolean {
  if (entry === '*' || isIP(entry) !== 0) return true;
  const [network = '', prefix, ...rest] = entry.split('/');
  if (prefix !== undefined) {
    const bits = { 0: -1, 4: 32, 6: 128 }[isIP(network)] ?? -1;
    return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
  }
  return isHostName(entry.startsWith('*.') ? entry.slice(2) : entry);
}
