import assert from 'node:assert/strict';
import {
  type AccessIndex,
  type CallerSubscription,
  type CallerToken,
  decideAccess,
  type KeyType,
} from '../../../runtime/server/apim-model/access.js';
import type { DeployedApi, DeployedOperation } from '../../../runtime/server/apim-model/index.js';

const token: CallerToken = {
  jti: 't',
  clientId: 'key',
  subject: 'ann',
  kind: 'APPLICATION',
  scopes: new Set(['read']),
  audiences: ['key'],
  expiresAt: 0,
};
const api = { id: 'a', state: 'PUBLISHED', tiers: ['Gold'], audiences: [] as string[] } as unknown as DeployedApi;
const resource: DeployedOperation = {
  target: '/',
  verb: 'GET',
  authType: 'any',
  throttlingPolicy: 'Unlimited',
  scopes: [],
};
const application = { id: 'app', name: 'App', owner: 'ann', tier: 'Unlimited', attributes: {} };

function index(status: string | undefined, keyType: KeyType = 'PRODUCTION', known = true): AccessIndex {
  const subscription: CallerSubscription | undefined =
    status === undefined ? undefined : { id: 's', tier: 'Gold', status };
  return { consumer: () => (known ? { keyType, application } : undefined), subscription: () => subscription };
}

const unblocked = index('UNBLOCKED');
const user: CallerToken = { ...token, kind: 'APPLICATION_USER' };

/** One row: who calls what, and the code with its status, or `allowed`. */
const rows: [name: string, index: AccessIndex, token: CallerToken, api: object, resource: object, result: string][] = [
  ['subscribed', unblocked, token, {}, {}, 'allowed'],
  ['a client of no application', index('UNBLOCKED', 'PRODUCTION', false), token, {}, {}, '900908 403'],
  ['not subscribed', index(undefined), token, {}, {}, '900908 403'],
  ['an API without tiers needs no subscription', index(undefined), token, { tiers: [] }, {}, 'allowed'],
  ['blocked', index('BLOCKED'), token, {}, {}, '900907 401'],
  ['production blocked, production key', index('PROD_ONLY_BLOCKED'), token, {}, {}, '900907 401'],
  ['production blocked, sandbox key', index('PROD_ONLY_BLOCKED', 'SANDBOX'), token, {}, {}, 'allowed'],
  ['on hold', index('ON_HOLD'), token, {}, {}, '900909 401'],
  ['rejected', index('REJECTED'), token, {}, {}, '900909 401'],
  ['application token where a user is needed', unblocked, token, {}, { authType: 'user' }, '900905 401'],
  ['user token where a user is needed', unblocked, user, {}, { authType: 'user' }, 'allowed'],
  ['user token where an application is needed', unblocked, user, {}, { authType: 'application' }, '900905 401'],
  ['audience not allowed', unblocked, token, { audiences: ['other'] }, {}, '900914 403'],
  ['audience allowed', unblocked, token, { audiences: ['other', 'key'] }, {}, 'allowed'],
  ['scope missing', unblocked, token, {}, { scopes: ['write'] }, '900910 403'],
  ['one scope of several is enough', unblocked, token, {}, { scopes: ['write', 'read'] }, 'allowed'],
  ['a created API, with a subscription of an earlier life', unblocked, token, { state: 'CREATED' }, {}, '900908 403'],
  ['blocked comes before the scope', index('BLOCKED'), token, {}, { scopes: ['write'] }, '900907 401'],
];

describe('api-management 1.19: access of a valid token', () => {
  for (const [name, among, caller, apiChange, resourceChange, expected] of rows) {
    it(`${name}: ${expected}`, () => {
      const decision = decideAccess(among, caller, { ...api, ...apiChange }, { ...resource, ...resourceChange });
      const result = 'refusal' in decision ? `${decision.refusal.code} ${decision.refusal.status}` : 'allowed';
      assert.equal(result, expected);
    });
  }
});
