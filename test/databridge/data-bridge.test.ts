import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventPublisher } from '../../runtime/databridge/data-bridge.js';
import type { DataEvent, StreamDefinition } from '../../runtime/databridge/data-event.js';
import { readReceiverUrls } from '../../runtime/databridge/receiver-urls.js';
import { FloatNumber, WholeNumber } from '../../runtime/java/value.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import { OutboundRules } from '../../runtime/transport/outbound-rules.js';
import { certificates } from '../transport/certificates.js';
import { BridgeServer } from './bridge-server.js';

const orders: StreamDefinition = {
  name: 'orders',
  version: '1.0.0',
  meta: [{ name: 'method', type: 'STRING' }],
  correlation: [],
  payload: [
    { name: 'count', type: 'INT' },
    { name: 'big', type: 'LONG' },
    { name: 'rate', type: 'FLOAT' },
    { name: 'total', type: 'DOUBLE' },
    { name: 'paid', type: 'BOOL' },
    { name: 'note', type: 'STRING' },
  ],
};

const event = (count: number, over: Partial<DataEvent> = {}): DataEvent => ({
  stream: orders,
  timestamp: 1_700_000_000_000 + count,
  meta: ['POST'],
  correlation: [],
  payload: [WholeNumber.integer(count), WholeNumber.long(9n), new FloatNumber(0.5), 1.25, true, 'ü'],
  ...over,
});

