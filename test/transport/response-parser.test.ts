import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import { TransportError } from '../../runtime/transport/transport.js';
import { hold } from '../properties/hold.js';
import { answers, odd, responseProperties } from './response-properties.js';

describe('transport: answers of any bytes (RFC 9112 6.3, 11)', () => {
  for (const [rule, check] of responseProperties) it(rule, () => check(hold));

  it('over sockets: every exchange ends, and the next one gets its own answer', async () => {
    let bytes: Buffer = Buffer.alloc(0);
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (head) => {
        if (head.toString('latin1').startsWith('GET /odd')) socket.end(bytes);
        else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const transport = new HttpTransport();
    const get = async (path: string): Promise<string> => {
      const url = `http://127.0.0.1:${port}${path}`;
      const { body } = await transport.exchange({ method: 'GET', url, headers: ['Host', 'h'] });
      return body instanceof Readable ? text(body) : Buffer.from(body ?? []).toString();
    };
    try {
      await hold(
        fc.asyncProperty(
          fc.oneof(
            odd,
            answers.map((answer) => answer.bytes),
          ),
          async (input) => {
            bytes = input;
            await get('/odd').catch((error) => assert.ok(error instanceof TransportError, String(error)));
            assert.equal(await get('/next'), 'next');
          },
        ),
        60,
      );
    } finally {
      transport.close();
      server.close();
    }
  });
});
