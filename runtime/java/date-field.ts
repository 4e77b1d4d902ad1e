/** `simple`: SimpleDateFormat; `time`: java.time's DateTimeFormatter. They differ in a few letters. */
export type FieldStyle = 'simple' | 'time';

/** A date, a time of day, or both; with an offset when it is a moment. */
export interface DateFields {
  readonly date?: { readonly year: number; readonly month: number; readonly day: number };
  readonly time?: { readonly hour: number; readonly minute: number; readonly second: number; readonly nano: number };
  /** Offset from UTC in minutes, and the moment whose zone name is asked for. */
  readonly zone?: { readonly offsetMinutes: number; readonly moment: Date };
}

/** A piece of a pattern: literal text, or one letter repeated. */
export type PatternPart = { readonly literal: string } | { readonly letter: string; readonly count: number };

/** A malformed date pattern, or a field that the date at hand does not have. */
export class DatePatternError extends Error {
  override readonly name = 'DatePatternError';
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** From Monday, as ISO counts. */
export const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const dayMillis = 86_400_000;

/** The fields of a moment in the server's time zone; `zone: false` for a java.time local date and time. */
export function fieldsOf(moment: Date, options: { zone?: boolean } = {}): DateFields {
  const fields = {
    date: { year: moment.getFullYear(), month: moment.getMonth() + 1, day: moment.getDate() },
    time: {
      hour: moment.getHours(),
      minute: moment.getMinutes(),
      second: moment.getSeconds(),
      nano: moment.getMilliseconds() * 1_000_000,
    },
  };
  if (options.zone === false) return fields;
  return { ...fields, zone: { offsetMinutes: -moment.getTimezoneOffset(), moment } };
}

/** The text of one pattern letter repeated `count` times. */
export function formatField(letter: string, count: number, fields: DateFields, style: FieldStyle): string {
  if ('GyuYMLwWDdFEecQq'.includes(letter)) return dateField(letter, count, fields, style);
  if ('aBHkKhmsSAnN'.includes(letter)) return timeField(letter, count, fields, style);
  return zoneField(letter, count, fields, style);
}

function dateField(letter: string, count: number, { date }: DateFields, style: FieldStyle): string {
  if (!date) throw new DatePatternError(`Unsupported field: ${letter} needs a date`);
  const { year, month, day } = date;
  switch (letter) {
    case 'G':
      return era(year, count, style);
    case 'y':
      return yearText(year > 0 ? year : 1 - year, count, style);
    case 'Y':
      return yearText(weekOfYear(date).year, count, style);
    case 'u':
      return style === 'simple' ? padded(isoDay(date), count) : yearText(year, count, style);
    case 'M':
    case 'L':
      return count > 2 ? shortened(monthNames[month - 1], count) : padded(month, count);
    case 'Q':
    case 'q':
      return quarter(Math.ceil(month / 3), count);
    case 'w':
      return padded(weekOfYear(date).week, count);
    case 'W':
      return padded(weekOfMonth(date), count);
    case 'D':
      return padded(dayOfYear(date), count);
    case 'd':
      return padded(day, count);
    case 'F':
      return padded(style === 'simple' ? Math.ceil(day / 7) : ((day - 1) % 7) + 1, count);
    case 'E':
      return shortened(dayNames[isoDay(date) - 1], Math.max(count, 3));
    default:
      return count > 2 ? shortened(dayNames[isoDay(date) - 1], count) : padded((isoDay(date) % 7) + 1, count);
  }
}

function timeField(letter: string, count: number, { time }: DateFields, style: FieldStyle): string {
  if (!time) throw new DatePatternError(`Unsupported field: ${letter} needs a time`);
  const { hour, minute, second, nano } = time;
  const nanoOfDay = ((hour * 60 + minute) * 60 + second) * 1e9 + nano;
  switch (letter) {
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'B':
      return dayPeriod(hour, minute);
    case 'H':
      return padded(hour, count);
    case 'k':
      return padded(hour === 0 ? 24 : hour, count);
    case 'K':
      return padded(hour % 12, count);
    case 'h':
      return padded(hour % 12 === 0 ? 12 : hour % 12, count);
    case 'm':
      return padded(minute, count);
    case 's':
      return padded(second, count);
    case 'S':
      // Milliseconds for SimpleDateFormat, a fraction for java.time.
      return style === 'simple'
        ? padded(Math.floor(nano / 1e6), count)
        : padded(nano, 9).padEnd(count, '0').slice(0, count);
    case 'A':
      return padded(Math.floor(nanoOfDay / 1e6), count);
    case 'n':
      return padded(nano, count);
    default:
      return padded(nanoOfDay, count);
  }
}

function zoneField(letter: string, count: number, { zone }: DateFields, style: FieldStyle): string {
  if (!zone) throw new DatePatternError(`Unable to extract a zone for ${letter}`);
  const { offsetMinutes } = zone;
  switch (letter) {
    case 'z':
    case 'v':
      return zoneName(zone.moment, count < 4 ? 'short' : 'long');
    case 'V':
      return Intl.DateTimeFormat().resolvedOptions().timeZone;
    case 'O':
      return offsetMinutes === 0 ? 'GMT' : `GMT${offset(offsetMinutes, count < 4 ? 'O' : ':')}`;
    case 'X':
      return offsetMinutes === 0 ? 'Z' : offset(offsetMinutes, offsetForm(count));
    case 'x':
      return offset(offsetMinutes, offsetForm(count));
    default:
      if (style === 'simple' || count < 4) return offset(offsetMinutes, '');
      if (count === 4) return offsetMinutes === 0 ? 'GMT' : `GMT${offset(offsetMinutes, ':')}`;
      return offsetMinutes === 0 ? 'Z' : offset(offsetMinutes, ':');
  }
}

const offsetForm = (count: number) => (count === 1 ? 'h' : count % 2 === 0 ? '' : ':');

/** `+02`, `+0200` or `+02:00`; `O` is `+2` or `+2:30`. */
function offset(minutes: number, form: 'h' | '' | ':' | 'O'): string {
  const sign = minutes < 0 ? '-' : '+';
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  if (form === 'O') return `${sign}${hours}${rest ? `:${padded(rest, 2)}` : ''}`;
  if (form === 'h') return `${sign}${padded(hours, 2)}${rest ? padded(rest, 2) : ''}`;
  return `${sign}${padded(hours, 2)}${form}${padded(rest, 2)}`;
}

/** The zone's name at that moment, e.g. `UTC` or `Coordinated Universal Time`. */
export function zoneName(moment: Date, length: 'short' | 'long'): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: length }).formatToParts(moment);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
}

