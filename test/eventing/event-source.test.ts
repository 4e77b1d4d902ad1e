import assert from 'node:assert/strict';
import { mostSubscriptions } from '../../runtime/eventing/subscription-book.js';
import {
  type Answer,
  type AskParts,
  EventWorld,
  envelope,
  subscription,
  topicDialect,
  topicFilter,
  withNamespace,
  wsa,
  wse,
  xpathDialect,
} from './world.js';

const manager = `<subscriptionManager class="org.apache.synapse.eventing.managers.DefaultInMemorySubscriptionManager">
  <property name="topicHeaderName" value="Topic"/><property name="topicHeaderNS" value="http://apache.org/aip"/></subscriptionManager>`;
const source = (inside = ''): string => `<eventSource name="Orders">${manager}${inside}</eventSource>`;
const onTopic = (topic: string): string => `<aip:Topic xmlns:aip="http://apache.org/aip">${topic}</aip:Topic>`;
const order = '<o:order xmlns:o="urn:orders"><o:total>7</o:total></o:order>';
const soapEvent = { 'Content-Type': 'text/xml; charset=UTF-8', SOAPAction: '"urn:placed"' };
const never = 'http://127.0.0.1:1/';

describe('mediators 12: event sources over HTTP', () => {
  let world: EventWorld;
  const to = (path: string): string => world.sink.url(path);
  const publish = (topic?: string, headers: Record<string, string> = soapEvent): Promise<Answer> =>
    world.send('/services/Orders', envelope(order, topic === undefined ? '' : onTopic(topic)), headers);

  beforeEach(async () => {
    world = new EventWorld();
    await world.start();
    world.deploy(source());
  });
  afterEach(() => world.stop());

  describe('operations', () => {
    for (const version of ['1.1', '1.2'] as const) {
      it(`Subscribe, GetStatus, Renew and Unsubscribe in SOAP ${version}`, async () => {
        const type = version === '1.1' ? /^text\/xml/ : /^application\/soap\+xml/;
        const asked = { version, body: subscription(to('/a'), { expires: '2090-06-27T21:07:00.000-08:00' }) };
        const subscribed = await world.ask('Orders', 'Subscribe', asked);
        assert.equal(subscribed.status, 200);
        assert.match(subscribed.headers['content-type'] ?? '', type);
        assert.match(
          subscribed.body,
          new RegExp(
            `<wse:SubscribeResponse xmlns:wse="${wse}"><wse:SubscriptionManager><wsa:Address xmlns:wsa="${wsa}">http://${world.authority}/services/Orders</wsa:Address><wsa:ReferenceParameters xmlns:wsa="${wsa}"><wse:Identifier>urn:uuid:[-0-9a-f]{36}</wse:Identifier></wsa:ReferenceParameters></wse:SubscriptionManager><wse:Expires>2090-06-27T21:07:00.000-08:00</wse:Expires></wse:SubscribeResponse>`,
          ),
        );
        const id = /<wse:Identifier>([^<]+)</.exec(subscribed.body)?.[1] ?? '';
        const response = async (operation: string, body = ''): Promise<string> => {
          const answer = await world.ask('Orders', operation, { version, id, body });
          assert.equal(answer.status, 200, answer.body);
          return /<(?:\w+:)?Body>(.*)<\/(?:\w+:)?Body>/s.exec(answer.body)?.[1] ?? answer.body;
        };
        assert.equal(
          await response('GetStatus'),
          `<wse:GetStatusResponse xmlns:wse="${wse}"><wse:Expires>2090-06-27T21:07:00.000-08:00</wse:Expires></wse:GetStatusResponse>`,
        );
        assert.equal(
          await response('Renew', '<wse:Expires>2091-01-01T00:00:00.000Z</wse:Expires>'),
          `<wse:RenewResponse xmlns:wse="${wse}"><wse:Expires>2091-01-01T00:00:00.000Z</wse:Expires></wse:RenewResponse>`,
        );
        assert.match(await response('GetStatus'), /2091-01-01T00:00:00.000Z/);
        assert.equal(await response('Unsubscribe'), `<wse:UnsubscribeResponse xmlns:wse="${wse}"/>`);
        await publish();
        assert.deepEqual(await world.delivered(), []);
      });
    }

    for (const version of ['1.1', '1.2'] as const) {
      it(`is answered in SOAP ${version}, whatever else the client accepts`, async () => {
        const asked = { version, body: subscription(to('/a')), headers: { Accept: 'application/json' } };
        const answer = await world.ask('Orders', 'Subscribe', asked);
        assert.match(
          answer.headers['content-type'] ?? '',
          version === '1.1' ? /^text\/xml/ : /^application\/soap\+xml/,
        );
        assert.match(answer.body, /<soapenv:Envelope.*<wse:SubscribeResponse/);
      });
    }

    it('a subscription without an end has none in the answer, and * in its status', async () => {
      const answer = await world.ask('Orders', 'Subscribe', { body: subscription(to('/a')) });
      assert.doesNotMatch(answer.body, /Expires/);
      const id = /<wse:Identifier>([^<]+)</.exec(answer.body)?.[1] ?? '';
      assert.match((await world.ask('Orders', 'GetStatus', { id })).body, /<wse:Expires>\*<\/wse:Expires>/);
    });

    for (const [text, days] of [
      ['P2D', 2],
      ['PT48H', 2],
      ['P1DT1440M', 2],
    ] as const) {
      it(`Expires as a duration: ${text}`, async () => {
        const asked = Date.now();
        const body = subscription(to('/a'), { expires: text });
        const answer = await world.ask('Orders', 'Subscribe', { body });
        const end = Date.parse(/<wse:Expires>([^<]+)</.exec(answer.body)?.[1] ?? '');
        assert.ok(Math.abs(end - asked - days * 86_400_000) < 60_000, answer.body);
      });
    }

    for (const namespace of [wsa, 'http://www.w3.org/2005/08/addressing']) {
      it(`the action may be a header of ${namespace}, and the answer has such headers`, async () => {
        const blocks = `<x:Action xmlns:x="${namespace}">${wse}/Subscribe</x:Action><x:MessageID xmlns:x="${namespace}">urn:m:1</x:MessageID><x:To xmlns:x="${namespace}">http://events.example/orders</x:To>`;
        const headers = { 'Content-Type': 'text/xml', SOAPAction: '""' };
        const answer = await world.ask('Orders', 'Subscribe', { blocks, headers, body: subscription(to('/a')) });
        assert.match(
          answer.body,
          new RegExp(`<wsa:Action xmlns:wsa="${namespace}">${wse}/SubscribeResponse</wsa:Action>`),
        );
        assert.match(answer.body, new RegExp(`<wsa:RelatesTo xmlns:wsa="${namespace}">urn:m:1</wsa:RelatesTo>`));
        assert.match(answer.body, /<wsa:Address[^>]*>http:\/\/events.example\/orders<\/wsa:Address>/);
        assert.equal(answer.body.includes('role/anonymous'), namespace === wsa);
      });
    }
  });

  describe('faults', () => {
    const past = { expires: '2004-06-26T21:07:00.000-08:00' };
    const at = (address: string, more = {}): string => subscription(address, more);
    const renew = (end: string): string => `<wse:Expires>${end}</wse:Expires>`;
    const rows: readonly [rule: string, operation: string, parts: AskParts, subcode: string, reason: RegExp][] = [
      ['an end that is past', 'Subscribe', { body: at(never, past) }, 'InvalidExpirationTime', /time requested/],
      ['an end of *', 'Subscribe', { body: at(never, { expires: '*' }) }, 'InvalidExpirationTime', /time requested/],
      ['no time', 'Subscribe', { body: at(never, { expires: 'P' }) }, 'InvalidExpirationTime', /time requested/],
      [
        'no time left',
        'Subscribe',
        { body: at(never, { expires: 'PT0S' }) },
        'InvalidExpirationTime',
        /time requested/,
      ],
      [
        'another dialect',
        'Subscribe',
        { body: at(never, { filter: '<wse:Filter Dialect="urn:other">a</wse:Filter>' }) },
        'FilteringRequestedUnavailable',
        /urn:other is not supported/,
      ],
      [
        'a filter that is no XPath',
        'Subscribe',
        { body: at(never, { filter: '<wse:Filter>//a[</wse:Filter>' }) },
        'FilteringRequestedUnavailable',
        /no XPath/,
      ],
      [
        'a filter that reads more than the message',
        'Subscribe',
        { body: at(never, { filter: `<wse:Filter>get-property('env', 'HOME')</wse:Filter>` }) },
        'FilteringRequestedUnavailable',
        /no function get-property/,
      ],
      [
        'another delivery mode',
        'Subscribe',
        { body: at(never).replace('<wse:Delivery>', '<wse:Delivery Mode="urn:pull">') },
        'DeliveryModeRequestedUnavailable',
        /Push only/,
      ],
      ['no delivery', 'Subscribe', {}, 'InvalidMessage', /no wse:Delivery/],
      ['no address', 'Subscribe', { body: '<wse:Delivery/>' }, 'InvalidMessage', /no wse:NotifyTo/],
      [
        'an address of a file',
        'Subscribe',
        { body: at('file:///etc/passwd') },
        'InvalidMessage',
        /no http or https URL/,
      ],
      ['an unknown id', 'GetStatus', { id: 'x' }, 'EventSourceUnableToProcess', /^Subscription Not Found$/],
      ['an unknown id', 'Unsubscribe', { id: 'x' }, 'EventSourceUnableToProcess', /^Unable to Unsubscribe$/],
      ['an unknown id', 'Renew', { id: 'x', body: renew('P1D') }, 'UnableToRenew', /^Subscription Not Found$/],
      ['no end', 'Renew', { id: 'x' }, 'InvalidExpirationTime', /time requested/],
      ['no id', 'GetStatus', {}, 'InvalidMessage', /wse:Identifier/],
    ];
    const receiver = ['EventSourceUnableToProcess', 'UnableToRenew'];
    for (const [rule, operation, parts, subcode, reason] of rows) {
      it(`${operation} with ${rule}: ${subcode}`, async () => {
        const older = await world.ask('Orders', operation, parts);
        assert.equal(older.status, 500);
        assert.match(older.body, new RegExp(`xmlns:wse="${wse}"><faultcode>wse:${subcode}</faultcode>`));
        assert.match(/<faultstring>(.*)<\/faultstring>/.exec(older.body)?.[1] ?? '', reason);
        const newer = await world.ask('Orders', operation, { ...parts, version: '1.2' });
        const code = receiver.includes(subcode) ? 'Receiver' : 'Sender';
        const codes = `<soapenv:Value>soapenv:${code}</soapenv:Value><soapenv:Subcode><soapenv:Value>wse:${subcode}</soapenv:Value>`;
        assert.equal(newer.status, 500);
        assert.ok(newer.body.includes(codes), newer.body);
      });
    }

    it('there are as many subscriptions as a source takes', async () => {
      const { subscriptions } = world.deployed;
      for (let id = 0; id < mostSubscriptions; id++)
        await subscriptions.subscribe('eventSource:Orders', { id: String(id), address: never }, false);
      const answer = await world.ask('Orders', 'Subscribe', { body: at(never) });
      assert.match(answer.body, /wse:EventSourceUnableToProcess.*as many subscriptions/);
    });
  });

  describe('events', () => {
    it('go to the subscribers of their topic and of those above it, and to those that want all', async () => {
      for (const topic of ['a', 'a/b', 'a/b/c', 'ab', 'x'])
        await world.subscribe('Orders', to(`/${topic.replaceAll('/', '-')}`), { filter: topicFilter(topic) });
      await world.subscribe('Orders', to('/all'));
      const answer = await publish('a/b');
      assert.equal(answer.status, 202);
      assert.equal(answer.body, '');
      assert.deepEqual(await world.delivered(), ['/a', '/a-b', '/all']);
      await publish('ab');
      assert.deepEqual(await world.delivered(), ['/ab', '/all']);
      await publish();
      assert.deepEqual(await world.delivered(), ['/all']);
    });

    it('arrive as they were published', async () => {
      await world.subscribe('Orders', to('/a?b=c'));
      await publish('a', { ...soapEvent, 'X-Tenant': 'acme' });
      await world.deployed.eventsDelivered();
      const [event] = world.sink.received;
      assert.equal(event?.method, 'POST');
      assert.equal(event?.path, '/a?b=c');
      assert.equal(event?.headers.soapaction, '"urn:placed"');
      assert.equal(event?.headers['x-tenant'], 'acme');
      assert.ok(event?.body.includes(order) && event.body.includes(onTopic('a')), event?.body);
    });

    it('what is no SOAP is an event, too', async () => {
      const filter = '<wse:Filter>/s:Envelope/s:Body/jsonObject/number</wse:Filter>';
      await world.subscribe('Orders', to('/all'), { filter });
      await world.send('/services/Orders', '{"number":"A-1"}', { 'Content-Type': 'application/json' });
      await world.deployed.eventsDelivered();
      assert.equal(world.sink.received[0]?.body, '{"number":"A-1"}');
    });

    for (const [xpath, matches] of [
      ['/s:Envelope/s:Body/o:order/o:total > 5', true],
      ['/s:Envelope/s:Body/o:order/o:total > 9', false],
      ['s:Body/o:order', true],
      ['//o:none', false],
    ] as const) {
      for (const dialect of ['', ` Dialect="${xpathDialect}"`]) {
        it(`an XPath filter${dialect}: ${xpath.replace('>', '&gt;')}`, async () => {
          const filter = `<wse:Filter${dialect} xmlns:o="urn:orders">${xpath.replace('>', '&gt;')}</wse:Filter>`;
          await world.subscribe('Orders', to('/a'), { filter });
          await publish();
          assert.deepEqual(await world.delivered(), matches ? ['/a'] : []);
        });
      }
    }

    it('a filter that takes too long is ended, the others get the event', async function () {
      this.timeout(10_000);
      const slow = `<wse:Filter>//i[preceding::i[following::i = 'x'] or following::i[preceding::i = 'x']]</wse:Filter>`;
      const id = await world.subscribe('Orders', to('/slow'), { filter: slow });
      await world.subscribe('Orders', to('/a'));
      const body = envelope(`<o>${'<i/>'.repeat(3_000)}</o>`);
      await world.send('/services/Orders', body, soapEvent);
      assert.deepEqual(await world.delivered(), ['/a']);
      assert.match((await world.ask('Orders', 'GetStatus', { id })).body, /Subscription Not Found/);
      assert.match(world.lines.join('\n'), /WARN EventSource: Event source Orders: the filter of .* and it was ended/);
    });

    it('subscribers that cannot be reached, or fail, harm nobody; the log names them without their secrets', async () => {
      await world.subscribe('Orders', 'http://user:geheim@127.0.0.1:1/down?key=geheim');
      await world.subscribe('Orders', to('/broken'));
      await world.subscribe('Orders', to('/a'));
      assert.equal((await publish('a')).status, 202);
      assert.deepEqual(await world.delivered(), ['/a', '/broken']);
      const log = world.lines.filter((line) => line.includes('EventSource')).join('\n');
      assert.match(log, /an event did not reach http:\/\/127.0.0.1:1\/down \(subscription urn:uuid:[^)]+\): /);
      assert.match(log, /\/broken .* it was answered with status 500/);
      assert.doesNotMatch(log, /geheim/);
    });

    it('an event source that subscribes to itself passes an event on 16 times', async () => {
      await world.subscribe('Orders', `http://${world.authority}/services/Orders`);
      await world.subscribe('Orders', to('/a'));
      await publish();
      const stopped = (): boolean => world.lines.some((line) => line.includes('it was passed on 16 times'));
      while (!stopped()) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal((await world.delivered()).length, 16);
    });

    it('a client does not wait for a subscriber that does not answer', async () => {
      await world.subscribe('Orders', to('/hangs'));
      assert.equal((await publish('a')).status, 202);
    });

    it("a publisher's credentials reach the subscribers of the configuration only", async () => {
      const filter = `<filter source="a" dialect="${topicDialect}"/>`;
      const address = `<endpoint><address uri="${to('/fixed')}"/></endpoint>`;
      world.deploy(source(`<subscription id="f">${filter}${address}</subscription>`));
      await world.subscribe('Orders', to('/taken'));
      await publish('a', { ...soapEvent, Authorization: 'Bearer t', Cookie: 'c=1' });
      await world.deployed.eventsDelivered();
      const seen = world.sink.received.map(({ path, headers }) => [path, headers.authorization, headers.cookie]);
      assert.deepEqual(seen.sort(), [
        ['/fixed', 'Bearer t', 'c=1'],
        ['/taken', undefined, undefined],
      ]);
    });

    it('a subscription that has expired gets nothing, and is gone', async () => {
      const id = await world.subscribe('Orders', to('/a'), { expires: 'PT0.05S' });
      await new Promise((resolve) => setTimeout(resolve, 80));
      await publish('a');
      assert.deepEqual(await world.delivered(), []);
      assert.match(
        (await world.ask('Orders', 'Renew', { id, body: '<wse:Expires>P1D</wse:Expires>' })).body,
        /UnableToRenew/,
      );
    });
  });

  it('another method than POST is refused', async () => {
    const answer = await world.send('/services/Orders?wsdl', '', {}, 'GET');
    assert.deepEqual([answer.status, answer.headers.allow], [405, 'POST']);
  });

  it('a body that does not parse runs the fault sequence', async () => {
    world.deploy('<sequence name="fault"><property name="HTTP_SC" value="418" scope="axis2"/><respond/></sequence>');
    assert.equal((await world.send('/services/Orders', '<broken', soapEvent)).status, 418);
  });

  it('artifacts 4.2: what was subscribed outlives a new version, and goes with the event source', async () => {
    const id = await world.subscribe('Orders', to('/a'));
    world.deploy(source());
    await publish('a');
    assert.deepEqual(await world.delivered(), ['/a']);
    world.deployed.remove('eventSource', 'Orders');
    await new Promise((resolve) => setImmediate(resolve));
    world.deploy(source());
    assert.match((await world.ask('Orders', 'GetStatus', { id })).body, /Subscription Not Found/);
  });

  it('no proxy can have its address', () => {
    const proxy = '<proxy name="Orders"><target><inSequence><respond/></inSequence></target></proxy>';
    const [artifact] = world.deployed.compile(withNamespace(proxy), 'p.xml').artifacts;
    assert.ok(artifact);
    assert.throws(() => world.deployed.add(artifact), /\/services\/Orders belongs to the eventSource Orders/);
  });

  describe('subscriptions of the configuration', () => {
    const fixed = (id: string, { topic = 'a', dialect = topicDialect, path = `/${id}`, more = '' } = {}): string =>
      `<subscription id="${id}"><filter source="${topic}" dialect="${dialect}"/><endpoint><address uri="${to(path)}"/></endpoint>${more}</subscription>`;

    it('get their events until they expire', async () => {
      const end = '<expires>2020-06-27T21:07:00.000-08:00</expires>';
      const later = '<expires>2090-06-27T21:07:00.000-08:00</expires>';
      const xpath = { dialect: xpathDialect, topic: 'boolean(//o:order)' };
      world.deploy(
        source(
          `${fixed('one')}${fixed('other', { topic: 'b' })}${fixed('past', { more: end })}${fixed('later', { more: later })}${fixed('path', xpath).replace('<filter', '<filter xmlns:o="urn:orders"')}`,
        ),
      );
      await publish('a/b');
      assert.deepEqual(await world.delivered(), ['/later', '/one', '/path']);
    });

    it('tell their status, and cannot be changed by requests', async () => {
      world.deploy(source(fixed('one')));
      assert.match((await world.ask('Orders', 'GetStatus', { id: 'one' })).body, /<wse:Expires>\*</);
      assert.match((await world.ask('Orders', 'Unsubscribe', { id: 'one' })).body, /Unable to Unsubscribe/);
      await publish('a');
      assert.deepEqual(await world.delivered(), ['/one']);
    });
  });

  describe('what cannot be deployed', () => {
    const one = (inside: string, id = 'id="s"'): string => source(`<subscription ${id}>${inside}</subscription>`);
    const filter = `<filter source="a" dialect="${topicDialect}"/>`;
    const endpoint = '<endpoint><address uri="http://127.0.0.1/"/></endpoint>';
    const rows: readonly [rule: string, xml: string, code: string, severity?: string][] = [
      ['no name', `<eventSource>${manager}</eventSource>`, 'missing-attribute'],
      ['no manager', '<eventSource name="Orders"/>', 'missing-element'],
      ['no class', source().replace(/ class="[^"]*"/, ''), 'missing-attribute'],
      [
        'a manager of another class',
        source().replace('DefaultInMemory', 'Registry'),
        'unsupported-subscription-manager',
      ],
      ['no namespace of the topic', source().replace(/<property name="topicHeaderNS"[^>]*>/, ''), 'missing-property'],
      [
        'an unknown property',
        source().replace('</sub', '<property name="registryURL" value="x"/></sub'),
        'unknown-property',
        'warning',
      ],
      ['an unknown element', source('<subscribtion/>'), 'unknown-element', 'warning'],
      ['no id', one(filter + endpoint, ''), 'missing-attribute'],
      ['no filter', one(endpoint), 'missing-element'],
      ['another dialect', one(`<filter source="a" dialect="urn:x"/>${endpoint}`), 'invalid-filter'],
      ['a bad XPath', one(`<filter source="//a[" dialect="${xpathDialect}"/>${endpoint}`), 'invalid-filter'],
      ['no endpoint', one(filter), 'missing-element'],
      ['no URL', one(`${filter}<endpoint><address uri="jms:/q"/></endpoint>`), 'invalid-address'],
      ['no time', one(`${filter}${endpoint}<expires>soon</expires>`), 'invalid-expiration'],
      [
        'a past time',
        one(`${filter}${endpoint}<expires>2020-01-01T00:00:00Z</expires>`),
        'expired-subscription',
        'warning',
      ],
      [
        'an id twice',
        source(`<subscription id="s">${filter}${endpoint}</subscription>`.repeat(2)),
        'duplicate-subscription',
      ],
    ];
    for (const [rule, xml, code, severity = 'error'] of rows) {
      it(`${rule}: ${code}`, () => {
        const { problems, artifacts } = world.deployed.compile(withNamespace(xml), 'e.xml');
        assert.deepEqual(
          problems.map((problem) => [problem.code, problem.severity]),
          [[code, severity]],
          JSON.stringify(problems),
        );
        assert.equal(artifacts.length, severity === 'error' ? 0 : 1);
      });
    }
  });
});
