import assert from 'node:assert/strict';
import { EventWorld, envelope, topicFilter } from './world.js';

const api = (flow: string): string =>
  `<api name="Publish" context="/publish"><resource methods="POST"><inSequence>${flow}<payloadFactory media-type="json"><format>{"done": true}</format><args/></payloadFactory><respond/></inSequence><faultSequence><payloadFactory media-type="text"><format>$1</format><args><arg expression="$ctx:ERROR_MESSAGE"/></args></payloadFactory><property name="HTTP_SC" value="500" scope="axis2"/><respond/></faultSequence></resource></api>`;
const basic = (user: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const headers = basic('ada', 'secret');
const soapEvent = { 'Content-Type': 'text/xml', SOAPAction: '"urn:x"', ...headers };
const onTopic = (topic: string): string =>
  `<n:topic xmlns:n="http://wso2.org/ns/2009/09/eventing/notify">${topic}</n:topic>`;

describe('mediators 12: the event broker over HTTP', () => {
  let world: EventWorld;
  const service = 'EventBrokerService';
  const subscribe = (topic: string, path: string): Promise<string> =>
    world.subscribe(service, world.sink.url(path), { filter: topicFilter(topic), headers });
  const order = '<order><item sku="a"/></order>';
  const publish = (body = order, path = '/publish') =>
    world.send(path, body, { 'Content-Type': 'application/xml', ...headers });

  beforeEach(async () => {
    world = new EventWorld({ userCheck: async (user, password) => user === 'ada' && password === 'secret' });
    await world.start();
    world.deploy(api('<event topic="orders/new"/>'));
  });
  afterEach(() => world.stop());

  it('event: a subscriber gets the first body element and the topic, and the flow goes on', async () => {
    await subscribe('orders/new', '/a');
    const answer = await publish();
    assert.equal(answer.body, '{"done": true}');
    await world.deployed.eventsDelivered();
    const [event] = world.sink.received;
    assert.equal(event?.headers.soapaction, '"http://ws.apache.org/ws/2007/05/eventing-extended/Publish"');
    assert.match(event?.headers['content-type'] ?? '', /^text\/xml/);
    assert.equal(event?.headers.authorization, undefined);
    assert.equal(
      event?.body.replace(/^<\?xml[^>]*\?>/, ''),
      `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header><ns:topic xmlns:ns="http://wso2.org/ns/2009/09/eventing/notify">orders/new</ns:topic></soapenv:Header><soapenv:Body>${order}</soapenv:Body></soapenv:Envelope>`,
    );
  });

  const topics = ['orders', 'orders/new', '/orders/new/', 'orders/new/eu', 'ordersnew'];
  for (const [wanted, matching] of [
    ['orders/new', ['orders/new', '/orders/new/']],
    ['/orders/new/', ['orders/new', '/orders/new/']],
    ['orders/*', ['orders', 'orders/new', '/orders/new/']],
    ['orders/#', ['orders', 'orders/new', '/orders/new/', 'orders/new/eu']],
    ['#', topics],
    ['*', ['orders', 'ordersnew']],
  ] as const) {
    it(`a subscription to ${wanted} matches ${matching.join(', ')}`, async () => {
      await subscribe(wanted, '/a');
      const found: string[] = [];
      for (const topic of topics) {
        world.deploy(api(`<event topic="${topic}"/>`));
        await publish();
        if ((await world.delivered()).length > 0) found.push(topic);
      }
      assert.deepEqual(found, matching);
    });
  }

  it('the same subscription once more renews the first', async () => {
    const first = await subscribe('orders/new', '/a');
    assert.equal(await subscribe('orders/new', '/a'), first);
    await publish();
    assert.deepEqual(await world.delivered(), ['/a']);
  });

  it('a message to the service is an event, on the topic of its header or address', async () => {
    await subscribe('b/#', '/b');
    await world.send(`/services/${service}`, envelope('<e/>', onTopic('b/c')), soapEvent);
    assert.deepEqual(await world.delivered(), ['/b']);
    await world.send(`/services/${service}/publish/b/d`, envelope('<e/>'), soapEvent);
    assert.deepEqual(await world.delivered(), ['/b']);
    assert.equal((await world.send(`/services/${service}`, envelope('<e/>'), soapEvent)).status, 202);
    assert.deepEqual(await world.delivered(), []);
  });

  it('the topic of a subscription may be in the address', async () => {
    await world.subscribe(`${service}/orders/new`, world.sink.url('/a'), { headers });
    await publish();
    assert.deepEqual(await world.delivered(), ['/a']);
    const without = await world.ask(service, 'Subscribe', {
      headers,
      body: '<wse:Delivery><wse:NotifyTo><wsa:Address>http://127.0.0.1/</wsa:Address></wse:NotifyTo></wse:Delivery>',
    });
    assert.match(without.body, /wse:InvalidMessage.*names no topic/);
  });

  for (const [who, given] of [
    ['nobody', {}],
    ['a wrong password', basic('ada', 'x')],
    ['no credentials at all', { Authorization: 'Basic x' }],
  ] as const) {
    it(`the service is for users: ${who} is refused`, async () => {
      const answer = await world.ask(service, 'GetStatus', { id: 'x', headers: given });
      assert.deepEqual([answer.status, answer.body], [401, '']);
      assert.equal(answer.headers['www-authenticate'], `Basic realm="${service}"`);
    });
  }

  it('there is no service where nothing publishes', async () => {
    world.deployed.remove('api', 'Publish');
    const answer = await world.ask(service, 'GetStatus', { id: 'x', headers });
    assert.notEqual(answer.status, 401);
    assert.doesNotMatch(answer.body, /Subscription/);
  });
});
