import { remembering } from '../../runtime/expression/cache.js';
import { type JavaRegex, type JavaRegexOptions, javaPattern, javaRegex } from '../../runtime/java/regex.js';
import { checkGrowth } from '../../runtime/limit/text-length.js';
import { escapeXml } from '../payload-conversion.js';
import { FreemarkerError } from './error.js';
import { numberOf, textOf, type Value } from './model.js';

type OnValue = (value: Value, source: string) => Value;

const plain =
  (apply: (text: string) => Value): OnValue =>
  (value, source) =>
    apply(textOf(value, source));
const called = (apply: (text: string, ...texts: string[]) => Value): OnValue =>
  plain(
    (text) =>
      (...values) =>
        apply(text, ...values.map((one) => (typeof one === 'number' ? String(one) : textOf(one, 'argument')))),
  );

/** Built-ins of strings. */
export const stringBuiltins: Record<string, OnValue> = {
  upper_case: plain((text) => text.toUpperCase()),
  lower_case: plain((text) => text.toLowerCase()),
  cap_first: plain((text) => text.charAt(0).toUpperCase() + text.slice(1)),
  uncap_first: plain((text) => text.charAt(0).toLowerCase() + text.slice(1)),
  capitalize: plain((text) => text.toLowerCase().replace(/(^|\s)\S/g, (one) => one.toUpperCase())),
  trim: plain((text) => text.trim()),
  length: plain((text) => text.length),
  number: plain(parsedNumber),
  boolean: plain(parsedBoolean),
  html: plain(escapeMarkup),
  xhtml: plain(escapeMarkup),
  xml: plain(escapeXml),
  json_string: plain((text) => JSON.stringify(text).slice(1, -1)),
  js_string: plain((text) => JSON.stringify(text).slice(1, -1).replace(/'/g, "\\'")),
  url: plain((text) => encodeURIComponent(text)),
  url_path: plain((text) => text.split('/').map(encodeURIComponent).join('/')),
  word_list: plain((text) => text.split(/\s+/).filter((word) => word !== '')),
  chop_linebreak: plain((text) => text.replace(/\r?\n$/, '')),
  contains: called((text, part = '') => text.includes(part)),
  starts_with: called((text, part = '') => text.startsWith(part)),
  ends_with: called((text, part = '') => text.endsWith(part)),
  index_of: called((text, part = '', from) => text.indexOf(part, from === undefined ? 0 : Number(from))),
  last_index_of: called((text, part = '') => text.lastIndexOf(part)),
  replace: called((text, from = '', to = '', flags = '') => replaced(text, from, to, flags)),
  split: called((text, separator = '', flags = '') =>
    flags.includes('r') ? anywhere(`${flags}/${separator}`).split(text) : text.split(separator),
  ),
  matches: called((text, pattern = '', flags = '') => whole(`${flags}/${pattern}`).test(text)),
  substring: plain(
    (text) => (from, to) => text.slice(numberOf(from, 'from'), to === undefined ? undefined : numberOf(to, 'to')),
  ),
  left_pad: called((text, width = '0', fill = ' ') => text.padStart(widthOf(width, text), fill)),
  right_pad: called((text, width = '0', fill = ' ') => text.padEnd(widthOf(width, text), fill)),
  keep_before: called((text, part = '') => (text.includes(part) ? text.slice(0, text.indexOf(part)) : text)),
  keep_after: called((text, part = '') => (text.includes(part) ? text.slice(text.indexOf(part) + part.length) : '')),
  keep_before_last: called((text, part = '') => (text.includes(part) ? text.slice(0, text.lastIndexOf(part)) : text)),
  keep_after_last: called((text, part = '') =>
    text.includes(part) ? text.slice(text.lastIndexOf(part) + part.length) : '',
  ),
  remove_beginning: called((text, part = '') => (text.startsWith(part) ? text.slice(part.length) : text)),
  remove_ending: called((text, part = '') => (part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text)),
  ensure_starts_with: called((text, part = '') => (text.startsWith(part) ? text : part + text)),
  ensure_ends_with: called((text, part = '') => (text.endsWith(part) ? text : text + part)),
};

/** The flags that a pattern may have, `r` and `f` beside them. */
function regexOptions(flags: string): JavaRegexOptions {
  return {
    ignoreCase: flags.includes('i'),
    multiline: flags.includes('m'),
    dotAll: flags.includes('s'),
    comments: flags.includes('c'),
  };
}

/** Compiles a pattern by its flags, a slash and its text, and remembers it: templates use it for every item of a list. */
const compiling = (compile: (pattern: string, options: JavaRegexOptions) => JavaRegex) =>
  remembering((key) => {
    const slash = key.indexOf('/');
    const pattern = key.slice(slash + 1);
    try {
      return compile(pattern, regexOptions(key.slice(0, slash)));
    } catch (error) {
      throw new FreemarkerError(`"${pattern}" is no regular expression: ${(error as Error).message}`);
    }
  });
const anywhere = compiling(javaPattern);
const whole = compiling(javaRegex);

function widthOf(width: string, text: string): number {
  checkGrowth(Number(width), text.length);
  return Number(width);
}

function parsedNumber(text: string): number {
  const number = Number(text.trim() || Number.NaN);
  if (Number.isNaN(number)) throw new FreemarkerError(`"${text.slice(0, 100)}" is no number`);
  return number;
}

function parsedBoolean(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new FreemarkerError(`"${text.slice(0, 100)}" is neither true nor false`);
}

function replaced(text: string, from: string, to: string, flags: string): string {
  const isFirst = flags.includes('f');
  if (flags.includes('r')) return anywhere(`${flags}/${from}`).replace(text, to, isFirst);
  if (isFirst) return text.replace(from, () => to);
  checkGrowth(text.length + (text.split(from).length + 1) * to.length, text.length);
  return text.replaceAll(from, () => to);
}

function escapeMarkup(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}
