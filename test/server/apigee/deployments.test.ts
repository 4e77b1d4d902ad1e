import assert from 'node:assert/strict';
import { type Call, describeManagement, organization, proxyZip, zipOf } from './harness.js';

describeManagement('api-management 2.9: deployments', (management) => {
  const post = { method: 'POST' };
  const remove = { method: 'DELETE' };
  const deploy = (name: string, revision = 1, more = '') =>
    `/apis/${name}/deployments?action=deploy&env=test&revision=${revision}${more}`;
  const undeploy = (name: string, revision = 1) =>
    `/apis/${name}/deployments?action=undeploy&env=test&revision=${revision}`;
  const again = (name: string, basePath: string) =>
    management.expect(201, `/apis?action=import&name=${name}`, { zip: proxyZip(basePath) });

  /** Paths of one act, each as the samples and their scripts use it. */
  const ways: [what: string, deployPath: (name: string) => string, undeployCall: (name: string) => [string, Call]][] = [
    ['in the query', (name) => deploy(name), (name) => [undeploy(name), post]],
    [
      'below the revision',
      (name) => `/apis/${name}/revisions/1/deployments?env=test`,
      (name) => [`/apis/${name}/revisions/1/deployments?action=undeploy&env=test`, post],
    ],
    [
      'below the revision, with DELETE',
      (name) => `/apis/${name}/revisions/1/deployments?action=deploy&env=test`,
      (name) => [`/apis/${name}/revisions/1/deployments?env=test`, remove],
    ],
    [
      'below the environment',
      (name) => `/environments/test/apis/${name}/revisions/1/deployments?override=true`,
      (name) => [`/environments/test/apis/${name}/revisions/1/deployments`, remove],
    ],
    [
      'by the short form',
      (name) => `/v1/o/default/e/test/apis/${name}/revisions/1/deployments`,
      (name) => [`/v1/o/default/e/test/apis/${name}/revisions/1/deployments`, remove],
    ],
  ];
  for (const [what, deployPath, undeployCall] of ways) {
    it(`4.2 B1, 4.3 A4: deploys and undeploys a revision ${what}`, async () => {
      const name = await management.proxy();
      const { events } = management.deployer;
      events.length = 0;
      const body = await management.expect(200, deployPath(name), post);
      assert.deepEqual([body.state, body.environment, body.revision, body.aPIProxy], ['deployed', 'test', '1', name]);
      assert.equal(body.organization, 'default');
      const [path, call] = undeployCall(name);
      const gone = await management.expect(200, path, call);
      assert.deepEqual([gone.state, gone.revision], ['undeployed', '1']);
      assert.deepEqual(events, [
        `deploy default/test apiproxy ${name} /${name}`,
        `undeploy default/test apiproxy ${name}`,
      ]);
      await management.expect(404, path, call);
    });
  }

  it('takes the parameters from a form, too', async () => {
    const name = await management.proxy();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const raw = 'action=deploy&env=prod&revision=1';
    const body = await management.expect(200, `/apis/${name}/deployments`, { raw, headers });
    assert.equal(body.environment, 'prod');
  });

  it('lists deployments by proxy, revision and environment; BasePath is that of the call', async () => {
    const name = await management.proxy('/listed');
    await management.expect(200, deploy(name), post);
    await management.expect(200, `/environments/prod/apis/${name}/revisions/1/deployments`, post);
    const one = { configuration: { basePath: '/', steps: [] }, name: '1', state: 'deployed' };
    assert.deepEqual(await management.expect(200, `/apis/${name}/deployments`), {
      environment: [
        { name: 'prod', revision: [one] },
        { name: 'test', revision: [one] },
      ],
      name,
      organization: 'default',
    });
    const revision = await management.expect(200, `/apis/${name}/revisions/1/deployments`);
    assert.deepEqual(
      revision.environment.map((entry: { name: string }) => entry.name),
      ['prod', 'test'],
    );
    const inTest = await management.expect(200, `/environments/test/apis/${name}/deployments`);
    assert.deepEqual(inTest.revision, [one]);
    const all = await management.expect(200, '/environments/test/deployments');
    assert.deepEqual(
      all.aPIProxy.find((proxy: { name: string }) => proxy.name === name),
      { name, revision: [one] },
    );
    const everywhere = await management.expect(200, '/deployments');
    assert.deepEqual(
      everywhere.environment.map((entry: { name: string }) => entry.name),
      ['test', 'prod'],
    );
    const single = await management.expect(200, `/environments/test/apis/${name}/revisions/1/deployments`);
    assert.equal(single.state, 'deployed');
    await management.expect(200, undeploy(name), post);
    const after = await management.expect(200, `/environments/test/apis/${name}/revisions/1/deployments`);
    assert.equal(after.state, 'undeployed');
  });

  it('lists deployments as XML: name of environment and revision are attributes', async () => {
    const name = await management.proxy();
    await management.expect(200, deploy(name), post);
    const { text } = await management.call(`/apis/${name}/deployments`, { headers: { accept: 'application/xml' } });
    const flat = text.replace(/>\s+</g, '><');
    assert.match(flat, new RegExp(`<Deployment name="${name}"><Environment name="test"><Revision name="1">`));
    assert.match(
      flat,
      /<Configuration><BasePath>\/<\/BasePath><Steps\/><\/Configuration><State>deployed<\/State><\/Revision>/,
    );
  });

  it('hands the base path of the call to the engine', async () => {
    const name = await management.proxy('/a');
    await management.expect(200, deploy(name, 1, '&basepath=/v2'), post);
    assert.equal(management.deployer.events.at(-1), `deploy default/test apiproxy ${name} /v2/a`);
    const listed = await management.expect(200, `/apis/${name}/deployments`);
    assert.equal(listed.environment[0].revision[0].configuration.basePath, '/v2');
    assert.equal((await management.call(deploy(name, 1, '&basepath=v2'), post)).status, 400);
  });

  it('another revision takes the place of the one before', async () => {
    const name = await management.proxy('/replaced');
    await management.expect(200, deploy(name), post);
    await again(name, '/replaced');
    await management.expect(200, deploy(name, 2), post);
    const { environment } = await management.expect(200, `/apis/${name}/deployments`);
    assert.deepEqual(
      environment[0].revision.map((revision: { name: string }) => revision.name),
      ['2'],
    );
    assert.equal((await management.call(undeploy(name, 1), post)).status, 404);
  });

  it('2.2: two proxies on one base path in one environment are 400 naming the other', async () => {
    const [one, other] = [await management.proxy('/taken'), await management.proxy('/taken/')];
    await management.expect(200, deploy(one), post);
    const { events } = management.deployer;
    const before = events.length;
    const answer = await management.call(deploy(other), post);
    assert.equal(answer.status, 400);
    assert.match(
      answer.body.message,
      new RegExp(`Base path /taken is taken in environment test by API proxy "${one}"`),
    );
    assert.equal(events.length, before);
    await management.expect(200, `/environments/prod/apis/${other}/revisions/1/deployments`, post);
    await management.expect(200, undeploy(one), post);
    await management.expect(200, deploy(other), post);
  });

  it('of two such that are deployed at once, one is refused', async () => {
    const names = [await management.proxy('/at-once'), await management.proxy('/at-once')];
    const answers = await Promise.all(names.map((name) => management.call(deploy(name), post)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
  });

  it('what does not compile is 400 with file, line and what to do, and the old revision stays', async () => {
    const name = await management.proxy('/kept');
    await management.expect(200, deploy(name), post);
    const zip = proxyZip('/kept', { 'apiproxy/policies/broken.xml': '<Strange name="Broken"/>' });
    await management.expect(201, `/apis?action=import&name=${name}`, { zip });
    const answer = await management.call(deploy(name, 2), post);
    assert.equal(answer.status, 400);
    const problem = 'policies/broken.xml:2:3 The policy has no type that Mediant runs. (take it out of the flow)';
    assert.ok(answer.body.message.includes(problem), answer.text);
    const { environment } = await management.expect(200, `/apis/${name}/deployments`);
    assert.equal(environment[0].revision[0].name, '1');
  });

  const refused: [what: string, path: (name: string) => string, status: number, message: RegExp][] = [
    ['no environment', (name) => `/apis/${name}/deployments?action=deploy&revision=1`, 400, /parameter env is missing/],
    ['no revision', (name) => `/apis/${name}/deployments?action=deploy&env=test`, 400, /parameter revision is missing/],
    ['an environment that is none', (name) => `${deploy(name).replace('test', 'moon')}`, 404, /"moon" does not exist/],
    ['a revision that is none', (name) => deploy(name, 7), 404, /has no revision 7/],
    [
      'a revision that is no number',
      (name) => deploy(name).replace('revision=1', 'revision=x'),
      400,
      /"x" is no revision/,
    ],
    ['a proxy that is none', () => deploy('nowhere'), 404, /"nowhere" does not exist/],
    [
      'another action',
      (name) => `/apis/${name}/deployments?action=explode&env=test&revision=1`,
      400,
      /"explode" is not known/,
    ],
    ['undeploying what is not deployed', (name) => undeploy(name), 404, /is not deployed in environment test/],
  ];
  for (const [what, path, status, message] of refused) {
    it(`${what} is ${status}`, async () => {
      const answer = await management.call(path(await management.proxy()), post);
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.body.message, message);
    });
  }

  it('what is deployed is neither changed nor deleted', async () => {
    const name = await management.proxy();
    await management.expect(200, deploy(name), post);
    const revision = `/apis/${name}/revisions/1`;
    const calls: [string, Call][] = [
      [`/apis/${name}`, remove],
      [revision, remove],
      [`${revision}/policies`, { xml: '<A name="a"/>' }],
      ['/environments/test', remove],
    ];
    for (const [path, call] of calls) {
      const answer = await management.call(path, call);
      assert.equal(answer.status, 400, path);
      assert.match(answer.body.message, /is deployed in test; undeploy it first/);
    }
    await management.expect(200, undeploy(name), post);
    await management.expect(200, `/apis/${name}`, remove);
  });

  it('a shared flow is deployed before or after the proxy that calls it, and undeployed by DELETE', async () => {
    const name = management.word('flow');
    const zip = zipOf({ 'sharedflowbundle/sharedflows/default.xml': '<SharedFlow name="default"/>' });
    await management.expect(201, `/sharedflows?action=import&name=${name}`, { zip });
    const path = `${organization}/environments/test/sharedflows/${name}/revisions/1/deployments`;
    const body = await management.expect(200, path, post);
    assert.deepEqual([body.sharedFlow, body.state], [name, 'deployed']);
    const { environment } = await management.expect(200, `/sharedflows/${name}/deployments`);
    assert.equal(environment[0].name, 'test');
    await management.expect(200, path, remove);
    assert.deepEqual(management.deployer.events.slice(-2), [
      `deploy default/test sharedflow ${name}`,
      `undeploy default/test sharedflow ${name}`,
    ]);
  });

  it('what the engine fails to serve is not deployed, now and later', async () => {
    const name = await management.proxy('/unserved');
    await management.expect(200, deploy(name), post);
    await again(name, '/unserved');
    management.deployer.failure = new Error('out of order');
    assert.equal((await management.call(deploy(name, 2), post)).status, 500);
    management.deployer.failure = undefined;
    assert.match(
      management.logged.splice(0).join(),
      /POST \/v1\/organizations\/:org\/apis\/:api\/deployments failed: Error: out of order/,
    );
    await management.restart();
    const { environment } = await management.expect(200, `/apis/${name}/deployments`);
    assert.equal(environment[0].revision[0].name, '1');
  });

  it('everything deployed is deployed again at the start, before anybody calls; shared flows first', async () => {
    const flow = management.word('flow');
    const zip = zipOf({ 'sharedflowbundle/a.xml': '<SharedFlowBundle/>' });
    const name = await management.proxy('/again');
    await management.expect(200, deploy(name, 1, '&basepath=/pre'), post);
    await management.expect(201, `/sharedflows?action=import&name=${flow}`, { zip });
    await management.expect(200, `/environments/test/sharedflows/${flow}/revisions/1/deployments`, post);
    await management.restart();
    const { events, compiled } = management.deployer;
    assert.ok(events.includes(`deploy default/test apiproxy ${name} /pre/again`));
    const kinds = events.map((event) => event.split(' ')[2]);
    assert.ok(kinds.indexOf('apiproxy') > kinds.lastIndexOf('sharedflow'), events.join('\n'));
    const bundle = compiled.find((one) => one.name === name);
    assert.deepEqual([bundle?.revision, bundle?.environment, bundle?.basePath], [1, 'test', '/pre']);
  });

  it('what cannot be deployed again is logged and shown, and harms nothing else', async () => {
    const [good, bad] = [await management.proxy('/good'), await management.proxy('/bad')];
    await management.expect(200, deploy(good), post);
    await management.expect(200, deploy(bad), post);
    const archive = Buffer.from(proxyZip('/bad', { 'apiproxy/policies/broken.xml': '<A/>' })).toString('base64');
    await management.store.db.updateTable('apigee_revisions').set({ archive }).where('bundle', '=', bad).execute();
    await management.restart();
    const [line = ''] = management.logged.splice(0);
    assert.match(line, new RegExp(`^${bad} revision 1 cannot be deployed to test: .*policies/broken.xml:2:3`));
    const state = async (name: string) => {
      const { environment } = await management.expect(200, `/apis/${name}/deployments`);
      return environment[0].revision[0].state;
    };
    assert.deepEqual([await state(good), await state(bad)], ['deployed', 'error']);
    await management.expect(200, undeploy(bad), post);
  });
});
