import type { SuiteReport } from './engine.js';

type CaseReport = SuiteReport['testCases'][number];

/** A suite for a person to read: a line for each case, and why one failed. */
export function caseLines(report: SuiteReport): string {
  const lines = [report.file];
  if (report.deploymentStatus !== 'PASSED') {
    lines.push(`  ✗ ${report.deploymentDescription}`, ...indented(report.deploymentException, 6));
  }
  for (const testCase of report.testCases) lines.push(...linesOf(testCase));
  if (report.mediationException !== '') {
    lines.push(`  ✗ ${report.currentTestCase}`, ...indented(report.mediationException, 6));
    lines.push('      the cases behind it were not run');
  }
  for (const { artifact, executedMediators, totalMediators, percentage, mediators } of report.mediatorCoverage ?? []) {
    lines.push(`  ${artifact}: ${executedMediators} of ${totalMediators} mediators ran (${percentage} %)`);
    const missed = mediators.filter(({ executed }) => !executed).map(({ id }) => id);
    if (missed.length > 0) lines.push(`      not run: ${missed.join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}

function linesOf(testCase: CaseReport): string[] {
  if (isPassed(testCase)) return [`  ✓ ${testCase.testCaseName}`];
  return [`  ✗ ${testCase.testCaseName}`, ...failureLines(testCase)];
}

/** Why a case failed: the assertions, and what was logged meanwhile. */
export function failureLines({ exception, failureAssertions, logs = [] }: CaseReport): string[] {
  return [
    ...(exception === '' ? [] : indented(exception, 6)),
    ...failureAssertions.flatMap((failure) => [
      `      ${failure.assertionType} ${failure.assertionExpression}${failure.message === '' ? '' : `: ${failure.message}`}`,
      `        actual   ${failure.actual}`,
      `        expected ${failure.expected}`,
      ...indented(failure.assertionDescription, 8),
    ]),
    ...logs.flatMap((line) => indented(line, 6)),
  ];
}

function indented(text: string, spaces: number): string[] {
  if (text === '') return [];
  return text.split('\n').map((line) => `${' '.repeat(spaces)}${line}`);
}

export const isPassed = ({ mediationStatus, assertionStatus }: CaseReport): boolean =>
  mediationStatus === 'PASSED' && assertionStatus === 'PASSED';

/** `3 suites, 7 cases: 6 passed, 1 failed` */
export function summaryText(reports: readonly SuiteReport[]): string {
  const cases = reports.flatMap(({ testCases }) => testCases);
  const passed = cases.filter(isPassed).length;
  const broken = reports.filter((report) => report.deploymentStatus !== 'PASSED' || report.mediationException !== '');
  const parts = [`${passed} passed`];
  if (passed < cases.length) parts.push(`${cases.length - passed} failed`);
  if (broken.length > 0) parts.push(`${counted(broken.length, 'suite')} could not be run to the end`);
  return `\n${counted(reports.length, 'suite')}, ${counted(cases.length, 'case')}: ${parts.join(', ')}\n`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
