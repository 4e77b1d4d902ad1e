import type { Counters } from '../organization.js';

export const quotaKinds: ReadonlySet<string> = new Set(['default', 'calendar', 'flexi', 'rollingwindow']);

const fixedUnits = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };
export type TimeUnit = keyof typeof fixedUnits | 'month';

export const isTimeUnit = (text: string): text is TimeUnit => text === 'month' || Object.hasOwn(fixedUnits, text);

export interface WindowSettings {
  readonly kind: string;
  readonly interval: number;
  readonly unit: TimeUnit;
  /** Milliseconds since the epoch from which windows of the kind `calendar` are counted. */
  readonly start: number | undefined;
}

/** A stretch of time in which messages are counted together; milliseconds since the epoch. */
export interface QuotaWindow {
  readonly kind: string;
  readonly begin: number;
  readonly end: number;
  readonly now: number;
}

/** The window that a moment belongs to; those of the clock are of UTC, weeks begin on Monday. */
export function windowAt(now: number, { kind, interval, unit, start }: WindowSettings): QuotaWindow {
  const count = Math.max(1, interval);
  if (unit === 'month') return { kind, now, ...monthsAt(now, count, kind === 'calendar' ? start : undefined) };
  const length = fixedUnits[unit] * count;
  if (kind === 'flexi') return { kind, now, begin: now, end: now + length };
  const monday = Date.UTC(1970, 0, 5);
  const origin = kind === 'calendar' && start !== undefined ? start : unit === 'week' ? monday : 0;
  const begin = origin + Math.floor((now - origin) / length) * length;
  return { kind, now, begin, end: begin + length };
}

function monthsAt(now: number, count: number, start: number | undefined): { begin: number; end: number } {
  const origin = new Date(start ?? 0);
  const at = (months: number) => {
    const date = new Date(origin);
    date.setUTCMonth(origin.getUTCMonth() + months);
    return date.getTime();
  };
  const today = new Date(now);
  const passed = (today.getUTCFullYear() - origin.getUTCFullYear()) * 12 + today.getUTCMonth() - origin.getUTCMonth();
  let index = Math.floor(passed / count) * count;
  if (at(index) > now) index -= count;
  return { begin: at(index), end: at(index + count) };
}

/**
 * Counts a message. A rolling window counts what of the window before still lies in it, taken as even.
 * @returns how many there are now, this one included
 */
export async function countIn(counters: Counters, key: string, window: QuotaWindow, weight: number): Promise<number> {
  const { kind, begin, end, now } = window;
  if (kind === 'flexi') return counters.add(key, weight, end);
  const length = end - begin;
  const sum = await counters.add(`${key} ${begin}`, weight, end + (kind === 'rollingwindow' ? length : 0));
  if (kind !== 'rollingwindow') return sum;
  const before = await counters.add(`${key} ${begin - length}`, 0, end);
  return sum + Math.round(before * ((end - now) / length));
}
