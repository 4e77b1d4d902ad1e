import assert from 'node:assert/strict';
import { javaText } from '../../runtime/java/text.js';
import { FloatNumber, WholeNumber } from '../../runtime/java/value.js';
import { parseJson } from '../../runtime/json/parse.js';
import { JsonElement } from '../../runtime/json/value.js';
import { buildBody } from '../../runtime/message/build.js';
import { Fault } from '../../runtime/message/fault.js';
import { formatBody } from '../../runtime/message/formatters/format-body.js';
import type { Exchange, Message } from '../../runtime/message/message.js';
import { restoredMessage, storedId, storedMessage } from '../../runtime/message/stored-message.js';
import { parseElement } from '../../runtime/xml/parse.js';
import { type Given, messageOf } from './fixture.js';

async function builtMessage(given: Given): Promise<Message> {
  const message = messageOf(given);
  await buildBody(message);
  return message;
}

const restored = (message: Message): Message =>
  restoredMessage(storedMessage(message), { environment: message.environment, exchange: {} as Exchange });

const written = async (message: Message): Promise<string> =>
  String((await formatBody(message, { direction: 'request' })).body ?? '');

const soap = (version: '1.1' | '1.2', header: string, body: string): string => {
  const namespace =
    version === '1.1' ? 'http://schemas.xmlsoap.org/soap/envelope/' : 'http://www.w3.org/2003/05/soap-envelope';
  return `<s:Envelope xmlns:s="${namespace}"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
};

describe('artifacts 2.7: a stored message', () => {
  const bodies: [what: string, given: Given][] = [
    [
      'JSON, to the character',
      { type: 'application/json', body: '{ "b": 1.0, "a": [1e3, 268099561782931457, "é\\u0001"] }' },
    ],
    ['JSON that is not quite JSON', { type: 'application/json', body: "{a: 'x'}" }],
    ['a JSON value', { type: 'application/json', body: '"text"' }],
    ['XML', { type: 'application/xml', body: '<a xmlns="urn:x" p:q="1" xmlns:p="urn:p">t &amp; é<!--c--><b/></a>' }],
    [
      'SOAP 1.1 with headers',
      { type: 'text/xml', headers: { SOAPAction: 'x' }, body: soap('1.1', '<h xmlns="urn:h">1</h>', '<b/>') },
    ],
    ['SOAP 1.2 with headers', { type: 'application/soap+xml', body: soap('1.2', '<h xmlns="urn:h">1</h>', '<b/>') }],
    ['text', { type: 'text/plain', body: 'a < b\r\né' }],
    ['bytes', { type: 'application/octet-stream', body: Buffer.from([0, 255, 10, 13, 128]) }],
    ['a form', { type: 'application/x-www-form-urlencoded', body: 'a=1&b=%C3%A9' }],
    ['nothing', { type: 'application/json', body: '' }],
  ];
  for (const [what, given] of bodies) {
    it(`artifacts 2.7: its body stays what it was: ${what}`, async () => {
      const message = await builtMessage(given);
      const copy = restored(message);
      const body = await written(await builtMessage(given));
      assert.equal(await written(copy), body);
      assert.deepEqual(
        [copy.payload.isJson, copy.payload.soapVersion, copy.payload.isEmpty, copy.payload.built],
        [message.payload.isJson, message.payload.soapVersion, message.payload.isEmpty, true],
      );
    });
  }

  it('artifacts 2.7: JSON keeps the SOAP headers that a flow has added', async () => {
    const message = await builtMessage({ type: 'application/json', body: '{"a":1}' });
    const block = parseElement('<h xmlns="urn:h">1</h>');
    const header = message.payload.header(true);
    header?.appendChild(header.ownerDocument?.importNode(block, true) as never);
    message.payload.setJsonText('{"a":2}');
    const copy = restored(message);
    assert.equal(copy.payload.jsonText, '{"a":2}');
    assert.equal(copy.payload.header()?.firstChild?.textContent, '1');
  });

  it('artifacts 2.7: attachments go with it', async () => {
    const part = (head: string, body: string): string => `--B\r\n${head}\r\n\r\n${body}\r\n`;
    const body = `${part('Content-Type: text/xml', soap('1.1', '', '<a/>'))}${part('Content-ID: <x>', 'bytes')}--B--`;
    const message = await builtMessage({ type: 'multipart/related; boundary=B; type="text/xml"', body });
    const [attachment] = restored(message).payload.attachments;
    const { id, contentType, bytes } = attachment ?? {};
    assert.deepEqual([id, contentType, String(bytes)], ['x', 'application/octet-stream', 'bytes']);
  });

  it('artifacts 2.7: values of properties and variables keep their types', async () => {
    const message = await builtMessage({ type: 'application/json', body: '{}' });
    const values: [name: string, value: unknown][] = [
      ['text', 'a'],
      ['empty', ''],
      ['boolean', false],
      ['integer', WholeNumber.integer(7)],
      ['long', WholeNumber.long(9007199254740993n)],
      ['short', new WholeNumber('Short', 3n)],
      ['double', 1.5],
      ['infinite', Number.POSITIVE_INFINITY],
      ['float', new FloatNumber(0.5)],
      ['json', new JsonElement(parseJson('{"b":1.0,"a":[null]}'))],
      ['xml', parseElement('<x xmlns="urn:x"><y/></x>')],
      ['list', ['a', WholeNumber.integer(1), [true]]],
      ['map', new Map<string, unknown>([['k', 2.5]])],
      ['bytes', Buffer.from([1, 2])],
      ['date', new Date(5)],
    ];
    for (const [name, value] of values) {
      message.properties.set(name, value);
      message.variables.set(name, value);
      message.axis2.set(name, value);
    }
    const copy = restored(message);
    for (const [name, value] of values) {
      for (const scope of [copy.properties, copy.variables, copy.axis2]) {
        const kept = scope.get(name);
        assert.equal(kept?.constructor, value?.constructor, name);
        assert.equal(javaText(kept), javaText(value), name);
        if (kept instanceof WholeNumber) assert.equal(kept.type, (value as WholeNumber).type);
      }
    }
  });

  it('artifacts 2.7: what belongs to the running engine is left behind', async () => {
    const message = await builtMessage({ type: 'application/json', body: '{}' });
    message.properties.set('ERROR_EXCEPTION', new Fault('x'));
    message.properties.set('object', { a: 1 });
    message.properties.set('list', ['a', new Fault('x')]);
    message.operation.set('RESPONSE_WRITTEN', 'SKIP');
    message.faultStack.push({ name: 'f', mediate: () => true });
    const copy = restored(message);
    assert.deepEqual([...copy.properties.keys()], ['list']);
    assert.deepEqual(copy.properties.get('list'), ['a']);
    assert.deepEqual([copy.operation.size, copy.faultStack.length], [0, 0]);
  });

  it('artifacts 2.7: headers, repeated ones too, addressing, id and direction', async () => {
    const message = await builtMessage({
      type: 'application/json',
      body: '{}',
      headers: { 'X-One': '1' },
      to: '/orders?a=1',
    });
    message.addressing.soapAction = 'urn:act';
    message.axis2.set('EXCESS_TRANSPORT_HEADERS', new Map([['x-one', { name: 'X-One', values: ['2', '3'] }]]));
    message.client.set('option', 'o');
    message.response = true;
    const copy = restored(message);
    assert.deepEqual([...copy.headers], [...message.headers]);
    assert.deepEqual(copy.excessHeaders, message.excessHeaders);
    assert.deepEqual(copy.addressing, message.addressing);
    assert.deepEqual([copy.id, copy.client.get('option'), copy.response], [message.id, 'o', true]);
    assert.equal(storedId(storedMessage(message)), message.id);
  });

  it('artifacts 2.7: each copy is one of its own', async () => {
    const message = await builtMessage({ type: 'application/xml', body: '<a/>' });
    const text = storedMessage(message);
    const [one, two] = [0, 1].map(() =>
      restoredMessage(text, { environment: message.environment, exchange: {} as Exchange }),
    ) as [Message, Message];
    one.payload.firstElement()?.setAttribute('changed', 'yes');
    assert.equal(await written(two), '<a/>');
  });

  it('artifacts 2.7: a body that could not be read again is refused, rather than stored', async () => {
    const message = await builtMessage({ type: 'application/json', body: '{"1 x<y":1}' });
    message.payload.envelope();
    message.payload.dropJson();
    assert.throws(() => storedMessage(message), /The body cannot be stored, as it is no XML/);
  });

  it('artifacts 2.7: what somebody else has written is no stored message', () => {
    for (const text of ['', '{}', 'rO0ABXNyADFvcmc=', '{"format":"other"}', 'null'])
      assert.throws(() => storedId(text), /was not written by a message store of Mediant/, text);
  });
});
