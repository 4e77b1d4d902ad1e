import assert from 'node:assert/strict';
import { Circuit, defaultSuspension, type SuspensionRules } from '../../runtime/endpoint/circuit.js';

/** Steps: a number is a failure with that code, `+n` lets n ms pass, `ok` is a success; what follows is the state. */
type Row = [name: string, rules: Partial<SuspensionRules>, steps: (number | string)[], expected: string[]];

const rows: Row[] = [
  ['any code suspends, for 30 s', {}, [101503, '+29999', '+1'], ['SUSPENDED -', 'SUSPENDED -', 'SUSPENDED ready']],
  ['101504 and 101505 mark; without retries that suspends at once', {}, [101504], ['SUSPENDED -']],
  [
    'retries before suspension',
    { retriesBeforeSuspension: 2, retryDelay: 10 },
    [101504, '+10', 101505, '+10', 101504],
    ['TIMEOUT -', 'TIMEOUT ready', 'TIMEOUT -', 'TIMEOUT ready', 'SUSPENDED -'],
  ],
  [
    'configured timeout codes replace the default ones',
    { timeoutCodes: new Set([101503]), retriesBeforeSuspension: 1 },
    [101503, 101504],
    ['TIMEOUT ready', 'SUSPENDED -'],
  ],
  ['codes that are not listed change nothing', { suspendCodes: new Set([101504]) }, [101503], ['ACTIVE ready']],
  ['initial duration 0 switches suspension off', { initialDuration: 0 }, [101503], ['SUSPENDED ready']],
  [
    'progression: 1, 2, 4 … up to the maximum',
    { initialDuration: 1000, progressionFactor: 2, maximumDuration: 3000 },
    [101503, '+1000', 101503, '+1999', '+1', 101503, '+2999', '+1'],
    [
      'SUSPENDED -',
      'SUSPENDED ready',
      'SUSPENDED -',
      'SUSPENDED -',
      'SUSPENDED ready',
      'SUSPENDED -',
      'SUSPENDED -',
      'SUSPENDED ready',
    ],
  ],
  [
    'success resets counters and duration',
    { initialDuration: 1000, progressionFactor: 2 },
    [101503, '+1000', 'ok', 101503, '+1000'],
    ['SUSPENDED -', 'SUSPENDED ready', 'ACTIVE ready', 'SUSPENDED -', 'SUSPENDED ready'],
  ],
];

describe('artifacts 3.3: circuit states', () => {
  for (const [name, rules, steps, expected] of rows) {
    it(name, () => {
      let now = 0;
      const circuit = new Circuit({ ...defaultSuspension, ...rules }, () => now);
      const states = steps.map((step) => {
        if (typeof step === 'number') circuit.failed(step);
        else if (step === 'ok') circuit.succeeded();
        else now += Number(step);
        return `${circuit.state} ${circuit.ready ? 'ready' : '-'}`;
      });
      assert.deepEqual(states, expected);
    });
  }

  it('switched off is not ready whatever happens', () => {
    const circuit = new Circuit(defaultSuspension);
    circuit.switch(false);
    circuit.succeeded();
    assert.deepEqual([circuit.state, circuit.ready], ['OFF', false]);
    circuit.switch(true);
    assert.equal(circuit.ready, true);
  });

  it("the server's defaults count where the endpoint says nothing", () => {
    let now = 0;
    const circuit = new Circuit(defaultSuspension, () => now);
    circuit.failed(101503, { initialDuration: 10, progressionFactor: 3 });
    assert.equal(circuit.retryAt, 10);
    now = 10;
    circuit.failed(101503, { initialDuration: 10, progressionFactor: 3 });
    assert.equal(circuit.retryAt, 40);
  });
});
