import assert from 'node:assert/strict';
import { buildBody } from '../../../runtime/message/build.js';
import { RECEIVED_TYPE } from '../../../runtime/message/content-type.js';
import { formatBody } from '../../../runtime/message/formatters/format-body.js';
import type { Message } from '../../../runtime/message/message.js';
import { type Given, messageOf } from '../fixture.js';

type Step = (message: Message) => void | Promise<void>;

const build: Step = (message) => buildBody(message);
const set =
  (name: string, value: unknown): Step =>
  (message) =>
    void message.axis2.set(name, value);
/** What the property mediator does for messageType. */
const type =
  (value: string): Step =>
  (message) => {
    message.axis2.set('messageType', value);
    message.axis2.set('ContentType', value);
    message.axis2.delete(RECEIVED_TYPE);
    message.headers.set('Content-Type', value);
  };
const header =
  (value: string | undefined): Step =>
  (message) => {
    if (value === undefined) message.headers.delete('Content-Type');
    else message.headers.set('Content-Type', value);
  };
const xmlBody: Step = (message) => message.payload.setJsonText('{"a":1}');

const json = { type: 'application/json', body: '{"a":1}' };
const xml = { type: 'application/xml', body: '<a/>' };

function table(
  direction: 'request' | 'response',
  rows: [rule: string, given: Given, steps: Step[], expected: string | undefined][],
) {
  for (const [rule, given, steps, expected] of rows) {
    it(rule, async () => {
      const message = messageOf(given);
      for (const step of steps) await step(message);
      assert.equal((await formatBody(message, { direction })).contentType, expected);
    });
  }
}

describe('Content-Type of requests (message-model 5.9)', () => {
  table('request', [
    ['unread', json, [], 'application/json'],
    ['read', json, [build], 'application/json'],
    [
      'ContentType set after reading',
      json,
      [build, set('ContentType', 'application/vnd.my+json')],
      'application/vnd.my+json',
    ],
    ['messageType set', json, [build, type('application/xml')], 'application/xml'],
    ['header set, unread', json, [header('text/x-mine')], 'application/json'],
    ['header removed, unread', json, [header(undefined)], undefined],
    ['header removed, read', json, [build, header(undefined)], 'application/json; charset=UTF-8'],
    ['no header', { ...json, headers: { 'Content-Type': '' } }, [header(undefined)], undefined],
    [
      'everything removed',
      json,
      [build, header(undefined), set('ContentType', null), set('messageType', null)],
      'application/xml; charset=UTF-8',
    ],
    [
      'not preserved',
      { ...json, server: { 'http.headers.preserve': 'Host' } },
      [build],
      'application/json; charset=UTF-8',
    ],
    [
      'not preserved, charset off',
      { ...json, server: { 'http.headers.preserve': '' }, axis2: { setCharacterEncoding: 'false' } },
      [build],
      'application/json',
    ],
    [
      'GET keeps the header that is there',
      json,
      [build, type('application/xml'), header('text/old'), set('HTTP_METHOD', 'GET')],
      'text/old',
    ],
    ['GET without header', json, [build, header(undefined), set('HTTP_METHOD', 'GET')], undefined],
    ['no body, no header', { axis2: { ContentType: 'application/octet-stream', NO_ENTITY_BODY: true } }, [], undefined],
    [
      'unread multipart',
      { type: 'multipart/form-data; boundary=B', body: '--B--' },
      [],
      'multipart/form-data; boundary=B',
    ],
  ]);
});

describe('Content-Type of responses (message-model 5.9)', () => {
  const answer = { ...json, answer: true };
  table('response', [
    ['unread', json, [], 'application/json'],
    ['unread, header changed', json, [header('text/x')], 'application/json'],
    ['built', json, [build], 'application/json; charset=UTF-8'],
    [
      'built, charset there',
      { ...json, type: 'application/json; charset=utf-8' },
      [build],
      'application/json; charset=utf-8',
    ],
    ['built, charset off', { ...json, axis2: { setCharacterEncoding: 'false' } }, [build], 'application/json'],
    [
      'built, another charset',
      { ...json, axis2: { CHARACTER_SET_ENCODING: 'ISO-8859-1' } },
      [build],
      'application/json; charset=ISO-8859-1',
    ],
    ['header removed', json, [build, header(undefined)], 'application/json; charset=UTF-8'],
    ['ContentType removed', json, [build, set('ContentType', null)], 'application/json; charset=UTF-8'],
    [
      'everything removed',
      json,
      [build, set('ContentType', null), set('messageType', null)],
      'application/xml; charset=UTF-8',
    ],
    ["a backend's answer, read", answer, [build], 'application/json'],
    ["a backend's answer, edited", answer, [build, xmlBody], 'application/json'],
    ["a backend's answer, type set", answer, [build, type('application/xml')], 'application/xml; charset=UTF-8'],
    ["a backend's answer, same type set", answer, [build, type('application/json')], 'application/json; charset=UTF-8'],
    [
      "a backend's answer without type",
      { body: 'x', answer: true, axis2: { ContentType: 'application/octet-stream' } },
      [build],
      'application/octet-stream; charset=UTF-8',
    ],
    [
      'SOAP 1.2 with action',
      {
        ...xml,
        type: 'application/soap+xml; action="urn:go"',
        body: '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body/></e:Envelope>',
      },
      [build],
      'application/soap+xml; action="urn:go"; charset=UTF-8',
    ],
    [
      'attachments that were taken in, as SOAP',
      {
        type: 'multipart/related; boundary=B',
        headers: { SOAPAction: '' },
        axis2: { doingREST: false },
        body: '--B\r\nContent-Type: text/xml\r\n\r\n<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>\r\n--B--\r\n',
      },
      [build],
      'text/xml; charset=UTF-8',
    ],
    [
      'attachments that were taken in, as XML',
      { type: 'multipart/related; boundary=B', body: '--B\r\nContent-Type: application/xml\r\n\r\n<a/>\r\n--B--\r\n' },
      [build],
      'application/xml; charset=UTF-8',
    ],
    [
      'an XML body where there was neither type nor body',
      {},
      [(m) => m.payload.reset('1.1'), set('ContentType', ''), set('messageType', 'application/xml')],
      'application/xml; charset=UTF-8',
    ],
  ]);
});
