import type { Socket } from 'node:net';
import { OutboundDenied } from './outbound-rules.js';
import { protocolState, TransportError } from './transport.js';

/** What opening a connection may take: milliseconds, and what running out of them is called. */
export interface ConnectLimit {
  readonly ms: number;
  readonly kind: 'deadline' | 'connect-timeout';
}

/**
 * Resolves when the socket that `open` begins to connect is ready: with `secure`, when TLS is.
 * @throws TransportError when it is refused, unreachable or forbidden, or the limit is over
 */
export function openSocket(open: () => Socket, secure: boolean, limit: ConnectLimit): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      clearTimeout(timer);
      reject(connectError(error));
    };
    const timer = setTimeout(() => {
      reject(new TransportError(limit.kind, `No connection within ${limit.ms} ms`));
      socket?.destroy();
    }, limit.ms);
    let socket: Socket | undefined;
    try {
      socket = open();
    } catch (error) {
      refuse(error as Error);
      return;
    }
    const opened = socket;
    opened.once('error', refuse);
    opened.once(secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      opened.off('error', refuse);
      resolve(opened);
    });
  });
}

/** Why no connection came about: the system's own code, or the rule that forbids it. */
export function connectError(error: Error): TransportError {
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
  const denied = error instanceof OutboundDenied ? error : errors?.find((one) => one instanceof OutboundDenied);
  return new TransportError('connect', denied?.message ?? code ?? error.message, protocolState.requestReady, error);
}
