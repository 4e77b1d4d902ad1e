import {
  bodyError,
  checkTrailer,
  headError,
  maximumHead,
  type ResponseHead,
  readResponseHead,
} from './response-head.js';
import { protocolState, TransportError } from './transport.js';

/** Interim (1xx) answers before the final one; more are refused, for each of them starts the socket time-out anew. */
const maximumInterim = 32;
/** Bytes of a chunk-size line with its extensions, and of one trailer. */
const maximumLine = 4 * 1024;
/** Bytes that chunk-size lines may have beyond what their chunks make up for. */
const maximumOverhead = 16 * 1024;

/** What the parser finds, in order. */
export interface ResponseEvents {
  /** A head that is not 1xx. */
  head(head: ResponseHead): void;
  body(chunk: Buffer): void;
  end(): void;
}

type Phase = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'until-close' | 'done';

const phaseOf = { none: 'done', chunked: 'chunk-size', 'until-close': 'until-close' } as const;
const blank = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const quoted = '"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const extension = `[\\t ]*;[\\t ]*${token}(?:[\\t ]*=[\\t ]*(?:${token}|${quoted}))?`;
/** Size and extensions, whose grammar is kept: a quotation that is left open would reach over the line (RFC 9112 7.1.1). */
const chunkSizeLine = new RegExp(`^([0-9a-fA-F]{1,13})(?:${extension})*$`);

/**
 * Reads one HTTP/1.x response from the bytes of a connection. Strict, since two readers that disagree about where a
 * message ends can be made to mix up answers: bare line feeds, folded headers, control characters, `Content-Length`
 * beside `Transfer-Encoding` or twice, unknown codings and bytes after the end are refused (RFC 9112 6.3, 11). How the
 * bytes are cut into pieces makes no difference to what is found.
 */
export class ResponseParser {
  #phase: Phase = 'head';
  #touched = false;
  #pending: Buffer | undefined;
  /** Bytes of an incomplete head that have been looked at. */
  #scanned = 0;
  #interim = 0;
  #remaining = 0;
  #overhead = 0;
  #trailerBytes = 0;

  /** @param toHead whether the request is a HEAD, whose answer has no body */
  constructor(
    private readonly toHead: boolean,
    private readonly events: ResponseEvents,
  ) {}

  /** Nothing of the response has arrived, nor of an interim one. */
  get untouched(): boolean {
    return !this.#touched;
  }

  get done(): boolean {
    return this.#phase === 'done';
  }

