import type { Readable, Writable } from 'node:stream';
import type { BodyFraming } from './request-head.js';
import { streamedMemory } from './streamed-memory.js';

export interface WriterEvents {
  /** All of the body was handed to the connection. */
  sent(): void;
  /** The source broke off, or yielded another number of bytes than announced. */
  failed(error: Error): void;
}

/**
 * Sends a streamed body: waits for the connection when it is full, and for the source when it is slow.
 * `length` undefined means chunked coding. Returns a function that stops the sending and leaves the source alone.
 */
export function writeBody(
  source: Readable,
  connection: Writable,
  length: number | undefined,
  events: WriterEvents,
): () => void {
  let remaining = length;
  let over = false;
  const handedOn = streamedMemory();

  const resume = () => source.resume();
  const data = (part: Buffer | string) => {
    const chunk = typeof part === 'string' ? Buffer.from(part) : part;
    if (chunk.length === 0) return;
    if (remaining !== undefined) {
      remaining -= chunk.length;
      if (remaining < 0) return fail(new Error('The body is longer than its announced length'));
    }
    if (!writeChunk(connection, chunk, remaining === undefined)) {
      source.pause();
      connection.once('drain', resume);
    }
    handedOn(chunk.length);
  };
  const end = () => {
    if (remaining) return fail(new Error('The body is shorter than its announced length'));
    stop();
    if (remaining === undefined) connection.write('0\r\n\r\n');
    events.sent();
  };
  const fail = (error?: Error) => {
    if (over) return;
    stop();
    events.failed(error ?? new Error('The body broke off'));
  };
  const closed = () => {
    if (!source.readableEnded) fail();
  };
  const stop = () => {
    over = true;
    source.off('data', data).off('end', end).off('error', fail).off('close', closed);
    connection.off('drain', resume);
  };

  if (source.readableEnded) {
    end();
  } else if (source.destroyed) {
    fail(source.errored ?? undefined);
  } else {
    source.on('end', end).on('error', fail).on('close', closed).on('data', data);
    // One that was looked into and paused does not flow by itself.
    if (source.isPaused()) source.resume();
  }
  return () => {
    if (over) return;
    stop();
    source.pause();
  };
}

/** One write to the kernel for a chunk and its framing. */
function writeChunk(connection: Writable, chunk: Buffer, framed: boolean): boolean {
  if (!framed) return connection.write(chunk);
  connection.cork();
  connection.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
  connection.write(chunk);
  const roomLeft = connection.write('\r\n', 'latin1');
  connection.uncork();
  return roomLeft;
}

/** One write to the kernel for a request whose body is there; a small one is copied behind its head for that. */
export function writeWhole(
  connection: Writable,
  head: string,
  body: Uint8Array | undefined,
  framing: BodyFraming,
): void {
  const length = body?.length ?? 0;
  if (framing.kind !== 'chunked' && length === 0) {
    connection.write(head, 'latin1');
    return;
  }
  const open = framing.kind !== 'chunked' ? head : length === 0 ? head : `${head}${length.toString(16)}\r\n`;
  const close = framing.kind !== 'chunked' ? '' : length === 0 ? '0\r\n\r\n' : '\r\n0\r\n\r\n';
  if (length <= maximumCopied) {
    connection.write(inOnePiece(open, body, close));
    return;
  }
  connection.cork();
  connection.write(open, 'latin1');
  connection.write(body as Uint8Array);
  if (close !== '') connection.write(close, 'latin1');
  connection.uncork();
}

/** Bytes of a body up to which copying it costs less than a second piece in the write. */
const maximumCopied = 64 * 1024;

function inOnePiece(open: string, body: Uint8Array | undefined, close: string): Buffer {
  const length = body?.length ?? 0;
  const piece = Buffer.allocUnsafe(open.length + length + close.length);
  piece.write(open, 'latin1');
  if (body) piece.set(body, open.length);
  piece.write(close, open.length + length, 'latin1');
  return piece;
}
