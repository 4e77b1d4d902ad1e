import { JsonReader } from './reader.js';
import type { JsonValue } from './value.js';

export { JsonSyntaxError } from './reader.js';

/**
 * Parses JSON as RFC 8259 has it, keeping number literals and the order of members. Throws {@link JsonSyntaxError} for
 * malformed text, text after the value, and nesting deeper than 10,000 levels.
 */
export function parseJson(text: string): JsonValue {
  const reader = new JsonReader(text, false);
  const value = reader.value();
  reader.finish();
  return value;
}

/**
 * Parses one JSON value as the reference engine's lenient parser does (message-model 3.4.1): unquoted and single-quoted
 * names and strings, `=` and `=>` for `:`, `;` for `,`, comments, `[1,]` with a null at the end; `01`, `+5`, `NaN` and
 * other bare words are strings, `TRUE` is true. An empty text is null.
 *
 * @returns the value and the offset behind it; what stands there is the caller's to judge, see {@link parseLenientJson}
 */
export function readLenientJson(text: string): { value: JsonValue; end: number } {
  const reader = new JsonReader(text, true);
  if (reader.atEnd()) return { value: null, end: text.length };
  return { value: reader.value(), end: reader.offset };
}

/** {@link readLenientJson} for a whole text: throws {@link JsonSyntaxError} when anything but blanks or comments follows. */
export function parseLenientJson(text: string): JsonValue {
  const reader = new JsonReader(text, true);
  if (reader.atEnd()) return null;
  const value = reader.value();
  reader.finish();
  return value;
}
