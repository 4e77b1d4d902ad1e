import type { MediatorDefinition } from '../../../mediators/mediator.js';
import { ConfigurationError } from '../../configuration/problem.js';
import { problemText } from '../../deploy/folder.js';
import type { Logger } from '../../message/logger.js';
import { redact } from '../redact.js';
import { Coverage } from './coverage.js';
import { type DeployedSuite, deploySuite, SuiteDeploymentError, type TestedArtifact } from './deploy-suite.js';
import { Mocks } from './mocks.js';
import { readSuite } from './read-suite.js';
import { type CaseReport, caseHasPassed, notRun, type SuiteReport } from './report.js';
import { runSequenceCase } from './sequence-case.js';
import { runServiceCase } from './service-case.js';
import type { Suite, TestCase } from './suite.js';
import { openTestGateway, type TestGateway } from './test-gateway.js';

export interface SuiteOptions {
  mediators?: readonly MediatorDefinition[];
  /** Counts which mediators run. */
  coverage?: boolean;
}

/** Ports at which an MI server without, and with its own port offset, would reach itself by http. */
const ownPorts = [8280, 8290];

/**
 * Runs a unit-test suite on the engine, with its mock services as servers on free ports (artifacts 5). Whatever is wrong
 * with the suite or fails in it is in the report.
 * @param file path of the suite, from which the paths in it are looked for
 */
export async function runSuite(text: string, file: string, options: SuiteOptions = {}): Promise<SuiteReport> {
  let suite: Suite;
  try {
    suite = readSuite(text, file);
  } catch (error) {
    if (error instanceof ConfigurationError) return notRun(file, 'SKIPPED', problemText(error.problem));
    throw error;
  }
  const mocks = await Mocks.start(suite.mocks);
  try {
    return await runDeployed(suite, mocks, options);
  } catch (error) {
    if (error instanceof SuiteDeploymentError) return notRun(file, 'FAILED', error.message);
    throw error;
  } finally {
    await mocks.close();
  }
}

async function runDeployed(suite: Suite, mocks: Mocks, options: SuiteOptions): Promise<SuiteReport> {
  const { mediators } = options;
  const coverage = options.coverage ? new Coverage() : undefined;
  const log: string[] = [];
  const deployedSuite = deploySuite(suite, {
    mocks,
    logger: loggerInto(log),
    coverage,
    ...(mediators ? { mediators } : {}),
  });
  const { deployed } = deployedSuite;
  const gateway = await openTestGateway(deployed, {
    https: suite.cases.some(({ input }) => input.protocol === 'https'),
    recorder: coverage,
  });
  for (const port of ownPorts) mocks.lead(port, gateway.http);
  try {
    const report = await runCases(suite, deployedSuite, { gateway, mocks, coverage, log });
    return coverage ? { ...report, mediatorCoverage: coverage.report() } : report;
  } finally {
    await gateway.close();
    await deployed.close();
    await deployed.dataBridge?.close();
    deployed.transport?.close();
  }
}

interface Surroundings {
  readonly gateway: TestGateway;
  readonly mocks: Mocks;
  readonly coverage: Coverage | undefined;
  /** Lines of the engine since the case has begun. */
  readonly log: string[];
}

/** One case after the other; what goes wrong outside of mediation ends the suite (artifacts 5.6). */
async function runCases(suite: Suite, tested: DeployedSuite, around: Surroundings): Promise<SuiteReport> {
  const testCases: CaseReport[] = [];
  const report = {
    file: suite.file,
    deploymentStatus: 'PASSED',
    deploymentException: '',
    deploymentDescription: '',
    currentTestCase: '',
    mediationException: '',
    testCases,
  } as const;
  for (const testCase of suite.cases) {
    around.log.length = 0;
    try {
      testCases.push(withLogs(await runCase(testCase, tested, around), around));
    } catch (error) {
      const mediationException = [(error as Error).message, ...around.log].join('\n');
      return { ...report, mediationStatus: 'FAILED', currentTestCase: testCase.name, mediationException };
    }
  }
  const mediated = testCases.every(({ mediationStatus }) => mediationStatus === 'PASSED');
  return { ...report, mediationStatus: mediated ? 'PASSED' : 'FAILED' };
}

function runCase(
  testCase: TestCase,
  { deployed, artifact }: DeployedSuite,
  { gateway, coverage }: Surroundings,
): Promise<CaseReport> {
  if (artifact.kind === 'sequence') return runSequenceCase(testCase, artifact.value, deployed, coverage);
  return runServiceCase(testCase, {
    kind: artifact.kind,
    path: pathOf(artifact),
    port: (protocol) => gateway[protocol],
  });
}

function pathOf(artifact: Exclude<TestedArtifact, { kind: 'sequence' }>): string {
  return artifact.kind === 'proxy' ? `/services/${artifact.name}` : artifact.value.context;
}

/** What helps to find out why a case failed; nothing for one that did not. */
function withLogs(report: CaseReport, { mocks, log }: Surroundings): CaseReport {
  const unmatched = mocks.takeUnmatched().map((request) => `no mock resource matches: ${request}`);
  if (caseHasPassed(report)) return report;
  return { ...report, logs: [...(report.logs ?? []), ...log, ...unmatched] };
}

/** Keeps warnings, errors and what log mediators write. */
function loggerInto(lines: string[]): Logger {
  return {
    enabled: () => true,
    log(level, logger, text) {
      const counts = logger === 'LogMediator' || level === 'WARN' || level === 'ERROR' || level === 'FATAL';
      if (counts) lines.push(redact(`${level} {${logger}} ${text}`));
    },
  };
}
