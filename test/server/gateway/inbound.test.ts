import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Environment, Exchange } from '../../../runtime/message/message.js';
import { createMessage, inboundRequest } from '../../../runtime/server/gateway/inbound.js';

function requestOf(method: string, headers: Record<string, string>): IncomingMessage {
  const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const request = { method, url: '/a', headers: lowered, rawHeaders: Object.entries(headers).flat(), socket: {} };
  return request as unknown as IncomingMessage;
}

function messageOf(method: string, headers: Record<string, string>) {
  const request = inboundRequest(requestOf(method, headers), 'http');
  return createMessage(request, { environment: {} as Environment, exchange: {} as Exchange });
}

const five = { 'Content-Length': '5' };
const json = { 'Content-Type': 'application/json' };

/** Method, headers, whether the body is read, NO_ENTITY_BODY, ContentType, messageType. */
const rows: [string, Record<string, string>, boolean, true | undefined, string | undefined, string | undefined][] = [
  ['POST', { ...json, ...five }, true, undefined, 'application/json', 'application/json'],
  ['POST', { ...json, 'Transfer-Encoding': 'chunked' }, true, undefined, 'application/json', 'application/json'],
  ['POST', { ...json, 'Content-Length': '0' }, false, undefined, 'application/json', 'application/json'],
  ['DELETE', { ...json, ...five }, true, undefined, 'application/json', 'application/json'],
  ['GET', { ...json, ...five }, false, true, undefined, undefined],
  ['GET', five, false, true, 'application/x-www-form-urlencoded', 'application/xml'],
  ['HEAD', five, false, true, 'application/octet-stream', 'application/xml'],
  ['OPTIONS', { ...json, ...five }, false, true, 'application/json', 'application/json'],
  [
    'POST',
    { 'Content-Type': 'application/json ; charset=UTF-8', ...five },
    true,
    undefined,
    'application/json ; charset=UTF-8',
    'application/json ',
  ],
];

describe('message-model 2.1: charset and REST type of a request', () => {
  const types: [string, Record<string, string>, string | undefined, string | undefined][] = [
    ['POST', { 'Content-Type': 'application/json; charset=ISO-8859-1' }, 'ISO-8859-1', 'application/json'],
    ['POST', { 'Content-Type': 'application/json' }, 'UTF-8', 'application/json'],
    ['POST', { 'Content-Type': 'text/xml', SOAPAction: 'urn:a' }, 'UTF-8', undefined],
    ['GET', {}, 'UTF-8', 'application/xml'],
    ['GET', json, undefined, undefined],
  ];
  for (const [method, headers, charset, rest] of types) {
    it(`${method} ${JSON.stringify(headers)}`, () => {
      const { axis2 } = messageOf(method, headers);
      const found = [axis2.get('CHARACTER_SET_ENCODING'), axis2.get('synapse.internal.rest.contentType')];
      assert.deepEqual(found, [charset, rest]);
    });
  }
});

describe('message-model 5.1, 5.10: body and types of a request', () => {
  for (const [method, headers, read, noBody, contentType, messageType] of rows) {
    it(`${method} ${JSON.stringify(headers)}`, () => {
      const { axis2, payload } = messageOf(method, headers);
      assert.deepEqual(
        [!(payload.source instanceof Uint8Array), axis2.get('NO_ENTITY_BODY')],
        [read, noBody],
        'body read, NO_ENTITY_BODY',
      );
      assert.deepEqual([axis2.get('ContentType'), axis2.get('messageType')], [contentType, messageType]);
    });
  }
});
