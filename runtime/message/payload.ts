import type { Readable } from 'node:stream';
import { parseLenientJson } from '../json/parse.js';
import type { JsonScan } from '../json/scan.js';
import type { JsonValue } from '../json/value.js';
import { takeArrived } from '../transport/whole-body.js';
import type { Attachment } from './attachments.js';
import { xmlToJson } from './conversion/xml-to-json.js';
import type { SoapVersion } from './envelope.js';
import { LazyEnvelope } from './lazy-envelope.js';
import { collectStream, collectWithin, discard, unconvertibleBody } from './payload-parts.js';
import { StoredJson } from './stored-json.js';

const JSON_WRAPPERS = new Set(['jsonObject', 'jsonArray', 'jsonValue']);

/**
 * The body of a message. It is what it needs to be: an unread stream, bytes, JSON text, or an XML tree inside a SOAP
 * envelope; a form is made from another one only when somebody asks, and kept until the body changes
 * (message-model 4.1–4.3).
 *
 * Two forms exist side by side as in the reference engine: the JSON text ("stream") and the envelope whose body then
 * holds a wrapper element (`jsonObject`, `jsonArray`, `jsonValue`). While the wrapper is the one made from the text,
 * the text wins when JSON is written, edits of the tree included.
 */
export class Payload extends LazyEnvelope {
  #source: Readable | Uint8Array | undefined;
  #built = true;
  #json: StoredJson | undefined;
  #derivedText: string | undefined;
  #derived: { readonly value: JsonValue } | undefined;
  /** What came with the body and can go out with it again; it stays when the body is replaced. */
  attachments: readonly Attachment[] = [];

  /**
   * Not yet built: the raw bytes of the transport, relayed as they are unless something builds them.
   * @param soapVersion of the shell that is seen until then
   */
  static unread(source: Readable | Uint8Array, soapVersion: SoapVersion = '1.1'): Payload {
    const payload = new Payload(soapVersion);
    payload.#source = source;
    payload.#built = false;
    return payload;
  }

  /** Built, with nothing in it. */
  static empty(soapVersion: SoapVersion = '1.1'): Payload {
    return new Payload(soapVersion);
  }

  /** False until a builder has run or the body was replaced (`message.builder.invoked`). */
  get built(): boolean {
    return this.#built;
  }

  /** The raw body while unread: a stream once only, or bytes that were already collected. */
  get source(): Readable | Uint8Array | undefined {
    return this.#source;
  }

  /**
   * Reads an unread stream into memory, so that it can be relayed more than once. `built` stays false.
   * @param limitBytes throws RangeError for a longer body
   */
  async collect(limitBytes?: number): Promise<Uint8Array> {
    if (this.#source === undefined) return new Uint8Array();
    if (this.#source instanceof Uint8Array) return this.#source;
    const arrived = limitBytes === undefined ? takeArrived(this.#source) : undefined;
    this.#source = arrived ?? (await collectStream(this.#source, limitBytes));
    return this.#source;
  }

  /**
   * Reads an unread stream into memory when it is no longer than the limit, so that it can be relayed more than once. A
   * longer one stays a stream, which nothing is lost of.
   */
  async collectUpTo(limitBytes: number): Promise<void> {
    if (this.#source === undefined || this.#source instanceof Uint8Array) return;
    this.#source = (await collectWithin(this.#source, limitBytes)) ?? this.#source;
  }

  /** Stream present and the first body element is a JSON wrapper (message-model 4.2 "Has a JSON payload"). */
  get isJson(): boolean {
    if (!this.#json) return false;
    return JSON_WRAPPERS.has(this.firstElementName()?.localName ?? '');
  }

  /** True when the body has no first element and no JSON text. */
  get isEmpty(): boolean {
    return this.#json === undefined && this.firstElementName() === undefined;
  }

  /** The stored JSON text as received, or undefined when there is none. */
  get jsonText(): string | undefined {
    return this.#json?.text;
  }

  /** The stored JSON text parsed (leniently, as Gson does), remembered. Throws SyntaxError when it does not parse. */
  json(): JsonValue {
    return this.#json ? this.#json.value : null;
  }

  /**
   * What JSON the body is written as (message-model 4.3): the stored text while its wrapper is still the body, else
   * undefined, and the first element counts.
   */
  get writtenJson(): StoredJson | undefined {
    return this.#json && this.isOfJson ? this.#json : undefined;
  }

  /**
   * The body as JSON text for an evaluation: the stored text, else the first body element converted (4.5) without
   * touching the message. Undefined when the body is empty. Throws a Fault when it cannot be converted.
   * @param preserveSpaces see `PRESERVE_SPACES`, which has no effect beside a stored text
   */
  asJsonText(preserveSpaces = false): string | undefined {
    const written = this.writtenJson;
    if (written) return written.text;
    if (preserveSpaces && !this.#json) return this.#convert(true);
    this.#derivedText ??= this.#convert(false);
    return this.#derivedText;
  }

  /** {@link asJsonText} parsed leniently; remembered until the body changes. Throws SyntaxError. */
  asJson(): JsonValue | undefined {
    const written = this.writtenJson;
    if (written) return written.value;
    if (this.#derived) return this.#derived.value;
    const text = this.asJsonText();
    if (text === undefined) return undefined;
    this.#derived = { value: parseLenientJson(text) };
    return this.#derived.value;
  }

  /** What {@link asJson} would parse, as it was scanned; undefined when it is parsed already, or takes more than a scan. */
  get scannedJson(): JsonScan | undefined {
    return this.writtenJson?.scan;
  }

  /**
   * Replaces the body by JSON text, following the acceptance rule of 4.2; blank text is kept without a wrapper.
   * Throws a Fault for text that is no JSON.
   */
  setJsonText(text: string): void {
    this.setJson(StoredJson.ofText(text));
  }

  /** Replaces the body by a stored JSON text; undefined empties it. */
  setJson(json: StoredJson | undefined): void {
    if (json?.wrapper) this.setPending({ kind: 'json', text: json.text, wrapper: json.wrapper });
    else this.clear();
    this.#json = json;
  }

  /** Removes body children and JSON text; an unread source is thrown away. */
  override clear(): void {
    discard(this.#source);
    this.#source = undefined;
    this.#built = true;
    this.#json = undefined;
    this.changed();
    super.clear();
  }

  /** Drops the JSON text only; the XML form counts from now on. */
  dropJson(): void {
    if (!this.#json) return;
    this.envelope();
    this.#json = undefined;
    this.changed();
  }

  /** The tree was edited in place: forget what was derived from it (never the JSON text, see class comment). */
  changed(): void {
    this.#derivedText = undefined;
    this.#derived = undefined;
  }

  /** Independent copy of a built payload (deep). A stream that is unread cannot be copied and stays with the original. */
  clone(): Payload {
    const copy = new Payload(this.soapVersion);
    this.copyTo(copy);
    copy.#built = this.#built;
    if (this.#source instanceof Uint8Array) copy.#source = this.#source;
    copy.#json = this.#json;
    copy.attachments = this.attachments;
    return copy;
  }

  #convert(preserveSpaces: boolean): string | undefined {
    try {
      const first = this.firstElement();
      return first && xmlToJson(first, this.conversion, preserveSpaces);
    } catch (error) {
      throw unconvertibleBody(error);
    }
  }
}
