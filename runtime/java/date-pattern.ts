import { type DateFields, DatePatternError, type FieldStyle, formatField, type PatternPart } from './date-field.js';
import { parseFields } from './date-parse.js';

export { type DateFields, DatePatternError, fieldsOf } from './date-field.js';

/** A compiled date pattern. */
export interface DatePattern {
  /** Throws DatePatternError when the pattern asks for a field that is not there (a time of a bare date). */
  format(fields: DateFields): string;
  /** The fields that a text gives when the whole of it matches; undefined when it does not. */
  parse(text: string): DateFields | undefined;
}

const letters: Record<FieldStyle, string> = {
  simple: 'GyYMLwWDdFEuaHkKhmsSzZX',
  time: 'GuyDMLdQqYwWEecFaBhKkHmsSAnNVvzOXxZ',
};

/**
 * Compiles a date pattern: `simple` is SimpleDateFormat (SYSTEM_DATE, message-model 3.2), `time` java.time's
 * DateTimeFormatter (`formatDateTime`, message-model 3.6). Names are English, as in the reference's locale.
 *
 * @throws DatePatternError for an unknown letter or a quote without an end
 */
export function datePattern(pattern: string, style: FieldStyle): DatePattern {
  const parts = partsOf(pattern, style);
  return {
    format: (fields) =>
      parts
        .map((part) => ('literal' in part ? part.literal : formatField(part.letter, part.count, fields, style)))
        .join(''),
    parse: (text) => parseFields(text, parts),
  };
}

function partsOf(pattern: string, style: FieldStyle): PatternPart[] {
  const parts: PatternPart[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern.charAt(at);
    if (character === "'") {
      const { text, end } = quoted(pattern, at);
      parts.push({ literal: text });
      at = end;
    } else if (/[a-zA-Z]/.test(character)) {
      let count = 1;
      while (pattern.charAt(at + count) === character) count++;
      if (!letters[style].includes(character)) throw new DatePatternError(`Unknown pattern letter: ${character}`);
      parts.push({ letter: character, count });
      at += count;
    } else {
      if (style === 'time' && '{}#'.includes(character)) {
        throw new DatePatternError(`Pattern includes reserved character: '${character}'`);
      }
      if (style === 'simple' || !'[]'.includes(character)) parts.push({ literal: character });
      at++;
    }
  }
  return parts;
}

/** Quoted text from its opening quote on; two quotes stand for one. */
function quoted(pattern: string, start: number): { text: string; end: number } {
  if (pattern.charAt(start + 1) === "'") return { text: "'", end: start + 2 };
  let text = '';
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern.charAt(at) !== "'") text += pattern.charAt(at);
    else if (pattern.charAt(at + 1) === "'") {
      text += "'";
      at++;
    } else return { text, end: at + 1 };
  }
  throw new DatePatternError(`Pattern ends with an incomplete string literal: ${pattern}`);
}
