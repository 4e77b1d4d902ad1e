import type { BundleKind } from '../../../store/apigee-schema.js';
import { type BundlePart, findPart, type PartFolder } from '../model/bundle-summary.js';
import type { Bundles } from '../model/bundles.js';
import { badRequest, notFound } from '../model/error.js';
import type { StoredOrganization } from '../model/organization.js';
import { type Answer, show } from './answer.js';
import type { Call } from './call.js';
import { editedPart } from './edited-part.js';
import type { Route } from './routes.js';
import { bundleView, revisionView } from './views.js';

/** What the calls about proxies and about shared flows differ in. */
export interface BundleFolder {
  readonly kind: BundleKind;
  /** First segment of their paths. */
  readonly folder: 'apis' | 'sharedflows';
  /** Element of a revision in XML. */
  readonly root: string;
  readonly parts: readonly PartFolder[];
}

export const bundleFolders: readonly BundleFolder[] = [
  { kind: 'apiproxy', folder: 'apis', root: 'APIProxy', parts: ['policies', 'proxies', 'targets'] },
  { kind: 'sharedflow', folder: 'sharedflows', root: 'SharedFlowBundle', parts: ['policies', 'sharedflows'] },
];

export const bundleRoutes: readonly Route[] = bundleFolders.flatMap(routesOf);

/** The proxies or the shared flows of the organisation. */
export function bundlesOf(kind: BundleKind, { proxies, sharedFlows }: StoredOrganization): Bundles {
  return kind === 'apiproxy' ? proxies : sharedFlows;
}

function routesOf({ kind, folder, root, parts }: BundleFolder): Route[] {
  const one = `/${folder}/:api`;
  const revision = `${one}/revisions/:revision`;
  const at = (organization: StoredOrganization) => bundlesOf(kind, organization);
  return [
    [
      'get',
      `/${folder}`,
      (_, organization) =>
        show(
          `${root}s`,
          at(organization)
            .list()
            .map(({ name }) => name),
        ),
    ],
    ['post', `/${folder}`, (call, organization) => importOrCreate(call, organization, kind, root)],
    ['get', one, (call, organization) => show(root, bundleView(at(organization).get(call.path('api'))))],
    ['delete', one, (call, organization) => remove(call, organization, kind, root)],
    [
      'get',
      `${one}/revisions`,
      (call, organization) => {
        const { revisions } = at(organization).get(call.path('api'));
        return show(
          'Revisions',
          revisions.map(({ number }) => String(number)),
        );
      },
    ],
    ['get', revision, (call, organization) => showOrExport(call, organization, kind, root)],
    ['delete', revision, (call, organization) => removeRevision(call, organization, kind, root)],
    ...parts.flatMap((part) => partRoutes(kind, part, `${revision}/${part}`)),
    [
      'get',
      `${revision}/resources`,
      (call, organization) => {
        const { resources } = at(organization).revision(call.path('api'), numberOf(call)).summary;
        return show(
          'Resources',
          resources.map(({ type, name }) => `${type}://${name}`),
        );
      },
    ],
    ['get', `${revision}/resources/:type/:name`, (call, organization) => showResource(call, at(organization))],
  ];
}

function numberOf(call: Call): number {
  return call.revision(call.path('revision'));
}

/** `?action=import&name=N` takes a zip; without an action the body names a proxy that begins empty. */
async function importOrCreate(call: Call, organization: StoredOrganization, kind: BundleKind, root: string) {
  const bundles = bundlesOf(kind, organization);
  const action = call.parameter('action');
  if (action !== '' && action !== 'import') throw badRequest(`action: "${action}" is not known; it must be import`);
  const isImport = action === 'import';
  const name = isImport ? call.required('name') : call.input(root).required('name');
  const revision = isImport ? await bundles.import(name, call.zip(), call.user) : await bundles.create(name, call.user);
  return show(root, revisionView({ kind, name }, revision, organization.name), 201);
}

async function remove(call: Call, organization: StoredOrganization, kind: BundleKind, root: string): Promise<Answer> {
  const bundles = bundlesOf(kind, organization);
  const bundle = bundles.get(call.path('api'));
  organization.deployments.checkUndeployed({ kind, name: bundle.name });
  await bundles.remove(bundle.name);
  if (kind === 'apiproxy') await organization.keyValueMaps.dropOf({ proxy: bundle.name });
  return show(root, bundleView(bundle));
}

