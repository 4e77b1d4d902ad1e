import { connect, type Socket, type TcpSocketConnectOpts } from 'node:net';

/** What has just been read, of whichever socket: it is copied before another one is read. */
const readInto = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Opens a TCP connection that emits `data` as any other, but whose bytes are read into one buffer for all sockets and
 * then copied into one of their own size. Without that Node takes 64 kB of memory for each read, however little arrives.
 */
export function connectPlain(where: TcpSocketConnectOpts): Socket {
  const callback = (length: number): boolean => {
    const chunk = Buffer.allocUnsafe(length);
    readInto.copy(chunk, 0, 0, length);
    socket.emit('data', chunk);
    return true;
  };
  const socket: Socket = connect({ ...where, onread: { buffer: readInto, callback } });
  return socket;
}
