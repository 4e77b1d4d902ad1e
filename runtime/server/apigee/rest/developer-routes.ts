import { Input } from '../model/input.js';
import type { StoredOrganization } from '../model/organization.js';
import { noContent, show } from './answer.js';
import type { Call } from './call.js';
import type { Route } from './routes.js';
import { developerView } from './views.js';

const root = 'Developer';

export const developerRoutes: readonly Route[] = [
  ['get', '/developers', list],
  ['post', '/developers', create],
  ['get', '/developers/:developer', get],
  ['put', '/developers/:developer', update],
  ['post', '/developers/:developer', setStatusOrUpdate],
  ['delete', '/developers/:developer', remove],
];

function list(call: Call, organization: StoredOrganization) {
  const all = organization.developers.list();
  if (call.parameter('expand') !== 'true')
    return show(
      'Developers',
      all.map(({ email }) => email),
    );
  return show('Developers', { developer: all.map((developer) => developerView(developer, organization)) });
}

function get(call: Call, organization: StoredOrganization) {
  return show(root, developerView(organization.developers.get(call.path('developer')), organization));
}

async function create(call: Call, organization: StoredOrganization) {
  const developer = await organization.developers.create(call.input(root), call.user);
  return show(root, developerView(developer, organization), 201);
}

async function update(call: Call, organization: StoredOrganization) {
  const { developers } = organization;
  const developer = await developers.update(call.path('developer'), call.input(root), call.user);
  return show(root, developerView(developer, organization));
}

/** `?action=active` and `inactive`; without an action as PUT. */
async function setStatusOrUpdate(call: Call, organization: StoredOrganization) {
  const action = call.parameter('action');
  if (action === '') return update(call, organization);
  const status = new Input({ action }).oneOf('action', ['active', 'inactive'], 'active');
  await organization.developers.setStatus(call.path('developer'), status, call.user);
  return noContent;
}

async function remove(call: Call, organization: StoredOrganization) {
  const { developers } = organization;
  const view = developerView(developers.get(call.path('developer')), organization);
  await organization.removeDeveloper(call.path('developer'));
  return show(root, view);
}
