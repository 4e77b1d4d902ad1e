import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
