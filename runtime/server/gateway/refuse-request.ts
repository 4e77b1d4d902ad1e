import type { IncomingMessage, RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How node:http reads requests here, whatever the flags of the process say: its parser answers ambiguous framing and
 * malformed lines with 400. `Host` is looked at in {@link refuseRequest}: node:http would read on behind a request
 * without one.
 */
export const strictRequests: ServerOptions = { insecureHTTPParser: false, requireHostHeader: false };

/** Headers of one request; node:http leaves those beyond as many out, and so cannot tell how many there were. */
const maximumHeaders = 1000;

/** Connections whose last request was refused: what follows on them may be no request at all. */
const refusedConnections = new WeakSet<Socket>();

/**
 * Refuses what node:http accepts but another reader could take for something else (RFC 9112 3.2, 6.1), and closes the
 * connection behind it, so that nobody acts upon what follows.
 * @returns whether the request must be left alone
 */
export function refuseRequest(request: IncomingMessage, response: ServerResponse): boolean {
  const { socket } = request;
  if (refusedConnections.has(socket)) return true;
  const status = refusalOf(request);
  if (status === undefined) {
    // After such a request node:http does not read on, for what follows may belong to the other protocol.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    return false;
  }
  refusedConnections.add(socket);
  response.writeHead(status, { Connection: 'close', 'Content-Length': '0' }).end();
  return true;
}

/** A listener that sees only what {@link refuseRequest} lets pass. */
export function refusing(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (!refuseRequest(request, response)) listener(request, response);
  };
}

/**
 * Puts what node:http deals with apart from other requests to the same rules: CONNECT is answered, where it would close
 * the connection without a word, and an unknown expectation is refused by {@link refuseRequest}.
 */
export function refuseSpecials(server: Server): void {
  server.on('connect', (_request, socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

function refusalOf({ rawHeaders, headers, httpVersionMajor, httpVersionMinor }: IncomingMessage): number | undefined {
  // HTTP/0.9 has no headers, and so nothing that says where its body ends.
  if (httpVersionMajor !== 1) return 400;
  if (rawHeaders.length >= 2 * maximumHeaders) return 431;
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) {
    // Somebody before us who speaks HTTP/1.0 does not know chunks.
    if (httpVersionMinor === 0) return 400;
    if (coding.toLowerCase() !== 'chunked') return 501;
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') return 417;
  const hosts = countHosts(rawHeaders);
  return hosts > 1 || (hosts === 0 && httpVersionMinor === 1) ? 400 : undefined;
}

function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}
