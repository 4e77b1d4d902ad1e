import assert from 'node:assert/strict';
import { Fault } from '../../runtime/message/fault.js';
import { BridgeWorld } from '../databridge/bridge-world.js';
import { problemsOf, refusals } from './harness.js';

interface Parts {
  attributes?: string;
  lists?: string;
  sink?: string;
}

const publish = ({ attributes = 'async="false"', lists = '', sink = 'analytics' }: Parts = {}): string =>
  `<publishEvent ${attributes}><streamName>orders</streamName><streamVersion>1.0.0</streamVersion>
  <eventSink>${sink}</eventSink><attributes>${lists}</attributes></publishEvent>`;

const payload = (type: string, from: string): string =>
  publish({ lists: `<payload><attribute name="x" type="${type}" ${from}/></payload>` });

describe('mediators 12: publishEvent', function () {
  this.timeout(30_000);
  let bridge: BridgeWorld;

  beforeEach(async () => {
    bridge = await BridgeWorld.start({ analytics: 'from the vault' });
    bridge.deploy('analytics.xml', bridge.sink());
  });

  afterEach(() => bridge.close());

  it('mediators 12: publishes meta, correlation, payload and arbitrary attributes in their order', async () => {
    const lists = `<meta><attribute name="method" type="STRING" value="POST"/></meta>
      <correlation><attribute name="id" type="STRING" expression="get-property('activity_id')"/></correlation>
      <payload><attribute name="total" type="DOUBLE" expression="json-eval($.total)"/>
        <attribute name="count" type="INTEGER" expression="//total"/></payload>
      <arbitrary><attribute name="note" type="STRING" value="n"/></arbitrary>`;
    const message = await bridge.run(publish({ lists }));
    const { server } = bridge;
    assert.deepEqual(server.calls, ['connect admin secret', 'defineStream', 'publish']);
    assert.deepEqual(server.definitions[0], {
      name: 'orders',
      version: '1.0.0',
      metaData: [{ name: 'method', type: 'STRING' }],
      correlationData: [{ name: 'id', type: 'STRING' }],
      payloadData: [
        { name: 'total', type: 'DOUBLE' },
        { name: 'count', type: 'INT' },
      ],
    });
    const [event] = server.events;
    assert.deepEqual(event?.meta, ['POST']);
    assert.deepEqual(event?.correlation, [message.headers.text('activityID')]);
    assert.deepEqual(event?.payload, [3, 3]);
    assert.deepEqual(event?.arbitrary, { note: 'n' });
    assert.ok(Math.abs((event?.timestamp ?? 0) - Date.now()) < 30_000);
  });

  const values: readonly [type: string, from: string, expected: unknown][] = [
    ['STRING', 'value="a"', 'a'],
    ['STRING', 'expression="//none"', ''],
    ['STRING', 'expression="//none" defaultValue="d"', 'd'],
    ['STRING', 'value="" default="d"', 'd'],
    ['INTEGER', 'value="-7"', -7],
    ['LONG', 'value="9223372036854775807"', '9223372036854775807'],
    ['FLOAT', 'value="0.1"', Math.fround(0.1)],
    ['DOUBLE', 'value="0.1"', 0.1],
    ['BOOLEAN', 'value="TRUE"', true],
    ['BOOLEAN', 'value="yes"', false],
  ];
  for (const [type, from, expected] of values) {
    it(`mediators 12: ${type} ${from}`, async () => {
      await bridge.run(payload(type, from));
      assert.deepEqual(bridge.server.events[0]?.payload, [expected]);
    });
  }

  const conversions: readonly [type: string, from: string, text: string][] = [
    ['INTEGER', 'value="1.5"', "Cannot convert '1.5' to an integer"],
    ['INTEGER', 'expression="//none"', "Cannot convert '' to an integer"],
    ['LONG', 'value="x"', "Cannot convert 'x' to long"],
    ['FLOAT', 'value="x"', "Cannot convert 'x' to float"],
    ['DOUBLE', 'value="x"', "Cannot convert 'x' to double"],
  ];
  for (const [type, from, text] of conversions) {
    it(`mediators 12: ${type} ${from} is a fault`, async () => {
      const expected = `Error occurred while constructing the event: ${text}`;
      await assert.rejects(bridge.run(payload(type, from)), (error) => {
        assert.ok(error instanceof Fault);
        assert.equal(error.message, expected);
        return true;
      });
      assert.deepEqual(bridge.server.events, []);
    });
  }

  it('mediators 12: an event sink that is not deployed is a fault', async () => {
    const expected = `Cannot mediate message. Failed to load event sink 'other'. Error: Event sink "other" not found`;
    await assert.rejects(bridge.run(publish({ sink: 'other' })), { name: 'Fault', message: expected });
  });

  it('mediators 12: the activity id is that of the header, else of the property, else a new one', async () => {
    const received = await bridge.run(publish(), undefined, (message) => {
      message.headers.set('activityID', 'h');
      message.setProperty('activity_id', 'p');
    });
    assert.equal(received.properties.get('activity_id'), 'h');
    const kept = await bridge.run(publish(), undefined, (message) => message.setProperty('activity_id', 'p'));
    assert.equal(kept.headers.text('activityID'), 'p');
    const made = await bridge.run(publish());
    assert.match(String(made.properties.get('activity_id')), /^\d{6,}$/);
    assert.equal(made.headers.text('activityID'), made.properties.get('activity_id'));
  });

  it('mediators 12: by default the flow goes on while the receiver does not answer', async () => {
    bridge.server.silent = true;
    await bridge.run(publish({ attributes: '' }));
    await bridge.run(publish({ attributes: 'timeout="50"' }));
    assert.deepEqual(bridge.server.events, []);
    await bridge.server.stop();
  });

  it('mediators 12: an asynchronous event that waits goes out when the server ends', async () => {
    for (let count = 0; count < 5; count++) await bridge.run(publish({ attributes: '' }));
    await bridge.world.deployed.dataBridge?.close();
    assert.equal(bridge.server.events.length, 5);
  });

  it('mediators 12: with async="false" a receiver that cannot be reached is a fault', async () => {
    await bridge.server.stop();
    await assert.rejects(bridge.run(publish()), /Error occurred while sending the event: .*ECONNREFUSED/);
  });

  it('mediators 12: with async="false" a receiver that does not answer in time is a fault', async () => {
    bridge.server.silent = true;
    const attributes = 'async="false" timeout="80"';
    await assert.rejects(bridge.run(publish({ attributes })), /no receiver took the event within 80 ms/);
    await bridge.server.stop();
  });

  it('mediators 12: the sink that is deployed when the message comes takes the event', async () => {
    await bridge.run(publish());
    bridge.deploy('analytics.xml', bridge.sink("wso2:vault-lookup('analytics')"));
    await bridge.run(publish());
    assert.ok(bridge.server.calls.includes('connect admin from the vault'));
    await bridge.until(() => bridge.server.calls.includes('disconnect session-1'), 'the end of the old session');
    assert.equal(bridge.server.events.length, 2);
  });

  it('mediators 12: a timeout that is no positive number is a warning', () => {
    const [problem] = problemsOf(publish({ attributes: 'timeout="-1"' }));
    assert.equal(problem?.severity, 'warning');
    assert.match(problem?.message ?? '', /no positive number of milliseconds/);
  });
});

