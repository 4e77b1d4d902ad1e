import assert from 'node:assert/strict';
import { Fault } from '../../runtime/message/fault.js';
import { isSentCredential } from '../../runtime/message/sent-credentials.js';
import { type Given, run } from './harness.js';

const endpoint = '<endpoint><address uri="http://b"/></endpoint>';
const suspended = new Fault('Currently , Address endpoint : [ State : SUSPENDED ]', { code: 303001 });
const handled: Given = { body: '<a/>', onFault: '<log level="custom"/>' };

/** What a flow does before it answers, and whether the Authorization that it set stays away from the client. */
const rows: [name: string, xml: string, kept: boolean, answers?: Given['answers']][] = [
  ['a call', `<call>${endpoint}</call>`, true],
  ['a call that its endpoint refuses', `<call>${endpoint}</call>`, true, [suspended]],
  ['a blocking call', `<call blocking="true">${endpoint}</call>`, true],
  ['a blocking call that its endpoint refuses', `<call blocking="true">${endpoint}</call>`, true, [suspended]],
  ['a call without an answer', `<property name="OUT_ONLY" value="true"/><call>${endpoint}</call>`, true],
  ['a send', `<send>${endpoint}</send>`, true],
  ['a send that its endpoint refuses', `<send>${endpoint}</send>`, true, [suspended]],
  ['a callout', `<callout>${endpoint}</callout>`, true],
  ['a callout that its endpoint refuses', `<callout>${endpoint}</callout>`, true, [suspended]],
  ['a callout to a missing endpoint', '<callout endpointKey="none"/>', true],
  ['no call at all', '<log/>', false],
];

describe('message-model 2.5: credentials of outgoing calls never reach the client', () => {
  for (const [name, xml, kept, answers] of rows) {
    it(`after ${name}`, async () => {
      const { message } = await run(xml, { ...handled, ...(answers ? { answers } : {}) });
      assert.equal(isSentCredential(message, 'authorization', 'Basic x'), kept);
      assert.equal(isSentCredential(message, 'Proxy-Authorization', 'Basic x'), kept);
    });
  }

  it('but what the client sent itself may go back to it, and other headers may', async () => {
    const { message } = await run(`<call>${endpoint}</call>`, handled);
    assert.equal(isSentCredential(message, 'Authorization', 'Basic x', 'Basic x'), false);
    assert.equal(isSentCredential(message, 'Authorization', 'Bearer next', 'Basic x'), true);
    assert.equal(isSentCredential(message, 'X-A', 'Basic x'), false);
  });
});
