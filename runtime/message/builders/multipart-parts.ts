import { Dicer } from '@fastify/busboy';
import { Fault } from '../fault.js';

/** One part of a multipart body. */
export interface Part {
  /** Header values by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
}

/**
 * Splits a multipart body into its parts, in order.
 * @throws Fault when the type names no boundary, the body ends before its last boundary or has absurdly many of them
 */
export async function readParts(bytes: Uint8Array, contentType: string): Promise<Part[]> {
  const boundary = parameterOf(contentType, 'boundary');
  if (!boundary) throw new Fault('The multipart content type names no boundary');
  checkCount(bytes, `--${boundary}`);
  const parts: { headers: Map<string, string>; chunks: Uint8Array[] }[] = [];
  await new Promise<void>((resolve, reject) => {
    const parser = new Dicer({ boundary });
    const failed = (error: Error): void => reject(new Fault('The multipart body is malformed', { cause: error }));
    parser.on('error', failed);
    parser.on('part', (stream) => {
      const part = { headers: new Map<string, string>(), chunks: [] as Uint8Array[] };
      parts.push(part);
      stream.on('error', failed);
      stream.on('header', (header) => {
        for (const [name, [value]] of Object.entries(header as Record<string, string[]>)) {
          part.headers.set(name.toLowerCase(), utf8(value ?? ''));
        }
      });
      stream.on('data', (chunk: Uint8Array) => part.chunks.push(chunk));
    });
    parser.on('finish', () => resolve());
    parser.end(bytes);
  });
  return parts.map(({ headers, chunks }) => ({ headers, bytes: Buffer.concat(chunks) }));
}

/** Each part is a stream of its own; a body of nothing but boundaries would be a hundred thousand of them. */
const mostParts = 10_000;

function checkCount(bytes: Uint8Array, boundary: string): void {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = body.indexOf(boundary); at >= 0; at = body.indexOf(boundary, at + boundary.length)) {
    if (++count > mostParts) throw new Fault(`The multipart body has more than ${mostParts} parts`);
  }
}

/** A parameter of a header value such as `form-data; name="a"`; undefined when it is not there. */
export function parameterOf(value: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;]*))`, 'i').exec(value);
  if (!found) return undefined;
  return found[1] === undefined ? found[2]?.trim() : found[1].replace(/\\(["\\])/g, '$1');
}

/** Header bytes come as Latin-1; names of fields and files are UTF-8. */
function utf8(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
