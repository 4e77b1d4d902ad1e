import type { Target } from './target.js';
import { TransportError, type TransportRequest } from './transport.js';

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not stand in a header value
const control = /\r\n|[\u0000-\u0008\u000a-\u001f\u007f]/g;
/** What may stand in a value as it is. */
const plainValue = /^[\t\x20-\x7e\x80-\xff]*$/;
/**
 * Headers of the connection, which the transport writes itself. `Expect` is one of them: the body is sent without
 * waiting, but a backend that refuses before it reads could take a body that it did not ask for as the next request.
 */
const connectionHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
  'proxy-connection',
]);
/** Which lengths of names are worth a look into {@link connectionHeaders}. */
const connectionLengths = new Set([...connectionHeaders].map(({ length }) => length));

/** How a body goes out. */
export type BodyFraming = { kind: 'none' } | { kind: 'length'; length: number } | { kind: 'chunked' };

/**
 * The head of a request as latin1 text, which carries bytes unchanged. Line breaks and other control characters in a
 * value become a blank, as the reference engine writes them; so a value can never begin another header.
 * @throws TransportError `request` for a method or header name that is no token.
 */
export function requestHead(request: TransportRequest, target: Target, body: BodyFraming): string {
  if (!token.test(request.method)) throw new TransportError('request', 'The HTTP method is not valid');
  const scheme = target.secure ? 'https' : 'http';
  const uri = request.absoluteUri ? `${scheme}://${target.authority}${target.path}` : target.path;
  let head = `${request.method} ${uri} HTTP/1.${request.http10 ? 0 : 1}\r\n`;
  for (let index = 0; index + 1 < request.headers.length; index += 2) {
    const name = request.headers[index] as string;
    if (connectionLengths.has(name.length) && connectionHeaders.has(name.toLowerCase())) continue;
    if (!token.test(name)) throw new TransportError('request', `"${name.replace(control, ' ')}" is no header name`);
    head += `${name}: ${headerValue(request.headers[index + 1] as string)}\r\n`;
  }
  if (body.kind === 'length') head += `Content-Length: ${body.length}\r\n`;
  else if (body.kind === 'chunked') head += 'Transfer-Encoding: chunked\r\n';
  if (request.keepAlive === false || request.http10) head += 'Connection: Close\r\n';
  return `${head}\r\n`;
}

/** Characters above one byte are written as UTF-8; others as the byte that they are. */
function headerValue(value: string): string {
  if (plainValue.test(value)) return value;
  const clean = value.replace(control, ' ');
  for (let index = 0; index < clean.length; index++) {
    if (clean.charCodeAt(index) > 255) return Buffer.from(clean, 'utf8').toString('latin1');
  }
  return clean;
}
