import type { ServerResponse } from 'node:http';

/**
 * Writes an answer whose status line says HTTP/1.0, which node:http never does, and closes the connection behind it
 * (message-model 2.5, FORCE_HTTP_1.0). Status and headers are those that are set on the response.
 */
export function endAsHttp10(response: ServerResponse, body: Uint8Array | undefined): void {
  const { socket, statusCode, statusMessage } = response;
  if (!socket) return;
  const headers = response.getHeaderNames().flatMap((name) => {
    const value = response.getHeader(name);
    return [value ?? []].flat().map((one) => `${name}: ${one}\r\n`);
  });
  const length = body === undefined ? 'Content-Length: 0\r\n' : '';
  const head = `HTTP/1.0 ${statusCode} ${statusMessage}\r\n${headers.join('')}${length}Connection: close\r\n\r\n`;
  socket.write(head, 'latin1');
  socket.end(body ?? '');
}
