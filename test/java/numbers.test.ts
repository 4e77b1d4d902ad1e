import assert from 'node:assert/strict';
import { isFalseExplicitly, isTrueExplicitly, parseBoolean } from '../../runtime/java/boolean.js';
import { canonicalDecimalText, Decimal } from '../../runtime/java/decimal.js';
import { doubleText, floatText } from '../../runtime/java/double-text.js';
import { parseDouble, parseFloat32, parseInteger, parseLong, parseShort } from '../../runtime/java/parse-number.js';
import { WholeNumber } from '../../runtime/java/value.js';

describe('texts of Java numbers', () => {
  const doubles: [number, string][] = [
    [1, '1.0'],
    [-2.5, '-2.5'],
    [0, '0.0'],
    [-0, '-0.0'],
    [0.001, '0.001'],
    [0.000999, '9.99E-4'],
    [9999999, '9999999.0'],
    [1e7, '1.0E7'],
    [2e9, '2.0E9'],
    [1 / 3, '0.3333333333333333'],
    [2 ** 53, '9.007199254740992E15'],
    [123456789.125, '1.23456789125E8'],
    [2e23, '2.0E23'],
    [Number.MIN_VALUE, '4.9E-324'],
    [1e-323, '9.9E-324'],
    [Number.MAX_VALUE, '1.7976931348623157E308'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ];
  for (const [value, text] of doubles) {
    it(`message-model 3.3: the double ${value} is ${text}`, () => assert.equal(doubleText(value), text));
  }

  const floats: [number, string][] = [
    [0.1, '0.1'],
    [1.5, '1.5'],
    [100, '100.0'],
    [16777216, '1.6777216E7'],
    [3.4028235e38, '3.4028235E38'],
    [1e-5, '1.0E-5'],
  ];
  for (const [value, text] of floats) {
    it(`Float.toString: ${text}`, () => assert.equal(floatText(Math.fround(value)), text));
  }
});

describe('exact decimals', () => {
  const canonical: [string, string][] = [
    ['12345678901234567890', '12345678901234567890'],
    ['1.50', '1.50'],
    ['-0', '0'],
    ['-0.0', '0.0'],
    ['0E3', '0E+3'],
    ['1E400', '1E+400'],
    ['1e3', '1E+3'],
    ['1.5E-7', '1.5E-7'],
    ['0.00000001', '1E-8'],
    ['0.000001', '0.000001'],
    ['12e0', '12'],
    ['1.2300e2', '123.00'],
    ['-12.5e-1', '-1.25'],
    ['NaN', 'NaN'],
    ['0012x', '0012x'],
  ];
  for (const [literal, text] of canonical) {
    it(`message-model 4.5: ${literal} is written ${text}`, () => assert.equal(canonicalDecimalText(literal), text));
  }

  const decimal = (text: string) => Decimal.parse(text) ?? assert.fail(text);
  const sums: [string, string, string][] = [
    ['8.95 + 8.99', String(decimal('8.95').plus(decimal('8.99'))), '17.94'],
    ['8.9567 - 8.9456', String(decimal('8.9567').minus(decimal('8.9456'))), '0.0111'],
    ['25.0 * 1.05', String(decimal('25.0').times(decimal('1.05'))), '26.250'],
    ['34.56 % 3.45', String(decimal('34.56').remainder(decimal('3.45'))), '0.06'],
    ['-7 % 3', String(decimal('-7').remainder(decimal('3'))), '-1'],
    ['34.45 / 3.44', String(decimal('34.45').dividedBy(decimal('3.44'))), '10.01'],
    ['10.0 / 3', String(Decimal.ofDouble(10).dividedBy(decimal('3'))), '3.3'],
    ['-2.5 / 10, half up', String(decimal('-2.5').dividedBy(decimal('10'))), '-0.3'],
    ['0.115 to 2 digits', String(decimal('0.115').rounded(2)), '0.12'],
    ['8.5 to 3 digits', String(decimal('8.5').rounded(3)), '8.500'],
  ];
  for (const [what, result, expected] of sums) {
    it(`message-model 3.6: ${what} = ${expected}`, () => assert.equal(result, expected));
  }

  it('compares whatever the scales, without spelling huge numbers out', () => {
    assert.equal(decimal('1.0').compare(decimal('1')), 0);
    assert.ok(decimal('1e999999999').compare(decimal('9')) > 0);
    assert.ok(decimal('-1e999999999').compare(decimal('-9')) < 0);
    assert.ok(decimal('2.5').compare(decimal('2.45')) > 0);
    assert.throws(() => decimal('1e999999999').plus(decimal('1')), RangeError);
    assert.throws(() => decimal('1').remainder(decimal('0')), RangeError);
  });

  for (const text of ['', '.', ' 1', '1 ', '0x1', '1e', '+-1', 'e1']) {
    it(`${JSON.stringify(text)} is no decimal`, () => assert.equal(Decimal.parse(text), undefined));
  }
});

describe('reading Java numbers', () => {
  const integers: [string, bigint | undefined][] = [
    ['007', 7n],
    ['+12', 12n],
    ['-12', -12n],
    ['2147483647', 2147483647n],
    ['2147483648', undefined],
    ['-2147483648', -2147483648n],
    ['٣٤', 34n],
    ['１２', 12n],
    ['', undefined],
    ['+', undefined],
    [' 1', undefined],
    ['1.0', undefined],
    ['1e3', undefined],
  ];
  for (const [text, value] of integers) {
    it(`Integer.parseInt(${JSON.stringify(text)})`, () => assert.equal(parseInteger(text)?.value, value));
  }

  it('keeps to the bounds of Long and Short', () => {
    assert.equal(parseLong('9223372036854775807')?.value, 9223372036854775807n);
    assert.equal(parseLong('9223372036854775808'), undefined);
    assert.equal(parseShort('-32768')?.type, 'Short');
    assert.equal(parseShort('32768'), undefined);
  });

  const doubles: [string, number | undefined][] = [
    ['1e3', 1000],
    [' 1.5 ', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['10d', 10],
    ['1.5F', 1.5],
    ['1e400', Infinity],
    ['-Infinity', -Infinity],
    ['0x1.8p1', 3],
    ['-0xAp0', -10],
    ['', undefined],
    ['1,5', undefined],
    ['0x10', undefined],
    ['infinity', undefined],
    ['٣', undefined],
  ];
  for (const [text, value] of doubles) {
    it(`Double.parseDouble(${JSON.stringify(text)})`, () => assert.equal(parseDouble(text), value));
  }

  it('what is almost a number of many digits is read in one pass', () => {
    for (const digits of ['1', '0', '\u0661']) {
      assert.equal(parseDouble(`${digits.repeat(500_000)}x`), undefined);
      assert.equal(parseInteger(`${digits.repeat(500_000)}x`), undefined);
    }
    assert.equal(parseDouble(`${'1'.repeat(500_000)}`), Infinity);
    assert.equal(parseDouble(`0.${'1'.repeat(500_000)}`), 1 / 9);
  });

  it('Double.parseDouble("NaN"), Float.parseFloat', () => {
    assert.ok(Number.isNaN(parseDouble('NaN')));
    assert.equal(parseFloat32('0.1')?.value, Math.fround(0.1));
  });
});

describe('truth of values', () => {
  const truths: [unknown, boolean, boolean][] = [
    [true, true, false],
    [false, false, true],
    ['TRUE', true, false],
    ['Yes', true, false],
    ['1', true, false],
    ['no', false, true],
    ['0', false, true],
    ['on', false, false],
    [' true', false, false],
    [WholeNumber.integer(2), true, false],
    [WholeNumber.integer(0), false, true],
    [WholeNumber.long(1), false, false],
    [null, false, true],
    [1.5, false, false],
  ];
  for (const [value, isTrue, isFalse] of truths) {
    it(`mediators 2.3: ${typeof value} ${String(value)} is explicitly ${isTrue ? 'true' : isFalse ? 'false' : 'neither'}`, () => {
      assert.equal(isTrueExplicitly(value), isTrue);
      assert.equal(isFalseExplicitly(value), isFalse);
    });
  }

  it('Boolean.parseBoolean knows only true', () => {
    assert.deepEqual(['TrUe', 'yes', '1', '', null].map(parseBoolean), [true, false, false, false, false]);
  });
});
