/** What is known of an expression that cannot be evaluated (product 5). */
export interface ExpressionProblem {
  readonly message: string;
  /** UTF-16 unit of the expression's text, from 1. */
  readonly column?: number | undefined;
  /** What to do. */
  readonly hint?: string | undefined;
}

const indent = '  ';
const cut = '…';
/** Characters that fill two places of a terminal. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Emoji_Presentation}/u;
/** Characters that fill none. */
const narrow = /\p{Mn}|\p{Me}|\p{Cf}/u;

/**
 * The message, the expression with a mark below the column where it is known, and what to do. Of an expression that does
 * not fit on a line, what is around the column is shown.
 * @param width places of a line
 */
export function expressionProblem(expression: string, problem: ExpressionProblem, width: number): string {
  const { message, column, hint } = problem;
  const pointer = column === undefined ? '' : pointerAt(expression, column, Math.max(20, width - indent.length));
  return `${shortened(message, expression, width)}\n${pointer}${hint === undefined ? '' : `${indent}hint: ${hint}\n`}`;
}

/** Messages quote the expression; a long one is shown below anyway. */
function shortened(message: string, expression: string, width: number): string {
  if (expression.length <= width / 2) return message;
  return message.replaceAll(expression, () => `${expression.slice(0, width / 4)}${cut}`);
}

function pointerAt(expression: string, column: number, width: number): string {
  const marked = [...expression.slice(0, column - 1)].length;
  // Line ends and controls would tear the line apart, or steer the terminal.
  const characters = [...expression.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')];
  const from = firstShown(characters, marked, width);
  const shown = characters.slice(from, endShown(characters, from, width));
  const start = from > 0 ? cut : '';
  const end = from + shown.length < characters.length ? cut : '';
  const before = placesOf(start) + placesOf(characters.slice(from, marked));
  return `${indent}${start}${shown.join('')}${end}\n${indent}${' '.repeat(before)}^ column ${column}\n`;
}

/** The first character that is shown: all of them when they fit, else so that the column is in the middle. */
function firstShown(characters: readonly string[], marked: number, width: number): number {
  if (placesOf(characters) <= width) return 0;
  let from = marked;
  let places = 0;
  while (from > 0 && places < width / 2) places += placesOf(characters[--from] ?? '');
  return from;
}

/** Behind the last character that is shown. */
function endShown(characters: readonly string[], from: number, width: number): number {
  let end = from;
  let places = placesOf(cut);
  while (end < characters.length) {
    places += placesOf(characters[end] ?? '');
    if (places + placesOf(cut) > width && end < characters.length - 1) break;
    end++;
  }
  return end;
}

function placesOf(characters: Iterable<string>): number {
  let places = 0;
  for (const character of characters) places += narrow.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return places;
}
