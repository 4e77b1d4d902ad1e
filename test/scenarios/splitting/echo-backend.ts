import http from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Answers each request with its own body, in an order of its own: `/echo` within some milliseconds, `/refuse` with 500.
 * `/never` is never answered.
 */
export class EchoBackend {
  /** Connections whose request is being waited for. */
  readonly waiting = new Set<http.ServerResponse>();
  #requests = 0;

  private constructor(private readonly server: http.Server) {}

  static async start(): Promise<EchoBackend> {
    const server = http.createServer({ keepAliveTimeout: 60_000 }).listen(0, '127.0.0.1', 4096);
    await new Promise((resolve) => server.once('listening', resolve));
    const backend = new EchoBackend(server);
    server.on('request', (request, response) => backend.#take(request, response));
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  #take(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.waiting.add(response);
    response.on('close', () => this.waiting.delete(response));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/never') return;
      // Neighbours overtake each other, differently at each place.
      const delay = (this.#requests++ * 7) % 23;
      const type = request.headers['content-type'] ?? 'text/plain';
      setTimeout(() => response.writeHead(200, { 'Content-Type': type }).end(Buffer.concat(chunks)), delay);
    });
  }
}
