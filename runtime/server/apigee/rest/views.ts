import type { StoredApp } from '../model/apps.js';
import type { Bundle, BundleRevision } from '../model/bundles.js';
import type { CacheResource } from '../model/cache-resource.js';
import type { StoredCredential } from '../model/credentials.js';
import type { Deployment } from '../model/deployments.js';
import type { StoredDeveloper } from '../model/developers.js';
import type { Environment } from '../model/environments.js';
import { expiryView } from '../model/expiry.js';
import type { MapEntry, MapInfo } from '../model/key-value-maps.js';
import type { StoredOrganization } from '../model/organization.js';
import type { StoredProduct } from '../model/products.js';
import type { StoredTargetServer } from '../model/target-server.js';

/**
 * Entities as the management calls show them. The order of the members is part of it: scripts count lines and quotes, so a
 * key stands before its secret (api-management 2.9).
 */

export function organizationView({ info, environments }: StoredOrganization): object {
  const { createdAt, createdBy, displayName, lastModifiedAt, lastModifiedBy, name, type } = info;
  const names = environments.names();
  const properties = { property: [] };
  return {
    createdAt,
    createdBy,
    displayName,
    environments: names,
    lastModifiedAt,
    lastModifiedBy,
    name,
    properties,
    type,
  };
}

export function environmentView({ info }: Environment): object {
  const { createdAt, createdBy, description, lastModifiedAt, lastModifiedBy, name } = info;
  return { createdAt, createdBy, description, lastModifiedAt, lastModifiedBy, name, properties: { property: [] } };
}

export function productView(product: StoredProduct): object {
  const { quota, quotaInterval, quotaTimeUnit, scopes } = product;
  const { createdAt, createdBy, description, displayName, environments, lastModifiedAt, lastModifiedBy } = product;
  return {
    apiResources: product.apiResources,
    approvalType: product.approvalType,
    attributes: product.attributes,
    createdAt,
    createdBy,
    description,
    displayName,
    environments,
    lastModifiedAt,
    lastModifiedBy,
    name: product.name,
    proxies: product.proxies,
    ...(quota === '' ? {} : { quota }),
    ...(quotaInterval === '' ? {} : { quotaInterval }),
    ...(quotaTimeUnit === '' ? {} : { quotaTimeUnit }),
    scopes,
  };
}

export function developerView(developer: StoredDeveloper, { apps, name }: StoredOrganization): object {
  const { createdAt, createdBy, lastModifiedAt, lastModifiedBy } = developer;
  return {
    apps: apps.list(developer.id).map((app) => app.name),
    companies: [],
    email: developer.email,
    developerId: developer.id,
    firstName: developer.firstName,
    lastName: developer.lastName,
    userName: developer.userName,
    organizationName: name,
    status: developer.status,
    attributes: developer.attributes,
    createdAt,
    createdBy,
    lastModifiedAt,
    lastModifiedBy,
  };
}

export function appView(app: StoredApp, organization: StoredOrganization): object {
  const credentials = organization.credentials.ofApp(app.id);
  return {
    accessType: app.accessType,
    apiProducts: [],
    appFamily: app.appFamily,
    appId: app.id,
    attributes: app.attributes,
    callbackUrl: app.callbackUrl,
    createdAt: app.createdAt,
    createdBy: app.createdBy,
    credentials: credentials.map((credential) => credentialView(credential, organization)),
    developerId: app.developerId,
    lastModifiedAt: app.lastModifiedAt,
    lastModifiedBy: app.lastModifiedBy,
    name: app.name,
    scopes: [],
    status: app.status,
  };
}

/** The scopes of a key are those of its products. */
export function credentialView(credential: StoredCredential, { products }: StoredOrganization): object {
  const scopes = credential.products.flatMap(({ name }) => products.find(name)?.scopes ?? []);
  return {
    apiProducts: credential.products.map(({ name, status }) => ({ apiproduct: name, status })),
    attributes: credential.attributes,
    consumerKey: credential.consumerKey,
    consumerSecret: credential.consumerSecret,
    expiresAt: credential.expiresAt,
    issuedAt: credential.issuedAt,
    scopes: [...new Set(scopes)],
    status: credential.status,
  };
}

