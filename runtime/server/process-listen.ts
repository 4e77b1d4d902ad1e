import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { StartError } from './start-error.js';

/**
 * Connections of each server: Node's own list does not close those on which no request has begun, or that were
 * upgraded.
 */
const connections = new WeakMap<Server, Set<Socket>>();

/**
 * Listens; resolves with the address in use, whose port is the real one when `port` is 0.
 *
 * @param purpose what the port is for, as the message names it: `gateway, http`
 * @throws StartError that names the port when it is taken or not allowed
 */
export function listen(server: Server, port: number, host: string, purpose: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      reject(new StartError(`port ${port} on ${host} (${purpose}) ${listenFailure(error)}`, error));
    };
    server.once('error', fail);
    trackConnections(server);
    server.listen({ port, host }, () => {
      server.removeListener('error', fail);
      resolve(server.address() as AddressInfo);
    });
  });
}

function trackConnections(server: Server): void {
  const open = new Set<Socket>();
  connections.set(server, open);
  const track = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  server.on('connection', track).on('secureConnection', track);
}

function listenFailure(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'is taken by another process; choose another one, or --port-offset';
    case 'EACCES':
      return 'may not be used by this user';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'cannot be used: this machine does not have that address';
    default:
      return `cannot be used: ${error.message}`;
  }
}

/** How often connections that have become idle are looked for while closing. */
const sweepMs = 50;

/**
 * Stops servers that `listen` started, without losing an answer: no new connection is taken, running requests are answered and told that
 * the connection ends, and connections are closed as they fall idle.
 *
 * @param options.timeoutMs after which what still runs is cut off; 30 s (product 1)
 * @returns whether everything was answered in time
 */
export async function gracefulClose(
  servers: readonly (HttpServer | HttpsServer)[],
  options: { timeoutMs?: number } = {},
): Promise<boolean> {
  let answered = true;
  const deadline = setTimeout(() => {
    answered = false;
    for (const server of servers) closeConnections(server, () => true);
  }, options.timeoutMs ?? 30_000);
  await Promise.all(servers.map(closeWhenIdle));
  clearTimeout(deadline);
  return answered;
}

function closeWhenIdle(server: HttpServer | HttpsServer): Promise<void> {
  if (!server.listening) return Promise.resolve();
  server.prependListener('request', (_request, response) => {
    response.setHeader('Connection', 'close');
  });
  return new Promise((resolve) => {
    const closeIdle = (): void => {
      server.closeIdleConnections();
      closeConnections(server, (socket) => socket.bytesRead === 0);
    };
    const sweep = setInterval(closeIdle, sweepMs);
    closeIdle();
    server.close(() => {
      clearInterval(sweep);
      resolve();
    });
  });
}

function closeConnections(server: Server, condition: (socket: Socket) => boolean): void {
  for (const socket of connections.get(server) ?? []) {
    if (condition(socket)) socket.destroy();
  }
}
