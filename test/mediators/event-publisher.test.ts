import assert from 'node:assert/strict';
import { defineMediator } from '../../mediators/mediator.js';
import { EventWorld, envelope, topicFilter } from '../eventing/world.js';
import { refusals } from './harness.js';

const source = `<eventSource name="Orders"><subscriptionManager class="org.apache.synapse.eventing.managers.DefaultInMemorySubscriptionManager">
  <property name="topicHeaderName" value="Topic"/><property name="topicHeaderNS" value="http://apache.org/aip"/></subscriptionManager></eventSource>`;
const answer = (text: string): string =>
  `<payloadFactory media-type="text"><format>$1</format><args><arg ${text}/></args></payloadFactory><respond/>`;
const api = (flow: string): string =>
  `<api name="Publish" context="/publish"><resource methods="GET POST PUT" url-mapping="/*"><inSequence>${flow}</inSequence><faultSequence>${answer('expression="$ctx:ERROR_MESSAGE"')}</faultSequence></resource></api>`;
const publisher = '<eventPublisher eventSourceName="Orders"/>';
/** Puts a token on the message, as `oauthToken` does, in a header of its own. */
const token = defineMediator({
  name: 'token',
  summary: 'Sets a token.',
  attributes: {},
  compile: () => ({
    contentAware: false,
    mediate(message) {
      const source = { header: 'X-Token', replayLimit: () => 0, renew: async () => {}, reject: async () => {} };
      message.headers.set('X-Token', 'secret');
      message.credential = { source, value: 'secret' };
      return true;
    },
  }),
});
const json = { 'Content-Type': 'application/json' };

describe('eventPublisher', () => {
  let world: EventWorld;
  const events = async () => {
    await world.deployed.eventsDelivered();
    return world.sink.received.map(({ method, path, body }) => `${method} ${path} ${body}`).sort();
  };

  beforeEach(async () => {
    world = new EventWorld({ mediators: [token] });
    await world.start();
    world.deploy(source);
  });
  afterEach(() => world.stop());

  refusals([
    { rule: 'mediators 12: eventSourceName is required', xml: '<eventPublisher/>', code: 'missing-attribute' },
  ]);

  it('mediators 12: the subscribers get the message as it was then, and the flow goes on', async () => {
    const later =
      '<payloadFactory media-type="json"><format>{"later": true}</format><args/></payloadFactory><respond/>';
    world.deploy(api(publisher + later));
    await world.subscribe('Orders', world.sink.url('/one'));
    await world.subscribe('Orders', world.sink.url('/two'));
    const { body } = await world.send('/publish/orders', '{"number":"A-1"}', json);
    assert.equal(body, '{"later": true}');
    assert.deepEqual(await events(), ['POST /one {"number":"A-1"}', 'POST /two {"number":"A-1"}']);
  });

  it('mediators 12: only those whose filter lets it pass', async () => {
    world.deploy(api(`${publisher}<respond/>`));
    await world.subscribe('Orders', world.sink.url('/a'), { filter: topicFilter('a') });
    await world.subscribe('Orders', world.sink.url('/b'), { filter: topicFilter('b') });
    const soap = { 'Content-Type': 'text/xml', SOAPAction: '"urn:x"' };
    await world.send('/publish', envelope('<o/>', '<t:Topic xmlns:t="http://apache.org/aip">b/c</t:Topic>'), soap);
    assert.deepEqual(await world.delivered(), ['/b']);
  });

  it('mediators 12: an event is posted to the address as it is, whatever the flow was asked by', async () => {
    const made = '<payloadFactory media-type="json"><format>{"made": true}</format><args/></payloadFactory>';
    world.deploy(api(`${made}${publisher}<respond/>`));
    await world.subscribe('Orders', world.sink.url('/a?x=$' + '{secret}'));
    await world.send('/publish/orders/1?y=2', '', {}, 'GET');
    await world.send('/publish/orders/1?y=2', '{}', json, 'PUT');
    const one = 'POST /a?x=$' + '{secret} {"made": true}';
    assert.deepEqual(await events(), [one, one]);
  });

  it('mediators 12: a call behind it still has its answer, and no fault sequence runs for a lost event', async () => {
    const call = `<call><endpoint><http method="POST" uri-template="${world.sink.url('/called')}"/></endpoint></call>`;
    world.deploy(api(`${publisher}${call}${answer('expression="$axis2:HTTP_SC"')}`));
    await world.subscribe('Orders', 'http://127.0.0.1:1/down');
    await world.subscribe('Orders', world.sink.url('/broken'));
    const { body } = await world.send('/publish', '{}', json);
    assert.equal(body, '202');
    assert.deepEqual(await world.delivered(), ['/broken', '/called']);
    assert.equal(world.lines.filter((line) => line.includes('an event did not reach')).length, 2);
  });

  it("mediators 12: a token that the flow has got does not reach who subscribes, nor its backend's address", async () => {
    const elsewhere = `<property name="TransportURL" scope="axis2" value="${world.sink.url('/backend')}"/>`;
    world.deploy(api(`<token/>${elsewhere}${publisher}<respond/>`));
    await world.subscribe('Orders', world.sink.url('/a'));
    await world.send('/publish', '{}', json);
    await world.deployed.eventsDelivered();
    const [event] = world.sink.received;
    assert.deepEqual([event?.path, event?.headers['x-token']], ['/a', undefined]);
  });

  it('mediators 12: an event source that is not there is a fault', async () => {
    world.deploy(api('<eventPublisher eventSourceName="Others"/><respond/>'));
    const { body } = await world.send('/publish', '{}', json);
    assert.equal(body, 'There is no event source named Others');
  });

  it('mediators 12: a subscriber that does not answer gets 100 events at most', async () => {
    world.deploy(api(`${publisher}<respond/>`));
    await world.subscribe('Orders', world.sink.url('/hangs'));
    for (let count = 0; count < 102; count++) await world.send('/publish', '{}', json);
    const lost = world.lines.filter((line) => line.includes('100 events before it are still on their way'));
    assert.equal(lost.length, 2);
  });
});
