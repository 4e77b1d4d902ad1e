import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BridgeServer } from '../databridge/bridge-server.js';
import { MediantProcess } from '../scenarios/mediant-process.js';
import { certificates } from '../transport/certificates.js';
import { findArtifacts } from '../../runtime/deploy/folder.js';
import { DeployedWorld } from './world.js';

const parts = {
  receiverUrl: 'tcp://127.0.0.1:7611',
  authenticatorUrl: 'ssl://127.0.0.1:7711',
  username: 'admin',
  password: 'secret',
};

function sink(over: Partial<Record<keyof typeof parts, string | undefined>> = {}, attributes = ''): string {
  const all = Object.entries({ ...parts, ...over }).filter(([, text]) => text !== undefined);
  return `<eventSink${attributes}>${all.map(([name, text]) => `<${name}>${text}</${name}>`).join('')}</eventSink>`;
}

const compile = (xml: string, file = 'event-sinks/analytics.xml') => new DeployedWorld().deployed.compile(xml, file);

describe('mediators 12: event sinks', () => {
  it('mediators 12: the file names an event sink, in no namespace or the one of Synapse', () => {
    for (const xmlns of ['', ' xmlns="http://ws.apache.org/ns/synapse"', ' xmlns="http://wso2.org/carbon/eventsink"']) {
      const { artifacts, problems } = compile(sink({}, xmlns));
      assert.deepEqual(problems, [], xmlns);
      assert.deepEqual(
        artifacts.map(({ kind, name }) => [kind, name]),
        [['eventSink', 'analytics']],
      );
    }
  });

  it('mediators 12: another name than that of the file is a warning', () => {
    const { artifacts, problems } = compile(sink({}, ' name="other"'));
    assert.deepEqual([artifacts[0]?.name, problems[0]?.code], ['analytics', 'name-without-effect']);
  });

  it('mediators 12: in definitions the attribute names it', () => {
    const { artifacts } = compile(
      `<definitions xmlns="http://ws.apache.org/ns/synapse">${sink({}, ' name="other"')}</definitions>`,
    );
    assert.equal(artifacts[0]?.name, 'other');
  });

  it('mediators 12: an authenticator that is empty is the default one', () => {
    for (const authenticatorUrl of [undefined, '']) assert.deepEqual(compile(sink({ authenticatorUrl })).problems, []);
  });

  const cipher = Buffer.alloc(128, 9).toString('base64');
  const refused: readonly [what: string, xml: string, code: string][] = [
    ['without a receiver', sink({ receiverUrl: undefined }), 'missing-element'],
    ['with an empty receiver', sink({ receiverUrl: ' ' }), 'missing-element'],
    ['without a user', sink({ username: undefined }), 'missing-element'],
    ['without a password', sink({ password: undefined }), 'missing-element'],
    ['with a receiver that is none', sink({ receiverUrl: 'http://a' }), 'invalid-url'],
    ['with an authenticator in clear text', sink({ authenticatorUrl: 'tcp://a:7611' }), 'invalid-url'],
    ['with an encrypted password', sink({ password: cipher }), 'encrypted-password'],
    [
      'with an encrypted password that names its algorithm',
      sink({ password: Buffer.from(`{"c":"${cipher}","t":"RSA"}`).toString('base64') }),
      'encrypted-password',
    ],
    ['in another namespace', sink({}, ' xmlns="urn:x"'), 'unexpected-namespace'],
  ];
  for (const [what, xml, code] of refused) {
    it(`mediators 12: an event sink ${what} is refused, and its password is not shown`, () => {
      const { artifacts, problems } = compile(xml);
      assert.deepEqual([artifacts.length, problems[0]?.code], [0, code]);
      assert.doesNotMatch(JSON.stringify(problems), new RegExp(`secret|${cipher.slice(0, 20)}`));
    });
  }

  it('mediators 12: files in event-sinks beside synapse-configs are found, and watched', () => {
    const server = mkdtempSync(path.join(tmpdir(), 'mediant-sinks-'));
    const configs = path.join(server, 'synapse-configs', 'default');
    const file = path.join(server, 'event-sinks', 'analytics.xml');
    mkdirSync(configs, { recursive: true });
    mkdirSync(path.dirname(file));
    writeFileSync(file, sink());
    for (const location of [server, configs]) {
      const { files, roots } = findArtifacts(location);
      assert.deepEqual([files, roots.includes(path.dirname(file))], [[file], true], location);
    }
    rmSync(server, { recursive: true });
  });
});

const api = `<api xmlns="http://ws.apache.org/ns/synapse" name="Orders" context="/orders"><resource methods="POST"><inSequence>
  <publishEvent><streamName>orders</streamName><streamVersion>1.0.0</streamVersion><eventSink>analytics</eventSink>
    <attributes><payload><attribute name="n" type="INTEGER" expression="json-eval($.n)"/></payload></attributes></publishEvent>
  <payloadFactory media-type="text"><format>taken</format><args/></payloadFactory><respond/></inSequence>
  <faultSequence><payloadFactory media-type="text"><format>fault</format><args/></payloadFactory><respond/></faultSequence>
  </resource></api>`;

describe('mediators 12: event sinks of a server', function () {
  this.timeout(60_000);

  it('mediators 12: a sink that comes while the server runs is used, and its events go out when the server ends', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mediant-sinks-'));
    const bridge = await BridgeServer.start();
    const ca = path.join(folder, 'ca.pem');
    writeFileSync(ca, (await certificates()).ca);
    writeFileSync(path.join(folder, 'api.xml'), api);
    const server = await MediantProcess.start(['--deploy', folder], { env: { NODE_EXTRA_CA_CERTS: ca } });
    const post = async (n: number): Promise<string> => {
      const body = JSON.stringify({ n });
      const headers = { 'Content-Type': 'application/json' };
      return (await fetch(`${server.url('gateway')}/orders`, { method: 'POST', headers, body })).text();
    };
    try {
      assert.equal(await post(0), 'fault');
      mkdirSync(path.join(folder, 'event-sinks'));
      const { receiverUrl, authenticatorUrl } = bridge;
      writeFileSync(path.join(folder, 'event-sinks', 'analytics.xml'), sink({ receiverUrl, authenticatorUrl }));
      for (const end = Date.now() + 20_000; Date.now() < end && (await post(1)) !== 'taken'; ) continue;
      for (let n = 2; n < 50; n++) assert.equal(await post(n), 'taken');
    } finally {
      await server.stop();
      await bridge.stop();
      rmSync(folder, { recursive: true, force: true });
    }
    assert.deepEqual(
      bridge.events.map(({ payload }) => payload[0]),
      Array.from({ length: 49 }, (_, index) => index + 1),
      server.output,
    );
    assert.equal(bridge.calls.at(-1), 'disconnect session-1');
    assert.doesNotMatch(server.output, /secret/);
  });
});
