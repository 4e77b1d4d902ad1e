import type { Worker } from 'node:cluster';

/** A connection on its way to a gateway process: an object of Node's own. */
interface Handle {
  close(): void;
}

/** What Node's cluster sends along with a connection. */
interface NewConnection {
  readonly act: 'newconn';
  /** Names the port; a process gets the next connection of it when it has taken the one before. */
  readonly key: string;
  readonly seq: number;
}

/**
 * Closes connections that were handed to a gateway process which ended before it took them: Node's cluster keeps them
 * open, and their clients would wait until they give up. They are not handed to another process, since nobody knows
 * whether the first one had begun to read. Rests on messages that Node does not document; if they were others, nothing
 * would be closed.
 */
export function closeUntaken({ process: child }: Worker): void {
  const untaken = new Map<string, { seq: number; handle: Handle }>();
  const send = child.send.bind(child) as (...values: unknown[]) => boolean;
  child.send = (...values: unknown[]): boolean => {
    const [message, handle] = values;
    if (isNewConnection(message) && isHandle(handle)) untaken.set(message.key, { seq: message.seq, handle });
    return send(...values);
  };
  child.on('internalMessage', ({ ack }: { ack?: unknown }) => {
    for (const [key, { seq }] of untaken) if (seq === ack) untaken.delete(key);
  });
  child.once('exit', () => {
    for (const { handle } of untaken.values()) handle.close();
    untaken.clear();
  });
}

function isNewConnection(message: unknown): message is NewConnection {
  return typeof message === 'object' && (message as Partial<NewConnection> | null)?.act === 'newconn';
}

function isHandle(value: unknown): value is Handle {
  return typeof (value as Partial<Handle> | undefined)?.close === 'function';
}
