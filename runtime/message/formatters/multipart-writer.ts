import { randomUUID } from 'node:crypto';

/** One part of a multipart body that is written. */
export interface OutgoingPart {
  /** Header lines. */
  readonly head: readonly string[];
  readonly bytes: Uint8Array;
}

export function newBoundary(): string {
  return `MIMEBoundary_${randomUUID().replaceAll('-', '')}`;
}

/** The body of a multipart message (RFC 2046 5.1.1). */
export function writeMultipart(boundary: string, parts: readonly OutgoingPart[]): Uint8Array {
  const chunks = parts.flatMap(({ head, bytes }) => [
    Buffer.from(`--${boundary}\r\n${head.join('\r\n')}\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]);
}
