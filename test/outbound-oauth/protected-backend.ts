import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the backend took it. */
export interface BackendCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Serve = (call: BackendCall, response: ServerResponse) => void;

/** A backend that answers 401 unless the token is one of `valid`; real HTTP on 127.0.0.1. */
export class TestBackend {
  readonly calls: BackendCall[] = [];
  /** Bearer tokens that are let in. */
  readonly valid = new Set<string>();
  /** Other answers than 200 and 401. */
  serve: Serve | undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TestBackend> {
    const server = createServer((request, response) => {
      void backend.#take(request, response).catch(() => response.destroy());
    });
    const backend = new TestBackend(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Tokens in the order in which they came. */
  get tokens(): string[] {
    return this.calls.map(({ authorization = '-' }) => authorization.replace(/^Bearer /, ''));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { method = '', url = '', headers } = request;
    const call = { method, path: url, headers, authorization: headers.authorization, body };
    this.calls.push(call);
    if (this.serve) return this.serve(call, response);
    const known = this.valid.has((headers.authorization ?? '').replace(/^Bearer /, ''));
    response.writeHead(known ? 200 : 401, { 'Content-Type': 'application/json' });
    response.end(known ? JSON.stringify({ body }) : '{"error":"missing_credentials"}');
  }
}
