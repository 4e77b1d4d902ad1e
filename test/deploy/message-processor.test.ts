import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Backend, type Reply, startBackend } from '../endpoint/harness.js';
import { open, sqlite } from '../mediators/sql.js';
import { DeployedWorld } from './world.js';

const implementations = 'org.apache.synapse.message.processor.impl';
const forwarder = `${implementations}.forwarder.ScheduledMessageForwardingProcessor`;
const sampler = `${implementations}.sampler.SamplingProcessor`;
const failover = `${implementations}.failover.FailoverScheduledMessageForwardingProcessor`;

const parameters = (values: Record<string, string | number>) =>
  Object.entries(values)
    .map(([name, value]) => `<parameter name="${name}">${value}</parameter>`)
    .join('');

/** A processor named p on the store s, which asks it all the time and tries again at once. */
const processor = (className: string, values: Record<string, string | number>, attributes = '') =>
  `<messageProcessor name="p" class="${className}" messageStore="s" ${attributes}>${parameters({ interval: 1, 'client.retry.interval': 1, 'store.connection.retry.interval': 1, ...values })}</messageProcessor>`;

const toBackend = 'targetEndpoint="backend"';
const log = (name: string, expression: string) =>
  `<log level="custom"><property name="${name}" expression="${expression}"/></log>`;
const sequence = (name: string, mediators: string) => `<sequence name="${name}">${mediators}</sequence>`;
const reply = { 'message.processor.reply.sequence': 'reply' };

interface ForwardingRow {
  rule: string;
  /** What the backend answers, in turn; the last one repeats. */
  replies?: readonly Reply[];
  parameters?: Record<string, string | number>;
  attributes?: string;
  /** Further artifacts. */
  artifacts?: readonly string[];
  /** Bodies that are stored, with these properties. */
  bodies?: readonly string[];
  properties?: Record<string, unknown>;
  /** Bodies that the backend gets. */
  seen: readonly string[];
  logs?: readonly string[];
  /** Messages left in the store. */
  left?: number;
  active?: boolean;
  /** Part of a line that is logged. */
  line?: RegExp;
}

