import type { StoredApp } from '../model/apps.js';
import type { StoredOrganization } from '../model/organization.js';
import { noContent, show } from './answer.js';
import { approval } from './approval.js';
import type { Call } from './call.js';
import type { Route } from './routes.js';
import { appView } from './views.js';

const root = 'App';

export const appRoutes: readonly Route[] = [
  ['get', '/apps', listAll],
  [
    'get',
    '/apps/:id',
    (call, organization) => show(root, appView(organization.apps.getById(call.path('id')), organization)),
  ],
  ['get', '/developers/:developer/apps', list],
  ['post', '/developers/:developer/apps', create],
  ['get', '/developers/:developer/apps/:app', get],
  ['put', '/developers/:developer/apps/:app', update],
  ['post', '/developers/:developer/apps/:app', setStatusOrUpdate],
  ['delete', '/developers/:developer/apps/:app', remove],
];

/** The app that a path names by its developer and its name. */
export function appOf(call: Call, { apps }: StoredOrganization): StoredApp {
  return apps.get(call.path('developer'), call.path('app'));
}

function listAll(call: Call, organization: StoredOrganization) {
  const all = organization.apps.list();
  if (call.parameter('expand') !== 'true')
    return show(
      'Apps',
      all.map(({ id }) => id),
    );
  return show('Apps', { app: all.map((app) => appView(app, organization)) });
}

function list(call: Call, organization: StoredOrganization) {
  const { id } = organization.developers.get(call.path('developer'));
  const all = organization.apps.list(id);
  if (call.parameter('expand') !== 'true')
    return show(
      'Apps',
      all.map(({ name }) => name),
    );
  return show('Apps', { app: all.map((app) => appView(app, organization)) });
}

function get(call: Call, organization: StoredOrganization) {
  return show(root, appView(appOf(call, organization), organization));
}

async function create(call: Call, organization: StoredOrganization) {
  const app = await organization.apps.create(call.path('developer'), call.input(root), call.user);
  return show(root, appView(app, organization), 201);
}

async function update(call: Call, organization: StoredOrganization) {
  const app = await organization.apps.update(appOf(call, organization), call.input(root), call.user);
  return show(root, appView(app, organization));
}

/** `?action=approve` and `revoke`; without an action as PUT. */
async function setStatusOrUpdate(call: Call, organization: StoredOrganization) {
  const status = approval(call);
  if (status === undefined) return update(call, organization);
  await organization.apps.setStatus(appOf(call, organization), status, call.user);
  return noContent;
}

async function remove(call: Call, organization: StoredOrganization) {
  const app = appOf(call, organization);
  const view = appView(app, organization);
  await organization.removeApp(app);
  return show(root, view);
}
