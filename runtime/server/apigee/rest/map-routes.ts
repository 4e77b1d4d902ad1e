import type { MapScope } from '../../../apigee/organization.js';
import { ApigeeError, conflict, notFound } from '../model/error.js';
import type { MapInfo } from '../model/key-value-maps.js';
import type { StoredOrganization } from '../model/organization.js';
import { show } from './answer.js';
import type { Call } from './call.js';
import type { Route } from './routes.js';
import { mapEntryView, mapView } from './views.js';

const root = 'KeyValueMap';
const nowhere = { environment: '', proxy: '', policy: '' };

/** Where the maps of a path belong; checks that their environment or proxy exists. */
type Place = (call: Call, organization: StoredOrganization) => MapScope;

const places: readonly (readonly [path: string, place: Place])[] = [
  ['', () => ({ ...nowhere, scope: 'organization' })],
  ['/environments/:environment', ofEnvironment],
  ['/apis/:api', ofProxy],
];

export const mapRoutes: readonly Route[] = places.flatMap(([path, place]) => routesOf(path, place));

function ofEnvironment(call: Call, { environments }: StoredOrganization): MapScope {
  return { ...nowhere, scope: 'environment', environment: environments.get(call.path('environment')).info.name };
}

function ofProxy(call: Call, { proxies }: StoredOrganization): MapScope {
  return { ...nowhere, scope: 'apiproxy', proxy: proxies.get(call.path('api')).name };
}

function routesOf(path: string, place: Place): Route[] {
  const maps = `${path}/keyvaluemaps`;
  const find: (call: Call, organization: StoredOrganization) => MapInfo = (call, organization) =>
    organization.keyValueMaps.find(place(call, organization), call.path('map'));
  return [
    ['get', maps, (call, organization) => show('KeyValueMaps', namesAt(organization, place(call, organization)))],
    [
      'post',
      maps,
      async (call, organization) => {
        const { keyValueMaps } = organization;
        const map = await keyValueMaps.create(place(call, organization), call.input(root));
        return show(root, mapView(map, await keyValueMaps.entries(map)), 201);
      },
    ],
    ['get', `${maps}/:map`, (call, organization) => showMap(organization, find(call, organization))],
    [
      'put',
      `${maps}/:map`,
      async (call, organization) => {
        const map = find(call, organization);
        await organization.keyValueMaps.replace(map, call.input(root));
        return showMap(organization, map);
      },
    ],
    [
      'delete',
      `${maps}/:map`,
      async (call, organization) => {
        const map = find(call, organization);
        const answer = await showMap(organization, map);
        await organization.keyValueMaps.drop(map);
        return answer;
      },
    ],
    [
      'get',
      `${maps}/:map/keys`,
      async (call, organization) => {
        const entries = await organization.keyValueMaps.entries(find(call, organization));
        return show(
          'Keys',
          entries.map(({ key }) => key),
        );
      },
    ],
    [
      'get',
      `${maps}/:map/entries`,
      async (call, organization) => {
        const map = find(call, organization);
        const entries = await organization.keyValueMaps.entries(map);
        return show('Entries', { entry: entries.map((entry) => mapEntryView(entry, map.encrypted)) });
      },
    ],
    ['post', `${maps}/:map/entries`, (call, organization) => addEntry(call, organization, find(call, organization))],
    [
      'get',
      `${maps}/:map/entries/:key`,
      (call, organization) => getEntry(call, organization, find(call, organization)),
    ],
    [
      'post',
      `${maps}/:map/entries/:key`,
      (call, organization) => setEntry(call, organization, find(call, organization)),
    ],
    [
      'put',
      `${maps}/:map/entries/:key`,
      (call, organization) => setEntry(call, organization, find(call, organization)),
    ],
    [
      'delete',
      `${maps}/:map/entries/:key`,
      async (call, organization) => {
        const map = find(call, organization);
        const answer = await getEntry(call, organization, map);
        await organization.keyValueMaps.remove(map, call.path('key'));
        return answer;
      },
    ],
  ];
}

function namesAt({ keyValueMaps }: StoredOrganization, at: MapScope): string[] {
  return keyValueMaps.list(at).map(({ name }) => name);
}

async function showMap({ keyValueMaps }: StoredOrganization, map: MapInfo) {
  return show(root, mapView(map, await keyValueMaps.entries(map)));
}

async function entryOf(call: Call, { keyValueMaps }: StoredOrganization, map: MapInfo) {
  const key = call.path('key');
  const values = await keyValueMaps.valuesOf(map, key);
  if (values !== undefined) return { key, values };
  throw notFound('keymanagement.service.keyvaluemap_entry_doesnot_exist', `Map "${map.name}" has no entry "${key}"`);
}

async function getEntry(call: Call, organization: StoredOrganization, map: MapInfo) {
  return show('Entry', mapEntryView(await entryOf(call, organization, map), map.encrypted));
}

async function addEntry(call: Call, { keyValueMaps }: StoredOrganization, map: MapInfo) {
  const input = call.input('Entry');
  const key = input.required('name');
  if ((await keyValueMaps.valuesOf(map, key)) !== undefined) {
    const text = `Map "${map.name}" has an entry "${key}" already; POST …/entries/${key} changes it`;
    throw conflict('keymanagement.service.keyvaluemap_entry_already_exists', text);
  }
  const entry = { key, values: [input.text('value')] };
  await keyValueMaps.set(map, key, entry.values);
  return show('Entry', mapEntryView(entry, map.encrypted), 201);
}

async function setEntry(call: Call, organization: StoredOrganization, map: MapInfo) {
  const { key } = await entryOf(call, organization, map);
  const input = call.input('Entry');
  if (!input.has('value')) throw new ApigeeError(400, 'request.Invalid', 'value: is required');
  const entry = { key, values: [input.text('value')] };
  await organization.keyValueMaps.set(map, key, entry.values);
  return show('Entry', mapEntryView(entry, map.encrypted));
}
