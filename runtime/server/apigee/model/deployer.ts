import type { Organization } from '../../../apigee/organization.js';
import type { Problem } from '../../../configuration/problem.js';
import type { BundleKind } from '../../../store/apigee-schema.js';

/** Where a bundle is deployed: at most one revision of it in each environment. */
export interface DeploymentPlace {
  readonly organization: Organization;
  readonly environment: string;
  readonly kind: BundleKind;
  /** Name of the proxy or shared flow, which its manifest need not have. */
  readonly name: string;
}

/** A revision that is to be deployed. */
export interface BundleToDeploy extends DeploymentPlace {
  readonly revision: number;
  /** Stands in front of the base paths of its proxy endpoints; `/` changes nothing. */
  readonly basePath: string;
  /** As it was imported (api-management 2.1). */
  readonly zip: Uint8Array;
}

/** A bundle that can be deployed. */
export interface CompiledBundle {
  /** Base paths that its proxy endpoints take in the environment, with the deployment's own in front. */
  readonly basePaths: readonly string[];
}

/** The compiled bundle, or what is wrong with it: then there is at least one error among the problems. */
export type Compilation<Compiled extends CompiledBundle = CompiledBundle> =
  | { readonly compiled: Compiled; readonly problems: readonly Problem[] }
  | { readonly compiled?: undefined; readonly problems: readonly Problem[] };

/** Runs bundles: what the management calls need of the engine. */
export interface BundleDeployer<Compiled extends CompiledBundle = CompiledBundle> {
  /** Reads and checks a bundle. Nothing changes. */
  compile(bundle: BundleToDeploy): Promise<Compilation<Compiled>>;
  /**
   * Serves the compiled bundle at once, in the place of what its place served before. When it throws, that goes on being
   * served.
   */
  deploy(place: DeploymentPlace, compiled: Compiled): void | Promise<void>;
  /** Serves nothing at the place any more; there may have been nothing. */
  undeploy(place: DeploymentPlace): void | Promise<void>;
}
