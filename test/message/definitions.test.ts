import assert from 'node:assert/strict';
import { Deployed } from '../../runtime/deploy/deployed.js';
import { MemoryRegistry } from '../../runtime/deploy/memory-registry.js';
import { FolderRegistry } from '../../runtime/deploy/registry.js';
import { becomeAnswer } from '../../runtime/endpoint/answer.js';
import { cloneMessage } from '../../runtime/message/clone.js';
import { TransportHeaders } from '../../runtime/message/headers.js';
import { type Exchange, Message } from '../../runtime/message/message.js';
import { Payload } from '../../runtime/message/payload.js';

const logger = { enabled: () => false, log: () => undefined };
const xmlns = 'xmlns="http://ws.apache.org/ns/synapse"';

/** Two versions of each definition, the second one deployed by `redeploy`. */
const versions: Record<string, (body: string) => string> = {
  sequence: (body) => `<sequence ${xmlns} name="k">${body}</sequence>`,
  sequenceTemplate: (body) => `<template ${xmlns} name="k"><sequence>${body}</sequence></template>`,
  endpoint: (body) => `<endpoint ${xmlns} name="k"><address uri="http://127.0.0.1:1/${body.length}"/></endpoint>`,
};

function world(kind: string) {
  const environment = new Deployed({ registry: new MemoryRegistry(new FolderRegistry([])), logger });
  const version = versions[kind] as (body: string) => string;
  const deploy = (body: string): void => {
    const [artifact] = environment.compile(version(body), 'k.xml').artifacts;
    assert.ok(artifact);
    environment.add(artifact, { replace: true });
  };
  const message = new Message({
    environment,
    exchange: {} as Exchange,
    payload: Payload.empty(),
    headers: new TransportHeaders(),
  });
  return { environment, message, deploy };
}

for (const kind of ['sequence', 'sequenceTemplate', 'endpoint'] as const) {
  describe(`message-model 1.1: local-entry cache: kind ${kind}`, () => {
    it('that was looked up stays for the rest of the message, and for its clones', async () => {
      const { environment, message, deploy } = world(kind);
      deploy('<log/>');
      const first = message[kind]('k');
      const clone = await cloneMessage(message);
      deploy('<drop/>');
      assert.notEqual(environment[kind]('k'), first);
      assert.equal(message[kind]('k'), first);
      assert.equal(clone[kind]('k'), first);
    });

    it('that was not there is looked up again', () => {
      const { environment, message, deploy } = world(kind);
      assert.equal(message[kind]('k'), undefined);
      deploy('<log/>');
      assert.equal(message[kind]('k'), environment[kind]('k'));
    });

    it('message-model 1.1, 1.5: local-entry cache: the answer to a call looks it up anew', () => {
      const { environment, message, deploy } = world(kind);
      deploy('<log/>');
      message[kind]('k');
      deploy('<drop/>');
      becomeAnswer(message, { status: 200, reason: 'OK', headers: [], body: undefined }, message);
      assert.equal(message[kind]('k'), environment[kind]('k'));
    });
  });
}
