import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Route } from './route.js';

/**
 * The outbound side: one HTTP/1.x exchange with a backend. It knows nothing of messages; endpoints build the request
 * and read the answer. What leaves the process goes through one of these, so that the outbound
 * rules and the limits hold everywhere.
 */
export interface Transport {
  /**
   * Sends one request and resolves as soon as the head of the answer is there; the body may still be arriving.
   * @throws TransportError for everything that goes wrong before that. A failure afterwards destroys the body stream
   *   with a TransportError.
   */
  exchange(request: TransportRequest): Promise<TransportResponse>;
  /**
   * Opens a connection for another protocol than HTTP, under the same rules and with the same trust; absent where nothing
   * else leaves. It belongs to the caller.
   * @throws TransportError when there is none in time, or there may be none
   */
  open?(target: SocketTarget): Promise<Socket>;
  /** Closes idle connections now and the others when their exchange is over. */
  close(): void;
}

/** Where a connection goes to. */
export interface SocketTarget {
  /** Name or address, without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  /** TLS. */
  readonly secure: boolean;
  /** Milliseconds for connecting, TLS included. */
  readonly timeoutMs: number;
}

export interface TransportRequest {
  method: string;
  /** Absolute `http:` or `https:` URL. Path and query go out as written here. */
  url: string;
  /**
   * Names and values in turn, in the order of the wire, `Host` included. Headers of the connection (`Connection`,
   * `Content-Length`, `Transfer-Encoding`, `Keep-Alive`, `Expect`) are the transport's own and are left out.
   */
  headers: readonly string[];
  /** Bytes are sent with `Content-Length` unless `chunked`; a stream is sent in chunks unless `contentLength` is given. */
  body?: Uint8Array | Readable | undefined;
  /** Length of a streamed body in bytes. */
  contentLength?: number | undefined;
  /** Sends bytes in chunked coding, as the reference engine does unless told otherwise. */
  chunked?: boolean | undefined;
  /** Request line `HTTP/1.0`, and the connection is closed afterwards. A streamed body then needs `contentLength`. */
  http10?: boolean | undefined;
  /** Absolute URL instead of the path in the request line. */
  absoluteUri?: boolean | undefined;
  /** False adds `Connection: Close`; the connection is not kept. */
  keepAlive?: boolean | undefined;
  /** Connections with this name serve requests with this name only: what authenticates a connection needs its own. */
  pool?: string | undefined;
  /** Milliseconds without any traffic while the exchange runs. Default: the transport's own. */
  socketTimeout?: number | undefined;
  /** Milliseconds until the head of the answer must be there, connecting included. Default: none. */
  deadline?: number | undefined;
  /** Milliseconds for connecting, TLS included. Default: the transport's own. */
  connectTimeout?: number | undefined;
  /** Another way than the direct one. */
  route?: Route | undefined;
}

export interface TransportResponse {
  status: number;
  reason: string;
  /** Names and values in turn, as received. */
  headers: readonly string[];
  /** Bytes when the whole body came along with the head, else a stream; undefined when there cannot be a body. */
  body: Uint8Array | Readable | undefined;
}

/** What went wrong, in the terms of artifacts 3.4. */
export type FailureKind =
  /** The request cannot be sent at all: no HTTP URL, a bad header name. Nothing was tried. */
  | 'request'
  /** Refused, unreachable, name not found, TLS failed, forbidden by the outbound rules. */
  | 'connect'
  | 'connect-timeout'
  /** No traffic for the socket time-out. */
  | 'timeout'
  /** The deadline of the request passed: the endpoint's own time-out (artifacts 3.2). */
  | 'deadline'
  /** The backend closed the connection. */
  | 'closed'
  | 'io'
  /** The backend does not speak HTTP, or frames its answer badly. */
  | 'protocol'
  /** The request body could not be read to its end: the client went away. */
  | 'source';

/** Ordinals of message-model 6.7. */
export const protocolState = {
  requestReady: 0,
  requestHead: 1,
  requestBody: 2,
  requestDone: 3,
  responseHead: 4,
  responseBody: 5,
} as const;

export type ProtocolState = (typeof protocolState)[keyof typeof protocolState];

/** A failed exchange. The message never holds header values or the query of the URL. */
export class TransportError extends Error {
  /** Nothing of an answer had arrived and the whole request can be sent once more. */
  repeatable = false;

  constructor(
    readonly kind: FailureKind,
    message: string,
    /** How far the exchange was. */
    readonly state: ProtocolState = protocolState.requestReady,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TransportError';
  }
}
