import { protocolState, TransportError } from './transport.js';

/** Bytes of one response head, and of all trailers; longer ones are refused. */
export const maximumHead = 64 * 1024;
const maximumHeaders = 1000;

/** The head of a response, read. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn. */
  readonly headers: string[];
  /** Whether the connection may be used again, by the version and `Connection`. */
  readonly keepAlive: boolean;
  /** Seconds of `Keep-Alive: timeout=`. */
  readonly keepAliveSeconds: number | undefined;
}

/** Where the body of a response ends, by its headers (RFC 9112 6.3). */
export type ResponseFraming = 'none' | 'chunked' | 'until-close' | { readonly length: number };

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const headerLine = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Reads a response head.
 * @param text status line and headers, in latin1, without the empty line
 * @param toHead whether the request was a HEAD
 * @throws TransportError `protocol` for a line that is malformed, and for headers that leave the end of the body open
 */
export function readResponseHead(
  text: string,
  toHead: boolean,
): { readonly head: ResponseHead; readonly framing: ResponseFraming } {
  let end = endOfLine(text, 0);
  const match = statusLine.exec(text.slice(0, end));
  if (!match) throw headError('The backend does not answer in HTTP');
  const headers: string[] = [];
  const fields = new FramingFields();
  while (end < text.length) {
    const start = end + 2;
    end = endOfLine(text, start);
    const line = text.slice(start, end);
    if (headers.length >= 2 * maximumHeaders) throw headError(`The answer has more than ${maximumHeaders} headers`);
    if (!headerLine.test(line)) throw headError('The answer has a malformed header line');
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = trimmed(line, colon + 1);
    headers.push(name, value);
    if (framingLengths.has(colon)) fields.see(name.toLowerCase(), value);
  }
  const status = Number(match[2]);
  const version11 = match[1] === '1';
  fields.check(version11, status);
  const framing = fields.framing(toHead, status);
  const { keepAliveSeconds } = fields;
  const keepAlive = framing !== 'until-close' && fields.keepsAlive(version11, status);
  return { head: { status, reason: match[3] ?? '', headers, keepAlive, keepAliveSeconds }, framing };
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\r\n', start);
  return end < 0 ? text.length : end;
}

/** @throws TransportError `protocol` for a trailer that is malformed, or that would decide where a body ends */
export function checkTrailer(line: string): void {
  if (!headerLine.test(line)) throw bodyError('The answer has a malformed trailer');
  const name = line.slice(0, line.indexOf(':')).toLowerCase();
  if (name === 'content-length' || name === 'transfer-encoding') {
    throw bodyError('The answer has a framing header among its trailers');
  }
}

/** The rest of a line without the blanks and tabs around it. */
function trimmed(line: string, from: number): string {
  let start = from;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/** Lengths of the names that {@link FramingFields} looks at. */
const framingLengths = new Set(
  ['connection', 'keep-alive', 'content-length', 'transfer-encoding'].map((n) => n.length),
);

/** The headers that decide where a body ends, and whether the connection lives on. */
class FramingFields {
  #chunked = false;
  #length: number | undefined;
  #close = false;
  #keepAlive = false;
  keepAliveSeconds: number | undefined;

  see(name: string, value: string): void {
    switch (name) {
      case 'content-length':
        if (!/^\d{1,15}$/.test(value)) throw headError('The answer has a malformed Content-Length');
        if (this.#length !== undefined) throw headError('The answer has more than one Content-Length header');
        this.#length = Number(value);
        break;
      case 'transfer-encoding':
        if (this.#chunked || value.toLowerCase() !== 'chunked') {
          throw headError('The answer has a Transfer-Encoding other than chunked');
        }
        this.#chunked = true;
        break;
      case 'connection':
        for (const option of value.toLowerCase().split(/[\t ]*,[\t ]*/)) {
          if (option === 'close') this.#close = true;
          else if (option === 'keep-alive') this.#keepAlive = true;
        }
        break;
      case 'keep-alive': {
        const seconds = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(value)?.[1];
        if (seconds !== undefined) this.keepAliveSeconds = Number(seconds);
        break;
      }
    }
  }

  check(version11: boolean, status: number): void {
    if (this.#chunked && this.#length !== undefined) {
      throw headError('The answer has both Content-Length and Transfer-Encoding');
    }
    if (this.#chunked && !version11) throw headError('An HTTP/1.0 answer with Transfer-Encoding');
    // RFC 9112 6.2, 6.1: an interim answer has no body, so a reader that believes these would wait for one.
    if (status < 200 && (this.#chunked || this.#length !== undefined)) {
      throw headError('An interim answer that announces a body');
    }
  }

  framing(toHead: boolean, status: number): ResponseFraming {
    if (toHead || status < 200 || status === 204 || status === 304) return 'none';
    if (this.#chunked) return 'chunked';
    if (this.#length === undefined) return 'until-close';
    return this.#length === 0 ? 'none' : { length: this.#length };
  }

  keepsAlive(version11: boolean, status: number): boolean {
    // A 204 that announces a body (RFC 9110 15.3.5 forbids it) may send it, when the connection serves another.
    if (status === 204 && (this.#chunked || (this.#length ?? 0) > 0)) return false;
    return !this.#close && (version11 || this.#keepAlive);
  }
}

export const headError = (message: string): TransportError =>
  new TransportError('protocol', message, protocolState.requestDone);
export const bodyError = (message: string): TransportError =>
  new TransportError('protocol', message, protocolState.responseBody);
