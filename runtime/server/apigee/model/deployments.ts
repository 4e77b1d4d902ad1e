import type { Organization } from '../../../apigee/organization.js';
import type { Problem } from '../../../configuration/problem.js';
import type { Logger } from '../../../message/logger.js';
import type { BundleDeploymentRow, BundleKind } from '../../../store/apigee-schema.js';
import type { Bundles } from './bundles.js';
import type { OrganizationContext } from './context.js';
import type { BundleDeployer, BundleToDeploy, CompiledBundle, DeploymentPlace } from './deployer.js';
import { type ApigeeError, badRequest, notFound } from './error.js';

/** A revision in an environment. */
export interface Deployment {
  readonly kind: BundleKind;
  readonly name: string;
  readonly revision: number;
  readonly environment: string;
  /** The parameter of the deploy call, not the base path of the proxy (api-management 2.9). */
  readonly basePath: string;
  readonly deployedAt: number;
  /** What keeps it from being served since the last start. */
  readonly error?: string;
}

/** What is to be deployed, or is. */
export type DeploymentKey = Pick<Deployment, 'kind' | 'name' | 'environment'>;

interface Kept {
  readonly deployment: Deployment;
  readonly basePaths: readonly string[];
}

interface Parts {
  readonly bundles: Readonly<Record<BundleKind, Bundles>>;
  readonly deployer: BundleDeployer;
  readonly logger: Logger;
}

