import assert from 'node:assert/strict';
import type { Element } from '@xmldom/xmldom';
import { cloneMessage } from '../../runtime/message/clone.js';
import { parseElement } from '../../runtime/xml/parse.js';
import { bodyOf, run } from '../mediators/harness.js';

async function original() {
  const { message } = await run('<header name="From" value="urn:from"/><header name="ReplyTo" value="urn:reply"/>', {
    body: '{"a":1}',
    headers: { 'X-A': '1' },
    properties: { text: 't', list: [parseElement('<l/>')], xml: parseElement('<x/>'), map: new Map() },
    variables: { xml: parseElement('<v/>'), list: [1] },
    axis2: { correlation_id: 'C', k: 'v' },
    response: true,
  });
  message.operation.set('shared', 'yes');
  message.functionStack.push({ template: 't', parameters: new Map<string, unknown>([['p', '1']]) });
  message.faultStack.push({ name: 'h', mediate: () => true });
  return message;
}

describe('cloneMessage', () => {
  it('mediators 2.9: body, headers and addressing are copied, the operation is shared', async () => {
    const message = await original();
    const clone = await cloneMessage(message);
    clone.payload.setJsonText('{"b":2}');
    clone.headers.set('X-A', '2');
    clone.operation.set('back', 'too');
    assert.equal(await bodyOf(message), '{"a":1}');
    assert.equal(message.headers.get('X-A'), '1');
    assert.equal(message.operation.get('back'), 'too');
    assert.equal(clone.response, true);
    assert.deepEqual([clone.addressing.replyTo, clone.addressing.from], ['urn:reply', undefined]);
  });

  it('mediators 2.9: a new id; the parent is remembered, an older parent wins', async () => {
    const message = await original();
    const clone = await cloneMessage(message);
    assert.notEqual(clone.id, message.id);
    assert.equal(clone.properties.get('aggregateCorelation'), message.id);
    assert.equal((await cloneMessage(clone)).properties.get('aggregateCorelation'), message.id);
  });

  it('mediators 2.9: XML and lists of properties are copied deeply, lists of variables and other values shared', async () => {
    const message = await original();
    const clone = await cloneMessage(message);
    for (const name of ['xml', 'list']) assert.notEqual(clone.properties.get(name), message.properties.get(name));
    assert.notEqual((clone.properties.get('list') as Element[])[0], (message.properties.get('list') as Element[])[0]);
    assert.equal(clone.properties.get('map'), message.properties.get('map'));
    assert.notEqual(clone.variables.get('xml'), message.variables.get('xml'));
    assert.equal(clone.variables.get('list'), message.variables.get('list'));
  });

  it('mediators 2.9: the stacks are copied, the correlation id is extended', async () => {
    const message = await original();
    const clone = await cloneMessage(message);
    clone.faultStack.pop();
    clone.functionStack[0]?.parameters.set('p', '2');
    assert.equal(message.faultStack.length, 1);
    assert.equal(message.functionStack[0]?.parameters.get('p'), '1');
    assert.match(String(clone.axis2.get('correlation_id')), /^C_[-0-9a-f]{36}$/);
    assert.equal(clone.axis2.get('k'), 'v');
  });
});
