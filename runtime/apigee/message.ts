import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import iconv from 'iconv-lite';
import { decodeContent } from '../transport/content-encoding.js';
import { Fields } from './fields.js';

/** What a message can be made of; an unread stream is read when somebody asks for it. */
export type Body = Uint8Array | string | Readable | undefined;

export interface RequestParts {
  verb?: string;
  /** Path as received, escapes kept; without a query. */
  path?: string;
  /** Query as received, without the question mark. */
  query?: string;
  version?: string;
  headers?: Fields;
  body?: Body;
}

export interface ResponseParts {
  status?: number;
  reason?: string;
  version?: string;
  headers?: Fields;
  body?: Body;
}

/**
 * A request or a response of an Apigee flow (api-management 2.4): what the variables `request`, `response`, `message`,
 * `error` and those of callouts hold. The parts of a request are there for a response too, unused, as policies set parts
 * before they know what a message becomes.
 */
export class ApigeeMessage {
  verb = 'GET';
  /** Path as received or as set, escapes kept; without a query. */
  path = '';
  /** HTTP version, `1.1`. */
  version = '1.1';
  /** Status code of a response. */
  status = 200;
  /** Reason phrase of a response; undefined: the standard one of the status. */
  reason: string | undefined;
  readonly headers: Fields;
  /** Path and query as the client sent them, whatever policies change; undefined for a message that no client sent. */
  receivedUri: string | undefined;
  #body: Body;
  /** Content-Encoding that the body came in, as long as it has not been undone. */
  #coding: string | undefined;
  #text: string | undefined;
  #form: { readonly fields: Fields; changes: number } | undefined;
  #query: { readonly fields: Fields; readonly raw: string } = { fields: Fields.parameters(), raw: '' };

  private constructor(
    readonly kind: 'request' | 'response',
    headers: Fields | undefined,
    body: Body,
  ) {
    this.headers = headers ?? Fields.headers();
    this.#body = body;
    this.#coding = body === undefined ? undefined : codingOf(this.headers);
  }

  static request(parts: RequestParts = {}): ApigeeMessage {
    const message = new ApigeeMessage('request', parts.headers, parts.body);
    message.verb = parts.verb ?? 'GET';
    message.path = parts.path ?? '';
    message.version = parts.version ?? '1.1';
    if (parts.query) message.queryString = parts.query;
    return message;
  }

  static response(parts: ResponseParts = {}): ApigeeMessage {
    const message = new ApigeeMessage('response', parts.headers, parts.body);
    message.status = parts.status ?? 200;
    message.reason = parts.reason;
    message.version = parts.version ?? '1.1';
    return message;
  }

  get queryParams(): Fields {
    return this.#query.fields;
  }

  /** The query as received while nobody changed a parameter; made from the parameters then. No question mark. */
  get queryString(): string {
    const { fields, raw } = this.#query;
    return fields.changes === 0 ? raw : fields.encoded();
  }

  set queryString(text: string) {
    this.#query = { fields: Fields.parameters(text), raw: text };
  }

  /** Path and query. */
  get uri(): string {
    const query = this.queryString;
    return query === '' ? this.path : `${this.path}?${query}`;
  }

  /** Whether the body is a stream or coded, as it came in: {@link build} it before content is looked at. */
  get isUnread(): boolean {
    return this.#coding !== undefined || this.#body instanceof Readable;
  }

