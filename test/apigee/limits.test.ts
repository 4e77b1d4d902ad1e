import assert from 'node:assert/strict';
import { compilePolicy, testFlow } from './policy-run.js';
import { TutorialOrganization } from './tutorial-organization.js';

/** Runs one policy at several moments. @returns 200, or the status of the fault */
async function at(
  xml: string,
  moments: readonly number[],
  query: (index: number) => string = () => '',
): Promise<number[]> {
  const policy = compilePolicy(xml);
  let now = 0;
  const organization = new TutorialOrganization(() => now);
  const statuses: number[] = [];
  for (const [index, moment] of moments.entries()) {
    now = moment;
    const flow = testFlow({ organization, now: () => now, query: query(index) });
    const run = async () => policy.run(flow);
    statuses.push(
      await run().then(
        () => 200,
        (fault: { status: number }) => fault.status,
      ),
    );
  }
  return statuses;
}

const minute = 60_000;
const day = Date.UTC(2026, 0, 31);

describe('Apigee: Quota', () => {
  const quota = (inside: string, type = '') =>
    `<Quota name="Q"${type && ` type="${type}"`}>${inside}<Interval>1</Interval><TimeUnit>minute</TimeUnit></Quota>`;

  const rows: [name: string, xml: string, moments: number[], expected: number[]][] = [
    [
      'windows follow the clock',
      quota('<Allow count="2"/>'),
      [day + 59_000, day + 59_500, day + 59_900, day + minute],
      [200, 200, 429, 200],
    ],
    [
      'flexi begins with the first message',
      quota('<Allow count="1"/>', 'flexi'),
      [day + 59_000, day + minute, day + minute + 59_000],
      [200, 429, 200],
    ],
    [
      'calendar begins at StartTime',
      quota('<Allow count="1"/><StartTime>2026-01-31 00:00:30</StartTime>', 'calendar'),
      [day + 59_000, day + minute, day + 90_000],
      [200, 429, 200],
    ],
    [
      'rollingwindow counts what is still in it',
      quota('<Allow count="2"/>', 'rollingwindow'),
      [day + 55_000, day + 59_000, day + 61_000, day + 119_000],
      [200, 200, 429, 200],
    ],
    ['the text of Allow is the default', quota('<Allow countRef="no.such">1</Allow>'), [day, day + 1], [200, 429]],
    [
      'countRef wins',
      quota('<Allow count="1" countRef="request.queryparam.allow"/>'),
      [day, day + 1, day + 2],
      [200, 200, 429],
    ],
    [
      'months',
      '<Quota name="Q"><Allow count="1"/><Interval>1</Interval><TimeUnit>month</TimeUnit></Quota>',
      [day, day + 1, Date.UTC(2026, 1, 1)],
      [200, 429, 200],
    ],
    [
      'weeks begin on Monday',
      '<Quota name="Q"><Allow count="1"/><Interval>1</Interval><TimeUnit>week</TimeUnit></Quota>',
      [Date.UTC(2026, 1, 1), Date.UTC(2026, 1, 1) + 1, Date.UTC(2026, 1, 2)],
      [200, 429, 200],
    ],
    [
      'a message may weigh more',
      quota('<Allow count="3"/><MessageWeight>2</MessageWeight>'),
      [day, day + 1],
      [200, 429],
    ],
  ];
  for (const [name, xml, moments, expected] of rows) {
    it(`api-management 2.6: ${name}`, async () => assert.deepEqual(await at(xml, moments, () => 'allow=2'), expected));
  }

  it('one counter for each identifier', async () => {
    const xml = quota('<Allow count="1"/><Identifier ref="request.queryparam.key"/>');
    assert.deepEqual(await at(xml, [day, day, day], (index) => `key=${index % 2}`), [200, 200, 429]);
  });

  it('the fault and the variables', async () => {
    const policy = compilePolicy(quota('<Allow count="1"/>'));
    const flow = testFlow({ now: () => day });
    await policy.run(flow);
    const names = ['allowed.count', 'used.count', 'available.count', 'exceed.count', 'expiry.time'];
    assert.deepEqual(
      names.map((name) => flow.get(`ratelimit.Q.${name}`)),
      [1, 1, 0, 0, day + minute],
    );
    await assert.rejects(async () => policy.run(flow), {
      code: 'policies.ratelimit.QuotaViolation',
      status: 429,
      message: 'Rate limit quota violation. Quota limit  exceeded. Identifier : _default',
    });
    assert.equal(flow.get('ratelimit.Q.exceed.count'), 1);
  });

  it('what cannot be counted is a fault, what cannot be read is refused at deploy', async () => {
    const unit = compilePolicy('<Quota name="Q"><Allow count="1"/><TimeUnit ref="no.such"/></Quota>');
    await assert.rejects(async () => unit.run(testFlow()), { code: 'policies.ratelimit.InvalidQuotaTimeUnit' });
    assert.throws(() => compilePolicy('<Quota name="Q"/>'), /needs an <Allow>/);
    assert.throws(() => compilePolicy('<Quota name="Q" type="x"><Allow count="1"/></Quota>'), /knows no type x/);
  });
});

describe('Apigee: SpikeArrest', () => {
  const arrest = (rate: string, more = '') => `<SpikeArrest name="S"><Rate>${rate}</Rate>${more}</SpikeArrest>`;
  const rows: [name: string, xml: string, moments: number[], expected: number[]][] = [
    ['30ps is one in 33 ms', arrest('30ps'), [0, 32, 34, 68], [200, 429, 200, 200]],
    ['100pm is one in 600 ms', arrest('100pm'), [0, 599, 600], [200, 429, 200]],
    ['a refused message does not count', arrest('1ps'), [0, 500, 1_000], [200, 429, 200]],
    ['a message may weigh more', arrest('10ps', '<MessageWeight>2</MessageWeight>'), [0, 199, 200], [200, 429, 200]],
  ];
  for (const [name, xml, moments, expected] of rows) {
    it(`api-management 2.6: ${name}`, async () => assert.deepEqual(await at(xml, moments), expected));
  }

  it('the fault; a broken rate is refused at deploy', async () => {
    const policy = compilePolicy(arrest('30ps'));
    const flow = testFlow();
    await policy.run(flow);
    await assert.rejects(async () => policy.run(flow), {
      code: 'policies.ratelimit.SpikeArrestViolation',
      message: /^Spike arrest violation\. Allowed rate : MessageRate\{messagesPerPeriod=30, /,
    });
    assert.throws(() => compilePolicy(arrest('fast')), /ps or pm/);
  });
});