const rows: readonly ForwardingRow[] = [
  {
    rule: 'artifacts 2.8: forwards in order; the reply sequence gets the answers',
    replies: [{ body: '{"number":1}' }, { body: '{"number":2}' }],
    bodies: ['{"n":1}', '{"n":2}'],
    seen: ['{"n":1}', '{"n":2}'],
    logs: ['reply = 1', 'reply = 2'],
  },
  {
    rule: 'artifacts 2.8: a status that is not 2xx is a failure: the fault sequence runs, then the next attempt',
    replies: [{ status: 500 }, { status: 404 }, { status: 202 }],
    parameters: { 'message.processor.fault.sequence': 'fail' },
    seen: ['{"n":1}', '{"n":1}', '{"n":1}'],
    logs: ['fail = 500', 'fail = 404', 'reply = '],
  },
  {
    rule: 'artifacts 2.8: each attempt has the message as it was stored',
    replies: [{ status: 500 }, {}],
    parameters: { 'message.processor.fault.sequence': 'change' },
    artifacts: [
      sequence(
        'change',
        '<payloadFactory media-type="json"><format>{"changed":1}</format><args/></payloadFactory><property name="n" value="2"/>',
      ),
    ],
    seen: ['{"n":1}', '{"n":1}'],
  },
  {
    rule: 'artifacts 2.8: after max.delivery.attempts the processor is deactivated and the message stays',
    replies: [{ status: 500 }],
    parameters: { 'max.delivery.attempts': 2, 'message.processor.deactivate.sequence': 'deactivate' },
    bodies: ['{"n":1}', '{"n":2}'],
    seen: ['{"n":1}', '{"n":1}'],
    logs: ['deactivate = 1'],
    left: 2,
    active: false,
    line: /could not deliver the message .* in 2 attempts/,
  },
  {
    rule: 'artifacts 2.8: four attempts by default',
    replies: [{ status: 500 }],
    seen: ['{"n":1}', '{"n":1}', '{"n":1}', '{"n":1}'],
    left: 1,
    active: false,
  },
  {
    rule: 'artifacts 2.8: max.delivery.drop Enabled drops the message and goes on',
    replies: [{ status: 500 }, { status: 500 }, {}],
    parameters: { 'max.delivery.attempts': 2, 'max.delivery.drop': 'Enabled' },
    bodies: ['{"n":1}', '{"n":2}'],
    seen: ['{"n":1}', '{"n":1}', '{"n":2}'],
    line: /in 2 attempts; it is dropped/,
  },
  {
    rule: 'artifacts 2.8: max.delivery.drop is exactly Enabled',
    replies: [{ status: 500 }],
    parameters: { 'max.delivery.attempts': 1, 'max.delivery.drop': 'true' },
    seen: ['{"n":1}'],
    left: 1,
    active: false,
  },
  {
    rule: 'artifacts 2.8: failMessagesStore takes what cannot be delivered',
    replies: [{ status: 500 }, {}],
    parameters: { 'max.delivery.attempts': 1, 'message.processor.failMessagesStore': 'failed' },
    bodies: ['{"n":1}', '{"n":2}'],
    seen: ['{"n":1}', '{"n":2}'],
    line: /it is in the message store failed now/,
  },
  {
    rule: 'artifacts 2.8: without that store the message stays',
    replies: [{ status: 500 }],
    parameters: { 'max.delivery.attempts': 1, 'message.processor.failMessagesStore': 'none' },
    seen: ['{"n":1}'],
    left: 1,
    active: false,
  },
  {
    rule: 'artifacts 2.8: non.retry.status.codes count as success, the answer goes to the reply sequence',
    replies: [
      { status: 404, body: '{"number":4}' },
      { status: 500, body: '{"number":5}' },
    ],
    parameters: { 'non.retry.status.codes': '404, 500' },
    bodies: ['{"n":1}', '{"n":2}'],
    seen: ['{"n":1}', '{"n":2}'],
    logs: ['reply = 4', 'reply = 5'],
  },
  {
    rule: 'artifacts 2.8: part of a status is enough',
    replies: [{ status: 503 }],
    parameters: { 'non.retry.status.codes': '50' },
    properties: { OUT_ONLY: 'true' },
    seen: ['{"n":1}'],
  },
  {
    rule: 'artifacts 2.8: an answer without a reply sequence deactivates the processor',
    parameters: { 'message.processor.reply.sequence': '' },
    seen: ['{"n":1}'],
    left: 1,
    active: false,
    line: /there is an answer, but message\.processor\.reply\.sequence is not set/,
  },
  {
    rule: 'artifacts 2.8: OUT_ONLY has no answer',
    parameters: { 'message.processor.reply.sequence': '' },
    properties: { OUT_ONLY: 'true' },
    bodies: ['{"n":1}', '{"n":2}'],
    seen: ['{"n":1}', '{"n":2}'],
  },
  {
    rule: 'artifacts 2.8: a reply sequence that stops counts as a failure',
    parameters: { 'message.processor.reply.sequence': 'stops', 'max.delivery.attempts': 2 },
    artifacts: [sequence('stops', `${log('reply', 'json-eval($.ok)')}<drop/>`)],
    seen: ['{"n":1}', '{"n":1}'],
    logs: ['reply = 1', 'reply = 1'],
    left: 1,
    active: false,
  },
  {
    rule: 'artifacts 2.8: a reply sequence that faults counts as a failure',
    parameters: {
      'message.processor.reply.sequence': 'faults',
      'max.delivery.attempts': 1,
      'message.processor.fault.sequence': 'fail',
    },
    artifacts: [sequence('faults', '<throwError type="X" errorMessage="no"/>')],
    seen: ['{"n":1}'],
    logs: ['fail = 200'],
    left: 1,
    active: false,
  },
  {
    rule: 'artifacts 2.8: an unknown endpoint deactivates the processor',
    attributes: 'targetEndpoint="none"',
    seen: [],
    left: 1,
    active: false,
    line: /there is no endpoint none/,
  },
  {
    rule: 'artifacts 2.8: without targetEndpoint the property target.endpoint counts',
    attributes: '',
    properties: { 'target.endpoint': 'backend' },
    seen: ['{"n":1}'],
    logs: ['reply = '],
  },
  {
    rule: 'artifacts 2.8: with neither the message stays',
    attributes: '',
    seen: [],
    left: 1,
    active: false,
    line: /has no target\.endpoint/,
  },
  {
    rule: 'artifacts 2.8: is.active false takes nothing',
    parameters: { 'is.active': 'false' },
    seen: [],
    left: 1,
    active: false,
  },
  {
    rule: 'artifacts 2.8: a broken connection is a failure',
    replies: [{ close: true }, {}],
    parameters: { 'message.processor.fault.sequence': 'fail' },
    seen: ['{"n":1}', '{"n":1}'],
    logs: ['fail = ', 'reply = '],
  },
  {
    rule: 'artifacts 2.8: a fault sequence that faults, or does not exist, changes nothing',
    replies: [{ status: 500 }, {}],
    parameters: { 'message.processor.fault.sequence': 'faults' },
    artifacts: [sequence('faults', '<throwError type="X" errorMessage="no"/>')],
    seen: ['{"n":1}', '{"n":1}'],
    line: /the sequence faults failed: no/,
  },
];

