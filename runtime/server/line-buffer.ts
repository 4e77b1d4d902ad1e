interface Destination {
  /** Hands the text to the operating system before it returns. */
  write(text: string): unknown;
}

/**
 * Gathers the lines of one turn of the event loop into one write: under load that is most of the cost of a line. What
 * is gathered when the process ends is written first.
 */
export class LineBuffer {
  readonly #stream: Destination;
  #gathered = '';

  constructor(stream: Destination) {
    this.#stream = stream;
    flushAtExit();
  }

  /** @param line with its line end */
  write(line: string): void {
    if (this.#gathered === '') {
      waiting.add(this);
      setImmediate(() => this.flush());
    }
    this.#gathered += line;
  }

  /** Writes out everything before it returns. It does not wait for the disk: every answer flushes. */
  flush(): void {
    if (this.#gathered === '') return;
    const text = this.#gathered;
    this.#gathered = '';
    waiting.delete(this);
    this.#stream.write(text);
  }
}

const waiting = new Set<LineBuffer>();
let registered = false;

function flushAtExit(): void {
  if (registered) return;
  registered = true;
  process.on('exit', () => {
    for (const buffer of waiting) buffer.flush();
  });
}
