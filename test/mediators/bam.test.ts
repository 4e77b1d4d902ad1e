import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { BridgeWorld } from '../databridge/bridge-world.js';
import { refusals } from './harness.js';

const xml = (profile = 'analytics', stream = 'requests'): string =>
  `<bam><serverProfile name="${profile}"><streamConfig name="${stream}" version="1.0.0"/></serverProfile></bam>`;

const stream = `<streams><stream name="requests" version="1.0.0" nickName="r" description="requests">
  <payload><entry name="SOAPBody" value="$SOAPBody" type="STRING"/>
    <entry name="SOAPHeader" value="$SOAPHeader" type="STRING"/><entry name="fixed" value="f" type="STRING"/></payload>
  <properties><property name="total" value="//total" type="INTEGER" isExpression="true"/>
    <property name="none" value="x" type="LONG" isExpression="false"/></properties>
</stream></streams>`;

describe('mediators 12: bam', function () {
  this.timeout(30_000);
  let bridge: BridgeWorld;

  beforeEach(async () => {
    bridge = await BridgeWorld.start({ bam: 'from the vault' });
  });

  afterEach(() => bridge.close());

  function profile(connection: string, credential = '<credential userName="admin" password="secret"/>'): void {
    const text = `<serverProfile xmlns="http://ws.apache.org/ns/synapse">${connection}${credential}${stream}</serverProfile>`;
    bridge.world.deployed.registry.put('conf:/bamServerProfiles/analytics', text, { mediaType: 'application/xml' });
  }

  const plain = () =>
    `<connection loadbalancer="false" secure="false" urlSet="" ip="127.0.0.1" authPort="${bridge.server.securePort}" receiverPort="${bridge.server.port}"/>`;

  async function runOnce(again = false): Promise<void> {
    const before = bridge.server.events.length;
    await (again ? bridge.runAgain() : bridge.run(xml()));
    await bridge.until(() => bridge.server.events.length === before + 1, 'the event');
  }

  it('mediators 12: publishes what it knows of the message, then properties, then entries', async () => {
    profile(plain());
    const message = await bridge.run(xml(), undefined, (given) => given.axis2.set('HTTP_METHOD', 'POST'));
    const { server } = bridge;
    await bridge.until(() => server.events.length === 1, 'the event');
    const [event] = server.events;
    assert.equal(event?.stream, 'requests:1.0.0');
    assert.deepEqual(event?.meta, [-1234, 'POST', '', '', '', 'application/json', '', '', `${hostname()}:9763`]);
    assert.deepEqual(event?.correlation, [message.headers.text('activityID')]);
    assert.equal(message.properties.get('bam_activity_id'), message.headers.text('activityID'));
    const [direction, operation, id, time, ...rest] = event?.payload ?? [];
    assert.deepEqual([direction, operation, id, time], ['IN', 'mediate', message.id, String(event?.timestamp)]);
    const [total, none, body, header, fixed] = rest;
    assert.deepEqual([total, none, header, fixed], [3, '0', 'Header is empty', 'f']);
    assert.match(String(body), /<soapenv:Body.*<total>3<\/total>/s);
    assert.equal(event?.arbitrary, undefined);
    assert.deepEqual(server.definitions[0]?.nickName, 'r');
  });

  it('mediators 12: a secure profile publishes at the authenticator', async () => {
    profile(`<connection secure="true" ip="127.0.0.1" authPort="${bridge.server.securePort}" receiverPort=""/>`);
    await runOnce();
  });

  it('mediators 12: a profile that has changed counts with the next message', async () => {
    profile(plain());
    await runOnce();
    profile(plain(), `<credential userName="admin" password="wso2:vault-lookup('bam')"/>`);
    await runOnce(true);
    assert.ok(bridge.server.calls.includes('connect admin from the vault'));
  });

  const failures: readonly [what: string, prepare: () => void, line: RegExp][] = [
    ['no profile', () => {}, /The registry has no server profile conf:\/bamServerProfiles\/analytics/],
    ['a profile without a connection', () => profile(''), /needs a <connection>/],
    [
      'a profile whose password is encrypted',
      () => profile(plain(), `<credential userName="admin" password="${Buffer.alloc(256, 7).toString('base64')}"/>`),
      /encrypted with the key store/,
    ],
  ];
  for (const [what, prepare, line] of failures) {
    it(`mediators 12: ${what} is a line in the log, and the flow goes on`, async () => {
      prepare();
      await bridge.run(xml());
      assert.ok(
        bridge.world.lines.some((text) => /^ERROR BamMediator: Problem occurred/.test(text) && line.test(text)),
        bridge.world.lines.join('\n'),
      );
    });
  }

  it('mediators 12: a stream that the profile does not have is a line in the log', async () => {
    profile(plain());
    await bridge.run(xml('analytics', 'others'));
    assert.ok(bridge.world.lines.some((line) => /has no stream others:1\.0\.0/.test(line)));
  });

  refusals([
    { rule: 'mediators 12: bam without a profile', xml: '<bam/>', code: 'missing-element' },
    {
      rule: 'mediators 12: bam without a stream',
      xml: '<bam><serverProfile name="a"/></bam>',
      code: 'missing-element',
    },
    {
      rule: 'mediators 12: bam without the name of a profile',
      xml: '<bam><serverProfile><streamConfig name="a" version="1"/></serverProfile></bam>',
      code: 'missing-attribute',
    },
  ]);
});