/** A backend that answers when it is told to. */
async function startSlow(): Promise<{ url: string; waiting: (() => void)[]; server: Server }> {
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('Content-Type', 'application/json');
    waiting.push(() => response.end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, waiting, server };
}

describe('message processor: forwarding', () => {
  for (const row of rows) {
    it(row.rule, async () => {
      const { replies, bodies = ['{"n":1}'], attributes = toBackend, left = 0, active = true } = row;
      const backend = await startBackend(replies);
      const world = new DeployedWorld();
      try {
        world.add(
          '<messageStore name="s"/>',
          '<messageStore name="failed"/>',
          `<endpoint name="backend"><http method="post" uri-template="${backend.url}/orders"/></endpoint>`,
          sequence('reply', log('reply', 'json-eval($.number)')),
          sequence('fail', log('fail', '$axis2:HTTP_SC')),
          sequence('deactivate', log('deactivate', 'json-eval($.n)')),
          ...(row.artifacts ?? []),
        );
        for (const body of bodies) await world.put('s', body, row.properties);
        world.add(processor(forwarder, { ...reply, ...row.parameters }, attributes));
        world.start();
        const deployed = world.deployed.messageProcessors.get('p');
        await world.until(async () => (await world.size('s')) === left && deployed?.active === active, 'all is done');
        await deployed?.deactivate();
        assert.deepEqual(
          backend.seen.map(({ body }) => body),
          row.seen,
        );
        assert.equal(await world.size('s'), left);
        if (row.logs) assert.deepEqual(world.logs, row.logs);
        if (row.parameters?.['message.processor.failMessagesStore'] === 'failed')
          assert.equal(await world.size('failed'), 1);
        if (row.line)
          assert.ok(
            world.lines.some((line) => row.line?.test(line)),
            world.lines.join('\n'),
          );
      } finally {
        await world.close();
        backend.close();
      }
    });
  }
});

