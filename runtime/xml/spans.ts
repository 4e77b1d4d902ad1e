import { SaxesParser } from 'saxes';

/** Where an element stands in its text: offsets of its `<` and behind its last `>`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The places of all elements, in document order. The text must be well-formed. */
export function elementSpans(text: string): Span[] {
  const spans: { start: number; end: number }[] = [];
  const open: { start: number; end: number }[] = [];
  const parser = new SaxesParser({ position: true });
  parser.on('opentagstart', () => {
    const span = { start: text.lastIndexOf('<', parser.position - 1), end: 0 };
    spans.push(span);
    open.push(span);
  });
  parser.on('closetag', () => {
    const span = open.pop();
    if (span) span.end = parser.position;
  });
  parser.write(text).close();
  return spans;
}
