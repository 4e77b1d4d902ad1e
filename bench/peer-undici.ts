/**
 * The peer of the forwarding figures: the least a Node gateway can do. A raw `node:http` server that hands every request
 * to one backend with undici's `dispatch`-level stream API. Arguments: backend URL. Prints its URL when it listens.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const target = new URL(process.argv[2] ?? 'http://127.0.0.1:1');
const pool = new Pool(target.origin, { connections: 100, pipelining: 1 });
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host']);

const server = createServer((request, response) => {
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    hopByHop.has(name) || value === undefined ? [] : [name, String(value)],
  );
  pool
    .stream(
      {
        path: request.url ?? '/',
        method: (request.method ?? 'GET') as 'GET',
        headers,
        body: request.method === 'GET' ? null : request,
      },
      ({ statusCode, headers: answer }) => {
        for (const [name, value] of Object.entries(answer)) {
          if (value !== undefined && !hopByHop.has(name)) response.setHeader(name, value);
        }
        response.writeHead(statusCode);
        return response;
      },
    )
    .catch(() => response.destroy());
});

server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);
