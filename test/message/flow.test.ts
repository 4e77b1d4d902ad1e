import assert from 'node:assert/strict';
import { Fault } from '../../runtime/message/fault.js';
import { handleFault, runFlow } from '../../runtime/message/flow.js';
import { describeValue, run } from '../mediators/harness.js';

const empty = async () => (await run('')).message;
const failing = (error: unknown) => () => {
  throw error;
};

describe('runFlow', () => {
  for (const [end, mediate] of [
    ['completed', () => true],
    ['stopped', async () => false],
    ['unhandled', failing(new Fault('m'))],
  ] as const) {
    it(`mediators 2.2: ${end}`, async () => assert.equal(await runFlow(await empty(), mediate), end));
  }

  it('mediators 2.2: a handler that completes, with false too, has handled the fault', async () => {
    const message = await empty();
    message.faultStack.push({ name: 'h', mediate: () => false });
    assert.equal(await runFlow(message, failing(new Fault('m'))), 'handled');
    assert.equal(message.faultStack.length, 0);
  });
});

describe('handleFault', () => {
  it('message-model 6.1: the error properties, message cut to its first line', async () => {
    const message = await empty();
    const fault = new Fault('first\nsecond', { place: { artifact: 'api:A', mediator: 'call', line: 7 } });
    assert.equal(await handleFault(message, fault), false);
    assert.equal(describeValue(message.properties.get('ERROR_CODE')), 'Integer:0');
    assert.equal(message.properties.get('ERROR_MESSAGE'), 'first');
    assert.match(String(message.properties.get('ERROR_DETAIL')), /at mediator call, line 7[\s\S]*in artifact api:A/);
    assert.equal(message.properties.get('ERROR_EXCEPTION'), fault);
  });

  it('message-model 6.1: a code of its own replaces a stale one, none keeps it', async () => {
    const message = await empty();
    await handleFault(message, new Fault('one', { code: 601000 }));
    await handleFault(message, new Fault('two'));
    assert.equal(message.properties.get('ERROR_MESSAGE'), 'one');
    await handleFault(message, new Fault('three', { code: 401002 }));
    assert.equal(message.properties.get('ERROR_MESSAGE'), 'three');
  });

  it('mediators 2.2: other exceptions are faults, too, with a text when they have none', async () => {
    const message = await empty();
    await handleFault(message, new TypeError(''));
    assert.equal(message.properties.get('ERROR_MESSAGE'), 'Runtime error occurred while mediating the message');
  });
});
