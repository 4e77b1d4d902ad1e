import assert from 'node:assert/strict';
import { compilePolicy, runPolicy, testFlow } from './policy-run.js';
import { TutorialOrganization } from './tutorial-organization.js';

const kvm = (inside: string) =>
  `<KeyValueMapOperations name="K" mapIdentifier="urls">${inside}</KeyValueMapOperations>`;
const key = '<Key><Parameter ref="request.queryparam.k"/></Key>';

describe('Apigee: KeyValueMapOperations', () => {
  it('api-management 2.6: Put, Get by index and whole, Delete', async () => {
    const flow = testFlow({ query: 'k=a&v=2' });
    await runPolicy(flow, kvm(`<Put override="true">${key}<Value>1</Value><Value ref="request.queryparam.v"/></Put>`));
    await runPolicy(flow, kvm(`<Get assignTo="all">${key}</Get><Get assignTo="second" index="2">${key}</Get>`));
    assert.deepEqual([flow.get('all'), flow.get('second')], [['1', '2'], '2']);
    await runPolicy(flow, kvm(`<Delete>${key}</Delete><Get assignTo="second" index="2">${key}</Get>`));
    assert.equal(flow.get('second'), undefined);
  });

  it('Put without override keeps what is there; keys of several parts', async () => {
    const organization = new TutorialOrganization();
    const put = (override: string, value: string) =>
      kvm(`<Put${override}><Key><Parameter>a</Parameter><Parameter>b</Parameter></Key><Value>${value}</Value></Put>`);
    const read = async () => {
      const flow = testFlow({ organization });
      await runPolicy(flow, kvm('<Get assignTo="v"><Key><Parameter>a__b</Parameter></Key></Get>'));
      return flow.get('v');
    };
    await runPolicy(testFlow({ organization }), put('', '1'));
    await runPolicy(testFlow({ organization }), put('', '2'));
    assert.equal(await read(), '1');
    await runPolicy(testFlow({ organization }), put(' override="true"', '3'));
    assert.equal(await read(), '3');
  });

  it('scopes keep values apart', async () => {
    const organization = new TutorialOrganization();
    const put = (scope: string) =>
      kvm(`<Scope>${scope}</Scope><Put><Key><Parameter>k</Parameter></Key><Value>${scope}</Value></Put>`);
    const get = (scope: string) =>
      kvm(`<Scope>${scope}</Scope><Get assignTo="v"><Key><Parameter>k</Parameter></Key></Get>`);
    for (const scope of ['organization', 'environment', 'apiproxy', 'policy'])
      await runPolicy(testFlow({ organization }), put(scope));
    for (const scope of ['organization', 'environment', 'apiproxy', 'policy']) {
      const flow = testFlow({ organization });
      await runPolicy(flow, get(scope));
      assert.equal(flow.get('v'), scope);
    }
  });

  it('initial entries are there before the first read, once', async () => {
    const organization = new TutorialOrganization();
    const xml = kvm(
      '<InitialEntries><Entry><Key><Parameter>k</Parameter></Key><Value>first</Value></Entry></InitialEntries><Get assignTo="v"><Key><Parameter>k</Parameter></Key></Get>',
    );
    const policy = compilePolicy(xml);
    const one = testFlow({ organization });
    await policy.run(one);
    assert.equal(one.get('v'), 'first');
    await runPolicy(one, kvm('<Put override="true"><Key><Parameter>k</Parameter></Key><Value>other</Value></Put>'));
    await policy.run(one);
    assert.equal(one.get('v'), 'other');
  });

  it('encrypted values go into private variables only', async () => {
    const organization = new TutorialOrganization();
    organization.keyValueMaps.encrypted.add('urls');
    const read = (variable: string) =>
      runPolicy(
        testFlow({ organization }),
        kvm(`<Get assignTo="${variable}"><Key><Parameter>k</Parameter></Key></Get>`),
      );
    assert.equal(await read('private.v'), undefined);
    assert.equal((await read('v'))?.code, 'steps.keyvaluemapoperations.SetVariableFailed');
  });

  it('refusals at deploy', () => {
    assert.throws(() => compilePolicy(kvm('<Get><Key><Parameter>k</Parameter></Key></Get>')), /needs assignTo/);
    assert.throws(
      () => compilePolicy(kvm('<Get assignTo="v" index="0"><Key><Parameter>k</Parameter></Key></Get>')),
      /counts from 1/,
    );
    assert.throws(() => compilePolicy(kvm('<Put><Value>1</Value></Put>')), /needs a <Key>/);
    assert.throws(() => compilePolicy(kvm('<Scope>galaxy</Scope>')), /knows no scope galaxy/);
  });
});
