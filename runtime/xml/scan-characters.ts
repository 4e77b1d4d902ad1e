/** What characters of an XML text are to a scan: one byte of flags for each UTF-16 code unit. */
export const flags = new Uint8Array(0x10000);

/** Ends a stretch of plain text: markup, references, `]`, and what a scan leaves to the strict parser. */
export const STOPS = 1;
/** May begin a name; ASCII, without the colon. */
export const BEGINS_NAME = 2;
/** May stand in a name. */
export const IN_NAME = 4;
/** A blank, except the carriage return, which parsers replace. */
export const BLANK = 8;

for (const [first, last] of [
  // XML forbids the control characters, or (from 7F on) writers escape them. 0 marks the end of the text.
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xfffe, 0xffff],
]) {
  flags.fill(STOPS, first, (last as number) + 1);
}
for (const character of '<&]') flags[character.charCodeAt(0)] = STOPS;
for (const character of ' \t\n') flags[character.charCodeAt(0)] = BLANK;
for (const range of ['AZ', 'az', '__']) {
  flags.fill(BEGINS_NAME | IN_NAME, range.charCodeAt(0), range.charCodeAt(1) + 1);
}
for (const range of ['09', '--', '..']) flags.fill(IN_NAME, range.charCodeAt(0), range.charCodeAt(1) + 1);
