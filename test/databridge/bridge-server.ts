import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import thrift, { type TProtocol } from 'thrift';
import { certificates } from '../transport/certificates.js';

const { Type, MessageType } = thrift.Thrift;

/** A value as it stands on the wire: a struct is a map by field, a long a text. */
type Wire = string | number | boolean | Wire[] | Map<number | string, Wire>;

/** One event, taken out of a bundle as a receiver does, with the types that its stream was defined with. */
export interface Received {
  stream: string;
  timestamp: number;
  meta: unknown[];
  correlation: unknown[];
  payload: unknown[];
  arbitrary: Record<string, string> | undefined;
}

/** What a call is refused with: the field of the declared exception, or `application`. */
export interface Refuse {
  field: number | 'application';
  message: string;
}

/** A receiver of the data bridge with its authenticator, on real sockets. */
export class BridgeServer {
  readonly events: Received[] = [];
  /** Names of the calls in their order, `connect` and `disconnect` with what they were called with. */
  readonly calls: string[] = [];
  readonly definitions: Record<string, unknown>[] = [];
  /** Events of each bundle. */
  readonly bundles: number[] = [];
  /** Decides on a call before it is done. */
  refuse: (name: string, argument: Map<number | string, Wire>) => Refuse | undefined = () => undefined;
  /** Nothing is answered while this is set. */
  silent = false;
  readonly #sessions = new Set<string>();
  #sockets = new Set<Socket>();
  #servers: Server[] = [];
  #last = 0;
  port = 0;
  securePort = 0;

  /** @param ports to listen at, of a server that was stopped */
  static async start(ports: { port?: number; securePort?: number } = {}): Promise<BridgeServer> {
    const server = new BridgeServer();
    const { server: tls } = await certificates();
    const processor = server.#processor();
    const plain = thrift.createServer(processor as never, {} as never) as unknown as Server;
    const secure = thrift.createServer(processor as never, {} as never, { tls } as never) as unknown as Server;
    for (const [one, port] of [[plain, ports.port] as const, [secure, ports.securePort] as const]) {
      one.on('connection', (socket: Socket) => server.#sockets.add(socket));
      one.on('error', () => {});
      one.listen(port ?? 0, '127.0.0.1');
      await once(one, 'listening');
    }
    server.#servers = [plain, secure];
    server.port = (plain.address() as AddressInfo).port;
    server.securePort = (secure.address() as AddressInfo).port;
    return server;
  }

  get receiverUrl(): string {
    return `tcp://127.0.0.1:${this.port}`;
  }

  get authenticatorUrl(): string {
    return `ssl://127.0.0.1:${this.securePort}`;
  }

  /** Sessions that were begun are unknown from now on. */
  expireSessions(): void {
    this.#sessions.clear();
  }

  async stop(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #processor() {
    const process = (input: TProtocol, output: TProtocol) => {
      const { fname, rseqid } = input.readMessageBegin();
      const given = read(input, Type.STRUCT) as Map<number | string, Wire>;
      input.readMessageEnd();
      if (this.silent) return;
      this.#answer(fname, given, output, rseqid);
    };
    return class {
      process = process;
    };
  }

  #answer(name: string, given: Map<number | string, Wire>, output: TProtocol, id: number): void {
    const texts = name === 'connect' || name === 'disconnect' ? ` ${[...given.values()].join(' ')}` : '';
    this.calls.push(`${name}${texts}`);
    const refused = this.refuse(name, given) ?? this.#expired(name, given);
    const isFailure = refused?.field === 'application';
    output.writeMessageBegin(name, isFailure ? MessageType.EXCEPTION : MessageType.REPLY, id);
    output.writeStructBegin('');
    if (isFailure) writeText(output, 1, refused.message);
    else if (refused) {
      output.writeFieldBegin('', Type.STRUCT, refused.field as number);
      output.writeStructBegin('');
      writeText(output, 1, refused.message);
      output.writeFieldStop();
      output.writeStructEnd();
    } else {
      const answer = this.#do(name, given);
      if (answer !== undefined) writeText(output, 0, answer);
    }
    output.writeFieldStop();
    output.writeMessageEnd();
    output.flush();
  }

  #expired(name: string, given: Map<number | string, Wire>): Refuse | undefined {
    if (name === 'connect' || name === 'disconnect') return undefined;
    const session = name === 'publish' ? (given.get(1) as Map<number, Wire>).get(1) : given.get(1);
    if (this.#sessions.has(String(session))) return undefined;
    return { field: name === 'publish' ? 2 : 4, message: 'Session expired' };
  }

  #do(name: string, given: Map<number | string, Wire>): string | undefined {
    if (name === 'connect') {
      const session = `session-${++this.#last}`;
      this.#sessions.add(session);
      return session;
    }
    if (name === 'defineStream') {
      const definition = JSON.parse(String(given.get(2)));
      this.definitions.push(definition);
      return `${definition.name}:${definition.version}`;
    }
    if (name === 'publish') this.#take(given.get(1) as Map<number, Wire>);
    return undefined;
  }

  /** Each event takes its values out of the lists of their kinds, one after the other. */
  #take(bundle: Map<number, Wire>): void {
    const lists = new Map([3, 4, 5, 6, 7].map((field) => [field, [...((bundle.get(field) as Wire[]) ?? [])]]));
    const next = (field: number) => lists.get(field)?.shift();
    const count = bundle.get(2) as number;
    this.bundles.push(count);
    for (let index = 0; index < count; index++) {
      const stream = String(next(7));
      const timestamp = Number(next(4));
      const definition = this.definitions.find(({ name, version }) => `${name}:${version}` === stream) ?? {};
      const values = (list: string) =>
        ((definition[list] as { type: string }[]) ?? []).map(({ type }) => next(fields[type] as number));
      const arbitrary = (bundle.get(8) as Map<number, Map<string, string>> | undefined)?.get(index);
      this.events.push({
        stream,
        timestamp,
        meta: values('metaData'),
        correlation: values('correlationData'),
        payload: values('payloadData'),
        arbitrary: arbitrary && Object.fromEntries(arbitrary),
      });
    }
  }
}

const fields: Readonly<Record<string, number>> = { INT: 3, LONG: 4, FLOAT: 5, DOUBLE: 5, BOOL: 6, STRING: 7 };

function writeText(output: TProtocol, field: number, text: string): void {
  output.writeFieldBegin('', Type.STRING, field);
  output.writeString(text);
  output.writeFieldEnd();
}

function read(input: TProtocol, type: number): Wire {
  if (type === Type.BOOL) return input.readBool();
  if (type === Type.I32) return input.readI32();
  if (type === Type.I64) return input.readI64().buffer.readBigInt64BE().toString();
  if (type === Type.DOUBLE) return input.readDouble();
  if (type === Type.STRING) return input.readString();
  if (type === Type.LIST) {
    const { etype, size } = input.readListBegin();
    return Array.from({ length: size }, () => read(input, etype));
  }
  if (type === Type.MAP) {
    const { ktype, vtype, size } = input.readMapBegin();
    return new Map(
      Array.from({ length: size }, (): [number | string, Wire] => [
        read(input, ktype) as number | string,
        read(input, vtype),
      ]),
    );
  }
  if (type !== Type.STRUCT) throw new Error(`Invalid type: ${type}`);
  const found = new Map<number, Wire>();
  input.readStructBegin();
  for (let field = input.readFieldBegin(); field.ftype !== Type.STOP; field = input.readFieldBegin()) {
    found.set(field.fid, read(input, field.ftype));
    input.readFieldEnd();
  }
  input.readStructEnd();
  return found;
}
