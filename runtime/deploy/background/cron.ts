import { Cron } from 'croner';

/** When something is due, by an expression of Quartz: six or seven fields, seconds first, days of the week from 1 = SUN. */
export interface CronTimes {
  /** The next moment after this one; undefined when there is none any more. */
  after(moment: Date): Date | undefined;
}

const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Fields whose ranges may go over the end, `22-2`, with what they begin and end with. */
const limits: readonly (readonly [first: number, last: number])[] = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [1, 7],
];

/** @throws Error that says what is wrong with the expression */
export function cronTimes(expression: string): CronTimes {
  const fields = expression.trim().split(/\s+/);
  if (fields[3] !== '?' && fields[3] !== '*' && fields[5] !== '?' && fields[5] !== '*') {
    throw new Error('one of day-of-month and day-of-week has to be ?');
  }
  const pattern = fields.map(unwound).join(' ');
  let cron: Cron;
  try {
    cron = new Cron(pattern, { paused: true, mode: '6-or-7-parts', alternativeWeekdays: true, sloppyRanges: true });
  } catch (error) {
    throw new Error((error as Error).message.replace(/^CronPattern: /, ''));
  }
  return { after: (moment) => cron.nextRun(moment) ?? undefined };
}

/** `FRI-MON` as `6-7,1-2`; `L` alone is the last day of the week. */
function unwound(field: string, index: number): string {
  if (index === 5 && field.toUpperCase() === 'L') return '7';
  const [first, last] = limits[index] ?? [0, 0];
  const numbered =
    index === 5 ? field.replace(/[A-Z]{3}/gi, (name) => String(days.indexOf(name.toUpperCase()) + 1 || name)) : field;
  return numbered.replace(/(\d+)-(\d+)(?![\d/])/g, (range, from: string, to: string) =>
    last > 0 && Number(from) > Number(to) ? `${from}-${last},${first}-${to}` : range,
  );
}