describe('message processor: its life', () => {
  let backend: Backend;
  let world: DeployedWorld;

  const begin = async (replies: readonly Reply[] = [{}]): Promise<void> => {
    backend = await startBackend(replies);
    world = new DeployedWorld();
    world.add(
      '<messageStore name="s"/>',
      `<endpoint name="backend"><http method="post" uri-template="${backend.url}/orders"/></endpoint>`,
      sequence('reply', '<log level="custom"/>'),
    );
  };
  const find = () => {
    const found = world.deployed.messageProcessors.get('p');
    assert.ok(found);
    return found;
  };
  afterEach(async () => {
    await world.close();
    backend.close();
  });

  it('artifacts 2.8: takes nothing before the server has started, then what is deployed later too', async () => {
    await begin();
    world.add(processor(forwarder, reply, toBackend));
    await world.put('s', '{"n":1}');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await world.size('s'), 1);
    world.start();
    await world.until(async () => (await world.size('s')) === 0, 'forwarded');
    world.deployed.remove('messageProcessor', 'p');
    await world.put('s', '{"n":2}');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await world.size('s'), 1);
    world.add(processor(forwarder, reply, toBackend));
    await world.until(async () => (await world.size('s')) === 0, 'forwarded by the one deployed later');
  });

  it('artifacts 2.8: after it was deactivated, activate delivers what has stayed', async () => {
    await begin([{ status: 500 }, {}]);
    world.add(processor(forwarder, { ...reply, 'max.delivery.attempts': 1 }, toBackend));
    world.start();
    await world.put('s', '{"n":1}');
    await world.until(() => !find().active, 'deactivated');
    assert.equal(await world.size('s'), 1);
    find().activate();
    await world.until(async () => (await world.size('s')) === 0, 'delivered');
    assert.equal(find().active, true);
  });

  it('artifacts 2.8: stopping between two attempts leaves the message in its store, at once', async () => {
    await begin([{ status: 500 }]);
    world.add(processor(forwarder, { ...reply, 'client.retry.interval': 1_000_000 }, toBackend));
    world.start();
    await world.put('s', '{"n":1}');
    await world.until(() => world.lines.some((line) => line.includes('tries the message')), 'it waits');
    await world.deployed.close();
    assert.equal(await world.size('s'), 1);
    assert.ok(await world.deployed.messageStores.get('s')?.take(world.deployed), 'released');
  });

  it('artifacts 2.8: stopping waits for the delivery that is under way', async () => {
    const slow = await startSlow();
    await begin();
    world.add(
      `<endpoint name="slow"><http method="post" uri-template="${slow.url}"/></endpoint>`,
      processor(forwarder, reply, 'targetEndpoint="slow"'),
    );
    world.start();
    await world.put('s', '{"n":1}');
    await world.until(() => slow.waiting.length === 1, 'the backend has it');
    let closed = false;
    const closing = world.deployed.close().then(() => {
      closed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(closed, false);
    slow.waiting[0]?.();
    await closing;
    assert.equal(await world.size('s'), 0);
    slow.server.close();
  });

  it('artifacts 2.8: member.count pollers work at once', async () => {
    const slow = await startSlow();
    await begin();
    world.add(
      `<endpoint name="slow"><http method="post" uri-template="${slow.url}"/></endpoint>`,
      processor(forwarder, { ...reply, 'member.count': 3 }, 'targetEndpoint="slow"'),
    );
    for (const n of [1, 2, 3]) await world.put('s', `{"n":${n}}`);
    world.start();
    await world.until(() => slow.waiting.length === 3, 'all are under way');
    for (const answer of slow.waiting) answer();
    await world.until(async () => (await world.size('s')) === 0, 'all are delivered');
    slow.server.close();
  });

  it('artifacts 2.8: a store that fails is asked again; it goes on when the store is back', async () => {
    await begin();
    const table = `mediant_processor_${process.pid}`;
    const database = await open(sqlite);
    const jdbc = 'org.apache.synapse.message.store.impl.jdbc.JDBCMessageStore';
    world.deployed.remove('messageStore', 's');
    world.add(
      `<messageStore name="s" class="${jdbc}">${parameters({ 'store.jdbc.connection.url': sqlite.url, 'store.jdbc.table': table })}</messageStore>`,
      processor(forwarder, reply, toBackend),
    );
    world.start();
    await world.until(() => world.lines.some((line) => line.includes('cannot take messages from s')), 'it is told');
    await database.change(`create table ${table} (indexId integer primary key, msg_id text, message blob)`, []);
    await world.put('s', '{"n":1}');
    await world.until(async () => (await world.size('s')) === 0, 'delivered');
    await world.until(() => world.lines.some((line) => line.includes('reaches its message store again')), 'told');
    assert.equal(world.lines.filter((line) => /^WARN .*cannot take messages/.test(line)).length, 1, 'told once');
    await find().deactivate();
    await database.change(`drop table ${table}`, []);
    await database.close();
  });

  it('artifacts 2.8: max.store.connection.attempts: then it is deactivated', async () => {
    await begin();
    world.deployed.remove('messageStore', 's');
    world.add(processor(forwarder, { ...reply, 'max.store.connection.attempts': 3 }, toBackend));
    world.start();
    await world.until(() => !find().active, 'deactivated');
    assert.equal(world.lines.filter((line) => line.includes('there is no message store s')).length, 3);
  });

  it('artifacts 2.8: by cron, one message at each time', async () => {
    await begin();
    for (const n of [1, 2]) await world.put('s', `{"n":${n}}`);
    world.add(processor(forwarder, { ...reply, cronExpression: '* * * * * ?' }, toBackend));
    world.start();
    await world.until(async () => (await world.size('s')) === 1, 'the first');
    assert.equal(backend.seen.length, 1);
    await world.until(async () => (await world.size('s')) === 0, 'the second');
  });

  it('artifacts 2.8: by cron with throttle.interval, all at one time', async () => {
    await begin();
    for (const n of [1, 2, 3]) await world.put('s', `{"n":${n}}`);
    // Due in one second of this minute or the next: what is not taken then would wait for an hour.
    const due = new Date(Date.now() + 1500);
    const cronExpression = `${due.getSeconds()} ${due.getMinutes()} * * * ?`;
    world.add(processor(forwarder, { ...reply, cronExpression, 'throttle.interval': 1 }, toBackend));
    world.start();
    await world.until(async () => (await world.size('s')) === 0, 'all of them');
    assert.equal(backend.seen.length, 3);
  });
});