export const padded = (value: number, width: number): string =>
  value < 0 ? `-${String(-value).padStart(width, '0')}` : String(value).padStart(width, '0');

function shortened(name = '', count: number): string {
  if (count === 4) return name;
  return count === 5 ? name.slice(0, 1) : count > 5 ? name : name.slice(0, 3);
}

function yearText(year: number, count: number, style: FieldStyle): string {
  if (count === 2) return padded(year % 100, 2);
  return style === 'simple' && count < 4 ? String(year) : padded(year, count);
}

function era(year: number, count: number, style: FieldStyle): string {
  if (style === 'simple' || count < 4) return year > 0 ? 'AD' : 'BC';
  if (count === 5) return year > 0 ? 'A' : 'B';
  return year > 0 ? 'Anno Domini' : 'Before Christ';
}

function quarter(number: number, count: number): string {
  if (count < 3) return padded(number, count);
  if (count === 3) return `Q${number}`;
  return count === 5 ? String(number) : `${['1st', '2nd', '3rd', '4th'][number - 1]} quarter`;
}

function dayPeriod(hour: number, minute: number): string {
  if (minute === 0 && hour === 0) return 'midnight';
  if (minute === 0 && hour === 12) return 'noon';
  if (hour >= 6 && hour < 12) return 'in the morning';
  if (hour >= 12 && hour < 18) return 'in the afternoon';
  return hour >= 18 && hour < 21 ? 'in the evening' : 'at night';
}

type CalendarDate = NonNullable<DateFields['date']>;

const epochDay = (year: number, month: number, day: number) => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / dayMillis;
};

/** Monday is 1. */
const isoDay = ({ year, month, day }: CalendarDate) => ((((epochDay(year, month, day) + 3) % 7) + 7) % 7) + 1;

const dayOfYear = ({ year, month, day }: CalendarDate) => epochDay(year, month, day) - epochDay(year, 1, 1) + 1;

/** Weeks of the US locale: they start on Sunday, and week 1 is the one with January 1st. */
function weekOfYear(date: CalendarDate): { year: number; week: number } {
  const sundayBefore = dayOfYear(date) - (isoDay(date) % 7);
  const newYear = { year: date.year + 1, month: 1, day: 1 };
  const daysInYear = dayOfYear({ year: date.year, month: 12, day: 31 });
  if (sundayBefore > daysInYear - (isoDay(newYear) % 7)) return { year: date.year + 1, week: 1 };
  const firstDay = isoDay({ year: date.year, month: 1, day: 1 }) % 7;
  return { year: date.year, week: Math.floor((dayOfYear(date) + firstDay - 1) / 7) + 1 };
}

function weekOfMonth(date: CalendarDate): number {
  const firstDay = isoDay({ ...date, day: 1 }) % 7;
  return Math.floor((date.day + firstDay - 1) / 7) + 1;
}
