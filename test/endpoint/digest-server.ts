import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the server took it. */
export interface DigestCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly length: number;
  readonly nc: string | undefined;
  readonly status: number;
}

type Algorithm = 'MD5' | 'SHA-256';

/** A backend that lets in `user` with `pa"ss` by Digest (RFC 7616); real HTTP on 127.0.0.1. */
export class DigestServer {
  readonly calls: DigestCall[] = [];
  algorithms: Algorithm[] = ['MD5'];
  /** Another challenge than those of the algorithms. */
  challenge: string | undefined;
  readonly #nonces = new Map<string, Set<string>>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const { method = '', url: path = '', headers } = request;
      const body = await text(request);
      const fields = fieldsOf(headers.authorization ?? '');
      const status = this.#admits(method, path, fields) ? 200 : 401;
      const { authorization, 'content-type': contentType } = headers;
      this.calls.push({ method, path, authorization, contentType, length: body.length, nc: fields.nc, status });
      if (status === 401) response.setHeader('WWW-Authenticate', this.#challenges(fields));
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ method, path, body }));
    });
  }

  static async start(): Promise<DigestServer> {
    const server = new DigestServer();
    await new Promise<void>((done) => server.#server.listen(0, '127.0.0.1', done));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What came so far: `200` or `401` with the count of its nonce. */
  get told(): string[] {
    return this.calls.map(({ status, nc }) => `${status} ${nc ?? '-'}`);
  }

  /** Takes no nonce any more that it has given out. */
  expireNonces(): void {
    this.#nonces.clear();
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #challenges({ nonce: old }: Record<string, string>): string[] {
    if (this.challenge !== undefined) return [this.challenge];
    const nonce = randomBytes(12).toString('base64');
    this.#nonces.set(nonce, new Set());
    const stale = old !== undefined && !this.#nonces.has(old) ? ', stale=true' : '';
    return this.algorithms.map(
      (name) => `Digest realm="the \\"realm\\"", nonce="${nonce}", qop="auth", algorithm=${name}${stale}`,
    );
  }

  #admits(method: string, path: string, fields: Record<string, string>): boolean {
    const { nonce = '', nc = '', cnonce, algorithm = 'MD5' } = fields;
    const used = this.#nonces.get(nonce);
    if (!used || used.has(nc) || fields.uri !== path || algorithm !== this.algorithms.at(-1)) return false;
    used.add(nc);
    const hash = (whole: string) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(whole)
        .digest('hex');
    const secret = hash('user:the "realm":pa"ss');
    return fields.response === hash(`${secret}:${nonce}:${nc}:${cnonce}:auth:${hash(`${method}:${path}`)}`);
  }
}

function fieldsOf(header: string): Record<string, string> {
  const pairs = header.matchAll(/([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g);
  return Object.fromEntries(
    [...pairs].map(([, name, quoted, token]) => [name, quoted?.replace(/\\(.)/g, '$1') ?? token]),
  );
}
