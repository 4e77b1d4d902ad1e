import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call to the token endpoint. */
export interface TokenCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly form: Readonly<Record<string, string>>;
  /** As it was sent. */
  readonly body: string;
}

export interface TokenReply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | object;
  /** Break the connection off. */
  reset?: boolean;
  /** Never answer. */
  hang?: boolean;
  /** Milliseconds before the answer. */
  delay?: number;
}

/** What the n-th call is answered, counted from 1. */
export type Answering = (call: TokenCall, count: number) => TokenReply | Promise<TokenReply>;

/** A real token endpoint on 127.0.0.1. Without an answer of one's own it grants `T1`, `T2`, … for an hour. */
export class TokenServer {
  readonly calls: TokenCall[] = [];

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    public answer: Answering,
  ) {}

  static async start(answer: Answering = grant()): Promise<TokenServer> {
    const http = createServer((request, response) => {
      void tokens.#serve(request, response).catch(() => response.destroy());
    });
    const tokens = new TokenServer(http, answer);
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    return tokens;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/token`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { method = '', url = '', headers } = request;
    const call = { method, path: url, headers, body, form: Object.fromEntries(new URLSearchParams(body)) };
    this.calls.push(call);
    const reply = await this.answer(call, this.calls.length);
    if (reply.hang) return;
    if (reply.reset) return void request.socket.destroy();
    if (reply.delay !== undefined) await new Promise((done) => setTimeout(done, reply.delay));
    response.writeHead(reply.status ?? 200, { 'Content-Type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'object' ? JSON.stringify(reply.body) : reply.body);
  }
}

/** Grants `T1`, `T2`, … with further members. */
export function grant(more: object = { expires_in: 3600 }, options: Omit<TokenReply, 'body'> = {}): Answering {
  return (_call, count) => ({ ...options, body: { access_token: `T${count}`, token_type: 'Bearer', ...more } });
}

/** The replies in turn; the last one repeats. */
export function inTurn(...replies: readonly TokenReply[]): Answering {
  return (_call, count) => replies[Math.min(count, replies.length) - 1] ?? {};
}

/** `access_token` with its text. */
export const granted = (token: string, more: object = { expires_in: 3600 }): TokenReply => ({
  body: { access_token: token, ...more },
});
