import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the servers took it. */
export interface Seen {
  readonly url: string;
  readonly type: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What the token server answers instead of a token. */
export type TokenAnswer = { status: number; body: string } | 'reset';

/** Token server, translator and search engine in one (api-management 4.3, test doubles); real HTTP on 127.0.0.1. */
export class TranslationBackend {
  readonly seen: Seen[] = [];
  /** Undefined: a token. */
  tokenAnswer: TokenAnswer | undefined;
  /** The member `expires_in` of its answers: text, as Apigee sends it. */
  expiresIn = '600';
  /** What a token request waits for. */
  beforeToken: () => Promise<unknown> = () => Promise.resolve();
  #issued = 0;
  readonly #valid = new Set<string>();
  readonly #server = http.createServer(async (request, response) => {
    let body = '';
    for await (const data of request) body += data;
    const { 'content-type': type, authorization } = request.headers;
    this.seen.push({ url: request.url ?? '', type, authorization, body });
    if (request.url === '/token') await this.#grant(request, response);
    else this.#answer(request, response);
  });

  static async start(): Promise<TranslationBackend> {
    const backend = new TranslationBackend();
    await new Promise<void>((resolve) => backend.#server.listen(0, '127.0.0.1', resolve));
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** URLs that begin so, in the order in which they came. */
  paths(prefix: string): string[] {
    return this.seen.map(({ url }) => url).filter((url) => url.startsWith(prefix));
  }

  /** Languages that texts were translated to. */
  get languages(): (string | null)[] {
    return this.paths('/translate/Translate').map((url) => new URL(url, 'http://h').searchParams.get('to'));
  }

  /** The translator takes none of the tokens any more that were issued so far. */
  revoke(): void {
    this.#valid.clear();
  }

  /** Back to what a test begins with. */
  reset(): void {
    this.seen.splice(0);
    this.tokenAnswer = undefined;
    this.expiresIn = '600';
    this.beforeToken = () => Promise.resolve();
  }

  async #grant(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    await this.beforeToken();
    if (this.tokenAnswer === 'reset') return void request.socket.destroy();
    response.setHeader('Content-Type', 'application/json');
    if (this.tokenAnswer) {
      response.statusCode = this.tokenAnswer.status;
      return void response.end(this.tokenAnswer.body);
    }
    const token = `granted-${++this.#issued}`;
    this.#valid.add(`Bearer ${token}`);
    response.end(JSON.stringify({ access_token: token, token_type: 'jwt', expires_in: this.expiresIn, scope: 's' }));
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://h');
    if (!pathname.startsWith('/translate/')) {
      response.setHeader('Content-Type', 'application/json');
      return void response.end('{"results":[{"text":"uno"},{"text":"dos"}],"page":1}');
    }
    if (!this.#valid.has(request.headers.authorization ?? '')) {
      response.writeHead(401, { 'Content-Type': 'text/html' });
      return void response.end('<html><body><h1>Argument Exception</h1></body></html>');
    }
    const found = `${searchParams.get('to')}(${searchParams.get('text')})`;
    response.setHeader('Content-Type', 'application/xml; charset=utf-8');
    response.end(`<string xmlns="http://translate">${pathname.endsWith('/Detect') ? 'en' : found}</string>`);
  }
}
