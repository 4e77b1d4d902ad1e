import assert from 'node:assert/strict';
import { type DateFields, DatePatternError, datePattern, fieldsOf } from '../../runtime/java/date-pattern.js';

/** Tuesday, 14 November 2023, 22:13:20.045, in whatever zone the test runs. */
const moment = new Date(2023, 10, 14, 22, 13, 20, 45);
const local = fieldsOf(moment, { zone: false });

describe('java.time date patterns', () => {
  const formats: [string, string][] = [
    ['yyyy-MM-dd HH:mm:ss', '2023-11-14 22:13:20'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSS", '2023-11-14T22:13:20.045'],
    ['EEE, d MMM yyyy', 'Tue, 14 Nov 2023'],
    ['EEEE dd MMMM yy', 'Tuesday 14 November 23'],
    ['hh:mm a', '10:13 PM'],
    ['D e w Q', '318 3 46 4'],
    ["h 'o''clock'", "10 o'clock"],
    ['S SSSSSS', '0 045000'],
    ['k K n', '22 10 45000000'],
    ['QQQ LLL MMMMM', 'Q4 Nov N'],
  ];
  for (const [pattern, text] of formats) {
    it(`message-model 3.6: ${pattern}`, () => assert.equal(datePattern(pattern, 'time').format(local), text));
  }

  const weeks: [number, number, number, string][] = [
    [2024, 1, 1, '2024 1'],
    [2023, 12, 31, '2024 1'],
    [2022, 12, 31, '2022 53'],
    [2023, 1, 7, '2023 1'],
    [2023, 1, 8, '2023 2'],
  ];
  for (const [year, month, day, text] of weeks) {
    it(`weeks are those of the US: ${year}-${month}-${day}`, () => {
      assert.equal(datePattern('YYYY w', 'time').format({ date: { year, month, day } }), text);
    });
  }

  const conversions: [text: string, from: string, to: string, result: string | undefined][] = [
    ['29/09/1988', 'dd/MM/yyyy', 'MMM d, yyyy', 'Sep 29, 1988'],
    ['2024-02-29 23:59:58', 'yyyy-MM-dd HH:mm:ss', 'EEEE', 'Thursday'],
    ['13:05:09', 'HH:mm:ss', 'hh:mm a', '01:05 PM'],
    ['01:02', 'HH:mm', 'HH:mm:ss', '01:02:00'],
    ['12:30 AM', 'hh:mm a', 'HH:mm', '00:30'],
    ['2023-02-29', 'yyyy-MM-dd', 'dd/MM/yyyy', '28/02/2023'],
    ['2024-02-30', 'yyyy-MM-dd', 'dd/MM', '29/02'],
    ['1/2/2024', 'd/M/yyyy', 'yyyy-MM-dd', '2024-02-01'],
    ['20240203', 'yyyyMMdd', 'dd.MM.yy', '03.02.24'],
    ['Feb 3 2024', 'MMM d yyyy', 'yyyy-MM-dd', '2024-02-03'],
    ['2024-060', 'yyyy-DDD', 'MM-dd', '02-29'],
    ['2024-13-01', 'yyyy-MM-dd', 'dd/MM', undefined],
    ['24:00', 'HH:mm', 'HH', undefined],
    ['2024-01-01x', 'yyyy-MM-dd', 'dd', undefined],
    ['Mon 2024-01-02', 'EEE yyyy-MM-dd', 'dd', undefined],
    ['2024', 'yyyy', 'yyyy', undefined],
  ];
  for (const [text, from, to, result] of conversions) {
    it(`message-model 3.6: ${text} by ${from}`, () => {
      const fields = datePattern(from, 'time').parse(text);
      assert.equal(fields && datePattern(to, 'time').format(fields), result);
    });
  }

  const refused: [string, DateFields, RegExp][] = [
    ['bad pattern', local, /Unknown pattern letter: b/],
    ["'open", local, /incomplete string literal/],
    ['z', local, /Unable to extract a zone/],
    ['HH', { date: { year: 2024, month: 1, day: 1 } }, /needs a time/],
    ['yyyy', { time: { hour: 1, minute: 2, second: 3, nano: 0 } }, /needs a date/],
  ];
  for (const [pattern, fields, message] of refused) {
    it(`refuses ${pattern}`, () => {
      assert.throws(
        () => datePattern(pattern, 'time').format(fields),
        (error) => error instanceof DatePatternError && message.test(error.message),
      );
    });
  }
});

describe('SimpleDateFormat patterns', () => {
  const zoned = (minutes: number): DateFields => ({ ...local, zone: { offsetMinutes: minutes, moment } });
  const formats: [string, DateFields, string][] = [
    ['yyyy.MM.dd HH:mm:ss.SSS', zoned(0), '2023.11.14 22:13:20.045'],
    ['XXX', zoned(0), 'Z'],
    ['XXX', zoned(-150), '-02:30'],
    ['X', zoned(120), '+02'],
    ['Z', zoned(120), '+0200'],
    ['u y S', zoned(0), '2 2023 45'],
    ['GGGG', zoned(0), 'AD'],
  ];
  for (const [pattern, fields, text] of formats) {
    it(`message-model 3.2 SYSTEM_DATE: ${pattern}`, () =>
      assert.equal(datePattern(pattern, 'simple').format(fields), text));
  }
});
