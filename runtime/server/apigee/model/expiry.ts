import { badRequest } from './error.js';
import type { Input } from './input.js';

/** When what a cache holds is over (api-management 2.6, ExpirySettings). At most one of the three is usual. */
export interface ExpirySettings {
  /** Seconds that an entry lives that was put without a lifetime of its own; 0: no end. */
  readonly timeoutInSec?: number;
  /** Time of the day, UTC, at which everything is over: seconds since midnight. */
  readonly timeOfDay?: number;
  /** Milliseconds since 1970 from which on nothing is kept. */
  readonly expiryDate?: number;
}

const dayMs = 86_400_000;

/**
 * When an entry that is put now is over, in milliseconds since 1970; Infinity: never. The resource's time of day and date
 * end entries that have a lifetime of their own, too.
 *
 * @param seconds lifetime of the entry; undefined or 0: that of the resource
 */
export function expiryAt(settings: ExpirySettings, now: number, seconds: number | undefined): number {
  const lifetime = seconds || settings.timeoutInSec || 0;
  const ends = [Number.POSITIVE_INFINITY];
  if (lifetime > 0) ends.push(now + lifetime * 1000);
  if (settings.timeOfDay !== undefined) ends.push(nextTimeOfDay(settings.timeOfDay * 1000, now));
  if (settings.expiryDate !== undefined) ends.push(settings.expiryDate);
  return Math.min(...ends);
}

function nextTimeOfDay(timeMs: number, now: number): number {
  const today = now - (now % dayMs) + timeMs;
  return today > now ? today : today + dayMs;
}

/**
 * `{timeoutInSec | timeOfDay | expiryDate}`, each a text or `{value}`.
 * @throws ApigeeError 400 for a time or date that is none
 */
export function readExpiry(input: Input): ExpirySettings {
  const timeoutInSec = settingOf(input, 'timeoutInSec');
  const timeOfDay = settingOf(input, 'timeOfDay');
  const expiryDate = settingOf(input, 'expiryDate');
  return {
    ...(timeoutInSec === '' ? {} : { timeoutInSec: secondsOf(timeoutInSec) }),
    ...(timeOfDay === '' ? {} : { timeOfDay: timeOf(timeOfDay) }),
    ...(expiryDate === '' ? {} : { expiryDate: dateOf(expiryDate) }),
  };
}

/** As the management calls show it. */
export function expiryView({ timeoutInSec, timeOfDay, expiryDate }: ExpirySettings): object {
  return {
    ...(expiryDate === undefined ? {} : { expiryDate: { value: dateText(expiryDate) } }),
    ...(timeOfDay === undefined ? {} : { timeOfDay: { value: timeText(timeOfDay) } }),
    ...(timeoutInSec === undefined ? {} : { timeoutInSec: { value: String(timeoutInSec) } }),
  };
}

function settingOf(input: Input, member: string): string {
  const value = input.object[member];
  return (typeof value === 'object' ? input.child(member).text('value') : input.text(member)).trim();
}

function secondsOf(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw badRequest(`timeoutInSec: "${text}" is no number of seconds`);
  return Number(text);
}

function timeOf(text: string): number {
  const [, hours, minutes, seconds] = /^([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) throw badRequest(`timeOfDay: "${text}" is no time of the form 23:59:59`);
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

/** `12-31-2030`: the first moment of that day, UTC. */
function dateOf(text: string): number {
  const [, month, day, year] = /^(\d{2})-(\d{2})-(\d{4})$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || dateText(date.getTime()) !== text) {
    throw badRequest(`expiryDate: "${text}" is no date of the form 12-31-2030 (month, day, year)`);
  }
  return date.getTime();
}

function dateText(at: number): string {
  const [year, month, day] = new Date(at).toISOString().slice(0, 10).split('-');
  return `${month}-${day}-${year}`;
}
