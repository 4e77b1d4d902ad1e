import type { Stamp } from '../model/context.js';
import type { Environment, EnvironmentResources } from '../model/environments.js';
import { badRequest } from '../model/error.js';
import type { StoredOrganization } from '../model/organization.js';
import { noContent, show } from './answer.js';
import type { Call } from './call.js';
import type { Route } from './routes.js';
import { cacheView, environmentView, targetServerView } from './views.js';

const environment = '/environments/:environment';

export const environmentRoutes: readonly Route[] = [
  ['get', '/environments', (_, { environments }) => show('Environments', environments.names())],
  ['post', '/environments', create],
  ['get', environment, (call, organization) => show('Environment', environmentView(environmentOf(call, organization)))],
  ['delete', environment, remove],
  ['get', `${environment}/virtualhosts`, virtualHosts],
  ...resourceRoutes('caches', 'Cache', cacheView, ({ caches }) => caches),
  ...resourceRoutes('targetservers', 'TargetServer', targetServerView, ({ targetServers }) => targetServers),
  ['post', `${environment}/caches/:name/entries`, clearCache],
];

function environmentOf(call: Call, { environments }: StoredOrganization): Environment {
  return environments.get(call.path('environment'));
}

/** The calls that caches and target servers have in common. */
function resourceRoutes<T extends Stamp & { readonly name: string }>(
  folder: string,
  root: string,
  view: (resource: T) => object,
  of: (environment: Environment) => EnvironmentResources<T>,
): Route[] {
  const base = `${environment}/${folder}`;
  const all = (call: Call, organization: StoredOrganization) => of(environmentOf(call, organization));
  return [
    [
      'get',
      base,
      (call, organization) =>
        show(
          root,
          all(call, organization)
            .list()
            .map(({ name }) => name),
        ),
    ],
    [
      'post',
      base,
      async (call, organization) => {
        const input = call.input(root);
        const name = input.text('name').trim() || call.parameter('name');
        if (name === '') throw badRequest('name: is required');
        return show(root, view(await all(call, organization).create(name, input, call.user)), 201);
      },
    ],
    ['get', `${base}/:name`, (call, organization) => show(root, view(all(call, organization).get(call.path('name'))))],
    [
      'put',
      `${base}/:name`,
      async (call, organization) => {
        const updated = await all(call, organization).update(call.path('name'), call.input(root), call.user);
        return show(root, view(updated));
      },
    ],
    [
      'delete',
      `${base}/:name`,
      async (call, organization) => {
        return show(root, view(await all(call, organization).remove(call.path('name'))));
      },
    ],
  ];
}

async function create(call: Call, { environments }: StoredOrganization) {
  return show('Environment', environmentView(await environments.create(call.input('Environment'), call.user)), 201);
}

async function remove(call: Call, organization: StoredOrganization) {
  const name = call.path('environment');
  organization.environments.get(name);
  organization.deployments.checkUndeployed({ environment: name });
  await organization.keyValueMaps.dropOf({ environment: name });
  return show('Environment', environmentView(await organization.environments.remove(name)));
}

/** Proxies are found by their base path on every gateway port: `default` is http, `secure` https. */
function virtualHosts(call: Call, organization: StoredOrganization) {
  environmentOf(call, organization);
  return show('VirtualHosts', ['default', 'secure']);
}

/** `?action=clear` empties the cache. */
async function clearCache(call: Call, organization: StoredOrganization) {
  const { info, caches } = environmentOf(call, organization);
  const { name } = caches.get(call.path('name'));
  if (call.parameter('action') !== 'clear') throw badRequest('The parameter action must be clear');
  organization.clearCache(info.name, name);
  return noContent;
}
