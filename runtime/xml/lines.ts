import type { Node } from '@xmldom/xmldom';

/** A node that knows where it was written; lines and columns count from 1. */
export type Placed = Node & {
  lineNumber?: number;
  columnNumber?: number;
  /** Of an element: where its content begins. */
  contentLineNumber?: number;
  contentColumnNumber?: number;
};

/** Finds line and column of offsets in a text. Columns count UTF-16 units, as editors and JavaScript do. */
export class LineMap {
  readonly #starts = [0];

  constructor(text: string) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) this.#starts.push(i + 1);
    }
  }

  at(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  mark(node: Placed | null, offset: number): void {
    if (node === null) return;
    const { line, column } = this.at(offset);
    node.lineNumber = line;
    node.columnNumber = column;
  }

  /** Notes where the content of an element begins: behind its start tag. */
  markContent(element: Placed, offset: number): void {
    const { line, column } = this.at(offset);
    element.contentLineNumber = line;
    element.contentColumnNumber = column;
  }
}
