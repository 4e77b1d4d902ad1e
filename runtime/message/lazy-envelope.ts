import type { Document, Element } from '@xmldom/xmldom';
import { documentOf, newDocument } from '../xml/create.js';
import type { XmlReader } from '../xml/parse.js';
import type { XmlScan } from '../xml/scanned.js';
import { adopt, directText, firstChildElement, removeChildren } from '../xml/walk.js';
import { type ConversionOptions, defaultConversion } from './conversion/options.js';
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
import { cloneEnvelope, outerInstructions, unreadableBody } from './payload-parts.js';
import {
  documentOfPending,
  type ElementName,
  elementOfPending,
  nameOf,
  type Pending,
  type PendingBody,
  pendingName,
  restartPending,
  type ScannedBody,
  scannedPending,
} from './pending.js';

/**
 * The SOAP envelope that a body stands in. The tree is made only when somebody walks there: until then the body is JSON
 * text, a text, bytes, or a document that was read as far as its root (message-model 4.1, 4.4).
 */
export class LazyEnvelope {
  /** Switches for conversions between JSON and XML; the builder sets them from the server's properties. */
  conversion: ConversionOptions = defaultConversion;
  #version: SoapVersion;
  #hasDocument = false;
  #pending: Pending | undefined;
  #envelope: Element | undefined;
  /** The wrapper element that a JSON text was expanded to. */
  #sourced: Element | undefined;
  #instructions: readonly string[] = [];

  protected constructor(version: SoapVersion) {
    this.#version = version;
  }

  get soapVersion(): SoapVersion {
    return this.#version;
  }

  /** True when the envelope was parsed from a real SOAP message and so has a document parent (message-model 3.2). */
  get hasDocument(): boolean {
    return this.#hasDocument;
  }

  /** Whether the body is a SOAP fault. */
  get isFault(): boolean {
    const name = this.firstElementName();
    return name?.localName === 'Fault' && name.namespace === SOAP_NAMESPACE[this.#version];
  }

  /** The envelope element; JSON is expanded to its wrapper element on the first touch (4.4). Throws a Fault. */
  envelope(): Element {
    if (this.#pending) this.#expand(this.#pending);
    this.#envelope ??= createEnvelope(this.#version);
    return this.#envelope;
  }

  /** The body as it was scanned, while nobody has walked there. */
  get scanned(): ScannedBody | undefined {
    return this.#pending && !this.#envelope ? scannedPending(this.#pending) : undefined;
  }

  /** The body's element as it was scanned, while nobody has walked in it; there may be a tree of the envelope around it. */
  get scannedElement(): XmlScan | undefined {
    return this.#pending?.kind === 'xml' ? this.#pending.reader.scan : undefined;
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

  /** The Header element of an envelope that exists already; nothing is expanded for it. */
  get madeHeader(): Element | undefined {
    return this.#envelope && headerOf(this.#envelope);
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
    this.setPending({ kind: 'xml', reader });
  }

  /** {@link setUnfinished} for a whole SOAP message. */
  setUnfinishedEnvelope(reader: XmlReader, version: SoapVersion): void {
    this.reset(version);
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
    this.setPending({ kind: 'text', text, received });
  }

  /** Replaces the body by the binary wrapper element of 5.5. */
  setBinary(bytes: Uint8Array): void {
    this.setPending({ kind: 'binary', bytes });
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

  /** Removes body children. */
  clear(): void {
    if (this.#pending?.kind === 'soap') this.#keepHeaders();
    this.#pending = undefined;
    this.#sourced = undefined;
    this.#instructions = [];
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

  /** Replaces the body by one whose element is made later. */
  protected setPending(pending: PendingBody): void {
    this.clear();
    this.#pending = pending;
  }

  /** Whether the body is what a JSON text stands for: not expanded yet, its wrapper element, or without an element. */
  protected get isOfJson(): boolean {
    if (this.#pending?.kind === 'json') return true;
    const first = this.firstElement();
    return first === undefined || first === this.#sourced;
  }

  /**
   * Gives another one, which is new, a deep copy of everything. An envelope that will have another prefix is read whole.
   * @throws Fault when that fails
   */
  protected copyTo(copy: LazyEnvelope): void {
    if (this.#pending?.kind === 'soap' && this.#pending.reader.root().prefix !== 'soapenv') this.envelope();
    copy.conversion = this.conversion;
    copy.#instructions = this.#instructions;
    copy.#pending = restartPending(this.#pending);
    copy.#hasDocument = this.#hasDocument;
    if (!this.#envelope) return;
    copy.#envelope = cloneEnvelope(this.#envelope, this.#hasDocument);
    if (this.#sourced && this.firstElement() === this.#sourced) copy.#sourced = copy.firstElement();
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
}
