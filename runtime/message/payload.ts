import type { Readable } from 'node:stream';
import type { Document, Element } from '@xmldom/xmldom';
import { parseLenientJson } from '../json/parse.js';
import type { JsonValue } from '../json/value.js';
import { documentOf, newDocument } from '../xml/create.js';
import type { XmlReader } from '../xml/parse.js';
import { adopt, directText, firstChildElement, removeChildren } from '../xml/walk.js';
import { type ConversionOptions, defaultConversion } from './conversion/options.js';
import { xmlToJson } from './conversion/xml-to-json.js';
import {
  bodyOf,
  createEnvelope,
  headerOf,
  PAYLOAD_NAMESPACE,
  SOAP_NAMESPACE,
  type SoapVersion,
  soapElement,
  soapVersionOf,
} from './envelope.js';
import { Fault } from './fault.js';
import {
  cloneEnvelope,
  collectStream,
  discard,
  outerInstructions,
  unconvertibleBody,
  unreadableBody,
} from './payload-parts.js';
import {
  documentOfPending,
  type ElementName,
  elementOfPending,
  nameOf,
  type Pending,
  type PendingBody,
  pendingName,
  restartPending,
} from './pending.js';
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
export class Payload {
  /** Switches for conversions between JSON and XML; the builder sets them from the server's properties. */
  conversion: ConversionOptions = defaultConversion;
  #source: Readable | Uint8Array | undefined;
  #built = true;
  #version: SoapVersion;
  #hasDocument = false;
  #json: StoredJson | undefined;
  #pending: Pending | undefined;
  #envelope: Element | undefined;
  /** The wrapper element that {@link #json} was expanded to. */
  #sourced: Element | undefined;
  #instructions: readonly string[] = [];
  #derivedText: string | undefined;
  #derived: { readonly value: JsonValue } | undefined;