describe('message processor: sampling', () => {
  let world: DeployedWorld;
  const sampled = (values: Record<string, string | number>) => processor(sampler, { sequence: 'take', ...values });

  beforeEach(() => {
    world = new DeployedWorld();
    world.add('<messageStore name="s"/>');
  });
  afterEach(() => world.close());

  it('artifacts 2.8: each message runs through the sequence once, whatever becomes of it', async () => {
    const take = `${log('n', 'json-eval($.n)')}<filter source="json-eval($.n)" regex="2"><then><throwError type="X" errorMessage="no"/></then></filter>`;
    world.add(sequence('take', take), sequence('fault', log('fault', '$ctx:ERROR_MESSAGE')), sampled({}));
    for (const n of [1, 2, 3]) await world.put('s', `{"n":${n}}`);
    world.start();
    await world.until(() => world.logs.length === 4, 'all have run');
    assert.deepEqual(world.logs, ['n = 1', 'n = 2', 'fault = no', 'n = 3']);
    assert.equal(await world.size('s'), 0);
  });

  it('artifacts 2.8: concurrency messages at a time', async () => {
    world.add(sequence('take', log('n', 'json-eval($.n)')), sampled({ concurrency: 2, interval: 1_000_000 }));
    for (const n of [1, 2, 3]) await world.put('s', `{"n":${n}}`);
    world.start();
    await world.until(() => world.logs.length === 2, 'two have run');
    assert.equal(await world.size('s'), 1);
  });

  it('artifacts 2.8: without its sequence the messages stay', async () => {
    world.add(sampled({ 'max.store.connection.attempts': 1 }));
    await world.put('s', '{"n":1}');
    world.start();
    await world.until(() => world.deployed.messageProcessors.get('p')?.active === false, 'deactivated');
    assert.equal(await world.size('s'), 1);
    assert.ok(world.lines.some((line) => line.includes('there is no sequence take')));
  });

  it('artifacts 2.8: the message names its processor, and nobody waits for an answer', async () => {
    world.add(sequence('take', `${log('processor', '$ctx:message.processor.name')}<respond/>`), sampled({}));
    await world.put('s', '{"n":1}');
    world.start();
    await world.until(() => world.lines.some((line) => line.includes('Nobody waits for the answer')), 'it has run');
    assert.deepEqual(world.logs, ['processor = p']);
  });

  it('artifacts 2.8: stopping waits for the sequences that run', async () => {
    const slow = await startSlow();
    const call = `<call><endpoint><http method="post" uri-template="${slow.url}"/></endpoint></call>`;
    world.add(sequence('take', `${call}${log('done', "'yes'")}`), sampled({}));
    await world.put('s', '{"n":1}');
    world.start();
    await world.until(() => slow.waiting.length === 1, 'the backend has it');
    const closing = world.deployed.close();
    assert.deepEqual(world.logs, []);
    slow.waiting[0]?.();
    await closing;
    assert.deepEqual(world.logs, ['done = yes']);
    slow.server.close();
  });

  it('message-model 1.5: the answer to a send comes to the receiving sequence, else to main', async () => {
    const backend = await startBackend([{ body: '{"number":1}' }]);
    const endpoint = `<endpoint><http method="post" uri-template="${backend.url}/"/></endpoint>`;
    world.add(
      sequence(
        'take',
        `<clone continueParent="true"><target><sequence><send receive="got">${endpoint}</send></sequence></target></clone><send>${endpoint}</send>`,
      ),
      sequence('got', log('received', 'json-eval($.number)')),
      sequence('main', log('main', 'json-eval($.number)')),
      sampled({}),
    );
    await world.put('s', '{"n":1}');
    world.start();
    await world.until(() => world.logs.length === 2, 'both answers are here');
    assert.deepEqual(world.logs.sort(), ['main = 1', 'received = 1']);
    backend.close();
  });
});

