import { parseLenientJson } from '../json/parse.js';
import { type JsonScan, scanJson } from '../json/scan.js';
import type { JsonValue } from '../json/value.js';
import { decodeText, encodeText, isUtf8 } from './charset.js';
import { Fault } from './fault.js';

export type JsonWrapper = 'jsonObject' | 'jsonArray' | 'jsonValue';

/** A JSON text as it was received, its bytes with it (message-model 4.2). */
export class StoredJson {
  #value: { readonly value: JsonValue } | undefined;
  /** Null for a text that takes more than a scan. */
  #scan: JsonScan | null | undefined;

  private constructor(
    readonly text: string,
    /** The element that stands for it in the tree; undefined for blank text, which is kept but is no payload. */
    readonly wrapper: JsonWrapper | undefined,
    private readonly bytes: Uint8Array | undefined,
    private readonly charset: string,
  ) {}

  /**
   * Accepts a text as a payload by the rule of message-model 4.2. Undefined when there is none.
   * @param optional junk counts as no payload too, as in GET and DELETE requests
   * @throws Fault when the text is no JSON by its first characters, or a scalar that does not fit
   */
  static ofText(text: string, optional = false): StoredJson | undefined {
    return accept(text, optional) ? new StoredJson(text, wrapperOf(text), undefined, 'UTF-8') : undefined;
  }

  /** {@link ofText} for bytes, which are written again as they came when the charset stays the same. */
  static ofBytes(bytes: Uint8Array, charset: string, optional = false): StoredJson | undefined {
    const text = decodeText(bytes, charset);
    return accept(text, optional) ? new StoredJson(text, wrapperOf(text), bytes, charset) : undefined;
  }

  /** Parsed leniently and remembered. @throws SyntaxError */
  get value(): JsonValue {
    this.#value ??= { value: parseLenientJson(this.text) };
    return this.#value.value;
  }

  /** Where everything stands in the text; undefined when it has been parsed, or takes more than a scan. */
  get scan(): JsonScan | undefined {
    if (this.#value) return undefined;
    if (this.#scan === undefined) this.#scan = scanJson(this.text) ?? null;
    return this.#scan ?? undefined;
  }

  /** The text in another charset; the bytes as received when it is the same one (message-model 4.3). */
  encode(charset: string): Uint8Array {
    const same = charset.toLowerCase() === this.charset.toLowerCase() || (isUtf8(charset) && isUtf8(this.charset));
    return this.bytes && same ? this.bytes : encodeText(this.text, charset);
  }
}

const SCALAR = /^(?:"[\s\S]*"|true|false|null|-?\d+(?:\.\d+)?)$/;

const VALUE_START = /[{["tnf\-0-9]/;

function accept(text: string, optional: boolean): boolean {
  if (VALUE_START.test(text) || /^ +$/.test(text)) return true;
  if (optional || text === '') return false;
  throw new Fault('Payload is not a JSON string');
}

function wrapperOf(text: string): JsonWrapper | undefined {
  const first = VALUE_START.exec(text)?.[0];
  if (first === undefined) return undefined;
  if (first === '{') return 'jsonObject';
  if (first === '[') return 'jsonArray';
  if (SCALAR.test(text) && text !== '"') return 'jsonValue';
  throw new Fault('Payload is not a JSON string');
}
