import type { Readable } from 'node:stream';
import type { Element } from '@xmldom/xmldom';
import type { JsonValue } from '../json/value.js';

/**
 * The body of a message. It is what it needs to be: an unread stream, bytes, JSON text, or an XML tree inside a SOAP
 * envelope; a form is made from another one only when somebody asks, and kept until the body changes
 * (message-model 4.1–4.3).
 *
 * Two forms exist side by side as in the reference engine: the JSON text ("stream") and the envelope whose body then
 * holds a wrapper element (`jsonObject`, `jsonArray`, `jsonValue`). While the wrapper is the one made from the text,
 * the text wins when JSON is written, edits of the tree included.
 */
export class Payload {
  /** Not yet built: the raw bytes of the transport, relayed as they are unless something builds them. */
  static unread(_source: Readable | Uint8Array): Payload {
    throw new Error('abstract');
  }

  /** Built, with nothing in it. */
  static empty(_soapVersion: '1.1' | '1.2' = '1.1'): Payload {
    throw new Error('abstract');
  }

  /** False until a builder has run or the body was replaced (`message.builder.invoked`). */
  get built(): boolean {
    throw new Error('abstract');
  }

  /** The raw body while unread: a stream once only, or bytes that were already collected. */
  get source(): Readable | Uint8Array | undefined {
    throw new Error('abstract');
  }

  /** Reads an unread stream into memory, so that it can be relayed more than once. `built` stays false. */
  async collect(_limitBytes?: number): Promise<Uint8Array> {
    throw new Error('abstract');
  }

  get soapVersion(): '1.1' | '1.2' {
    throw new Error('abstract');
  }

  /** True when the envelope was parsed from a real SOAP message and so has a document parent (message-model 3.2). */
  get hasDocument(): boolean {
    throw new Error('abstract');
  }

  /** Stream present and the first body element is a JSON wrapper (message-model 4.2 "Has a JSON payload"). */
  get isJson(): boolean {
    throw new Error('abstract');
  }

  /** True when the body has no first element and no JSON text. */
  get isEmpty(): boolean {
    throw new Error('abstract');
  }

  /** The stored JSON text as received, or undefined when there is none. */
  get jsonText(): string | undefined {
    throw new Error('abstract');
  }

  /** The stored JSON text parsed (leniently, as Gson does), remembered. Throws SyntaxError when it does not parse. */
  json(): JsonValue {
    throw new Error('abstract');
  }

  /**
   * The body as JSON text for an evaluation: the stored text, else the first body element converted (4.5) without
   * touching the message. Undefined when the body is empty. Throws a Fault when it cannot be converted.
   */
  asJsonText(): string | undefined {
    throw new Error('abstract');
  }

  /** {@link asJsonText} parsed leniently; remembered until the body changes. */
  asJson(): JsonValue | undefined {
    throw new Error('abstract');
  }

  /** The envelope element; JSON is expanded to its wrapper element on the first touch (4.4). */
  envelope(): Element {
    throw new Error('abstract');
  }

  /** The Body element of {@link envelope}. */
  body(): Element {
    throw new Error('abstract');
  }

  /** The Header element, created when `create` is true. */
  header(_create = false): Element | undefined {
    throw new Error('abstract');
  }

  /** First child element of the Body. Does not expand more than it must. */
  firstElement(): Element | undefined {
    throw new Error('abstract');
  }

  /** Local name and namespace of the first body element without expanding JSON, e.g. `jsonObject`. */
  firstElementName(): { localName: string; namespace: string } | undefined {
    throw new Error('abstract');
  }

  /** Replaces the body by JSON text, following the acceptance rule of 4.2. Throws a Fault for text that is no JSON. */
  setJsonText(_text: string): void {
    throw new Error('abstract');
  }

  /** Replaces the body by one element (adopted, not copied); the JSON text is dropped. */
  setElement(_element: Element | undefined): void {
    throw new Error('abstract');
  }

  /** Replaces the whole envelope, headers included; the SOAP version follows its namespace. JSON text is dropped. */
  setEnvelope(_envelope: Element, _options?: { hasDocument?: boolean }): void {
    throw new Error('abstract');
  }

  /** Replaces the body by the text wrapper element of 5.6. */
  setText(_text: string): void {
    throw new Error('abstract');
  }

  /** Replaces the body by the binary wrapper element of 5.5. */
  setBinary(_bytes: Uint8Array): void {
    throw new Error('abstract');
  }

  /** The bytes of the binary wrapper when the body is one. */
  get binary(): Uint8Array | undefined {
    throw new Error('abstract');
  }

  /** The text of the text wrapper when the body is one. */
  get text(): string | undefined {
    throw new Error('abstract');
  }

  /** Removes body children and JSON text. */
  clear(): void {
    throw new Error('abstract');
  }

  /** Drops the JSON text only; the XML form counts from now on. */
  dropJson(): void {
    throw new Error('abstract');
  }

  /** The tree was edited in place: forget what was derived from it (never the JSON text, see class comment). */
  changed(): void {
    throw new Error('abstract');
  }

  /** Independent copy of a built payload (deep). */
  clone(): Payload {
    throw new Error('abstract');
  }
}
