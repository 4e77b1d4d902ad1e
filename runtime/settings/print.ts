import type { LoadedSettings } from './load.js';
import { type SettingEntry, settingEntries } from './schema.js';

/** The text of `--print-config`: a line each with name, value and source (product 1); secrets are `***`. */
export function printSettings({ settings, sources }: LoadedSettings): string {
  const rows = settingEntries.map((entry) => {
    return [shownName(entry), shownValue(entry, settings[entry.name]), sources[entry.name].text] as const;
  });
  const width = (column: 0 | 1) => Math.min(60, Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(([name, value, source]) => `${name.padEnd(width(0))}  ${value.padEnd(width(1))}  (${source})\n`)
    .join('');
}

/** The name as users write it, without dashes in front: `http-port`. */
export function shownName(entry: SettingEntry): string {
  return entry.variable.slice('MEDIANT_'.length).toLowerCase().replaceAll('_', '-');
}

function shownValue(entry: SettingEntry, value: unknown): string {
  if (value === undefined) return entry.defaultText;
  if (entry.secret === 'whole') return '***';
  if (entry.secret === 'url') return withoutPassword(String(value));
  return Array.isArray(value) ? value.join(', ') || entry.defaultText : String(value);
}

/** The URL with `***` for its password, also one that stands in a parameter. */
export function withoutPassword(url: string): string {
  if (url.startsWith('file:') || !URL.canParse(url)) return url;
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  for (const name of shown.searchParams.keys()) {
    if (/password|secret|token/i.test(name)) shown.searchParams.set(name, '***');
  }
  return shown.href;
}
