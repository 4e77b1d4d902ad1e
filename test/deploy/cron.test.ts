import assert from 'node:assert/strict';
import { cronTimes } from '../../runtime/deploy/background/cron.js';

/** The next three times after Thursday, 1 January 2026, 12:00:00, local time. */
function next(expression: string): string[] {
  const times = cronTimes(expression);
  const found: string[] = [];
  for (let at = times.after(new Date(2026, 0, 1, 12)); at && found.length < 3; at = times.after(at)) {
    const two = (number: number) => String(number).padStart(2, '0');
    const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    found.push(`${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`);
  }
  return found;
}

describe('artifacts 2.6: cron expressions of Quartz', () => {
  const rows: [expression: string, expected: string[]][] = [
    ['0/20 * * * * ?', ['2026-01-01 12:00:20', '2026-01-01 12:00:40', '2026-01-01 12:01:00']],
    ['0 5/30 * * * ?', ['2026-01-01 12:05:00', '2026-01-01 12:35:00', '2026-01-01 13:05:00']],
    ['0 0 12 * * ?', ['2026-01-02 12:00:00', '2026-01-03 12:00:00', '2026-01-04 12:00:00']],
    // Days of the week count from 1 = Sunday: 2 is Monday.
    ['0 0 9 ? * 2', ['2026-01-05 09:00:00', '2026-01-12 09:00:00', '2026-01-19 09:00:00']],
    ['0 0 9 ? * MON-WED', ['2026-01-05 09:00:00', '2026-01-06 09:00:00', '2026-01-07 09:00:00']],
    ['0 0 9 ? * FRI-SUN', ['2026-01-02 09:00:00', '2026-01-03 09:00:00', '2026-01-04 09:00:00']],
    ['0 0 9 ? * sat', ['2026-01-03 09:00:00', '2026-01-10 09:00:00', '2026-01-17 09:00:00']],
    ['0 0 9 ? * L', ['2026-01-03 09:00:00', '2026-01-10 09:00:00', '2026-01-17 09:00:00']],
    ['0 0 9 ? * 6L', ['2026-01-30 09:00:00', '2026-02-27 09:00:00', '2026-03-27 09:00:00']],
    ['0 0 9 ? * 6#2', ['2026-01-09 09:00:00', '2026-02-13 09:00:00', '2026-03-13 09:00:00']],
    ['0 0 9 L * ?', ['2026-01-31 09:00:00', '2026-02-28 09:00:00', '2026-03-31 09:00:00']],
    ['0 0 9 LW * ?', ['2026-01-30 09:00:00', '2026-02-27 09:00:00', '2026-03-31 09:00:00']],
    ['0 0 9 3W * ?', ['2026-01-02 09:00:00', '2026-02-03 09:00:00', '2026-03-03 09:00:00']],
    ['0 0 22-1 1 * ?', ['2026-01-01 22:00:00', '2026-01-01 23:00:00', '2026-02-01 00:00:00']],
    ['0 0 9 1 FEB,APR-MAY ?', ['2026-02-01 09:00:00', '2026-04-01 09:00:00', '2026-05-01 09:00:00']],
    ['0 0 9 1 1 ? 2027-2028', ['2027-01-01 09:00:00', '2028-01-01 09:00:00']],
    ['0 0 9 1 1 ? 2020', []],
  ];
  for (const [expression, expected] of rows) {
    it(`artifacts 2.6: ${expression}`, () => assert.deepEqual(next(expression), expected));
  }

  const refused: [expression: string, message: RegExp][] = [
    ['* * * * *', /requires exactly 6 or 7 parts/],
    ['x', /./],
    ['0 0 25 * * ?', /./],
    ['0 0 9 1 * MON', /one of day-of-month and day-of-week has to be \?/],
    ['@daily', /./],
    ['', /./],
  ];
  for (const [expression, message] of refused) {
    it(`artifacts 2.6: "${expression}" is refused`, () => assert.throws(() => cronTimes(expression), message));
  }
});
