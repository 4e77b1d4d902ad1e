import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** The body of a request or an answer, read to its end when it is a stream; undefined when there is none. */
export async function wholeBody(body: Uint8Array | Readable | undefined): Promise<Buffer | undefined> {
  if (body instanceof Readable) return buffer(body);
  return body && Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/**
 * Takes the body of a client's request at once when all of it has arrived and nobody has read it yet: it can then leave
 * in one piece, without a stream. Undefined for every other body.
 * @param length bytes that it must have, if that was promised
 */
export function takeArrived(body: Uint8Array | Readable | undefined, length?: number): Buffer | undefined {
  if (!(body instanceof IncomingMessage) || body.readableDidRead || body.readableFlowing || body.destroyed) return;
  const arrived = body.readableLength;
  // Its last byte is handed over before its end is told.
  if (!body.complete && body.headers['content-length'] !== String(arrived)) return;
  if (length !== undefined && length !== arrived) return;
  return (body.read() as Buffer | null) ?? Buffer.alloc(0);
}
