import { remembered } from './remembered.js';

/** A header name in lower case. */
export const lowerName = remembered((name) => name.toLowerCase());

/**
 * The transport header map: one value a name, names compared ignoring case, the spelling first seen kept
 * (message-model 1.4). Values are usually strings; other types are kept for expressions and never reach the wire.
 */
export class TransportHeaders {
  readonly #entries = new Map<string, { name: string; value: unknown }>();

  static of(entries: Iterable<readonly [string, unknown]>): TransportHeaders {
    const headers = new TransportHeaders();
    for (const [name, value] of entries) headers.set(name, value);
    return headers;
  }

  get(name: string): unknown {
    return this.#entries.get(lowerName(name))?.value;
  }

  /** The value when it is a string, else undefined. */
  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  has(name: string): boolean {
    return this.#entries.has(lowerName(name));
  }

  set(name: string, value: unknown): void {
    const key = lowerName(name);
    const entry = this.#entries.get(key);
    if (entry) entry.value = value;
    else this.#entries.set(key, { name, value });
  }

  delete(name: string): boolean {
    return this.#entries.delete(lowerName(name));
  }

  clear(): void {
    this.#entries.clear();
  }

  clone(): TransportHeaders {
    return TransportHeaders.of(this);
  }

  /** Removes the headers of these names, given in lower case. */
  deleteAll(names: ReadonlySet<string>): void {
    for (const key of this.#entries.keys()) if (names.has(key)) this.#entries.delete(key);
  }

  /** Calls back for each header, in the order in which they were first set; `key` is the name in lower case. */
  each(callback: (name: string, value: unknown, key: string) => void): void {
    this.#entries.forEach((entry, key) => {
      callback(entry.name, entry.value, key);
    });
  }

  /** Names and values in the order in which they were first set. */
  *[Symbol.iterator](): IterableIterator<[string, unknown]> {
    for (const { name, value } of this.#entries.values()) yield [name, value];
  }

  /** Sorted ignoring case, as the reference engine's header map iterates. */
  sorted(): [string, unknown][] {
    return [...this].sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  }
}

/** Further values of repeated headers, by lower-case name (axis2 EXCESS_TRANSPORT_HEADERS). */
export type ExcessHeaders = Map<string, { name: string; values: string[] }>;

/** Headers from names and values in turn: the first value of a repeated one, further values apart (message-model 1.4). */
export function readHeaders(pairs: readonly string[]): {
  headers: TransportHeaders;
  excess: ExcessHeaders | undefined;
} {
  const headers = new TransportHeaders();
  let excess: ExcessHeaders | undefined;
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const name = pairs[index] as string;
    const value = pairs[index + 1] as string;
    if (!headers.has(name)) {
      headers.set(name, value);
      continue;
    }
    excess ??= new Map();
    const known = excess.get(lowerName(name));
    if (known) known.values.push(value);
    else excess.set(lowerName(name), { name, values: [value] });
  }
  return { headers, excess };
}
