import { protocolState, TransportError } from './transport.js';

/** Bytes of one response head; a longer one is refused. */
const maximumHead = 64 * 1024;
const maximumHeaders = 1000;
/** Bytes of a chunk-size line with its extensions, and of all trailers. */
const maximumChunkLine = 4 * 1024;

export interface ResponseHead {
  status: number;
  reason: string;
  headers: string[];
  /** Whether the connection may be used again, by the version and `Connection`. */
  keepAlive: boolean;
  /** Seconds of `Keep-Alive: timeout=`. */
  keepAliveSeconds: number | undefined;
}

/** What the parser finds, in order. */
export interface ResponseEvents {
  /** A head that is not 1xx. */
  head(head: ResponseHead): void;
  body(chunk: Buffer): void;
  end(): void;
}

type Phase = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'until-close' | 'done';

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*((?:[\x21-\x7e\x80-\xff][\t\x20-\x7e\x80-\xff]*)?)$/;
const blank = Buffer.from('\r\n\r\n');

/**
 * Reads one HTTP/1.x response from the bytes of a connection. Strict, since two readers that disagree about where a
 * message ends can be made to mix up answers: bare line feeds, folded headers, control characters, `Content-Length`
 * beside `Transfer-Encoding`, unknown codings and bytes after the end are refused (RFC 9112 6.3, 11).
 */
export class ResponseParser {
  #phase: Phase = 'head';
  #pending: Buffer | undefined;
  #remaining = 0;
  #trailerBytes = 0;
  /** The framing that the head announced. */
  #untilClose = false;

  constructor(
    private readonly bodyless: boolean,
    private readonly events: ResponseEvents,
  ) {}

  /** Nothing of the response has arrived. */
  get untouched(): boolean {
    return this.#phase === 'head' && this.#pending === undefined;
  }

  get done(): boolean {
    return this.#phase === 'done';
  }

  /** @throws TransportError `protocol` at the first byte that does not fit. */
  feed(data: Buffer): void {
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
        return Buffer.alloc(0);
      case 'done':
        throw bodyError('The backend sent more than the answer that it announced');
    }
  }

  #head(chunk: Buffer): Buffer | undefined {
    const end = chunk.indexOf(blank);
    if (end > maximumHead || (end < 0 && chunk.length > maximumHead)) {
      throw headError(`The head of the answer is longer than ${maximumHead} bytes`);
    }
    if (end < 0) {
      if (!couldBeHttp(chunk)) throw headError('The backend does not answer in HTTP');
      return undefined;
    }
    const [first = '', ...lines] = chunk.toString('latin1', 0, end).split('\r\n');
    const match = statusLine.exec(first);
    if (!match) throw headError('The backend does not answer in HTTP');
    const rest = chunk.subarray(end + blank.length);
    const status = Number(match[2]);
    if (status === 101) throw headError('The backend switched protocols without being asked to');
    if (status < 200) return rest;
    this.#begin(status, match[3] ?? '', match[1] === '1', lines);
    return rest;
  }

  #begin(status: number, reason: string, version11: boolean, lines: readonly string[]): void {
    if (lines.length > maximumHeaders) throw headError(`The answer has more than ${maximumHeaders} headers`);
    const headers: string[] = [];
    const framing = new Framing();
    for (const line of lines) {
      const match = headerLine.exec(line);
      if (!match) throw headError('The answer has a malformed header line');
      const name = match[1] as string;
      const value = (match[2] as string).trimEnd();
      headers.push(name, value);
      framing.see(name.toLowerCase(), value);
    }
    framing.check(version11);
    const bodyless = this.bodyless || status === 204 || status === 304;
    if (bodyless) this.#phase = 'done';
    else if (framing.chunked) this.#phase = 'chunk-size';
    else if (framing.length === undefined) this.#phase = 'until-close';
    else this.#phase = framing.length === 0 ? 'done' : 'length';
    this.#remaining = framing.length ?? 0;
    this.#untilClose = this.#phase === 'until-close';
    const keepAlive = !this.#untilClose && (version11 ? !framing.close : framing.keepAlive);
    this.events.head({ status, reason, headers, keepAlive, keepAliveSeconds: framing.keepAliveSeconds });
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
    const match = /^([0-9a-fA-F]{1,13})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/.exec(chunk.toString('latin1', 0, end));
    if (!match) throw bodyError('The answer has a malformed chunk size');
    this.#remaining = Number.parseInt(match[1] as string, 16);
    this.#phase = this.#remaining === 0 ? 'trailer' : 'chunk-data';
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
    if (end > 0 && !headerLine.test(chunk.toString('latin1', 0, end)))
      throw bodyError('The answer has a malformed trailer');
    if (end === 0) this.#end();
    return chunk.subarray(end + 2);
  }

  #end(): void {
    this.#phase = 'done';
    this.events.end();
  }
}

/** The headers that decide where a body ends. */
class Framing {
  chunked = false;
  length: number | undefined;
  close = false;
  keepAlive = false;
  keepAliveSeconds: number | undefined;

  see(name: string, value: string): void {
    switch (name) {
      case 'content-length': {
        if (!/^\d{1,15}$/.test(value)) throw headError('The answer has a malformed Content-Length');
        const length = Number(value);
        if (this.length !== undefined && this.length !== length) {
          throw headError('The answer has two different Content-Length headers');
        }
        this.length = length;
        break;
      }
      case 'transfer-encoding':
        if (this.chunked || value.toLowerCase() !== 'chunked') {
          throw headError('The answer has a Transfer-Encoding other than chunked');
        }
        this.chunked = true;
        break;
      case 'connection':
        for (const option of value
          .toLowerCase()
          .split(',')
          .map((one) => one.trim())) {
          if (option === 'close') this.close = true;
          else if (option === 'keep-alive') this.keepAlive = true;
        }
        break;
      case 'keep-alive': {
        const seconds = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(value)?.[1];
        if (seconds !== undefined) this.keepAliveSeconds = Number(seconds);
        break;
      }
    }
  }

  check(version11: boolean): void {
    if (!this.chunked) return;
    if (this.length !== undefined) throw headError('The answer has both Content-Length and Transfer-Encoding');
    if (!version11) throw headError('An HTTP/1.0 answer with Transfer-Encoding');
  }
}

/** Whether the bytes can be the beginning of a status line, so that rubbish is refused before a time-out. */
function couldBeHttp(chunk: Buffer): boolean {
  const start = chunk.toString('latin1', 0, 7);
  return 'HTTP/1.'.startsWith(start);
}

/** Where the line ends; undefined when more bytes are needed. A bare line feed or return is refused. */
function lineEnd(chunk: Buffer): number | undefined {
  const feed = chunk.indexOf(0x0a);
  if (feed < 0) {
    if (chunk.length > maximumChunkLine) throw bodyError('The answer has a line without an end');
    return undefined;
  }
  if (feed === 0 || chunk[feed - 1] !== 0x0d) throw bodyError('The answer has a bare line feed in its framing');
  return feed - 1;
}

const headError = (message: string): TransportError =>
  new TransportError('protocol', message, protocolState.requestDone);
const bodyError = (message: string): TransportError =>
  new TransportError('protocol', message, protocolState.responseBody);
