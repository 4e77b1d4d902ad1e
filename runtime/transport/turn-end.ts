let waiting: (() => void)[] = [];

/**
 * Does what sends a message once the event loop has been through all that was waiting for it, so that the messages of one
 * turn leave together: each send wakes the process at the other end, and costs both sides less when it is still awake
 * from the one before. A process that has nothing else to do sends without delay.
 * @param send throws nothing
 */
export function atTurnEnd(send: () => void): void {
  if (waiting.length === 0) setImmediate(sendAll);
  waiting.push(send);
}

function sendAll(): void {
  const all = waiting;
  waiting = [];
  for (const send of all) send();
}
