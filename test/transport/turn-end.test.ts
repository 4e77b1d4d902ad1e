import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { Exchange } from '../../runtime/transport/exchange.js';
import { parseTarget } from '../../runtime/transport/target.js';
import { atTurnEnd } from '../../runtime/transport/turn-end.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('transport: messages of one turn of the event loop are sent together', () => {
  it('in their order, after what the turn does besides', async () => {
    const done: string[] = [];
    atTurnEnd(() => done.push('first'));
    await Promise.resolve().then(() => done.push('a promise'));
    await new Promise<void>((resolve) => process.nextTick(resolve));
    atTurnEnd(() => done.push('second'));
    done.push('the flow');
    await turn();
    assert.deepEqual(done, ['a promise', 'the flow', 'first', 'second']);
  });

  it('what sending brings about is sent in the next turn', async () => {
    const done: string[] = [];
    atTurnEnd(() => {
      done.push('first');
      atTurnEnd(() => done.push('next'));
      setImmediate(() => done.push('end of the turn'));
    });
    await turn();
    assert.deepEqual(done, ['first']);
    await turn();
    assert.deepEqual(done, ['first', 'next', 'end of the turn']);
  });

  it('nothing is sent for an exchange that has failed in its first turn', async () => {
    const sent: string[] = [];
    const socket = new Duplex({
      read: () => undefined,
      write(chunk, _encoding, callback) {
        sent.push(String(chunk));
        callback();
      },
    }) as Socket;
    const request = { method: 'GET', url: 'http://localhost/', headers: ['Host', 'localhost'] };
    const target = parseTarget(request.url);
    const begin = (): { exchange: Exchange; failed: () => Error | undefined } => {
      let error: Error | undefined;
      const outcome = { resolve: () => undefined, reject: (reason: Error) => (error = reason), over: () => undefined };
      const exchange = new Exchange(socket, request, undefined, outcome);
      exchange.start(target, { arrived: undefined, socketTimeout: 0, deadline: 0 });
      return { exchange, failed: () => error };
    };
    const { exchange, failed } = begin();
    exchange.fail(new Error('given up'));
    await turn();
    assert.equal(failed()?.message, 'given up');
    assert.deepEqual(sent, []);
    begin();
    await turn();
    assert.equal(sent.length, 1);
  });
});
