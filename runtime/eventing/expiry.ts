import type { Expiry } from '../message/subscription-state.js';

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;
const duration = /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
/** The end of the year 9999, behind which dates are written otherwise. */
const lastMoment = 253_402_300_799_999;

/**
 * Reads an `xs:dateTime`, or an `xs:duration` from now on.
 * @param now milliseconds since 1970
 * @returns undefined for anything else
 */
export function readExpiry(text: string, now: number): Expiry | undefined {
  if (dateTime.test(text)) {
    const at = Date.parse(text);
    return Number.isNaN(at) ? undefined : { at, text };
  }
  const [matched, ...parts] = duration.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  const end = new Date(now);
  end.setUTCMonth(end.getUTCMonth() + years * 12 + months, end.getUTCDate() + days);
  const at = end.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return at <= lastMoment ? { at, text: new Date(at).toISOString() } : undefined;
}
