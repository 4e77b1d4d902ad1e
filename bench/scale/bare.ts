/**
 * Forwarders that do no more than they must, to see what each layer costs: `bare.js KIND PORT BACKEND_PORT`. They rely on what
 * the load generator and the backend send: one request at a time, head and body in one piece, `Content-Length`, keep-alive.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { HttpTransport } from '../../runtime/transport/http-transport.js';

const [kind = '', port, backendPort] = process.argv.slice(2);
const backend = { host: '127.0.0.1', port: Number(backendPort), noDelay: true };

/** A connection to the backend, and who waits for its next answer. */
interface Line {
  readonly socket: Socket;
  answered(answer: Buffer): void;
}

const idle: Line[] = [];

function ask(request: string, answered: (answer: Buffer) => void): void {
  let line = idle.pop();
  while (line && !line.socket.writable) line = idle.pop();
  send(line ?? open(), request, answered);
}

function send(line: Line, request: string, answered: (answer: Buffer) => void): void {
  line.answered = (answer) => {
    idle.push(line);
    answered(answer);
  };
  line.socket.write(request, 'latin1');
}

function open(): Line {
  const line: Line = { socket: connect(backend), answered: () => {} };
  line.socket.on('data', (answer) => line.answered(answer)).on('error', () => {});
  return line;
}

/** The lines of a head, and where the body begins. */
function parted(message: Buffer): { lines: string[]; body: string } {
  const end = message.indexOf('\r\n\r\n');
  return { lines: message.toString('latin1', 0, end).split('\r\n'), body: message.toString('latin1', end + 4) };
}

/** Names and values in turn. */
const headersOf = (lines: readonly string[]): string[] =>
  lines.slice(1).flatMap((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });

const headText = (first: string, headers: readonly string[]): string =>
  `${first}\r\n${headers.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('')}\r\n`;

const bodyOf = (request: IncomingMessage): Buffer => (request.read() as Buffer | null) ?? Buffer.alloc(0);
const requestLine = ({ method, url }: IncomingMessage): string => `${method} ${url} HTTP/1.1`;
const transport = new HttpTransport();

const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  itself(request, response) {
    const body = bodyOf(request);
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(body.length)]);
    response.end(body.toString('latin1'), 'latin1');
  },
  socket(request, response) {
    const head = headText(requestLine(request), request.rawHeaders);
    ask(head + bodyOf(request).toString('latin1'), (answer) => {
      const { lines, body } = parted(answer);
      response.writeHead(200, headersOf(lines));
      response.end(body, 'latin1');
    });
  },
  exchange(request, response) {
    const url = `http://127.0.0.1:${backendPort}${request.url}`;
    const length = request.headers['content-length'];
    transport
      .exchange({
        method: request.method ?? 'GET',
        url,
        headers: request.rawHeaders,
        body: length === undefined ? undefined : request,
        contentLength: length === undefined ? undefined : Number(length),
        deadline: 60_000,
      })
      .then(
        ({ status, reason, headers, body }) => {
          response.writeHead(status, reason, headers as string[]);
          response.end(body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : '', 'latin1');
        },
        () => response.destroy(),
      );
  },
};

if (kind === 'sockets') {
  createServer({ noDelay: true }, (client) => {
    client.on('error', () => {});
    client.on('data', (message) => {
      const { lines, body } = parted(message);
      ask(headText(lines[0] ?? '', headersOf(lines)) + body, (answer) => {
        const { lines, body } = parted(answer);
        client.write(headText(lines[0] ?? '', headersOf(lines)) + body, 'latin1');
      });
    });
  }).listen(Number(port), '127.0.0.1');
} else {
  const answer = answers[kind];
  if (!answer) throw new Error(`No such kind: ${kind}`);
  // The body is handed over in the turn of the head.
  createHttpServer((request, response) => process.nextTick(answer, request, response)).listen(
    Number(port),
    '127.0.0.1',
  );
}
