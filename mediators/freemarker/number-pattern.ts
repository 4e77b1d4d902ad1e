/**
 * A number by a pattern of Java's DecimalFormat, as far as templates use it: `0`, `#`, grouping, decimals, `%`, text
 * around it; `computer` or `c` is the ungrouped form.
 */
export function numberPattern(value: number, pattern: string): string {
  if (pattern === 'computer' || pattern === 'c') return String(value);
  const match = /^([^#0,.]*)([#0,]*)(?:\.([#0]*))?(.*)$/.exec(pattern);
  if (!match) return String(value);
  const [, prefix = '', whole = '', fraction = '', suffix = ''] = match;
  const percent = suffix.startsWith('%');
  const text = Math.abs(percent ? value * 100 : value).toLocaleString('en-US', {
    useGrouping: whole.includes(','),
    minimumIntegerDigits: Math.max(1, whole.replace(/[^0]/g, '').length),
    minimumFractionDigits: fraction.replace(/[^0]/g, '').length,
    maximumFractionDigits: fraction.length,
    roundingMode: 'halfEven',
  } as Intl.NumberFormatOptions);
  return `${value < 0 ? '-' : ''}${prefix}${text}${suffix}`;
}