const attribute = (list: string, text: string): string => publish({ lists: `<${list}><attribute ${text}/></${list}>` });

describe('mediators 12: publishEvent at deploy', () => {
  refusals([
    {
      rule: 'mediators 12: no streamName',
      xml: publish().replace(/<streamName.*?\/streamName>/, ''),
      code: 'missing-element',
    },
    {
      rule: 'mediators 12: no streamVersion',
      xml: publish().replace(/<streamVersion.*?\/streamVersion>/, ''),
      code: 'missing-element',
    },
    {
      rule: 'mediators 12: no eventSink',
      xml: publish().replace(/<eventSink.*?\/eventSink>/, ''),
      code: 'missing-element',
    },
    {
      rule: 'mediators 12: no attributes',
      xml: publish().replace(/<attributes.*?\/attributes>/, ''),
      code: 'missing-element',
    },
    { rule: 'mediators 12: no name', xml: attribute('meta', 'type="STRING" value="a"'), code: 'missing-attribute' },
    { rule: 'mediators 12: no type', xml: attribute('meta', 'name="x" value="a"'), code: 'missing-attribute' },
    {
      rule: 'mediators 12: unknown type',
      xml: attribute('meta', 'name="x" type="Int" value="a"'),
      code: 'invalid-attribute-value',
    },
    { rule: 'mediators 12: no value', xml: attribute('meta', 'name="x" type="STRING"'), code: 'missing-attribute' },
    {
      rule: 'mediators 12: value and expression',
      xml: attribute('meta', 'name="x" type="STRING" value="a" expression="//a"'),
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 12: an expression that does not parse',
      xml: attribute('payload', 'name="x" type="STRING" expression="//["'),
      code: 'invalid-expression',
    },
    {
      rule: 'mediators 12: an arbitrary attribute of another type than STRING',
      xml: attribute('arbitrary', 'name="x" type="INTEGER" value="1"'),
      code: 'invalid-attribute-value',
    },
  ]);
});