export function cacheView({ name, expirySettings, ...rest }: CacheResource): object {
  const { createdAt, createdBy, lastModifiedAt, lastModifiedBy, ...settings } = rest;
  return {
    name,
    ...settings,
    expirySettings: expiryView(expirySettings),
    createdAt,
    createdBy,
    lastModifiedAt,
    lastModifiedBy,
  };
}

export function targetServerView({ host, isEnabled, name, port, sSLInfo, ...rest }: StoredTargetServer): object {
  return { host, isEnabled, name, port, ...(sSLInfo === undefined ? {} : { sSLInfo }), ...rest };
}

/** Values of an encrypted map are not shown. */
export function mapView({ name, encrypted }: MapInfo, entries: readonly MapEntry[]): object {
  return { encrypted, entry: entries.map((entry) => mapEntryView(entry, encrypted)), name };
}

export function mapEntryView({ key, values }: MapEntry, encrypted: boolean): object {
  return { name: key, value: encrypted ? '*****' : values.join(',') };
}

export function bundleView({ name, revisions, ...stamp }: Bundle): object {
  const { createdAt, createdBy, lastModifiedAt, lastModifiedBy } = stamp;
  const numbers = revisions.map(({ number }) => String(number));
  return { metaData: { createdAt, createdBy, lastModifiedAt, lastModifiedBy }, name, revision: numbers };
}

export function revisionView(bundle: Pick<Bundle, 'kind' | 'name'>, revision: BundleRevision, organization: string) {
  const { summary, number, createdAt, createdBy, lastModifiedAt, lastModifiedBy } = revision;
  const names = (parts: readonly { name: string }[]) => parts.map(({ name }) => name);
  const isProxy = bundle.kind === 'apiproxy';
  return {
    ...(isProxy ? { basePaths: summary.basePaths } : {}),
    configurationVersion: { majorVersion: 4, minorVersion: 0 },
    contextInfo: `Revision ${number} of ${isProxy ? 'application' : 'shared flow'} ${bundle.name}, in organization ${organization}`,
    createdAt,
    createdBy,
    description: summary.description,
    displayName: summary.displayName || bundle.name,
    lastModifiedAt,
    lastModifiedBy,
    name: bundle.name,
    policies: names(summary.policies),
    ...(isProxy ? { proxyEndpoints: names(summary.proxies) } : {}),
    resources: summary.resources.map(({ type, name }) => `${type}://${name}`),
    revision: String(number),
    ...(isProxy ? { targetEndpoints: names(summary.targets) } : { sharedFlows: names(summary.sharedflows) }),
    type: isProxy ? 'Application' : 'SharedFlow',
  };
}

type DeploymentState = 'deployed' | 'error' | 'undeployed';

/** The answer to deploying and undeploying. */
export function deploymentView(
  deployment: Deployment,
  organization: string,
  state: DeploymentState = stateOf(deployment),
): object {
  const { name, environment, revision, kind } = deployment;
  return {
    [kind === 'apiproxy' ? 'aPIProxy' : 'sharedFlow']: name,
    configuration: configurationView(deployment),
    environment,
    name: String(revision),
    organization,
    revision: String(revision),
    state,
    ...errorView(deployment),
  };
}

/** A revision in the list of an environment. */
export function deployedRevisionView(deployment: Deployment): object {
  const { revision } = deployment;
  const configuration = configurationView(deployment);
  return { configuration, name: String(revision), state: stateOf(deployment), ...errorView(deployment) };
}

function stateOf({ error }: Deployment): DeploymentState {
  return error === undefined ? 'deployed' : 'error';
}

function configurationView({ basePath }: Deployment): object {
  return { basePath, steps: [] };
}

function errorView({ error }: Deployment): object {
  return error === undefined ? {} : { error };
}
