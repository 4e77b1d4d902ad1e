import assert from 'node:assert/strict';
import type { Message, MessageStore } from '../../runtime/message/message.js';
import { bodyOf, type Given, refusals, run, table } from './harness.js';

/** A store that keeps what it gets in a list. */
class ListStore implements MessageStore {
  readonly messages: Message[] = [];

  constructor(
    readonly name: string,
    readonly failover: string | undefined = undefined,
  ) {}

  async put(message: Message): Promise<void> {
    this.messages.push(message);
  }
}

class FailingStore extends ListStore {
  override put(): Promise<void> {
    return Promise.reject(new Error('out of order'));
  }
}

const json: Given = { body: '{"a":1}' };

describe('store', () => {
  it('mediators 5.4: keeps a built copy; the message goes on', async () => {
    const store = new ListStore('orders');
    const change =
      '<property name="later" value="1"/><payloadFactory media-type="json"><format>{"b":2}</format><args/></payloadFactory>';
    const ran = await run(`<property name="before" value="1"/><store messageStore="orders"/>${change}`, {
      ...json,
      messageStores: [store],
    });
    assert.equal(ran.outcome, true, ran.fault);
    assert.equal(ran.body, '{"b":2}');
    const [kept] = store.messages;
    assert.ok(kept);
    assert.equal(kept.payload.built, true);
    assert.equal(await bodyOf(kept), '{"a":1}');
    assert.deepEqual([kept.properties.get('before'), kept.properties.has('later')], ['1', false]);
    assert.notEqual(kept.id, ran.message.id);
    assert.deepEqual([kept.faultStack.length, kept.operation.size], [0, 0]);
  });

  it('mediators 5.4: the sequence runs on the message first; what becomes of it does not matter', async () => {
    const store = new ListStore('orders');
    const ran = await run(
      '<store messageStore="orders" sequence="stops"/><store messageStore="orders" sequence="none"/>',
      {
        ...json,
        messageStores: [store],
        sequences: { stops: '<property name="seen" value="yes"/><drop/><property name="never" value="1"/>' },
      },
    );
    assert.equal(ran.outcome, true, ran.fault);
    assert.deepEqual(
      store.messages.map(({ properties }) => [properties.get('seen'), properties.has('never')]),
      [
        ['yes', false],
        ['yes', false],
      ],
    );
  });

  it('mediators 5.4: no automatic acknowledgement: RESPONSE_WRITTEN is SKIP', async () => {
    const ran = await run('<store messageStore="orders"/>', { messageStores: [new ListStore('orders')] });
    assert.equal(ran.message.operation.get('RESPONSE_WRITTEN'), 'SKIP');
  });

  it('mediators 5.4: the failover store of guaranteed delivery takes what the store cannot', async () => {
    const second = new ListStore('second');
    const ran = await run('<store messageStore="first"/>', {
      ...json,
      messageStores: [new FailingStore('first', 'second'), second],
    });
    assert.equal(ran.outcome, true, ran.fault);
    assert.equal(second.messages.length, 1);
  });

  const notStored = {
    properties: { HTTP_SC: 'Integer:500', ERROR_CODE: 'Integer:0', ERROR_DETAIL: 'out of order' },
    outcome: 'handled',
  } as const;
  const onFault = '<log level="custom"><property name="text" expression="$ctx:ERROR_MESSAGE"/></log>';
  table([
    {
      rule: 'mediators 5.4: an unknown store faults',
      xml: '<store messageStore="none"/>',
      given: json,
      expect: { fault: 'Message Store does not exist.' },
    },
    {
      rule: 'mediators 5.4: a store that fails: HTTP_SC, ERROR_MESSAGE, ERROR_DETAIL and a fault',
      xml: '<store messageStore="broken"/><property name="never" value="1"/>',
      given: { ...json, messageStores: [new FailingStore('broken')], onFault },
      expect: {
        ...notStored,
        properties: { ...notStored.properties, never: undefined },
        logs: ['text = Failed to store message [*] in store [broken].'],
      },
    },
    {
      rule: 'mediators 5.4: the failover store fails too',
      xml: '<store messageStore="broken"/>',
      given: { ...json, messageStores: [new FailingStore('broken', 'second'), new FailingStore('second')], onFault },
      expect: notStored,
    },
    {
      rule: 'mediators 5.4: the failover store does not exist',
      xml: '<store messageStore="broken"/>',
      given: { ...json, messageStores: [new FailingStore('broken', 'second')], onFault },
      expect: notStored,
    },
    {
      rule: 'mediators 5.4: the name of the store by an XPath in braces',
      xml: '<store messageStore="{concat($ctx:kind, \'s\')}"/>',
      given: { ...json, properties: { kind: 'order' }, messageStores: [new ListStore('orders')] },
      expect: { outcome: true },
    },
    {
      rule: 'mediators 5.4: an XPath that names no store faults',
      xml: '<store messageStore="{$ctx:kind}"/>',
      given: { ...json, properties: { kind: 'order' }, messageStores: [new ListStore('orders')] },
      expect: { fault: 'Message Store does not exist.' },
    },
    {
      rule: 'mediators 5.4: a body that does not build faults before anything is stored',
      xml: '<store messageStore="orders"/>',
      given: { body: '<a', contentType: 'text/html', messageStores: [new ListStore('orders')] },
      expect: { outcome: 'fault' },
    },
  ]);

  refusals([
    { rule: 'mediators 5.4: messageStore is required', xml: '<store/>', code: 'missing-attribute' },
    {
      rule: 'mediators 5.4: only an XPath may stand in braces: json-eval',
      xml: '<store messageStore="{json-eval($.a)}"/>',
      code: 'invalid-expression',
    },
    {
      rule: 'mediators 5.4: only an XPath may stand in braces: ${}',
      xml: '<store messageStore="{${payload.a}}"/>',
      code: 'invalid-expression',
    },
  ]);
});
