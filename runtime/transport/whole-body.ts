import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** The body of a request or an answer, read to its end when it is a stream; undefined when there is none. */
export async function wholeBody(body: Uint8Array | Readable | undefined): Promise<Buffer | undefined> {
  if (body instanceof Readable) return buffer(body);
  return body && Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
