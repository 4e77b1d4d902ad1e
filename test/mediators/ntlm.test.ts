import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { NtlmCredentials } from '../../runtime/endpoint/ntlm.js';
import { nt2Hash, ntlm1Responses, ntlm2Responses } from '../../runtime/endpoint/ntlm-hash.js';
import { type RunResult, run } from '../../runtime/index.js';
import { javaText } from '../../runtime/java/text.js';

const account = { user: 'ada', password: 's3cret-pass', domain: 'CORP' };
const info = Buffer.from('02000800430041005200500000000000', 'hex');

/** What the server saw of one request. */
interface Seen {
  /** `none`, `Basic …`, or the type of the NTLM message. */
  authorization: string;
  body: string;
  /** Number of its connection. */
  connection: number;
}

/** A server that lets only one account in, by NTLM, each connection for itself. */
class NtlmServer {
  readonly seen: Seen[] = [];
  readonly #server: Server;
  readonly #connections: Socket[] = [];
  readonly #challenges = new Map<Socket, Buffer>();

  constructor(readonly options: { closeAfterChallenge?: boolean; offers?: string; challenge?: string } = {}) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/orders`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    if (!this.#connections.includes(socket)) this.#connections.push(socket);
    const authorization = request.headers.authorization ?? 'none';
    const token = Buffer.from(/^NTLM (.+)$/.exec(authorization)?.[1] ?? '', 'base64');
    const type = token.length > 0 ? `type ${token.readUInt32LE(8)}` : authorization;
    const body = await text(request);
    this.seen.push({ authorization: type, body, connection: this.#connections.indexOf(socket) });
    if (type === 'type 3' && this.#isRight(token, socket)) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(`{"echo":${body || 'null'}}`);
      return;
    }
    const challenge = type === 'type 1' ? `NTLM ${this.options.challenge ?? this.#challenge(socket)}` : undefined;
    const headers = { 'WWW-Authenticate': challenge ?? this.options.offers ?? 'NTLM', 'Content-Type': 'text/plain' };
    if (challenge && this.options.closeAfterChallenge) response.setHeader('Connection', 'close');
    response.writeHead(401, headers).end('go away');
  }

  #challenge(socket: Socket): string {
    const message = Buffer.alloc(48);
    message.write('NTLMSSP\0', 'latin1');
    message.writeUInt32LE(2, 8);
    message.writeUInt32LE(0x888201, 20);
    const challenge = randomBytes(8);
    challenge.copy(message, 24);
    message.writeUInt16LE(info.length, 40);
    message.writeUInt32LE(48, 44);
    this.#challenges.set(socket, challenge);
    return Buffer.concat([message, info]).toString('base64');
  }

  #isRight(token: Buffer, socket: Socket): boolean {
    const challenge = this.#challenges.get(socket);
    if (!challenge) return false;
    const at = token.readUInt32LE(24);
    const response = token.subarray(at, at + token.readUInt16LE(20));
    if (response.length === 24) return response.equals(ntlm1Responses(account.password, challenge).nt);
    const time = response.subarray(24, 32);
    const client = response.subarray(32, 40);
    assert.equal(nt2Hash(account).length, 16);
    return response.equals(ntlm2Responses(account, { server: challenge, client, targetInfo: info, time }).nt);
  }
}

const right = 'username="ada" password="s3cret-pass" domain="CORP"';
const blocking = 'blocking="true" initAxis2ClientOptions="false"';
const types = (server: NtlmServer) => server.seen.map(({ authorization }) => authorization);