  /**
   * Reads the body to its end when it is a stream, and undoes its Content-Encoding; then all of the content can be read
   * without waiting.
   * @throws Error when the body breaks off or is not what Content-Encoding says
   */
  async build(): Promise<void> {
    if (!this.isUnread) return;
    const received = this.#body instanceof Readable ? await buffer(this.#body) : this.#body;
    const bytes = typeof received === 'string' ? Buffer.from(received) : (received ?? new Uint8Array());
    this.#body = await decodeContent(bytes, this.#coding);
    if (this.#coding === codingOf(this.headers)) this.headers.delete('Content-Encoding');
    this.#coding = undefined;
  }

  /** Builds a body whose coding the headers no longer tell, so that its receiver can read it. */
  async settle(): Promise<void> {
    if (this.#coding !== undefined && this.#coding !== codingOf(this.headers)) await this.build();
  }

  /** The body as it is: a stream or coded bytes as they came in, else what {@link bytes} says. */
  takeBody(): Uint8Array | Readable | undefined {
    const body = this.#body;
    if (body instanceof Readable) {
      this.#body = undefined;
      this.#coding = undefined;
      return body;
    }
    return this.#coding !== undefined && body instanceof Uint8Array ? body : this.bytes;
  }

  /** A request of its own to hand on, with the body as {@link takeBody} gives it. */
  takeForward(): ApigeeMessage {
    const { verb, path, version } = this;
    const parts = { verb, path, query: this.queryString, version, headers: this.headers.clone() };
    const coding = this.#coding;
    const forward = ApigeeMessage.request({ ...parts, body: this.takeBody() });
    forward.#coding = coding;
    return forward;
  }

  /** Body as bytes; undefined when there is none. @throws Error when the body is unread */
  get bytes(): Uint8Array | undefined {
    const body = this.#current();
    return typeof body === 'string' ? encode(body, this.charset) : body;
  }

  /** Body as text, decoded by the charset of Content-Type, UTF-8 without one. @throws Error when the body is unread */
  get content(): string {
    const body = this.#current();
    if (typeof body === 'string') return body;
    if (body === undefined) return '';
    this.#text ??= decode(body, this.charset);
    return this.#text;
  }

  /** Replaces the body; Content-Type stays as it is. */
  set content(body: Body) {
    this.discard();
    // What was said of the body before does not hold for this one.
    if (this.#coding !== undefined) this.headers.delete('Content-Encoding');
    this.#coding = undefined;
    this.#body = body;
    this.#text = undefined;
    this.#form = undefined;
  }

  /** Lets go of a body that nobody has read and nobody will: whoever sends it must not be left waiting. */
  discard(): void {
    const body = this.#body;
    if (!(body instanceof Readable)) return;
    this.#body = undefined;
    body.on('error', () => undefined);
    // The client is still to get an answer over the same connection; that of a backend is no use any more.
    if (body instanceof IncomingMessage) body.resume();
    else body.destroy();
  }

  get hasBody(): boolean {
    if (this.isUnread) return true;
    const body = this.#current();
    return body !== undefined && body.length > 0;
  }

  /**
   * Parameters of a form body; empty when Content-Type names no form. Changes go into the body.
   * @throws Error when the body is unread
   */
  get formParams(): Fields {
    if (this.#form) return this.#form.fields;
    const fields = Fields.parameters(this.isForm ? this.content : '');
    this.#form = { fields, changes: fields.changes };
    return fields;
  }

  get isForm(): boolean {
    return this.mediaType === formType;
  }

  /** Media type of Content-Type in lower case, without parameters; empty without the header. */
  get mediaType(): string {
    return (this.headers.get('Content-Type') ?? '').split(';', 1).join('').trim().toLowerCase();
  }

  get charset(): string {
    return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(this.headers.get('Content-Type') ?? '')?.[1] ?? 'utf-8';
  }

  /** A copy that shares nothing. @throws Error when the body is unread */
  clone(kind: 'request' | 'response' = this.kind): ApigeeMessage {
    const body = this.#current();
    const copy = new ApigeeMessage(kind, this.headers.clone(), body);
    copy.#coding = undefined;
    copy.verb = this.verb;
    copy.path = this.path;
    copy.queryString = this.queryString;
    copy.version = this.version;
    copy.status = this.status;
    copy.reason = this.reason;
    return copy;
  }

  /** The body with what was changed through {@link formParams}. */
  #current(): Uint8Array | string | undefined {
    if (this.#body instanceof Readable || this.#coding !== undefined) {
      throw new Error('The body has not been read yet');
    }
    const form = this.#form;
    if (form && form.fields.changes !== form.changes) {
      if (!this.isForm) this.headers.set('Content-Type', formType);
      this.#body = form.fields.encoded();
      this.#text = undefined;
      form.changes = form.fields.changes;
    }
    return this.#body;
  }
}

/** Codings that are undone when somebody looks at content. */
const codings = new Set(['gzip', 'x-gzip', 'deflate', 'br']);

function codingOf(headers: Fields): string | undefined {
  const coding = headers.get('Content-Encoding')?.trim().toLowerCase();
  return coding !== undefined && codings.has(coding) ? coding : undefined;
}

const formType = 'application/x-www-form-urlencoded';

function decode(bytes: Uint8Array, charset: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return /^utf-?8$/i.test(charset) || !iconv.encodingExists(charset)
    ? buffer.toString('utf8')
    : iconv.decode(buffer, charset);
}

function encode(text: string, charset: string): Buffer {
  return /^utf-?8$/i.test(charset) || !iconv.encodingExists(charset)
    ? Buffer.from(text, 'utf8')
    : iconv.encode(text, charset);
}
