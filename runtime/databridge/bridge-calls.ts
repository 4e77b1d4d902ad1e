import type { TProtocol } from 'thrift';
import { type DataEvent, definitionJson, type StreamDefinition } from './data-event.js';
import { writeEventBundle } from './event-bundle.js';
import type { ThriftCall } from './thrift-connection.js';
import type { Thrift } from './thrift-package.js';

/** Logs in, at the authenticator only; answers with the id of the session. */
export const connectCall = (user: string, password: string): ThriftCall => ({
  name: 'connect',
  write: (out, thrift) => writeTexts(out, thrift, [user, password]),
  exceptions: { 1: 'authentication' },
});

/** Ends a session, at the authenticator only. */
export const disconnectCall = (sessionId: string): ThriftCall => ({
  name: 'disconnect',
  write: (out, thrift) => writeTexts(out, thrift, [sessionId]),
  exceptions: {},
});

/** Tells what the events of a stream consist of; answers with the stream's id. */
export const defineStreamCall = (sessionId: string, stream: StreamDefinition): ThriftCall => ({
  name: 'defineStream',
  write: (out, thrift) => writeTexts(out, thrift, [sessionId, definitionJson(stream)]),
  exceptions: { 1: 'definition', 2: 'definition', 3: 'definition', 4: 'session-expired' },
});

/** Hands events over. */
export const publishCall = (sessionId: string, events: readonly DataEvent[]): ThriftCall => ({
  name: 'publish',
  write(out, thrift) {
    out.writeFieldBegin('eventBundle', thrift.Thrift.Type.STRUCT, 1);
    writeEventBundle(thrift, out, sessionId, events);
    out.writeFieldEnd();
  },
  exceptions: { 1: 'undefined-stream', 2: 'session-expired' },
});

/** Arguments that are texts, numbered from 1. */
function writeTexts(out: TProtocol, thrift: Thrift, texts: readonly string[]): void {
  for (const [index, text] of texts.entries()) {
    out.writeFieldBegin('', thrift.Thrift.Type.STRING, index + 1);
    out.writeString(text);
    out.writeFieldEnd();
  }
}
