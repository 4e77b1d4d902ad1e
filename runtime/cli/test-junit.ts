import { escapeAttribute } from '../xml/serialize.js';
import type { SuiteReport } from './engine.js';
import { failureLines, isPassed } from './test-text.js';

/** The report that build servers read: a `<testsuite>` for each suite. */
export function junitText(reports: readonly SuiteReport[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${reports.map(suiteText).join('')}</testsuites>\n`;
}

function suiteText(report: SuiteReport): string {
  const cases = report.testCases.map((testCase) =>
    caseText(report.file, testCase.testCaseName, isPassed(testCase) ? '' : failure(failureLines(testCase))),
  );
  const failures = report.testCases.filter((testCase) => !isPassed(testCase)).length;
  const errors = errorsOf(report);
  const counts = `tests="${cases.length + errors.length}" failures="${failures}" errors="${errors.length}"`;
  return `  <testsuite name="${escapeAttribute(report.file)}" ${counts}>\n${[...cases, ...errors].join('')}  </testsuite>\n`;
}

/** What kept cases from being run. */
function errorsOf(report: SuiteReport): string[] {
  const { file, deploymentStatus, deploymentDescription, deploymentException } = report;
  const error = (name: string, message: string) =>
    caseText(file, name, `      <error message="${escapeAttribute(message)}"/>\n`);
  if (deploymentStatus !== 'PASSED') return [error(deploymentDescription, deploymentException)];
  return report.mediationException === '' ? [] : [error(report.currentTestCase, report.mediationException)];
}

function caseText(suite: string, name: string, content: string): string {
  const start = `    <testcase classname="${escapeAttribute(suite)}" name="${escapeAttribute(name)}"`;
  return content === '' ? `${start}/>\n` : `${start}>\n${content}    </testcase>\n`;
}

const failure = (lines: readonly string[]): string =>
  `      <failure message="${escapeAttribute(lines.map((line) => line.trim()).join('\n'))}"/>\n`;