  /** @throws TransportError `protocol` at the first byte that does not fit. */
  feed(data: Buffer): void {
    this.#touched = true;
    let chunk = data;
    if (this.#pending) {
      chunk = Buffer.concat([this.#pending, data]);
      this.#pending = undefined;
    }
    while (chunk.length > 0) {
      const rest = this.#step(chunk);
      if (rest === undefined) {
        this.#pending = chunk;
        return;
      }
      chunk = rest;
    }
  }

  /** The backend closed its side. @throws TransportError `closed` when the response is not complete. */
  finish(): void {
    if (this.#phase === 'done') return;
    if (this.#phase === 'until-close') {
      this.#end();
      return;
    }
    const state = this.#phase === 'head' ? protocolState.requestDone : protocolState.responseBody;
    throw new TransportError('closed', 'The backend closed the connection before its answer was complete', state);
  }

  /** Consumes what it can of the bytes; undefined when it needs more of them. */
  #step(chunk: Buffer): Buffer | undefined {
    switch (this.#phase) {
      case 'head':
        return this.#head(chunk);
      case 'length':
      case 'chunk-data':
        return this.#data(chunk);
      case 'chunk-size':
        return this.#chunkSize(chunk);
      case 'chunk-end':
        return this.#chunkEnd(chunk);
      case 'trailer':
        return this.#trailer(chunk);
      case 'until-close':
        this.events.body(chunk);
        return nothing;
      case 'done':
        throw bodyError('The backend sent more than the answer that it announced');
    }
  }

  #head(chunk: Buffer): Buffer | undefined {
    const end = chunk.indexOf(blank, Math.max(0, this.#scanned - blank.length + 1));
    if (end > maximumHead || (end < 0 && chunk.length >= maximumHead + blank.length)) {
      throw headError(`The head of the answer is longer than ${maximumHead} bytes`);
    }
    if (end < 0) {
      checkBegun(chunk, this.#scanned);
      this.#scanned = chunk.length;
      return undefined;
    }
    this.#scanned = 0;
    this.#take(chunk.toString('latin1', 0, end));
    return chunk.subarray(end + blank.length);
  }

  #take(text: string): void {
    const { head, framing } = readResponseHead(text, this.toHead);
    if (head.status === 101) throw headError('The backend switched protocols without being asked to');
    if (head.status < 200) {
      if (++this.#interim > maximumInterim) {
        throw headError(`The backend sent more than ${maximumInterim} interim answers`);
      }
      return;
    }
    if (typeof framing === 'object') {
      this.#phase = 'length';
      this.#remaining = framing.length;
    } else this.#phase = phaseOf[framing];
    this.events.head(head);
    if (this.#phase === 'done') this.events.end();
  }

  #data(chunk: Buffer): Buffer {
    const taken = chunk.length <= this.#remaining ? chunk : chunk.subarray(0, this.#remaining);
    this.#remaining -= taken.length;
    this.events.body(taken);
    if (this.#remaining === 0) {
      if (this.#phase === 'chunk-data') this.#phase = 'chunk-end';
      else this.#end();
    }
    return chunk.subarray(taken.length);
  }

  #chunkSize(chunk: Buffer): Buffer | undefined {
    const end = lineEnd(chunk);
    if (end === undefined) return undefined;
    const match = chunkSizeLine.exec(chunk.toString('latin1', 0, end));
    if (!match) throw bodyError('The answer has a malformed chunk size');
    const size = Number.parseInt(match[1] as string, 16);
    // Chunks of one byte with long extensions would make much traffic of little body.
    this.#overhead = Math.max(0, this.#overhead + end - 16 - 2 * size);
    if (this.#overhead > maximumOverhead) throw bodyError('The answer has too long chunk extensions');
    this.#remaining = size;
    this.#phase = size === 0 ? 'trailer' : 'chunk-data';
    return chunk.subarray(end + 2);
  }

  #chunkEnd(chunk: Buffer): Buffer | undefined {
    if (chunk.length < 2 && chunk[0] === 0x0d) return undefined;
    if (chunk[0] !== 0x0d || chunk[1] !== 0x0a) throw bodyError('A chunk of the answer is longer than announced');
    this.#phase = 'chunk-size';
    return chunk.subarray(2);
  }

  /** Trailers are checked for their form and dropped: nothing in mediation can hold them. */
  #trailer(chunk: Buffer): Buffer | undefined {
    const end = lineEnd(chunk);
    if (end === undefined) return undefined;
    this.#trailerBytes += end + 2;
    if (this.#trailerBytes > maximumHead) throw bodyError('The trailers of the answer are too long');
    if (end > 0) checkTrailer(chunk.toString('latin1', 0, end));
    else this.#end();
    return chunk.subarray(end + 2);
  }

  #end(): void {
    this.#phase = 'done';
    this.events.end();
  }
}

/**
 * Refuses rubbish and bare line feeds as they come: the end of such a head would be waited for until the time-out.
 * @param from where what was not looked at yet begins
 */
function checkBegun(chunk: Buffer, from: number): void {
  if (!'HTTP/1.'.startsWith(chunk.toString('latin1', 0, 7))) throw headError('The backend does not answer in HTTP');
  for (let at = chunk.indexOf(0x0a, from); at >= 0; at = chunk.indexOf(0x0a, at + 1)) {
    if (chunk[at - 1] !== 0x0d) throw headError('The answer has a bare line feed in its head');
  }
}

/** Where the line ends; undefined when more bytes are needed. A bare line feed or return is refused. */
function lineEnd(chunk: Buffer): number | undefined {
  const feed = chunk.indexOf(0x0a);
  if (feed > maximumLine + 1 || (feed < 0 && chunk.length > maximumLine + 1)) {
    throw bodyError(`The answer has a line of more than ${maximumLine} bytes in its framing`);
  }
  if (feed < 0) return undefined;
  if (feed === 0 || chunk[feed - 1] !== 0x0d) throw bodyError('The answer has a bare line feed in its framing');
  return feed - 1;
}
