import assert from 'node:assert/strict';
import { EventWorld, envelope, topicFilter } from '../eventing/world.js';
import { refusals } from './harness.js';

const api = (event: string): string =>
  `<api name="Publish" context="/publish"><resource methods="POST" url-mapping="/*"><inSequence>${event}<payloadFactory media-type="text"><format>went on</format><args/></payloadFactory><respond/></inSequence><faultSequence><payloadFactory media-type="text"><format>$1</format><args><arg expression="$ctx:ERROR_MESSAGE"/></args></payloadFactory><respond/></faultSequence></resource></api>`;
const order = '<order country="FR"><item sku="a"/><item sku="b"/></order>';
const xml = { 'Content-Type': 'application/xml' };
const soap = { 'Content-Type': 'text/xml', SOAPAction: '"urn:x"' };
const topicBlock = '<n:topic xmlns:n="http://wso2.org/ns/2009/09/eventing/notify">in/header</n:topic>';

describe('event', () => {
  let world: EventWorld;
  beforeEach(async () => {
    world = new EventWorld();
    await world.start();
  });
  afterEach(() => world.stop());

  refusals([
    { rule: 'mediators 12: expression is an XPath', xml: '<event expression="//a["/>', code: 'invalid-expression' },
    { rule: 'mediators 12: topic may be an expression', xml: '<event topic="{//a[}"/>', code: 'invalid-expression' },
  ]);

  const rows: readonly [
    rule: string,
    event: string,
    body: string,
    headers: object,
    topic: string,
    published: string,
  ][] = [
    ['the first body element', '<event topic="t"/>', order, xml, 't', order],
    ['what the path selects first', '<event topic="t" expression="//item"/>', order, xml, 't', '<item sku="a"/>'],
    ['a topic by expression', `<event topic="{concat('in/', //@country)}"/>`, order, xml, 'in/FR', order],
    ['the topic of the header', '<event/>', envelope('<e/>', topicBlock), soap, 'in/header', '<e/>'],
    [
      'the wrapper of JSON',
      '<event topic="t"/>',
      '{"a":1}',
      { 'Content-Type': 'application/json' },
      't',
      '<jsonObject><a>1</a></jsonObject>',
    ],
  ];
  for (const [rule, event, body, headers, topic, published] of rows) {
    it(`mediators 12: publishes ${rule}`, async () => {
      world.deploy(api(event));
      await world.subscribe('EventBrokerService', world.sink.url('/a'), { filter: topicFilter('#') });
      assert.equal((await world.send('/publish', body, { ...headers })).body, 'went on');
      await world.deployed.eventsDelivered();
      const [, named, element] =
        /<ns:topic[^>]*>(.*)<\/ns:topic>.*<soapenv:Body>(.*)<\/soapenv:Body>/s.exec(
          world.sink.received[0]?.body ?? '',
        ) ?? [];
      assert.deepEqual([named, element], [topic, published]);
    });
  }

  for (const [rule, event, body, fault] of [
    ['no topic', '<event/>', order, 'Topic for the event cannot be found'],
    ['an empty topic', '<event topic="{//none}"/>', order, 'Topic for the event cannot be found'],
    [
      'a path to a text',
      '<event topic="t" expression="//item/@sku"/>',
      order,
      'The result of the expression: //item/@sku should be an element',
    ],
    [
      'a path to nothing',
      '<event topic="t" expression="//none"/>',
      order,
      'The result of the expression: //none should be an element',
    ],
    ['an empty body', '<event topic="t"/>', '', 'The message has no body element that could be published'],
  ] as const) {
    it(`mediators 12: a fault for ${rule}`, async () => {
      world.deploy(api(event));
      assert.equal((await world.send('/publish', body, xml)).body, fault);
    });
  }

  it('mediators 12: nobody subscribes once nothing publishes any more', async () => {
    const asked = { id: 'x' };
    world.deploy(api('<event topic="t"/>'));
    assert.match((await world.ask('EventBrokerService', 'GetStatus', asked)).body, /Subscription Not Found/);
    world.deploy(api('<event topic="u"/>'));
    assert.match((await world.ask('EventBrokerService', 'GetStatus', asked)).body, /Subscription Not Found/);
    world.deploy(api('<drop/>'));
    assert.doesNotMatch((await world.ask('EventBrokerService', 'GetStatus', asked)).body, /Subscription/);
  });
});
