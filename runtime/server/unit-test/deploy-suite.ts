import type { MediatorDefinition } from '../../../mediators/mediator.js';
import { parseConfiguration } from '../../configuration/parse.js';
import { ConfigurationError, type Problem } from '../../configuration/problem.js';
import { DuplicateArtifact } from '../../deploy/artifact-table.js';
import type { Artifact, Compilation } from '../../deploy/compile-artifact.js';
import { Deployed } from '../../deploy/deployed.js';
import { problemText } from '../../deploy/folder.js';
import { readConnector } from '../../deploy/read-connector.js';
import type { Logger } from '../../message/logger.js';
import { withBlockingCalls } from './blocking-calls.js';
import type { Coverage } from './coverage.js';
import type { Mocks } from './mocks.js';
import type { Suite, SuiteArtifact } from './suite.js';
import { SuiteRegistry } from './suite-registry.js';

/** What a suite tests. */
export type TestedArtifact = Extract<Artifact, { kind: 'sequence' | 'api' | 'proxy' }>;

export interface DeployedSuite {
  readonly deployed: Deployed;
  readonly artifact: TestedArtifact;
}

/** The artifacts of a suite do not deploy; the message says why, a line for each problem. */
export class SuiteDeploymentError extends Error {}

const testable = new Set(['sequence', 'api', 'proxy']);
const supported = new Set([
  ...testable,
  'endpoint',
  'endpointTemplate',
  'localEntry',
  'template',
  'messageStore',
  'eventSink',
  'eventSource',
]);

/**
 * Deploys the artifacts of a suite, each suite's by themselves: connectors, then what is supportive, then what is tested
 * (artifacts 5.2).
 * @throws SuiteDeploymentError
 */
export function deploySuite(
  suite: Suite,
  around: { mocks: Mocks; logger: Logger; coverage?: Coverage | undefined; mediators?: readonly MediatorDefinition[] },
): DeployedSuite {
  const { mocks, logger, coverage, mediators } = around;
  const deployed = new Deployed({
    registry: new SuiteRegistry(suite.resources),
    logger,
    transport: mocks.transport(),
    redirect: mocks.redirect,
    ...(mediators ? { mediators } : {}),
    ...(coverage ? { compiled: coverage.deployed } : {}),
  });
  for (const { bytes, file } of suite.connectors) {
    add(deployed, readConnector(bytes, file, { compiler: deployed, isShared: true }));
  }
  for (const artifact of suite.supportive) {
    const [added] = add(deployed, compile(deployed, artifact));
    if (!added || !supported.has(added.kind)) throw new SuiteDeploymentError(unsupported(artifact, supported));
  }
  const [artifact] = add(deployed, compile(deployed, suite.artifact));
  if (!artifact || !testable.has(artifact.kind)) throw new SuiteDeploymentError(unsupported(suite.artifact, testable));
  if (artifact.kind === 'proxy') requireHttp(suite.artifact);
  return { deployed, artifact: artifact as TestedArtifact };
}

function compile(deployed: Deployed, { xml, file }: SuiteArtifact): Compilation {
  return deployed.compile(isFlow(xml, file) ? withBlockingCalls(xml) : xml, file);
}

/** Calls are rewritten in sequences and sequence templates only; APIs and proxies run as they are. */
function isFlow(xml: string, file: string): boolean {
  const name = parseRoot(xml, file).localName;
  return name === 'sequence' || name === 'template';
}

function parseRoot(xml: string, file: string) {
  try {
    return parseConfiguration(xml, file);
  } catch (error) {
    if (error instanceof ConfigurationError) throw new SuiteDeploymentError(problemText(error.problem));
    throw error;
  }
}

function add(deployed: Deployed, { artifacts, problems }: Compilation): readonly Artifact[] {
  const errors = problems.filter(({ severity }: Problem) => severity === 'error');
  if (errors.length > 0) throw new SuiteDeploymentError(errors.map(problemText).join('\n'));
  for (const artifact of artifacts) {
    try {
      deployed.add(artifact);
    } catch (error) {
      if (error instanceof DuplicateArtifact) throw new SuiteDeploymentError(error.message);
      throw error;
    }
  }
  return artifacts;
}

function unsupported({ xml, file }: SuiteArtifact, kinds: ReadonlySet<string>): string {
  return `${file}: <${parseRoot(xml, file).localName}> cannot stand here: a suite takes ${[...kinds].join(', ')}`;
}

function requireHttp({ xml, file }: SuiteArtifact): void {
  if (/http/.test(parseRoot(xml, file).attribute('transports') ?? '')) return;
  throw new SuiteDeploymentError('Local transport method for proxy currently not supported');
}
