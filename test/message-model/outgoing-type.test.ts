import { call, payload, read, remove, set, wire } from './harness.js';

const json = { 'Content-Type': 'application/json' };
const body = '{"a":1}';
const post = { body, headers: json };
const respond = '<respond/>';

wire('Content-Type of the outgoing request', [
  {
    rule: 'message-model 5.9: untouched, the type goes as it came',
    flow: call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-type': 'application/json' } }] },
  },
  {
    rule: 'message-model 5.9: untouched but read, too',
    flow: read + call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-type': 'application/json' } }] },
  },
  {
    rule: 'message-model 5.9, 2.6: ContentType set after reading is the label alone',
    flow: read + set('ContentType', 'application/vnd.my+json') + call + respond,
    request: post,
    expect: { seen: [{ body, headers: { 'content-type': 'application/vnd.my+json' } }] },
  },
  {
    rule: 'message-model 5.9: payloadFactory XML is application/xml',
    flow: payload('<b xmlns="">1</b>', 'xml') + call + respond,
    request: post,
    expect: { seen: [{ body: '<b>1</b>', headers: { 'content-type': 'application/xml' } }] },
  },
  {
    rule: 'message-model 5.9: header set is overwritten by ContentType',
    flow: set('Content-Type', 'text/x-mine', 'transport') + call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-type': 'application/json' } }] },
  },
  {
    rule: 'message-model 5.9: header removed, unread: no type',
    flow: remove('Content-Type', 'transport') + call + respond,
    request: post,
    expect: { seen: [{ body, headers: { 'content-type': undefined } }] },
  },
  {
    rule: 'message-model 5.9: header removed, read: the type of the formatter JSON',
    flow: read + remove('Content-Type', 'transport') + call + respond,
    request: post,
    expect: { seen: [{ headers: { 'content-type': 'application/json; charset=UTF-8' } }] },
  },
  {
    rule: 'message-model 5.9: no type stays no type',
    flow: call + respond,
    request: { body: 'abc' },
    expect: { seen: [{ body: 'abc', headers: { 'content-type': undefined } }] },
  },
]);