describe('NTLM', () => {
  let server: NtlmServer;
  let url = '';
  const start = async (options?: NtlmServer['options']) => {
    server = new NtlmServer(options);
    url = await server.start();
  };
  afterEach(() => server.close());

  const flow = (steps: string): Promise<RunResult> =>
    run(`<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">${steps}</sequence>`, {
      contentType: 'application/json',
      body: '{"a":1}',
      properties: { default: { user: 'ada' } },
    });
  const call = (attributes: string) =>
    `<call ${attributes}><endpoint><http method="POST" uri-template="${url}"/></endpoint></call>`;

  for (const version of ['v1', 'v2', 'V2', undefined]) {
    it(`mediators 9.6: a blocking call authenticates by ntlmVersion ${version ?? 'v1, when absent'}`, async () => {
      await start();
      const attribute = version === undefined ? '' : `ntlmVersion="${version}"`;
      const result = await flow(`<NTLM ${right} ${attribute}/>${call(blocking)}`);
      assert.equal(result.error, undefined, JSON.stringify(result.error));
      assert.equal(result.message.body, '{"echo":{"a":1}}');
      assert.deepEqual(types(server), ['none', 'type 1', 'type 3']);
      assert.deepEqual(
        server.seen.map(({ body }) => body),
        ['{"a":1}', '', '{"a":1}'],
      );
      assert.equal(server.seen[1]?.connection, server.seen[2]?.connection);
    });
  }

  it('mediators 9.6: a callout with initAxis2ClientOptions="false" authenticates', async () => {
    await start();
    const result = await flow(
      `<NTLM ${right} ntlmVersion="v2"/><callout serviceURL="${url}" initAxis2ClientOptions="false"><source type="envelope"/></callout>`,
    );
    assert.equal(result.error, undefined, JSON.stringify(result.error));
    assert.deepEqual(types(server), ['none', 'type 1', 'type 3']);
  });

  it('mediators 9.6: values are expressions too', async () => {
    await start();
    const result = await flow(
      `<NTLM username="{$ctx:user}" password="{string('s3cret-pass')}" domain="{fn:concat('CO','RP')}" host="{json-eval($.none)}" ntlmVersion="{string('v2')}"/>${call(blocking)}`,
    );
    assert.equal(result.error, undefined, JSON.stringify(result.error));
    assert.equal(result.message.body, '{"echo":{"a":1}}');
  });

  for (const [what, attributes] of [
    ['a non-blocking call', ''],
    ['a blocking call that begins with options of its own', 'blocking="true"'],
    ['a blocking call with initAxis2ClientOptions="true"', 'blocking="true" initAxis2ClientOptions="true"'],
  ] as const) {
    it(`mediators 9.6: the credentials are not for ${what}`, async () => {
      await start();
      await flow(`<NTLM ${right}/>${call(attributes)}`);
      assert.deepEqual(types(server), ['none']);
    });
  }

  it('mediators 9.6: with host they go to that host alone', async () => {
    await start();
    await flow(`<NTLM ${right} host="other.example"/>${call(blocking)}`);
    assert.deepEqual(types(server), ['none']);
    const result = await flow(`<NTLM ${right} host="127.0.0.1"/>${call(blocking)}`);
    assert.equal(result.message.body, '{"echo":{"a":1}}');
  });

  it('mediators 9.6: a wrong password is a fault with the status, after one attempt', async () => {
    await start();
    const result = await flow(
      `<NTLM username="ada" password="wrong" domain="CORP" ntlmVersion="v2"/>${call(blocking)}`,
    );
    assert.equal(result.error?.code, 401);
    assert.deepEqual(types(server), ['none', 'type 1', 'type 3']);
  });

  it('mediators 9.6: a server that closes the connection after its challenge is a fault', async () => {
    await start({ closeAfterChallenge: true });
    const result = await flow(`<NTLM ${right}/>${call(blocking)}`);
    assert.equal(result.error?.code, 401);
  });

  it('mediators 9.6: a server that offers something else is not sent the messages', async () => {
    await start({ offers: 'Negotiate, Basic realm="NTLM"' });
    const result = await flow(`<NTLM ${right}/>${call(blocking)}`);
    assert.equal(result.error?.code, 401);
    assert.deepEqual(types(server), ['none']);
  });

  it('mediators 9.6: NTLM among other offers is taken', async () => {
    await start({ offers: 'Negotiate, NTLM' });
    const result = await flow(`<NTLM ${right}/>${call(blocking)}`);
    assert.equal(result.message.body, '{"echo":{"a":1}}');
  });

  it('mediators 9.6: a challenge that cannot be read is a fault that says so', async () => {
    await start({ challenge: 'AAAA' });
    const result = await flow(`<NTLM ${right}/>${call(blocking)}`);
    assert.match(result.error?.message ?? '', /The NTLM challenge of the server cannot be read/);
  });

  it('mediators 9.6: neither password nor messages are shown by a run', async () => {
    await start();
    const result = await flow(`<NTLM ${right}/>${call(blocking)}`);
    const shown = JSON.stringify(result);
    assert.ok(!shown.includes('s3cret-pass'), shown);
    assert.ok(!shown.includes('TlRMTVNTUAAD'), shown);
    const credentials = new NtlmCredentials({ user: 'ada', domain: 'CORP', version: 'v1' }, 's3cret-pass', undefined);
    assert.equal(javaText(credentials), 'NTLM v1 CORP\\ada');
  });
});
