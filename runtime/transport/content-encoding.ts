import { promisify } from 'node:util';
import zlib from 'node:zlib';

/** Longest body that a compressed one may unfold to, in bytes. */
const LONGEST = 1 << 28;

const gunzip = promisify(zlib.gunzip);
const inflate = promisify(zlib.inflate);
const inflateRaw = promisify(zlib.inflateRaw);
const unbrotli = promisify(zlib.brotliDecompress);

/**
 * Undoes the `Content-Encoding` of a body: gzip, deflate and br; other codings are left as they are (message-model 5.1
 * step 3).
 * @throws Error when the bytes do not fit the coding or unfold to more than 256 MiB
 */
export async function decodeContent(bytes: Uint8Array, coding: string | undefined): Promise<Uint8Array> {
  if (bytes.byteLength === 0) return bytes;
  const options = { maxOutputLength: LONGEST };
  switch (coding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return gunzip(bytes, options);
    case 'deflate':
      // Some senders leave out the zlib header, whose first byte has 8 in its low half.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? inflate(bytes, options) : inflateRaw(bytes, options);
    case 'br':
      return unbrotli(bytes, options);
    default:
      return bytes;
  }
}