/** `?format=bundle` gives the zip as it was imported. */
async function showOrExport(call: Call, organization: StoredOrganization, kind: BundleKind, root: string) {
  const bundles = bundlesOf(kind, organization);
  const bundle = bundles.get(call.path('api'));
  const number = numberOf(call);
  const revision = bundles.revision(bundle.name, number);
  const format = call.parameter('format');
  if (format === '') return show(root, revisionView(bundle, revision, organization.name));
  if (format !== 'bundle') throw badRequest(`format: "${format}" is not known; it must be bundle`);
  const content = await bundles.archive(bundle.name, number);
  return { status: 200, type: 'application/zip', file: `${bundle.name}_rev${number}.zip`, content };
}

async function removeRevision(call: Call, organization: StoredOrganization, kind: BundleKind, root: string) {
  const bundles = bundlesOf(kind, organization);
  const bundle = bundles.get(call.path('api'));
  const revision = bundles.revision(bundle.name, numberOf(call));
  organization.deployments.checkUndeployed({ kind, name: bundle.name, revision: revision.number });
  await bundles.removeRevision(bundle.name, revision.number);
  return show(root, revisionView(bundle, revision, organization.name));
}

/** Policies, endpoints and shared flows of a revision: listed, shown as they stand in the zip, added, changed, deleted. */
function partRoutes(kind: BundleKind, folder: PartFolder, path: string): Route[] {
  return [
    [
      'get',
      path,
      (call, organization) => {
        const { summary } = bundlesOf(kind, organization).revision(call.path('api'), numberOf(call));
        return show(
          'Parts',
          summary[folder].map(({ name }) => name),
        );
      },
    ],
    [
      'get',
      `${path}/:part`,
      async (call, organization) => {
        const bundles = bundlesOf(kind, organization);
        const { file } = partOf(call, bundles, folder);
        const files = await bundles.files(call.path('api'), numberOf(call));
        return { status: 200, type: 'application/xml', content: files.get(file) ?? '' };
      },
    ],
    ['post', path, (call, organization) => edit(call, organization, kind, folder, undefined)],
    [
      'put',
      `${path}/:part`,
      (call, organization) => {
        return edit(call, organization, kind, folder, partOf(call, bundlesOf(kind, organization), folder));
      },
    ],
    [
      'delete',
      `${path}/:part`,
      async (call, organization) => {
        const bundles = bundlesOf(kind, organization);
        const { name, file } = partOf(call, bundles, folder);
        const files = await editableFiles(call, organization, kind);
        files.delete(file);
        await bundles.change(call.path('api'), numberOf(call), files, call.user);
        return show('Part', { name });
      },
    ],
  ];
}

function partOf(call: Call, bundles: Bundles, folder: PartFolder): BundlePart {
  const { summary } = bundles.revision(call.path('api'), numberOf(call));
  const part = findPart(summary[folder], call.path('part'));
  if (part !== undefined) return part;
  const text = `Revision ${numberOf(call)} of "${call.path('api')}" has no ${folder}/${call.path('part')}`;
  throw notFound('messaging.config.beans.PartDoesNotExist', text);
}

/** Adds a part, or gives one another content. */
async function edit(
  call: Call,
  organization: StoredOrganization,
  kind: BundleKind,
  folder: PartFolder,
  old: BundlePart | undefined,
): Promise<Answer> {
  const bundles = bundlesOf(kind, organization);
  const api = call.path('api');
  const number = numberOf(call);
  const { summary } = bundles.revision(api, number);
  const part = editedPart(call, folder);
  if (old !== undefined && part.name !== old.name) {
    throw badRequest(`name: "${part.name}" is not the name in the path, "${old.name}"`);
  }
  if (old === undefined && findPart(summary[folder], part.name) !== undefined) {
    throw badRequest(`${folder}/${part.name} exists already; PUT changes it`, 'messaging.config.beans.PartExists');
  }
  const files = await editableFiles(call, organization, kind);
  files.set(old?.file ?? `${folder}/${part.name}.xml`, part.content);
  await bundles.change(api, number, files, call.user);
  return show('Part', { name: part.name }, old === undefined ? 201 : 200);
}

/** @throws ApigeeError 400 when the revision is deployed: what runs does not change under its name */
function editableFiles(call: Call, organization: StoredOrganization, kind: BundleKind) {
  const name = call.path('api');
  const revision = numberOf(call);
  organization.deployments.checkUndeployed({ kind, name, revision });
  return bundlesOf(kind, organization).files(name, revision);
}

async function showResource(call: Call, bundles: Bundles): Promise<Answer> {
  const files = await bundles.files(call.path('api'), numberOf(call));
  const file = `resources/${call.path('type')}/${call.path('name')}`;
  const content = files.get(file);
  if (content !== undefined) return { status: 200, type: 'application/octet-stream', content };
  const text = `Revision ${numberOf(call)} of "${call.path('api')}" has no ${file}`;
  throw notFound('messaging.config.beans.ResourceDoesNotExist', text);
}
