import { type DateFields, dayNames, monthNames, type PatternPart } from './date-field.js';

/**
 * Reads a text by a date pattern as java.time does with its smart resolver: the whole text has to match, a day beyond
 * the end of its month becomes the month's last day, other values out of range do not count (message-model 3.6).
 */
export function parseFields(text: string, parts: readonly PatternPart[]): DateFields | undefined {
  const read = new Map<string, number>();
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if ('literal' in part) {
      if (!text.startsWith(part.literal, at)) return undefined;
      at += part.literal.length;
      continue;
    }
    const next = parts[index + 1];
    const isFollowedByDigits = next !== undefined && 'letter' in next && isNumeric(next.letter, next.count);
    const taken = takeField(text.slice(at), part.letter, part.count, isFollowedByDigits);
    if (!taken) return undefined;
    const [key, value, length] = taken;
    if (read.has(key) && read.get(key) !== value) return undefined;
    read.set(key, value);
    at += length;
  }
  return at === text.length ? resolve(read) : undefined;
}

const isNumeric = (letter: string, count: number) =>
  /[yuDdHhKkmsSAnN]/.test(letter) || (/[ML]/.test(letter) && count < 3);

/** Field, its value and how many characters it took. */
type Taken = readonly [key: string, value: number, length: number];

function takeField(rest: string, letter: string, count: number, isFollowedByDigits: boolean): Taken | undefined {
  switch (letter) {
    case 'M':
    case 'L':
      return count > 2 ? takeName('month', rest, monthNames, count) : takeNumber('month', rest, count, 2);
    case 'E':
      return takeName('weekday', rest, dayNames, Math.max(count, 3));
    case 'a':
      return /^am/i.test(rest) ? ['half', 0, 2] : /^pm/i.test(rest) ? ['half', 1, 2] : undefined;
    case 'y':
    case 'u':
      return takeYear(rest, count, isFollowedByDigits);
    case 'S':
      return takeFraction(rest, count);
    case 'X':
    case 'x':
    case 'Z':
      return takeOffset(rest);
    default: {
      const field = numberFields[letter];
      return field && takeNumber(field.key, rest, count, isFollowedByDigits ? count : field.width);
    }
  }
}

const numberFields: Record<string, { key: string; width: number }> = {
  d: { key: 'day', width: 2 },
  D: { key: 'dayOfYear', width: 3 },
  H: { key: 'hour', width: 2 },
  k: { key: 'hour24', width: 2 },
  K: { key: 'hour11', width: 2 },
  h: { key: 'hour12', width: 2 },
  m: { key: 'minute', width: 2 },
  s: { key: 'second', width: 2 },
  n: { key: 'nano', width: 9 },
};

/** One letter takes as many digits as there are, more letters exactly as many. */
function takeNumber(key: string, rest: string, count: number, widest: number): Taken | undefined {
  const digits = /^[0-9]+/.exec(rest)?.[0].slice(0, count === 1 ? widest : count);
  return digits && digits.length >= count ? [key, Number(digits), digits.length] : undefined;
}

function takeYear(rest: string, count: number, isFollowedByDigits: boolean): Taken | undefined {
  if (count === 2) {
    const taken = takeNumber('year', rest, 2, 2);
    return taken && ['year', 2000 + taken[1], taken[2]];
  }
  const form = isFollowedByDigits ? new RegExp(`^-?[0-9]{${count}}`) : new RegExp(`^[+-]?[0-9]{${count},10}`);
  const digits = form.exec(rest)?.[0];
  if (!digits) return undefined;
  // A four-digit year longer than four digits has to carry its sign.
  if (count === 4 && digits.length > 4 && !/^[+-]/.test(digits)) return undefined;
  return ['year', Number(digits), digits.length];
}

function takeFraction(rest: string, count: number): Taken | undefined {
  const digits = /^[0-9]+/.exec(rest)?.[0].slice(0, count);
  return digits?.length === count ? ['nano', Number(digits.padEnd(9, '0').slice(0, 9)), count] : undefined;
}

function takeOffset(rest: string): Taken | undefined {
  const match = /^(?:Z|([+-])([0-9]{2}):?([0-9]{2})?)/.exec(rest);
  if (!match) return undefined;
  const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  return ['offset', match[1] === '-' ? -minutes : minutes, match[0].length];
}

function takeName(key: string, rest: string, names: readonly string[], count: number): Taken | undefined {
  for (const [index, name] of names.entries()) {
    const shown = count === 4 ? name : name.slice(0, 3);
    if (rest.startsWith(shown)) return [key, index + 1, shown.length];
  }
  return undefined;
}

function resolve(read: ReadonlyMap<string, number>): DateFields | undefined {
  const date = resolveDate(read);
  const time = resolveTime(read);
  if (date === null || time === null || (!date && !time)) return undefined;
  return { ...(date ? { date } : {}), ...(time ? { time } : {}) };
}

/** undefined: no date among the fields; null: fields that make none. */
function resolveDate(read: ReadonlyMap<string, number>): DateFields['date'] | null {
  const year = read.get('year');
  const month = read.get('month');
  const day = read.get('day');
  const dayOfYear = read.get('dayOfYear');
  if (year === undefined || (dayOfYear === undefined && (month === undefined || day === undefined))) return undefined;
  if (dayOfYear !== undefined) {
    const found = new Date(Date.UTC(year, 0, dayOfYear));
    if (dayOfYear < 1 || found.getUTCFullYear() !== year) return null;
    return { year, month: found.getUTCMonth() + 1, day: found.getUTCDate() };
  }
  if (month === undefined || day === undefined || month < 1 || month > 12 || day < 1 || day > 31) return null;
  const lastDay = new Date(Date.UTC(2000 + (((year % 400) + 400) % 400), month, 0)).getUTCDate();
  return checkWeekday({ year, month, day: Math.min(day, lastDay) }, read.get('weekday'));
}

function checkWeekday(date: NonNullable<DateFields['date']>, weekday: number | undefined): DateFields['date'] | null {
  if (weekday === undefined) return date;
  const found = new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDay();
  return (found === 0 ? 7 : found) === weekday ? date : null;
}

function resolveTime(read: ReadonlyMap<string, number>): DateFields['time'] | null {
  const hour = hourOf(read);
  if (hour === undefined) return undefined;
  const minute = read.get('minute') ?? 0;
  const second = read.get('second') ?? 0;
  if (hour === null || hour > 23 || minute > 59 || second > 59) return null;
  return { hour, minute, second, nano: read.get('nano') ?? 0 };
}

function hourOf(read: ReadonlyMap<string, number>): number | null | undefined {
  const hour = read.get('hour');
  if (hour !== undefined) return hour;
  const hour24 = read.get('hour24');
  if (hour24 !== undefined) return hour24 >= 1 && hour24 <= 24 ? hour24 % 24 : null;
  const half = read.get('half');
  const hour12 = read.get('hour12') ?? (read.has('hour11') ? Number(read.get('hour11')) : undefined);
  if (half === undefined || hour12 === undefined) return undefined;
  return hour12 <= 12 ? (hour12 % 12) + 12 * half : null;
}
