import assert from 'node:assert/strict';
import type { Task } from '../../runtime/deploy/task/task.js';
import { startBackend } from '../endpoint/harness.js';
import { DeployedWorld } from './world.js';

const sequence = (name: string, mediators: string) => `<sequence name="${name}">${mediators}</sequence>`;
const log = (name: string, expression: string) =>
  `<log level="custom"><property name="${name}" expression="${expression}"/></log>`;
const property = (name: string, value: string) => `<property name="${name}" value="${value}"/>`;
const message = '<property name="message"><m:hello xmlns:m="urn:m">world</m:hello></property>';
const task = (trigger: string, properties: string, attributes = '') =>
  `<task name="t" ${attributes}><trigger ${trigger}/>${properties}</task>`;
const toSequence = property('injectTo', 'sequence') + property('sequenceName', 'run');

describe('task', () => {
  let world: DeployedWorld;
  const find = (): Task => {
    const found = world.deployed.tasks.get('t');
    assert.ok(found);
    return found;
  };
  beforeEach(() => {
    world = new DeployedWorld();
  });
  afterEach(() => world.close());

  it('artifacts 2.6: runs when the server has started, not before', async () => {
    world.add(sequence('run', log('body', "//*[local-name()='hello']")), task('interval="3600"', message + toSequence));
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual(world.logs, []);
    world.start();
    await world.until(() => world.logs.length === 1, 'it has run');
    assert.deepEqual(world.logs, ['body = world']);
  });

  it('artifacts 2.6: one that is deployed later runs at once; one that is undeployed does no more', async () => {
    world.start();
    world.add(sequence('run', log('ran', "'yes'")), task('cron="* * * * * ?"', message + toSequence));
    await world.until(() => world.logs.length === 1, 'it has run');
    world.deployed.remove('task', 't');
    const { length } = world.logs;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.equal(world.logs.length, length);
  });

  const runs: [rule: string, trigger: string, count: number][] = [
    ['nothing: one run', '', 1],
    ['once: one run', 'once="true"', 1],
    ['once, whatever the interval', 'once="true" interval="5" count="9"', 1],
    ['count with interval', 'count="2" interval="1"', 2],
  ];
  for (const [rule, trigger, count] of runs) {
    it(`artifacts 2.6: trigger: ${rule}`, async () => {
      world.add(sequence('run', log('ran', "'yes'")), task(trigger, message + toSequence));
      world.start();
      await world.until(() => world.logs.length === count, 'it has run');
      await new Promise((resolve) => setTimeout(resolve, 1200));
      assert.equal(world.logs.length, count);
    });
  }

  it('artifacts 2.6: sequential runs never overlap', async () => {
    const backend = await startBackend([{ hang: true }]);
    const call = `${log('ran', "'yes'")}<call><endpoint><http method="post" uri-template="${backend.url}/"/></endpoint></call>`;
    world.add(sequence('run', call), task('interval="1"', message + toSequence + property('sequential', 'true')));
    world.start();
    await world.until(() => backend.seen.length === 1, 'the backend has it');
    await new Promise((resolve) => setTimeout(resolve, 1300));
    assert.equal(world.logs.length, 1);
    backend.close();
  });

  const formats: [format: string, type: RegExp, body: RegExp, method: string][] = [
    ['', /^application\/soap\+xml/, /Envelope .*2003\/05\/soap-envelope.*<m:hello/, 'POST'],
    ['soap12', /^application\/soap\+xml/, /Envelope .*2003\/05\/soap-envelope.*<m:hello/, 'POST'],
    ['soap11', /^text\/xml/, /Envelope .*schemas\.xmlsoap\.org.*<m:hello/, 'POST'],
    ['pox', /^application\/xml/, /^<m:hello xmlns:m="urn:m">world<\/m:hello>$/, 'POST'],
    ['get', /^/, /^$/, 'GET'],
  ];
  for (const [format, type, body, method] of formats) {
    it(`artifacts 2.6: format ${format || 'absent'}: what a backend gets`, async () => {
      const backend = await startBackend([{}]);
      world.add(
        sequence('run', `<call><endpoint><address uri="${backend.url}/"/></endpoint></call>`),
        task('once="true"', message + toSequence + (format === '' ? '' : property('format', format))),
      );
      world.start();
      await world.until(() => backend.seen.length === 1, 'the backend has it');
      const [seen] = backend.seen;
      await world.close();
      assert.equal(seen?.method, method);
      assert.match(String(seen?.headers['content-type'] ?? ''), type);
      assert.match(seen?.body ?? '', body);
      backend.close();
    });
  }

  it('artifacts 2.6: to, soapAction and task.name', async () => {
    const logs =
      log('to', "get-property('To')") + log('action', "get-property('Action')") + log('task', '$ctx:task.name');
    world.add(
      sequence('run', logs),
      task('once="true"', message + toSequence + property('to', 'http://h/x') + property('soapAction', 'urn:a')),
    );
    world.start();
    await world.until(() => world.logs.length === 3, 'it has run');
    assert.deepEqual(world.logs, ['to = http://h/x', 'action = urn:a', 'task = t']);
  });

  it('artifacts 2.6: injectTo main is the default', async () => {
    world.add(sequence('main', log('main', "'yes'")), task('once="true"', message));
    world.start();
    await world.until(() => world.logs.length === 1, 'it has run');
    assert.deepEqual(world.logs, ['main = yes']);
  });

  it('artifacts 2.6: injectTo proxy', async () => {
    const inSequence = `<inSequence>${log('proxy', '$ctx:proxy.name')}</inSequence>`;
    world.add(
      `<proxy name="P"><target>${inSequence}</target></proxy>`,
      task('once="true"', message + property('injectTo', 'proxy') + property('proxyName', 'P')),
    );
    world.start();
    await world.until(() => world.logs.length === 1, 'it has run');
    assert.deepEqual(world.logs, ['proxy = P']);
  });

  it('artifacts 2.6: the message of a registry key', async () => {
    world.add(
      '<localEntry key="m"><hello xmlns="">entry</hello></localEntry>',
      sequence('run', log('body', '//hello')),
      task('once="true"', property('registryKey', 'm') + toSequence),
    );
    world.start();
    await world.until(() => world.logs.length === 1, 'it has run');
    assert.deepEqual(world.logs, ['body = entry']);
  });

  it('artifacts 2.6: a flow that faults reaches the global fault sequence', async () => {
    world.add(
      sequence('run', '<throwError type="X" errorMessage="no"/>'),
      sequence('fault', log('fault', '$ctx:ERROR_MESSAGE')),
      task('once="true"', message + toSequence),
    );
    world.start();
    await world.until(() => world.logs.length === 1, 'it has run');
    assert.deepEqual(world.logs, ['fault = no']);
  });

  const failing: [what: string, properties: string, line: string][] = [
    ['no message', toSequence, 'message or registry-key not set'],
    ['no such sequence', message + toSequence, 'there is no sequence run'],
    [
      'no such proxy',
      message + property('injectTo', 'proxy') + property('proxyName', 'P'),
      'there is no proxy service P',
    ],
    ['no such entry', property('registryKey', 'none') + toSequence, 'There is no local entry'],
  ];
  for (const [what, properties, line] of failing) {
    it(`artifacts 2.6: ${what}: told in the log, and the next run comes`, async () => {
      world.add(task('interval="3600"', properties));
      world.start();
      await world.until(() => world.lines.some((one) => one.includes(`Task [t] failed: ${line}`)), 'it is told');
      assert.equal(find().active, true);
    });
  }

  it('artifacts 6.3: deactivated it does not run; activated it does, and so when it is triggered', async () => {
    world.add(sequence('run', log('ran', "'yes'")), task('interval="3600"', message + toSequence));
    world.start();
    await world.until(() => world.logs.length === 1, 'it has run');
    await find().runNow();
    await world.until(() => world.logs.length === 2, 'it was triggered');
    await find().deactivate();
    assert.equal(find().active, false);
    find().activate();
    await world.until(() => world.logs.length === 3, 'it runs again');
  });

  const refusals: [what: string, xml: string, code: string, message: RegExp][] = [
    ['a name is required', '<task><trigger/></task>', 'missing-attribute', /needs a name/],
    ['a trigger is required', '<task name="t"/>', 'missing-element', /needs a <trigger>/],
    [
      'another class',
      task('', '', 'class="com.acme.Job"'),
      'unsupported-task',
      /com\.acme\.Job is a task of a Java class/,
    ],
    [
      'cron and interval',
      task('cron="* * * * * ?" interval="1"', message),
      'conflicting-attributes',
      /^Trigger syntax error : both cron and simple trigger attributes are present$/,
    ],
    ['count without interval', task('count="2"', message), 'missing-attribute', /needs an interval/],
    ['an interval of 0', task('interval="0"', message), 'invalid-attribute-value', /1 second or more/],
    [
      'a count that is no number',
      task('count="x" interval="1"', message),
      'invalid-attribute-value',
      /no whole number/,
    ],
    ['a cron that is none', task('cron="daily"', message), 'invalid-attribute-value', /cron="daily" cannot be read/],
    [
      'injectTo of another word',
      task('', message + property('injectTo', 'api')),
      'invalid-property',
      /main, sequence, proxy: api/,
    ],
    [
      'a sequence without a name',
      task('', message + property('injectTo', 'sequence')),
      'invalid-property',
      /needs sequenceName/,
    ],
    [
      'a format of another word',
      task('', message + property('format', 'json')),
      'invalid-property',
      /soap11, soap12, pox, get/,
    ],
    ['a value that is missing', task('interval="$SYSTEM:MEDIANT_NONE"', message), 'missing-value', /MEDIANT_NONE/],
  ];
  for (const [what, xml, code, text] of refusals) {
    it(`artifacts 2.6: refused: ${what}`, () => {
      const { artifacts, problems } = world.compile(xml);
      const error = problems.find(({ severity }) => severity === 'error');
      assert.deepEqual([artifacts.length, error?.code], [0, code]);
      assert.match(error?.message ?? '', text);
    });
  }

  it('artifacts 2.6: warnings: an unknown property, no message', () => {
    const { problems } = world.compile(task('', toSequence + property('sequencename', 'x')));
    assert.deepEqual(
      problems.map(({ severity, code, hint }) => [severity, code, hint]),
      [
        ['warning', 'unknown-property', 'did you mean "sequenceName"?'],
        ['warning', 'no-message', 'add <property name="message"><your-element/></property>'],
      ],
    );
  });

  it('artifacts 2.6: pinnedServers and the name space of old configurations make no difference', () => {
    const old = `<task name="t" class="org.apache.synapse.startup.tasks.MessageInjector" pinnedServers="a,b" group="g"><trigger interval="5"/><task:property xmlns:task="http://www.wso2.org/products/wso2commons/tasks" name="message"><a/></task:property></task>`;
    const { artifacts, problems } = world.compile(old);
    assert.deepEqual(problems, []);
    const settings = (artifacts[0]?.value as Task | undefined)?.settings;
    assert.deepEqual([settings?.group, settings?.configured], ['g', { interval: 5, count: undefined }]);
  });
});
