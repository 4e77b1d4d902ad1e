import type { Socket } from 'node:net';
import type { TBufferedTransport, TProtocol } from 'thrift';
import type { Thrift } from './thrift-package.js';

/** A call of a service: its name, its arguments, and what the exceptions that it declares are called, by their fields. */
export interface ThriftCall {
  readonly name: string;
  /** Writes the fields of the arguments, without their end. */
  write(out: TProtocol, thrift: Thrift): void;
  readonly exceptions: Readonly<Record<number, RefusalKind>>;
}

/** Why a server refuses a call. */
export type RefusalKind = 'authentication' | 'session-expired' | 'undefined-stream' | 'definition' | 'application';

/** The server has answered, and does not do what it was asked for. */
export class BridgeRefusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    message: string,
  ) {
    super(message);
  }
}

/** Bytes of an answer at most: they are session ids, stream ids and messages. */
const maximumAnswer = 1024 * 1024;

/** The call that is under way. */
interface Pending {
  readonly call: ThriftCall;
  readonly id: number;
  resolve(answer: string | undefined): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
  bytes: number;
}

/** Calls a Thrift service in its binary protocol over a connection, one call after the other. */
export class ThriftConnection {
  readonly #thrift: Thrift;
  readonly #socket: Socket;
  #last = 0;
  #pending: Pending | undefined;
  #closed: Error | undefined;

  /** @param socket that is connected; it belongs to this object from now on */
  constructor(thrift: Thrift, socket: Socket) {
    this.#thrift = thrift;
    this.#socket = socket;
    const receive = thrift.TBufferedTransport.receiver((arrived) => this.#read(arrived), 0);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk, receive));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the connection was closed')));
    socket.setNoDelay(true);
    // An unused connection keeps no process alive.
    socket.unref();
  }

  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  /**
   * @param timeoutMs for the answer
   * @returns the text that the service answers with; undefined when it answers with none
   * @throws BridgeRefusal when the service refuses, Error when the connection fails or no answer comes in time
   */
  call(call: ThriftCall, timeoutMs: number): Promise<string | undefined> {
    if (this.#closed) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      const late = () => this.#end(new Error(`no answer to ${call.name} within ${timeoutMs} ms`));
      this.#pending = { call, id, resolve, reject, timer: setTimeout(late, timeoutMs), bytes: 0 };
      this.#socket.ref();
      this.#send(call, id);
    });
  }

  close(): void {
    this.#end(new Error('the connection was closed'));
  }

  #send(call: ThriftCall, id: number): void {
    const { TBinaryProtocol, TBufferedTransport, Thrift } = this.#thrift;
    const buffer = new TBufferedTransport(undefined, (bytes) => this.#socket.write(bytes as Buffer));
    const out = new TBinaryProtocol(buffer);
    try {
      out.writeMessageBegin(call.name, Thrift.MessageType.CALL, id);
      out.writeStructBegin(call.name);
      call.write(out, this.#thrift);
      out.writeFieldStop();
      out.writeStructEnd();
      out.writeMessageEnd();
      out.flush();
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #receive(chunk: Buffer, receive: (chunk: Buffer) => void): void {
    const pending = this.#pending;
    if (!pending) {
      this.#end(new Error('the server sent something that it was not asked for'));
      return;
    }
    pending.bytes += chunk.length;
    if (pending.bytes > maximumAnswer) {
      this.#end(new Error(`the answer to ${pending.call.name} is too large`));
      return;
    }
    try {
      receive(chunk);
    } catch (error) {
      this.#end(new Error(`the answer to ${pending.call.name} is no Thrift: ${(error as Error).message}`));
    }
  }

  /** Takes the answer when all of it is there. */
  #read(arrived: TBufferedTransport): void {
    const pending = this.#pending;
    if (!pending) return;
    let answer: string | BridgeRefusal | undefined;
    try {
      answer = this.#answer(new this.#thrift.TBinaryProtocol(arrived, true), pending);
    } catch (error) {
      if ((error as Error).name !== 'InputBufferUnderrunError') throw error;
      arrived.rollbackPosition();
      return;
    }
    arrived.commitPosition();
    clearTimeout(pending.timer);
    this.#pending = undefined;
    this.#socket.unref();
    if (answer instanceof BridgeRefusal) pending.reject(answer);
    else pending.resolve(answer);
  }

  #answer(input: TProtocol, { call, id }: Pending): string | BridgeRefusal | undefined {
    const { MessageType, Type } = this.#thrift.Thrift;
    const { mtype, rseqid } = input.readMessageBegin();
    if (rseqid !== id) throw new Error(`it answers call ${rseqid}, not ${id}`);
    const isFailure = mtype === MessageType.EXCEPTION;
    if (!isFailure && mtype !== MessageType.REPLY) throw new Error(`a message of type ${mtype}`);
    let answer: string | BridgeRefusal | undefined;
    this.#readStruct(input, (fid, ftype) => {
      const kind = call.exceptions[fid];
      if (isFailure && fid === 1 && ftype === Type.STRING)
        answer = new BridgeRefusal('application', input.readString());
      else if (!isFailure && fid === 0 && ftype === Type.STRING) answer = input.readString();
      else if (!isFailure && kind && ftype === Type.STRUCT) answer = new BridgeRefusal(kind, this.#message(input));
      else input.skip(ftype);
    });
    input.readMessageEnd();
    return isFailure ? (answer ?? new BridgeRefusal('application', 'the server failed')) : answer;
  }

  /** The text in an exception of the service: all of them are the same. */
  #message(input: TProtocol): string {
    const { Type } = this.#thrift.Thrift;
    let message = '';
    this.#readStruct(input, (fid, ftype) => {
      if (fid === 1 && ftype === Type.STRING) message = input.readString();
      else input.skip(ftype);
    });
    return message;
  }

  /** @param read reads the value of a field, or skips it */
  #readStruct(input: TProtocol, read: (fid: number, ftype: number) => void): void {
    const { STOP } = this.#thrift.Thrift.Type;
    input.readStructBegin();
    for (let field = input.readFieldBegin(); field.ftype !== STOP; field = input.readFieldBegin()) {
      read(field.fid, field.ftype);
      input.readFieldEnd();
    }
    input.readStructEnd();
  }

  #end(error: Error): void {
    if (this.#closed) return;
    this.#closed = error;
    this.#socket.destroy();
    const pending = this.#pending;
    this.#pending = undefined;
    if (!pending) return;
    clearTimeout(pending.timer);
    pending.reject(error);
  }
}
