import { parseLenientJson } from '../json/parse.js';
import type { JsonValue } from '../json/value.js';
import { decodeText, encodeText, isUtf8 } from './charset.js';
import { Fault } from './fault.js';

export type JsonWrapper = 'jsonObject' | 'jsonArray' | 'jsonValue';

/** A JSON text as it was received: bytes, decoded when somebody reads it (message-model 4.2). */
export class StoredJson {
  readonly wrapper: JsonWrapper;
  readonly #bytes: Uint8Array | undefined;
  readonly #charset: string;
  #text: string | undefined;
  #value: { readonly value: JsonValue } | undefined;

  private constructor(wrapper: JsonWrapper, text: string, bytes: Uint8Array | undefined, charset: string) {
    this.wrapper = wrapper;
    this.#text = text;
    this.#bytes = bytes;
    this.#charset = charset;
  }

  /**
   * Accepts a text as a payload by the rule of message-model 4.2. Undefined when it holds none: nothing but blanks.
   * @param optional other junk counts as no payload too, as in GET and DELETE requests
   * @throws Fault when the text is no JSON by its first characters, or a scalar that does not fit
   */
  static ofText(text: string, optional = false): StoredJson | undefined {
    const wrapper = wrapperOf(text, optional);
    return wrapper && new StoredJson(wrapper, text, undefined, 'UTF-8');
  }

  /** {@link ofText} for bytes, which are written again as they came when the charset stays the same. */
  static ofBytes(bytes: Uint8Array, charset: string, optional = false): StoredJson | undefined {
    const text = decodeText(bytes, charset);
    const wrapper = wrapperOf(text, optional);
    return wrapper && new StoredJson(wrapper, text, bytes, charset);
  }

  get text(): string {
    this.#text ??= decodeText(this.#bytes ?? new Uint8Array(), this.#charset);
    return this.#text;
  }

  /** Parsed leniently and remembered. @throws SyntaxError */
  get value(): JsonValue {
    this.#value ??= { value: parseLenientJson(this.text) };
    return this.#value.value;
  }

  /** The text in another charset; the bytes as received when it is the same one (message-model 4.3). */
  encode(charset: string): Uint8Array {
    const same = charset.toLowerCase() === this.#charset.toLowerCase() || (isUtf8(charset) && isUtf8(this.#charset));
    return this.#bytes && same ? this.#bytes : encodeText(this.text, charset);
  }
}

const SCALAR = /^(?:"[\s\S]*"|true|false|null|-?\d+(?:\.\d+)?)$/;

function wrapperOf(text: string, optional: boolean): JsonWrapper | undefined {
  const first = text.search(/[{["tnf\-0-9]/);
  if (first === -1) {
    if (optional || /^ *$/.test(text)) return undefined;
    throw new Fault('Payload is not a JSON string');
  }
  const character = text.charAt(first);
  if (character === '{') return 'jsonObject';
  if (character === '[') return 'jsonArray';
  if (SCALAR.test(text) && text !== '"') return 'jsonValue';
  throw new Fault('Payload is not a JSON string');
}
