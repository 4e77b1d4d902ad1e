import assert from 'node:assert/strict';
import { applyCors, prepareCors } from '../../../runtime/deploy/api/cors.js';
import type { Resource } from '../../../runtime/deploy/api/resource.js';
import { javaText } from '../../../runtime/java/text.js';
import { messageOf } from '../../message/fixture.js';

const origins = 'synapse.rest.CORSConfig.Access-Control-Allow-Origin';
const resource = { id: 'r', methods: ['GET', 'OPTIONS', 'POST'] } as unknown as Resource;

function answered(method: string, server: Record<string, string>, headers: Record<string, string> = {}) {
  const message = messageOf({ server, headers, properties: { REST_METHOD: method } });
  prepareCors(message, resource);
  const status = message.axis2.get('HTTP_SC');
  applyCors(message);
  const answer = message.headers.text('Access-Control-Allow-Methods');
  return [
    status === undefined ? undefined : javaText(status),
    answer,
    message.headers.text('Access-Control-Allow-Origin'),
  ];
}

const app = { Origin: 'http://app' };
const rows: [name: string, given: Parameters<typeof answered>, expected: (string | undefined)[]][] = [
  ['OPTIONS without an allowed origin', ['OPTIONS', {}], ['403', 'POST, GET', '']],
  ['OPTIONS from another origin', ['OPTIONS', { [origins]: 'http://b' }, app], ['403', 'POST, GET', '']],
  [
    'OPTIONS from an allowed origin',
    ['OPTIONS', { [origins]: 'http://app' }, app],
    [undefined, 'POST, GET', 'http://app'],
  ],
  ['OPTIONS from anywhere', ['OPTIONS', { [origins]: '*' }], [undefined, 'POST, GET', '*']],
  [
    'OPTIONS, switched off',
    ['OPTIONS', { 'synapse.rest.CORSConfig.enabled': 'false' }],
    [undefined, undefined, undefined],
  ],
  ['GET from an origin', ['GET', {}, app], [undefined, 'POST, GET', '']],
  ['GET without one', ['GET', {}], [undefined, undefined, undefined]],
];

describe('artifacts 1.8: CORS of an API', () => {
  for (const [name, given, expected] of rows) {
    it(`${name}: status, methods, origin`, () => assert.deepEqual(answered(...given), expected));
  }

  it('the 403 of an OPTIONS request is only the status that it starts with: the flow and a backend may name another', () => {
    const message = messageOf({ properties: { REST_METHOD: 'OPTIONS' } });
    prepareCors(message, resource);
    message.axis2.set('HTTP_SC', '204');
    applyCors(message);
    assert.equal(message.axis2.get('HTTP_SC'), '204');
  });
});
