import type { BundleKind } from '../../../store/apigee-schema.js';
import { badRequest } from '../model/error.js';
import type { StoredOrganization } from '../model/organization.js';
import { type Answer, show } from './answer.js';
import { type BundleFolder, bundleFolders, bundlesOf } from './bundle-routes.js';
import type { Call } from './call.js';
import type { Route } from './routes.js';
import { deployedRevisionView, deploymentView } from './views.js';

const root = 'Deployment';

export const deploymentRoutes: readonly Route[] = [
  ['get', '/deployments', listAll],
  ['get', '/environments/:environment/deployments', listEnvironment],
  ...bundleFolders.flatMap(routesOf),
];

/** The same act has several paths: with environment and revision in the query, or in the path (api-management 2.9). */
function routesOf({ kind, folder }: BundleFolder): Route[] {
  const one = `/${folder}/:api/deployments`;
  const revision = `/${folder}/:api/revisions/:revision/deployments`;
  const inEnvironment = `/environments/:environment/${folder}/:api`;
  const act: Route[2] = (call, organization) => deployOrUndeploy(call, organization, kind);
  const undeploy: Route[2] = (call, organization) => undeployRevision(call, organization, kind);
  return [
    ['get', one, (call, organization) => listBundle(call, organization, kind)],
    ['post', one, act],
    ['delete', one, undeploy],
    ['get', revision, (call, organization) => listRevision(call, organization, kind)],
    ['post', revision, act],
    ['delete', revision, undeploy],
    ['get', `${inEnvironment}/deployments`, (call, organization) => listInEnvironment(call, organization, kind)],
    [
      'get',
      `${inEnvironment}/revisions/:revision/deployments`,
      (call, organization) => showOne(call, organization, kind),
    ],
    ['post', `${inEnvironment}/revisions/:revision/deployments`, act],
    ['delete', `${inEnvironment}/revisions/:revision/deployments`, undeploy],
  ];
}

function deployOrUndeploy(call: Call, organization: StoredOrganization, kind: BundleKind): Promise<Answer> {
  const action = call.parameter('action') || 'deploy';
  if (action === 'deploy') return deployRevision(call, organization, kind);
  if (action === 'undeploy') return undeployRevision(call, organization, kind);
  throw badRequest(`action: "${action}" is not known; it must be deploy or undeploy`);
}

async function deployRevision(call: Call, organization: StoredOrganization, kind: BundleKind): Promise<Answer> {
  const { name } = bundlesOf(kind, organization).get(call.path('api'));
  const environment = environmentOf(call, organization);
  const { number } = bundlesOf(kind, organization).revision(name, revisionOf(call) ?? missingRevision());
  const basePath = call.parameter('basepath') || '/';
  if (!basePath.startsWith('/')) throw badRequest(`basepath: "${basePath}" does not begin with /`);
  const deployment = await organization.deployments.deploy({ kind, name, environment }, number, basePath);
  return show(root, deploymentView(deployment, organization.name));
}

/** Without a revision, the one that is deployed there. */
async function undeployRevision(call: Call, organization: StoredOrganization, kind: BundleKind): Promise<Answer> {
  const { name } = bundlesOf(kind, organization).get(call.path('api'));
  const environment = environmentOf(call, organization);
  const deployment = await organization.deployments.undeploy({ kind, name, environment }, revisionOf(call));
  return show(root, deploymentView(deployment, organization.name, 'undeployed'));
}

function environmentOf(call: Call, { environments }: StoredOrganization): string {
  return environments.get(call.path('environment') || call.required('env')).info.name;
}

function revisionOf(call: Call): number | undefined {
  const text = call.path('revision') || call.parameter('revision');
  return text === '' ? undefined : call.revision(text);
}

function missingRevision(): never {
  throw badRequest('The parameter revision is missing');
}

function listBundle(call: Call, organization: StoredOrganization, kind: BundleKind): Answer {
  const { name } = bundlesOf(kind, organization).get(call.path('api'));
  const environment = organization.deployments
    .list({ kind, name })
    .map((deployment) => ({ name: deployment.environment, revision: [deployedRevisionView(deployment)] }));
  return show(root, { environment, name, organization: organization.name });
}

function listRevision(call: Call, organization: StoredOrganization, kind: BundleKind): Answer {
  const { name } = bundlesOf(kind, organization).get(call.path('api'));
  const { number } = bundlesOf(kind, organization).revision(name, call.revision(call.path('revision')));
  const deployed = organization.deployments.list({ kind, name, revision: number });
  const environment = deployed.map((one) => ({ ...deployedRevisionView(one), name: one.environment }));
  return show(root, { [memberOf(kind)]: name, environment, name: String(number), organization: organization.name });
}

function listInEnvironment(call: Call, organization: StoredOrganization, kind: BundleKind): Answer {
  const { name } = bundlesOf(kind, organization).get(call.path('api'));
  const environment = environmentOf(call, organization);
  const revision = organization.deployments.list({ kind, name, environment }).map(deployedRevisionView);
  return show(root, { [memberOf(kind)]: name, name: environment, organization: organization.name, revision });
}

/** 200 with the state `undeployed` for a revision that could be deployed there and is not. */
function showOne(call: Call, organization: StoredOrganization, kind: BundleKind): Answer {
  const { name } = bundlesOf(kind, organization).get(call.path('api'));
  const { number } = bundlesOf(kind, organization).revision(name, call.revision(call.path('revision')));
  const environment = environmentOf(call, organization);
  const [deployed] = organization.deployments.list({ kind, name, environment, revision: number });
  const absent = { kind, name, environment, revision: number, basePath: '/', deployedAt: 0 };
  const view = deployed
    ? deploymentView(deployed, organization.name)
    : deploymentView(absent, organization.name, 'undeployed');
  return show(root, view);
}

function listAll(_: Call, organization: StoredOrganization): Answer {
  const environment = organization.environments.names().map((name) => inEnvironment(organization, name));
  return show(root, { environment, name: organization.name });
}

function listEnvironment(call: Call, organization: StoredOrganization): Answer {
  const name = environmentOf(call, organization);
  return show(root, { ...inEnvironment(organization, name), organization: organization.name });
}

function inEnvironment({ deployments }: StoredOrganization, environment: string): object {
  const of = (kind: BundleKind) =>
    deployments.list({ kind, environment }).map((one) => ({ name: one.name, revision: [deployedRevisionView(one)] }));
  return { aPIProxy: of('apiproxy'), name: environment, sharedFlow: of('sharedflow') };
}

function memberOf(kind: BundleKind): string {
  return kind === 'apiproxy' ? 'aPIProxy' : 'sharedFlow';
}
