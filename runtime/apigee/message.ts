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
  #body: Body;
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

  /** Whether the body is a stream that nobody has read: {@link build} it before content is looked at. */
  get isUnread(): boolean {
    return this.#body instanceof Readable;
  }

  /**
   * Reads the body to its end when it is a stream, and undoes its Content-Encoding; then all of the content can be read
   * without waiting.
   * @throws Error when the body breaks off or is not what Content-Encoding says
   */
  async build(): Promise<void> {
    if (!(this.#body instanceof Readable)) return;
    const bytes = await buffer(this.#body);
    const coding = this.headers.get('Content-Encoding');
    const decoded = await decodeContent(bytes, coding);
    this.#body = decoded;
    if (decoded !== bytes) this.headers.delete('Content-Encoding');
  }

  /** The body as it is: a stream that is handed on unread, or what {@link bytes} says. */
  takeBody(): Uint8Array | Readable | undefined {
    if (!(this.#body instanceof Readable)) return this.bytes;
    const body = this.#body;
    this.#body = undefined;
    return body;
  }

  /** A request of its own to hand on, with the body as {@link takeBody} gives it. */
  takeForward(): ApigeeMessage {
    const { verb, path, version } = this;
    const parts = { verb, path, query: this.queryString, version, headers: this.headers.clone() };
    return ApigeeMessage.request({ ...parts, body: this.takeBody() });
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
    if (this.#body instanceof Readable) return true;
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
    if (this.#body instanceof Readable) throw new Error('The body has not been read yet');
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
