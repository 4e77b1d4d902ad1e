import type { Server } from 'node:net';
import v8 from 'node:v8';
import { AggregateGroup } from '../../../mediators/aggregate-group.js';
import { Message } from '../../../runtime/message/message.js';
import { Payload } from '../../../runtime/message/payload.js';
import { ClientExchange } from '../../../runtime/server/gateway/client-exchange.js';

/** What a process still holds of the messages that went through it. */
export interface Census {
  exchanges: number;
  messages: number;
  payloads: number;
  groups: number;
  /** Connections of clients that have not been closed on both sides. */
  connections: number;
  /** Timers that would keep the process alive. */
  timers: number;
  /** Bytes of the heap after a collection. */
  heap: number;
}

/** Counts what is left; the process runs with `--expose-gc`. Each count collects garbage first. */
export async function takeCensus(server: Server): Promise<Census> {
  const connections = await openConnections(server);
  globalThis.gc?.();
  // What ended just now lets go of the rest in the next turn.
  await new Promise(setImmediate);
  return {
    exchanges: living(ClientExchange),
    messages: living(Message),
    payloads: living(Payload),
    groups: living(AggregateGroup),
    connections,
    timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    heap: process.memoryUsage().heapUsed,
  };
}

function openConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

/** Instances of a class that something still refers to. */
function living(type: { prototype: object }): number {
  return v8.queryObjects(type as unknown as () => void, { format: 'count' });
}
