import type { ArtifactCoverage } from './coverage.js';

export type Status = 'PASSED' | 'FAILED' | 'SKIPPED';

export interface FailureAssertion {
  readonly assertionType: 'assertEquals' | 'assertNotNull';
  readonly assertionExpression: string;
  readonly actual: string;
  readonly expected: string;
  readonly assertionDescription: string;
  readonly message: string;
}

export interface CaseReport {
  readonly testCaseName: string;
  readonly mediationStatus: Status;
  readonly assertionStatus: Status;
  readonly exception: string;
  readonly failureAssertions: readonly FailureAssertion[];
  /** What the engine logged, and requests that no mock service knew: for a case that failed. */
  readonly logs?: readonly string[];
}

/** What came of one suite (artifacts 5.6). Empty texts where there is nothing to say. */
export interface SuiteReport {
  readonly file: string;
  readonly deploymentStatus: Status;
  readonly deploymentException: string;
  readonly deploymentDescription: string;
  readonly mediationStatus: Status;
  readonly currentTestCase: string;
  readonly mediationException: string;
  readonly testCases: readonly CaseReport[];
  readonly mediatorCoverage?: readonly ArtifactCoverage[];
}

/** The report of a suite of which no case was run. */
export function notRun(file: string, deploymentStatus: 'FAILED' | 'SKIPPED', exception: string): SuiteReport {
  return {
    file,
    deploymentStatus,
    deploymentException: exception,
    deploymentDescription:
      deploymentStatus === 'SKIPPED' ? 'The suite cannot be read' : 'The artifacts of the suite cannot be deployed',
    mediationStatus: 'SKIPPED',
    currentTestCase: '',
    mediationException: '',
    testCases: [],
  };
}

/** Whether everything in a suite went as it says. */
export function hasPassed({ deploymentStatus, mediationStatus, testCases }: SuiteReport): boolean {
  return deploymentStatus === 'PASSED' && mediationStatus === 'PASSED' && testCases.every(caseHasPassed);
}

export function caseHasPassed({ mediationStatus, assertionStatus }: CaseReport): boolean {
  return mediationStatus === 'PASSED' && assertionStatus === 'PASSED';
}
