import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import { protocolState, type TransportRequest } from '../../runtime/transport/transport.js';

const endless = (): Readable =>
  new Readable({
    read() {
      this.push(Buffer.alloc(65_536));
    },
  });
const silent = (): Readable => {
  const source = new PassThrough();
  source.write('begin');
  return source;
};

/** What the backend does, the request, and how it fails. */
const rows: [
  phase: string,
  backend: (socket: Socket) => void,
  request: Partial<TransportRequest>,
  failure: { kind: string; state: number },
][] = [
  [
    'the backend does not read the body',
    (socket) => socket.pause(),
    { method: 'POST', body: endless(), socketTimeout: 100 },
    { kind: 'timeout', state: protocolState.requestBody },
  ],
  [
    'the client does not send on',
    (socket) => socket.resume(),
    { method: 'POST', body: silent(), socketTimeout: 100 },
    { kind: 'timeout', state: protocolState.requestBody },
  ],
  [
    'no answer comes',
    (socket) => socket.resume(),
    { socketTimeout: 100 },
    { kind: 'timeout', state: protocolState.requestDone },
  ],
  [
    'interim answers come, but no other',
    (socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20);
      socket.on('close', () => clearInterval(timer)).resume();
    },
    { deadline: 150, socketTimeout: 10_000 },
    { kind: 'deadline', state: protocolState.requestDone },
  ],
  [
    'the head of the answer does not end',
    (socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nX: ')),
    { socketTimeout: 100 },
    { kind: 'timeout', state: protocolState.requestDone },
  ],
  [
    'the body of the answer stops',
    (socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc')),
    { socketTimeout: 100 },
    { kind: 'timeout', state: protocolState.responseBody },
  ],
];

describe('message-model 6.7: no traffic within the time-out, by phase', () => {
  for (const [phase, serve, request, failure] of rows) {
    it(phase, async () => {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        serve(socket);
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const transport = new HttpTransport();
      const exchange = async (): Promise<void> => {
        const { body } = await transport.exchange({ method: 'GET', url, headers: ['Host', 'h'], ...request });
        assert.ok(body instanceof Readable);
        await text(body);
      };
      await assert.rejects(exchange(), failure);
      transport.close();
      server.close();
    });
  }
});
