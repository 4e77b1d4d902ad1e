interface Field {
  readonly key: string;
  readonly name: string;
  value: string;
}

/**
 * Named values in the order of the wire, repeated names kept: headers, query and form parameters. Header names are
 * compared ignoring case, parameter names are not.
 */
export class Fields {
  #fields: Field[] = [];
  #changes = 0;
  readonly #ignoreCase: boolean;

  constructor(options: { ignoreCase: boolean }) {
    this.#ignoreCase = options.ignoreCase;
  }

  /** Headers from names and values in turn, as node:http and the transport give them. */
  static headers(pairs: readonly string[] = []): Fields {
    const fields = new Fields({ ignoreCase: true });
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      fields.#push(pairs[index] as string, pairs[index + 1] as string);
    }
    return fields;
  }

  /** Parameters of a query string or of a form, without the question mark; escapes and `+` are decoded. */
  static parameters(text = ''): Fields {
    const fields = new Fields({ ignoreCase: false });
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      fields.#push(decodeParameter(name), equals < 0 ? '' : decodeParameter(pair.slice(equals + 1)));
    }
    return fields;
  }

  /** Grows with every change; two equal numbers mean that nothing happened in between. */
  get changes(): number {
    return this.#changes;
  }

  get size(): number {
    return this.#fields.length;
  }

  /** The first value of that name. */
  get(name: string): string | undefined {
    const key = this.#key(name);
    return this.#fields.find((field) => field.key === key)?.value;
  }

  /** All values of that name, in order. */
  all(name: string): string[] {
    const key = this.#key(name);
    return this.#fields.filter((field) => field.key === key).map(({ value }) => value);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Names in the order in which they first came, each once and as first spelled. */
  names(): string[] {
    const seen = new Map<string, string>();
    for (const { key, name } of this.#fields) if (!seen.has(key)) seen.set(key, name);
    return [...seen.values()];
  }

  /** Replaces all values of that name by one, at the place of the first. */
  set(name: string, value: string): void {
    const key = this.#key(name);
    const first = this.#fields.find((field) => field.key === key);
    if (first) {
      first.value = value;
      this.#fields = this.#fields.filter((field) => field === first || field.key !== key);
    } else this.#push(name, value);
    this.#changes++;
  }

  /** Adds one more value behind all others. */
  add(name: string, value: string): void {
    this.#push(name, value);
    this.#changes++;
  }

  /** Removes all values of that name. */
  delete(name: string): boolean {
    const key = this.#key(name);
    const left = this.#fields.filter((field) => field.key !== key);
    if (left.length === this.#fields.length) return false;
    this.#fields = left;
    this.#changes++;
    return true;
  }

  /** Removes one of several values, counted from 0. */
  deleteAt(name: string, index: number): boolean {
    const key = this.#key(name);
    const field = this.#fields.filter((one) => one.key === key)[index];
    if (!field) return false;
    this.#fields = this.#fields.filter((one) => one !== field);
    this.#changes++;
    return true;
  }

  /** Replaces one of several values, counted from 0; past the end it is added. */
  setAt(name: string, index: number, value: string): void {
    const key = this.#key(name);
    const field = this.#fields.filter((one) => one.key === key)[index];
    if (field) field.value = value;
    else this.#push(name, value);
    this.#changes++;
  }

  clear(): void {
    this.#fields = [];
    this.#changes++;
  }

  clone(): Fields {
    const copy = new Fields({ ignoreCase: this.#ignoreCase });
    copy.#fields = this.#fields.map((field) => ({ ...field }));
    return copy;
  }

  *[Symbol.iterator](): IterableIterator<readonly [name: string, value: string]> {
    for (const { name, value } of this.#fields) yield [name, value];
  }

  /** Names and values in turn, as the transport takes them. */
  pairs(): string[] {
    return this.#fields.flatMap(({ name, value }) => [name, value]);
  }

  /** `name=value&…` with everything escaped that is not unreserved (RFC 3986), as a query string or a form. */
  encoded(): string {
    return this.#fields.map(({ name, value }) => `${encodeParameter(name)}=${encodeParameter(value)}`).join('&');
  }

  #key(name: string): string {
    return this.#ignoreCase ? name.toLowerCase() : name;
  }

  #push(name: string, value: string): void {
    this.#fields.push({ key: this.#key(name), name, value });
  }
}

/** Escapes and `+`; what is no escape stays as it is. */
export function decodeParameter(text: string): string {
  if (!/[%+]/.test(text)) return text;
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
  }
}

function encodeParameter(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
