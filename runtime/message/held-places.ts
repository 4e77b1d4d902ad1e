import type { Exchange } from './message.js';

const held = new WeakMap<Exchange, Set<() => void>>();

/**
 * Holds a place of a throttle until the client has its answer or a fault sequence starts (mediators 2.2, 9.1). Where nobody
 * waits for an answer, no place is held.
 */
export function holdPlace(exchange: Exchange, giveBack: () => void): void {
  if (!exchange.whenAnswered) {
    giveBack();
    return;
  }
  const places = held.get(exchange) ?? new Set();
  held.set(exchange, places.add(giveBack));
  exchange.whenAnswered(() => {
    if (places.delete(giveBack)) giveBack();
  });
}

/** Gives back all places that are still held for a request. */
export function giveBackPlaces(exchange: Exchange): void {
  const places = held.get(exchange);
  if (!places) return;
  held.delete(exchange);
  for (const giveBack of places) giveBack();
  places.clear();
}