describe('mediators 12: the client of the data bridge', function () {
  this.timeout(30_000);
  const lines: string[] = [];
  let servers: BridgeServer[] = [];
  let publishers: EventPublisher[] = [];
  let ca: string;

  before(async () => {
    ({ ca } = await certificates());
  });

  afterEach(async () => {
    for (const server of servers) server.silent = false;
    await Promise.all(publishers.map((publisher) => publisher.close(2000)));
    await Promise.all(servers.map((server) => server.stop()));
    servers = [];
    publishers = [];
    lines.length = 0;
  });

  async function start(ports = {}): Promise<BridgeServer> {
    const server = await BridgeServer.start(ports);
    servers.push(server);
    return server;
  }

  function publisher(
    receivers: string,
    authenticators: string,
    { rules = new OutboundRules(), queueSize }: { rules?: OutboundRules; queueSize?: number } = {},
  ): EventPublisher {
    const transport = new HttpTransport({ rules, tls: { ca } });
    const made = new EventPublisher(
      readReceiverUrls(receivers, authenticators),
      () => ({ user: 'admin', password: 'secret' }),
      { open: (target) => transport.open(target), log: (level, text) => void lines.push(`${level} ${text}`) },
      queueSize,
    );
    publishers.push(made);
    return made;
  }

  const to = (server: BridgeServer, options = {}) => publisher(server.receiverUrl, server.authenticatorUrl, options);

  async function until(condition: () => boolean, what: string): Promise<void> {
    for (const end = Date.now() + 15_000; Date.now() < end; await sleep(5)) if (condition()) return;
    assert.fail(`never: ${what}\n${lines.join('\n')}`);
  }

  it('mediators 12: logs in over TLS, defines the stream, and publishes values of every type', async () => {
    const server = await start();
    const one = to(server);
    const extremes = [WholeNumber.integer(-2147483648), WholeNumber.long(-(2n ** 63n)), new FloatNumber(-0.25), 1e300];
    await one.deliver(event(1, { payload: [...extremes, false, ''], arbitrary: new Map([['a', 'b']]) }), 5000);
    assert.deepEqual(server.calls, ['connect admin secret', 'defineStream', 'publish']);
    assert.deepEqual(server.definitions, [
      { name: 'orders', version: '1.0.0', metaData: orders.meta, payloadData: orders.payload },
    ]);
    assert.deepEqual(server.events, [
      {
        stream: 'orders:1.0.0',
        timestamp: 1_700_000_000_001,
        meta: ['POST'],
        correlation: [],
        payload: [-2147483648, '-9223372036854775808', -0.25, 1e300, false, ''],
        arbitrary: { a: 'b' },
      },
    ]);
  });

  it('mediators 12: a null is the text _null', async () => {
    const server = await start();
    await to(server).deliver(event(1, { meta: [null] }), 5000);
    assert.deepEqual(server.events[0]?.meta, ['_null']);
  });

  it('mediators 12: what waits goes in bundles of 200, in order, and arbitrary values to their events', async () => {
    const server = await start();
    const one = to(server);
    for (let count = 0; count < 450; count++) {
      assert.ok(one.offer(event(count, count === 300 ? { arbitrary: new Map([['x', '300']]) } : {})));
    }
    await until(() => server.events.length === 450, 'all events');
    assert.deepEqual(
      server.events.map(({ payload }) => payload[0]),
      Array.from({ length: 450 }, (_, count) => count),
    );
    assert.deepEqual(server.bundles, [1, 200, 200, 49]);
    assert.deepEqual(
      server.events.flatMap(({ arbitrary }, index) => (arbitrary ? [index, arbitrary] : [])),
      [300, { x: '300' }],
    );
    assert.equal(server.calls.filter((call) => call.startsWith('connect')).length, 1);
  });

  it('mediators 12: publishes over TLS when the receiver has a secure URL', async () => {
    const server = await start();
    await publisher(server.authenticatorUrl, server.authenticatorUrl).deliver(event(1), 5000);
    assert.equal(server.events.length, 1);
  });

  it('mediators 12: a session that has expired is begun anew, and the events are published again', async () => {
    const server = await start();
    const one = to(server);
    await one.deliver(event(1), 5000);
    server.expireSessions();
    await one.deliver(event(2), 5000);
    assert.equal(server.events.length, 2);
    assert.equal(server.calls.filter((call) => call.startsWith('connect')).length, 2);
  });

  it('mediators 12: ends its session when it is closed', async () => {
    const server = await start();
    const one = to(server);
    await one.deliver(event(1), 5000);
    await one.close();
    assert.equal(server.calls.at(-1), 'disconnect session-1');
  });

  it('mediators 12: a balanced group gives each receiver its turn', async () => {
    const [a, b] = [await start(), await start()];
    const one = publisher(`${a.receiverUrl},${b.receiverUrl}`, `${a.authenticatorUrl},${b.authenticatorUrl}`);
    for (let count = 0; count < 4; count++) await one.deliver(event(count), 5000);
    assert.deepEqual([a.events.length, b.events.length], [2, 2]);
  });

  it('mediators 12: a failover group uses the next receiver only when the first cannot be reached', async () => {
    const [a, b] = [await start(), await start()];
    const one = publisher(`${a.receiverUrl}|${b.receiverUrl}`, `${a.authenticatorUrl}|${b.authenticatorUrl}`);
    for (let count = 0; count < 3; count++) await one.deliver(event(count), 5000);
    assert.deepEqual([a.events.length, b.events.length], [3, 0]);
    await a.stop();
    await one.deliver(event(3), 5000);
    assert.equal(b.events.length, 1);
  });

  it('mediators 12: every group gets every event', async () => {
    const [a, b] = [await start(), await start()];
    const groups = (x: string, y: string) => `{${x}},{${y}}`;
    const one = publisher(groups(a.receiverUrl, b.receiverUrl), groups(a.authenticatorUrl, b.authenticatorUrl));
    await one.deliver(event(1), 5000);
    assert.deepEqual([a.events.length, b.events.length], [1, 1]);
  });

  it('mediators 12: events wait for a receiver that is away, and go out when it is back', async () => {
    const server = await start();
    const { port, securePort } = server;
    const one = to(server);
    await one.deliver(event(0), 5000);
    await server.stop();
    for (let count = 1; count < 4; count++) assert.ok(one.offer(event(count)));
    await until(() => lines.some((line) => /cannot be reached: .*tried again in 1 s/.test(line)), 'a failure');
    const back = await start({ port, securePort });
    await until(() => back.events.length === 3, 'events after the outage');
    assert.deepEqual(
      back.events.map(({ payload }) => payload[0]),
      [1, 2, 3],
    );
    await until(() => lines.some((line) => /^INFO .*takes events again/.test(line)), 'a line that says so');
  });

  it('mediators 12: an event for which somebody waits fails when no receiver can be reached', async () => {
    const server = await start();
    await server.stop();
    await assert.rejects(to(server).deliver(event(1), 5000), /ECONNREFUSED/);
  });

  it('mediators 12: an event for which somebody waits fails when its time is over', async () => {
    const server = await start();
    server.silent = true;
    await assert.rejects(to(server).deliver(event(1), 100), /no receiver took the event within 100 ms/);
    await server.stop();
  });

  it('mediators 12: a full queue drops, says so once, and counts; one that waits for room gets it', async () => {
    const server = await start();
    server.silent = true;
    const one = to(server, { queueSize: 2 });
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((count) => one.offer(event(count))),
      [true, true, true, false, false],
    );
    assert.equal(await one.offerWithin(event(6), 20), false);
    const dropped = lines.filter((line) => /dropped/.test(line));
    assert.equal(dropped.length, 1);
    assert.match(dropped[0] ?? '', /the queue of 2 events is full; 1 dropped so far/);
    const later = one.offerWithin(event(7), 10_000);
    await server.stop();
    const back = await start({ port: server.port, securePort: server.securePort });
    assert.equal(await later, true);
    await until(() => back.events.length === 4, 'what waited');
    await one.close();
    assert.match(lines.at(-1) ?? '', /3 dropped so far/);
  });

  it('mediators 12: close hands over what waits', async () => {
    const server = await start();
    const one = to(server);
    for (let count = 0; count < 300; count++) one.offer(event(count));
    await one.close();
    assert.equal(server.events.length, 300);
    assert.equal(one.offer(event(1)), false);
  });

  it('mediators 12: close gives up when nobody can be reached, and says how many are lost', async () => {
    const server = await start();
    await server.stop();
    const one = to(server);
    one.offer(event(1));
    one.offer(event(2));
    await one.close();
    assert.match(lines.at(-1) ?? '', /dropped: no receiver can be reached; 2 dropped so far/);
  });

  it('mediators 12: of a bundle that is refused only the events that are refused alone are dropped', async () => {
    const server = await start();
    server.refuse = (name, argument) => {
      const strings = name === 'publish' ? (argument.get(1) as Map<number, string[]>).get(7) : undefined;
      return strings?.includes('bad') ? { field: 1, message: 'Undefined event type' } : undefined;
    };
    const one = to(server);
    for (const count of [1, 2, 3, 4]) one.offer(event(count, count === 3 ? { meta: ['bad'] } : {}));
    await until(() => server.events.length === 3, 'the others');
    assert.ok(
      lines.some((line) => /refuses it: Undefined event type; 1 dropped so far/.test(line)),
      lines.join('\n'),
    );
    await assert.rejects(one.deliver(event(5, { meta: ['bad'] }), 5000), /Undefined event type/);
  });

  it('mediators 12: a definition that is refused is said once, and the events are published', async () => {
    const server = await start();
    server.refuse = (name) => (name === 'defineStream' ? { field: 1, message: 'another one' } : undefined);
    const one = to(server);
    await one.deliver(event(1), 5000);
    await one.deliver(event(2), 5000);
    assert.equal(server.events.length, 2);
    assert.deepEqual(lines.filter((line) => line.includes('orders:1.0.0: another one')).length, 1);
  });

  it('mediators 12: a password that is refused is said, and never shown', async () => {
    const server = await start();
    server.refuse = (name) => (name === 'connect' ? { field: 1, message: 'wrong user' } : undefined);
    await assert.rejects(to(server).deliver(event(1), 5000), /wrong user/);
    assert.ok(lines.some((line) => line.includes('refuses the user name or the password (wrong user)')));
    assert.doesNotMatch(lines.join('\n'), /secret/);
  });

  it('product 1: receivers are under the outbound rules', async () => {
    const server = await start();
    const rules = new OutboundRules({ deny: ['127.0.0.0/8'] });
    await assert.rejects(to(server, { rules }).deliver(event(1), 5000), /may not be called.*deny list/);
    assert.deepEqual(server.calls, []);
  });

  it('mediators 12: an authenticator with a certificate that is not trusted gets no password', async () => {
    const server = await start();
    const transport = new HttpTransport();
    const one = new EventPublisher(
      readReceiverUrls(server.receiverUrl, server.authenticatorUrl),
      () => ({ user: 'admin', password: 'secret' }),
      { open: (target) => transport.open(target), log: () => {} },
    );
    publishers.push(one);
    await assert.rejects(one.deliver(event(1), 5000), /SELF_SIGNED|UNABLE_TO/);
    assert.deepEqual(server.calls, []);
  });
});
