import { attributeText } from '../../apigee/configured.js';
import type { SharedFlow } from '../../apigee/flow-context.js';
import type { ProxyEndpoint } from '../../apigee/proxy-endpoint.js';
import { runSteps } from '../../apigee/step.js';
import type { TargetEndpoint } from '../../apigee/target/target.js';
import type { Problem } from '../../configuration/problem.js';
import { Bundle } from './bundle.js';
import type { BundleFiles } from './bundle-files.js';
import { compilePolicy, isSupported } from './compile-policy.js';
import { compileProxyEndpoint } from './compile-proxy.js';
import { StepCompiler } from './compile-steps.js';
import { compileTarget } from './compile-target.js';

/** A compiled proxy bundle: one revision. */
export interface CompiledProxy {
  readonly kind: 'apiproxy';
  readonly name: string;
  readonly revision: string;
  readonly endpoints: readonly ProxyEndpoint[];
}

export interface CompiledSharedFlow {
  readonly kind: 'sharedflowbundle';
  readonly name: string;
  readonly revision: string;
  readonly flow: SharedFlow;
}

export type CompiledBundle = CompiledProxy | CompiledSharedFlow;

export interface BundleCompilation {
  /** Undefined when a problem is an error. */
  readonly compiled: CompiledBundle | undefined;
  /** Names of the policies in the bundle, in the order of their files. */
  readonly policies: readonly string[];
  /** Everything that was found, with file, line and column; files are named below the bundle's folder. */
  readonly problems: readonly Problem[];
}

/**
 * Compiles a bundle; nothing is deployed.
 * @param identity name is that of the import, not the one in the manifest (api-management 2.1)
 */
export function compileBundle(files: BundleFiles, identity: { name: string; revision: string }): BundleCompilation {
  const problems: Problem[] = [];
  const bundle = new Bundle(files, problems);
  const compiler = new StepCompiler(bundle, problems);
  const compiled = files.kind === 'apiproxy' ? compileProxy(compiler, identity) : compileSharedFlow(compiler, identity);
  checkUnused(compiler);
  return {
    compiled: problems.some(({ severity }) => severity === 'error') ? undefined : compiled,
    policies: bundle.policies.map(({ name }) => name),
    problems,
  };
}

function compileProxy(compiler: StepCompiler, identity: { name: string; revision: string }): CompiledProxy {
  const { bundle, problems } = compiler;
  const targets = new Map<string, TargetEndpoint | undefined>();
  for (const element of bundle.targets) {
    const name = attributeText(element, 'name') ?? 'default';
    targets.set(
      name,
      compiler.attempt(() => compileTarget(element, compiler)),
    );
  }
  const endpoints = bundle.proxies.flatMap(
    (element) => compiler.attempt(() => compileProxyEndpoint(element, targets, compiler)) ?? [],
  );
  if (bundle.proxies.length === 0) problems.push(missing('apiproxy/proxies', 'The bundle has no proxy endpoint'));
  return { kind: 'apiproxy', ...identity, endpoints };
}

function compileSharedFlow(compiler: StepCompiler, identity: { name: string; revision: string }): CompiledSharedFlow {
  const { bundle, problems } = compiler;
  if (bundle.sharedFlows.length === 0) {
    problems.push(missing('sharedflowbundle/sharedflows', 'The bundle has no shared flow'));
  }
  const main = bundle.sharedFlows.find((element) => attributeText(element, 'name') === 'default');
  const steps = compiler.steps([main ?? bundle.sharedFlows[0]].filter((element) => element !== undefined));
  const run: SharedFlow['run'] = (flow) => runSteps(flow, steps);
  return { kind: 'sharedflowbundle', ...identity, flow: { name: identity.name, run } };
}

/** Policies without a step never run: their mistakes are told, one that is not supported harms nobody. */
function checkUnused(compiler: StepCompiler): void {
  const { bundle, problems, used } = compiler;
  for (const file of bundle.policies) {
    if (used.has(file.fileName)) continue;
    if (isSupported(file)) {
      compiler.attempt(() => compilePolicy(file, bundle, problems));
      continue;
    }
    const text = `The policy ${file.name} of the type ${file.element.localName} does not run here; no step uses it`;
    problems.push(file.element.problem('unsupported-policy', text, { severity: 'warning' }));
  }
}

function missing(file: string, message: string): Problem {
  return { file, line: 1, column: 1, severity: 'error', code: 'missing-file', message };
}