/** What of an organisation is deployed where. A deployment is durable before the call that made it is answered. */
export class Deployments {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly context: OrganizationContext,
    private readonly organization: Organization,
    private readonly parts: Parts,
  ) {}

  /** Deploys again what the store says is deployed, shared flows first. What does not compile is logged and named. */
  async start(): Promise<void> {
    const rows = await this.context.store.db
      .selectFrom('apigee_deployments')
      .selectAll()
      .where('organization', '=', this.context.organization)
      .orderBy('kind', 'desc')
      .orderBy('deployed_at')
      .execute();
    for (const row of rows) {
      const deployment = deploymentOf(row);
      try {
        await this.#serve(deployment);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        this.#kept.set(keyOf(deployment), { deployment: { ...deployment, error: text }, basePaths: [] });
        const what = `${deployment.name} revision ${deployment.revision}`;
        this.parts.logger.log('ERROR', 'BundleDeployer', `${what} cannot be deployed to ${row.environment}: ${text}`);
      }
    }
  }

  /** By name of the bundle, then by environment; the filter names what all of them share. */
  list(filter: Partial<Pick<Deployment, 'kind' | 'name' | 'environment' | 'revision'>>): Deployment[] {
    const wanted = Object.entries(filter) as [keyof Deployment, string | number][];
    return [...this.#kept.values()]
      .map(({ deployment }) => deployment)
      .filter((deployment) => wanted.every(([member, value]) => deployment[member] === value))
      .sort((one, other) => compare(one.name, other.name) || compare(one.environment, other.environment));
  }

  /**
   * Deploys a revision in the place of the one that the environment had before.
   * @throws ApigeeError 400 with file, line and what to do when it cannot be deployed, or when another proxy has its
   *   base path
   */
  async deploy(key: DeploymentKey, revision: number, basePath: string): Promise<Deployment> {
    const deployedAt = this.context.now();
    const deployment: Deployment = { ...key, revision, basePath, deployedAt };
    const place = this.#place(deployment);
    const compiled = await this.#compile(deployment);
    const previous = this.#kept.get(keyOf(key))?.deployment;
    await this.#store(deployment);
    try {
      await this.parts.deployer.deploy(place, compiled);
    } catch (error) {
      // What is not served may not come up at the next start either.
      await (previous === undefined ? this.#unstore(key) : this.#store(previous));
      throw error;
    }
    this.#keep(deployment, compiled);
    return deployment;
  }

  /** @throws ApigeeError 404 when the revision, or any when none is given, is not deployed there */
  async undeploy(key: DeploymentKey, revision?: number): Promise<Deployment> {
    const { environment, name } = key;
    const kept = this.#kept.get(keyOf(key));
    if (kept === undefined || (revision !== undefined && kept.deployment.revision !== revision)) {
      const what = revision === undefined ? `"${name}"` : `Revision ${revision} of "${name}"`;
      throw notFound('distribution.RevisionNotDeployed', `${what} is not deployed in environment ${environment}`);
    }
    await this.#unstore(key);
    await this.parts.deployer.undeploy(this.#place(kept.deployment));
    this.#kept.delete(keyOf(key));
    return kept.deployment;
  }

  /** @throws ApigeeError 400 when what is to be changed or deleted is deployed somewhere */
  checkUndeployed(filter: Partial<Pick<Deployment, 'kind' | 'name' | 'environment' | 'revision'>>): void {
    const deployed = this.list(filter);
    if (deployed.length === 0) return;
    const [{ name, revision }] = deployed as [Deployment];
    const where = [...new Set(deployed.map(({ environment }) => environment))].join(', ');
    const text = `"${name}" revision ${revision} is deployed in ${where}; undeploy it first`;
    throw badRequest(text, 'messaging.config.beans.RevisionIsDeployed');
  }

  async #store({ kind, name, environment, revision, basePath, deployedAt }: Deployment): Promise<void> {
    const { organization } = this.context;
    const content = { number: revision, base_path: basePath, deployed_at: deployedAt };
    await this.context.store.db
      .insertInto('apigee_deployments')
      .values({ organization, environment, kind, bundle: name, ...content })
      .onConflict((clash) => clash.columns(['organization', 'environment', 'kind', 'bundle']).doUpdateSet(content))
      .execute();
  }

  async #unstore({ kind, name, environment }: DeploymentKey): Promise<void> {
    await this.context.store.db
      .deleteFrom('apigee_deployments')
      .where('organization', '=', this.context.organization)
      .where('environment', '=', environment)
      .where('kind', '=', kind)
      .where('bundle', '=', name)
      .execute();
  }

  async #serve(deployment: Deployment): Promise<void> {
    const compiled = await this.#compile(deployment);
    await this.parts.deployer.deploy(this.#place(deployment), compiled);
    this.#keep(deployment, compiled);
  }

  async #compile(deployment: Deployment): Promise<CompiledBundle> {
    const { kind, name, revision, basePath } = deployment;
    const zip = await this.parts.bundles[kind].archive(name, revision);
    const bundle: BundleToDeploy = { ...this.#place(deployment), revision, basePath, zip };
    const { compiled, problems } = await this.parts.deployer.compile(bundle);
    if (compiled === undefined) throw undeployable(deployment, problems);
    this.#checkBasePaths(deployment, compiled);
    return compiled;
  }

  #checkBasePaths(deployment: Deployment, { basePaths }: CompiledBundle): void {
    const wanted = new Set(basePaths.map(comparablePath));
    for (const { deployment: other, basePaths: taken } of this.#kept.values()) {
      if (other.environment !== deployment.environment || keyOf(other) === keyOf(deployment)) continue;
      const clash = taken.find((path) => wanted.has(comparablePath(path)));
      if (clash === undefined) continue;
      const text = `Base path ${clash} is taken in environment ${other.environment} by API proxy "${other.name}" revision ${other.revision}; undeploy that, or give "${deployment.name}" another base path`;
      throw badRequest(text, 'messaging.config.beans.BasePathConflict');
    }
  }

  #place({ kind, name, environment }: Deployment): DeploymentPlace {
    return { organization: this.organization, environment, kind, name };
  }

  #keep(deployment: Deployment, { basePaths }: CompiledBundle): void {
    this.#kept.set(keyOf(deployment), { deployment, basePaths });
  }
}

function keyOf({ environment, kind, name }: DeploymentKey): string {
  return [environment, kind, name].join('\n');
}

function deploymentOf(row: BundleDeploymentRow): Deployment {
  const { kind, bundle, number, environment, base_path, deployed_at } = row;
  return { kind, name: bundle, revision: number, environment, basePath: base_path, deployedAt: deployed_at };
}

function undeployable({ name, revision }: Deployment, problems: readonly Problem[]): ApigeeError {
  const lines = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, column, message, hint }) => {
      return `${file}:${line}:${column} ${message}${hint === undefined ? '' : ` (${hint})`}`;
    });
  const text = `"${name}" revision ${revision} cannot be deployed: ${lines.join('; ')}`;
  return badRequest(text, 'messaging.config.beans.DeploymentFailed');
}

/** Base paths that differ by a slash at the end only are one. */
function comparablePath(path: string): string {
  return path.replace(/\/+$/, '');
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