  private constructor(version: SoapVersion) {
    this.#version = version;
  }

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
    if (!(this.#source instanceof Uint8Array)) this.#source = await collectStream(this.#source, limitBytes);
    return this.#source;
  }

  get soapVersion(): SoapVersion {
    return this.#version;
  }

  /** True when the envelope was parsed from a real SOAP message and so has a document parent (message-model 3.2). */
  get hasDocument(): boolean {
    return this.#hasDocument;
  }

  /** Stream present and the first body element is a JSON wrapper (message-model 4.2 "Has a JSON payload"). */
  get isJson(): boolean {
    if (!this.#json) return false;
    return JSON_WRAPPERS.has(this.firstElementName()?.localName ?? '');
  }

  /** Whether the body is a SOAP fault. */
  get isFault(): boolean {
    const name = this.firstElementName();
    return name?.localName === 'Fault' && name.namespace === SOAP_NAMESPACE[this.#version];
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
    if (!this.#json || this.#pending?.kind === 'json') return this.#json;
    const first = this.firstElement();
    return first === undefined || first === this.#sourced ? this.#json : undefined;
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

  /** The envelope element; JSON is expanded to its wrapper element on the first touch (4.4). Throws a Fault. */
  envelope(): Element {
    if (this.#pending) this.#expand(this.#pending);
    this.#envelope ??= createEnvelope(this.#version);
    return this.#envelope;
  }

  /** The Body element of {@link envelope}. */
  body(): Element {
    const envelope = this.envelope();
    const body = bodyOf(envelope);
    return (
      body ??
      (envelope.appendChild(soapElement(documentOf(envelope), 'Body', this.#version, envelope.prefix ?? '')) as Element)
    );
  }

  /** The Header element, created when `create` is true. */
  header(create = false): Element | undefined {
    const envelope = this.envelope();
    const header = headerOf(envelope);
    if (header || !create) return header;
    const made = soapElement(documentOf(envelope), 'Header', this.#version, envelope.prefix ?? '');
    return envelope.insertBefore(made, envelope.firstChild) as Element;
  }

  /** First child element of the Body. Does not expand more than it must. */
  firstElement(): Element | undefined {
    if (!this.#pending && !this.#envelope) return undefined;
    return firstChildElement(this.body());
  }

  /** Local name and namespace of the first body element without expanding JSON, e.g. `jsonObject`. */
  firstElementName(): ElementName | undefined {
    const pending = this.#pending && pendingName(this.#pending);
    if (pending) return pending;
    const first = this.firstElement();
    return first && nameOf(first);
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
    this.clear();
    this.#json = json;
    if (json?.wrapper) this.#pending = { kind: 'json', text: json.text, wrapper: json.wrapper };
  }

  /** Replaces the body by one element (adopted, not copied); the JSON text is dropped. */
  setElement(element: Element | undefined): void {
    this.clear();
    if (element) adopt(element, this.body());
  }

  /** Replaces the whole envelope, headers included; the SOAP version follows its namespace. JSON text is dropped. */
  setEnvelope(envelope: Element, options: { hasDocument?: boolean } = {}): void {
    this.clear();
    this.#envelope = envelope;
    this.#version = soapVersionOf(envelope) ?? this.#version;
    this.#hasDocument = options.hasDocument ?? false;
    const parent = envelope.parentNode;
    if (this.#hasDocument && parent?.nodeType !== 9) adopt(envelope, newDocument());
    else if (!this.#hasDocument && parent) parent.removeChild(envelope);
  }

  /** Replaces the body by a document that is read on from where it stands when somebody needs the rest. */
  setUnfinished(reader: XmlReader): void {
    this.clear();
    this.#pending = { kind: 'xml', reader };
  }

  /** {@link setUnfinished} for a whole SOAP message. */
  setUnfinishedEnvelope(reader: XmlReader): void {
    this.reset(soapVersionOf(reader.root()) ?? '1.1');
    this.#pending = { kind: 'soap', reader };
    this.#hasDocument = true;
  }

  /** Keeps the processing instructions around the root, which precede it when it is written (message-model 2.6). */
  keepInstructions(document: Document): void {
    this.#instructions = outerInstructions(document);
  }

  /** Processing instructions that are written in front of the root. */
  get instructions(): readonly string[] {
    return this.#instructions;
  }

  /**
   * Replaces the body by the text wrapper element of 5.6.
   * @param received the text came from the transport; the wrapper is then in the default namespace
   */
  setText(text: string, received = false): void {
    this.clear();
    this.#pending = { kind: 'text', text, received };
  }

  /** Replaces the body by the binary wrapper element of 5.5. */
  setBinary(bytes: Uint8Array): void {
    this.clear();
    this.#pending = { kind: 'binary', bytes };
  }

  /** The bytes of the binary wrapper when the body is one. */
  get binary(): Uint8Array | undefined {
    if (this.#pending?.kind === 'binary') return this.#pending.bytes;
    const wrapper = this.#wrapper('binary');
    return wrapper && Buffer.from(directText(wrapper), 'base64');
  }

  /** The text of the text wrapper when the body is one. */
  get text(): string | undefined {
    if (this.#pending?.kind === 'text') return this.#pending.text;
    const wrapper = this.#wrapper('text');
    return wrapper && directText(wrapper);
  }

  /** {@link text} while nobody has touched the tree. */
  get pendingText(): string | undefined {
    return this.#pending?.kind === 'text' ? this.#pending.text : undefined;
  }

  /** Removes body children and JSON text; an unread source is thrown away. */
  clear(): void {
    discard(this.#source);
    this.#source = undefined;
    this.#built = true;
    if (this.#pending?.kind === 'soap') this.#keepHeaders();
    this.#pending = undefined;
    this.#json = undefined;
    this.#sourced = undefined;
    this.#instructions = [];
    this.changed();
    const body = this.#envelope && bodyOf(this.#envelope);
    if (body) removeChildren(body);
  }

  /** Empties the whole envelope, headers included, and gives it a version. */
  reset(version: SoapVersion): void {
    this.#pending = undefined;
    this.#envelope = undefined;
    this.#hasDocument = false;
    this.#version = version;
    this.clear();
  }

  /** Drops the JSON text only; the XML form counts from now on. */
  dropJson(): void {
    if (!this.#json) return;
    this.envelope();
    this.#json = undefined;
    this.#sourced = undefined;
    this.changed();
  }

  /** The tree was edited in place: forget what was derived from it (never the JSON text, see class comment). */
  changed(): void {
    this.#derivedText = undefined;
    this.#derived = undefined;
  }

  /** Independent copy of a built payload (deep). A stream that is unread cannot be copied and stays with the original. */
  clone(): Payload {
    const copy = new Payload(this.#version);
    copy.conversion = this.conversion;
    copy.#built = this.#built;
    if (this.#source instanceof Uint8Array) copy.#source = this.#source;
    copy.#json = this.#json;
    copy.#instructions = this.#instructions;
    copy.#pending = restartPending(this.#pending);
    copy.#hasDocument = this.#hasDocument;
    if (this.#envelope) {
      copy.#envelope = cloneEnvelope(this.#envelope, this.#hasDocument);
      if (this.#sourced && this.firstElement() === this.#sourced) copy.#sourced = copy.firstElement();
    }
    return copy;
  }

  #wrapper(localName: string): Element | undefined {
    const name = this.firstElementName();
    return name?.localName === localName && name.namespace === PAYLOAD_NAMESPACE ? this.firstElement() : undefined;
  }

  #expand(pending: Pending): void {
    try {
      if (pending.kind === 'soap') this.#envelope = pending.reader.finish().documentElement as Element;
      else this.#expandBody(pending);
    } catch (error) {
      throw unreadableBody(error);
    }
    this.#pending = undefined;
  }

  #expandBody(pending: PendingBody): void {
    const envelope = this.#envelope ?? createEnvelope(this.#version, documentOfPending(pending));
    const body = bodyOf(envelope);
    if (!body) throw new Fault('The SOAP envelope has no Body');
    const element = elementOfPending(pending, documentOf(envelope), this.conversion);
    if (pending.kind === 'json' && pending.wrapper !== 'jsonValue') this.#sourced = element;
    this.#envelope = envelope;
    adopt(element, body);
  }

  /** A SOAP message that nobody has read keeps its headers when its body is replaced, if it can be read at all. */
  #keepHeaders(): void {
    try {
      this.envelope();
    } catch {
      this.#envelope = undefined;
      this.#hasDocument = false;
    }
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