describe('message processor: failover', () => {
  it('artifacts 2.8: moves the messages to the target store', async () => {
    const world = new DeployedWorld();
    const target = { 'message.target.store.name': 'target' };
    world.add('<messageStore name="s"/>', '<messageStore name="target"/>', processor(failover, target));
    for (const n of [1, 2]) await world.put('s', `{"n":${n}}`);
    world.start();
    await world.until(async () => (await world.size('target')) === 2, 'both are moved');
    assert.equal(await world.size('s'), 0);
    await world.close();
  });

  it('artifacts 2.8: without the target store it is deactivated and the messages stay', async () => {
    const world = new DeployedWorld();
    world.add('<messageStore name="s"/>', processor(failover, { 'message.target.store.name': 'target' }));
    await world.put('s', '{"n":1}');
    world.start();
    await world.until(() => world.deployed.messageProcessors.get('p')?.active === false, 'deactivated');
    assert.equal(await world.size('s'), 1);
    await world.close();
  });
});

describe('message processor: at deploy', () => {
  const world = new DeployedWorld();
  const refusals: [what: string, xml: string, code: string][] = [
    ['a name is required', `<messageProcessor class="${forwarder}" messageStore="s"/>`, 'missing-attribute'],
    ['a class is required', '<messageProcessor name="p" messageStore="s"/>', 'missing-attribute'],
    ['a store is required', `<messageProcessor name="p" class="${forwarder}"/>`, 'missing-attribute'],
    [
      'another class',
      '<messageProcessor name="p" class="com.acme.P" messageStore="s"/>',
      'unsupported-message-processor',
    ],
    ['an interval that is no number', processor(forwarder, { interval: 'x' }), 'invalid-parameter'],
    ['a cron expression that is none', processor(forwarder, { cronExpression: 'x' }), 'invalid-parameter'],
    ['sampling without a sequence', processor(sampler, {}), 'missing-parameter'],
    ['failover without a target', processor(failover, {}), 'missing-parameter'],
  ];
  for (const [what, xml, code] of refusals) {
    it(`artifacts 2.8: refused: ${what}`, () => {
      const { artifacts, problems } = world.compile(xml);
      assert.deepEqual([artifacts.length, problems.find(({ severity }) => severity === 'error')?.code], [0, code]);
    });
  }

  it('artifacts 2.8: class names of the first versions', () => {
    for (const className of [
      'org.apache.synapse.message.processors.forward.ScheduledMessageForwardingProcessor',
      'org.apache.synapse.message.processors.sampler.SamplingProcessor',
    ]) {
      const { artifacts } = world.compile(processor(className, { sequence: 'x' }));
      assert.equal(artifacts.length, 1, className);
    }
  });

  it('artifacts 2.8: an unknown parameter is a warning, one without effect is none', () => {
    const { problems } = world.compile(processor(forwarder, { 'axis2.repo': 'x', pinnedServers: 'y', intervall: 1 }));
    assert.deepEqual(
      problems.map(({ severity, hint }) => [severity, hint]),
      [['warning', 'did you mean "interval"?']],
    );
  });
});
