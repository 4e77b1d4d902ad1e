import { givenKey, type StoredCredential } from '../model/credentials.js';
import { badRequest } from '../model/error.js';
import type { StoredOrganization } from '../model/organization.js';
import { type Answer, noContent, show } from './answer.js';
import { appOf } from './app-routes.js';
import { approval } from './approval.js';
import type { Call } from './call.js';
import type { Route } from './routes.js';
import { credentialView } from './views.js';

const request = 'CredentialRequest';
const keys = '/developers/:developer/apps/:app/keys';

export const keyRoutes: readonly Route[] = [
  ['post', `${keys}/create`, create],
  ['get', `${keys}/:key`, get],
  ['post', `${keys}/:key`, setStatusOrAttach],
  ['put', `${keys}/:key`, attach],
  ['delete', `${keys}/:key`, remove],
  ['post', `${keys}/:key/apiproducts/:product`, setProductStatus],
  ['delete', `${keys}/:key/apiproducts/:product`, detach],
];

function keyOf(call: Call, organization: StoredOrganization): StoredCredential {
  return organization.credentials.get(appOf(call, organization).id, call.path('key'));
}

function showKey(credential: StoredCredential, organization: StoredOrganization, status = 200): Answer {
  return show('Credential', credentialView(credential, organization), status);
}

/** A key pair that the caller brings along, for apps that have one already. */
async function create(call: Call, organization: StoredOrganization) {
  const { apps, credentials } = organization;
  const app = appOf(call, organization);
  const input = call.input(request);
  const products = credentials.requestedProducts(input);
  const key = { ...givenKey(input), products, expiresAt: apps.expiryOf(input) };
  return showKey(await credentials.create(app.id, key), organization, 201);
}

function get(call: Call, organization: StoredOrganization) {
  return showKey(keyOf(call, organization), organization);
}

/** `?action=approve` and `revoke`; without an action the body names products that the key gets. */
async function setStatusOrAttach(call: Call, organization: StoredOrganization) {
  const status = approval(call);
  if (status === undefined) return attach(call, organization);
  await organization.credentials.setStatus(keyOf(call, organization), status);
  return noContent;
}

async function attach(call: Call, organization: StoredOrganization) {
  const credential = keyOf(call, organization);
  return showKey(await organization.credentials.attach(credential, call.input(request)), organization);
}

async function setProductStatus(call: Call, organization: StoredOrganization) {
  const status = approval(call);
  if (status === undefined) throw badRequest('The parameter action is missing: approve or revoke');
  await organization.credentials.setProductStatus(keyOf(call, organization), call.path('product'), status);
  return noContent;
}

async function detach(call: Call, organization: StoredOrganization) {
  const credential = keyOf(call, organization);
  return showKey(await organization.credentials.detach(credential, call.path('product')), organization);
}

async function remove(call: Call, organization: StoredOrganization) {
  const credential = keyOf(call, organization);
  await organization.credentials.remove(credential);
  await organization.tokens.removeOfClients([credential.consumerKey]);
  return showKey(credential, organization);
}
