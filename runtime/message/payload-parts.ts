import { Readable } from 'node:stream';
import type { Attr, Document, Element } from '@xmldom/xmldom';
import { hashOrder } from '../java/hash-order.js';
import { declareNamespace, newDocument } from '../xml/create.js';
import { XmlError } from '../xml/error.js';
import { writeInstruction } from '../xml/serialize.js';
import { cloneInto, copyNode } from '../xml/walk.js';
import { ConversionError } from './conversion/xml-to-json.js';
import { bodyOf, createEnvelope, headerOf, SOAP_NAMESPACE, type SoapVersion, soapVersionOf } from './envelope.js';
import { errorCode, Fault } from './fault.js';

/** Reads a stream to its end. @throws RangeError when it is longer than the limit; the stream is destroyed then. */
export async function collectStream(stream: Readable, limitBytes = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const bytes = await collectWithin(stream, limitBytes);
  if (bytes) return bytes;
  stream.destroy();
  throw new RangeError(`The body is longer than ${limitBytes} bytes`);
}

/**
 * Reads a stream to its end when it is no longer than the limit.
 * @returns undefined when it is longer: what was read is put back, and the stream goes on from its start
 */
export function collectWithin(stream: Readable, limitBytes: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      stream.off('data', data).off('end', end).off('error', failed).off('close', closed);
    };
    const data = (part: Buffer | string): void => {
      const chunk = typeof part === 'string' ? Buffer.from(part) : part;
      chunks.push(chunk);
      size += chunk.length;
      if (size <= limitBytes) return;
      stop();
      stream.pause();
      stream.unshift(Buffer.concat(chunks, size));
      resolve(undefined);
    };
    const end = (): void => {
      stop();
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size));
    };
    const failed = (error: Error): void => {
      stop();
      reject(error);
    };
    const closed = (): void => failed(new Error('The body broke off'));
    stream.on('end', end).on('error', failed).on('close', closed).on('data', data);
    if (stream.readableEnded) end();
    else if (stream.destroyed) closed();
  });
}

/** Lets an unread stream run out, so that its connection can be used again. */
export function discard(source: Readable | Uint8Array | undefined): void {
  if (!(source instanceof Readable) || source.destroyed) return;
  source.on('error', () => {});
  source.resume();
}

/** A deep copy in a document of its own; whatever prefix the envelope has, its copy has `soapenv` (mediators 2.9). */
export function cloneEnvelope(envelope: Element, hasDocument: boolean): Element {
  const document = newDocument();
  const version = envelope.prefix === 'soapenv' ? undefined : soapVersionOf(envelope);
  const copy = version === undefined ? copyNode(envelope, document) : renamedCopy(envelope, version, document);
  if (hasDocument) document.appendChild(copy);
  return copy;
}

/**
 * The reference makes an envelope anew for a clone, with the blocks and the body's content of the old one and the
 * prefixes that it declares.
 */
function renamedCopy(envelope: Element, version: SoapVersion, document: Document): Element {
  const copy = createEnvelope(version, document);
  const declared = new Map([['soapenv', SOAP_NAMESPACE[version]]]);
  for (const { name, value } of Array.from(envelope.attributes as unknown as Iterable<Attr>)) {
    const [, prefix = ''] = /^xmlns(?::(.+))?$/.exec(name) ?? ['', 'soapenv'];
    if (prefix !== 'soapenv') declared.set(prefix, value);
  }
  copy.removeAttribute('xmlns:soapenv');
  for (const prefix of hashOrder(declared.keys())) declareNamespace(copy, prefix, declared.get(prefix) ?? '');
  for (const part of [headerOf, bodyOf]) {
    const target = part(copy);
    for (let child = part(envelope)?.firstChild; target && child; child = child.nextSibling) cloneInto(child, target);
  }
  return copy;
}

/** Whether an error says that a body does not parse or cannot be converted. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof XmlError || error instanceof SyntaxError || error instanceof ConversionError;
}

/**
 * The fault for a body that turns out to be malformed when somebody walks there. It names no code: reading gives 0,
 * while writing it out raises 601000 (message-model 4.1).
 */
export function unreadableBody(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault(`The message body cannot be read: ${placed(error)}`, { cause: error });
}

/** {@link unreadableBody} for a body that is wanted as JSON: XML that does not parse is a parsing failure then. */
export function unconvertibleBody(error: unknown): Fault {
  const cause = error instanceof Fault ? error.cause : error;
  return cause instanceof XmlError ? parsingFault('The message body cannot be read', cause) : unreadableBody(error);
}

/** The fault for a body that cannot be built or written: ERROR_CODE 601000 (mediators 2.2). */
export function parsingFault(message: string, error: unknown): Fault {
  return new Fault(`${message}. ${placed(error)}`, { code: errorCode.parsing, cause: error });
}

function placed(error: unknown): string {
  if (error instanceof XmlError) return `${error.message} (line ${error.line}, column ${error.column})`;
  return error instanceof Error ? error.message : String(error);
}

/** The processing instructions of a document outside of its root, as they are written. */
export function outerInstructions(document: Document): string[] {
  const found: string[] = [];
  for (let node = document.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === 7) found.push(writeInstruction(node, ' '));
  }
  return found;
}
