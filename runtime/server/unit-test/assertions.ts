import { normalised } from './normalise.js';
import type { CaseReport, FailureAssertion } from './report.js';
import type { Assertion } from './suite.js';

/** What the expression of an assertion finds. */
export interface Found {
  /** Undefined when there is nothing: `null` in reports. */
  readonly text: string | undefined;
  /** Compared as it is, not in the form that {@link normalised} gives. */
  readonly raw?: boolean;
  /** For assertNotNull, where it is not simply that there is a text. */
  readonly present?: boolean;
  /** Said when there is nothing. */
  readonly description?: string;
}

/**
 * The report of a case that ran through (artifacts 5.4, 5.6): its assertions are checked.
 * @param find the value of the expression in `<actual>`
 */
export function assertedCase(
  name: string,
  assertions: readonly Assertion[],
  find: (expression: string) => Found,
): CaseReport {
  const failures = failedAssertions(assertions, find);
  return {
    testCaseName: name,
    mediationStatus: 'PASSED',
    assertionStatus: failures.length === 0 ? 'PASSED' : 'FAILED',
    exception: '',
    failureAssertions: failures,
  };
}

/**
 * Checks all assertions of a case (artifacts 5.4).
 * @param find the value of the expression in `<actual>`
 * @returns those that failed
 */
function failedAssertions(assertions: readonly Assertion[], find: (expression: string) => Found): FailureAssertion[] {
  return assertions.flatMap((assertion) => {
    const found = find(assertion.actual);
    const failure = assertion.kind === 'assertEquals' ? unequal(assertion.expected, found) : missing(found);
    if (!failure) return [];
    const description = found.text === undefined ? (found.description ?? '') : '';
    return [
      {
        assertionType: assertion.kind,
        assertionExpression: assertion.actual,
        ...failure,
        assertionDescription: description,
        message: assertion.message,
      },
    ];
  });
}

function unequal(expectedText: string, { text, raw }: Found): { actual: string; expected: string } | undefined {
  const expected = normalised(expectedText);
  if (text === undefined) return { actual: 'null', expected };
  const actual = raw === true ? text : normalised(text);
  return actual === expected ? undefined : { actual, expected };
}

function missing({ text, present }: Found): { actual: string; expected: string } | undefined {
  return (present ?? text !== undefined) ? undefined : { actual: 'null', expected: 'not null' };
}

/** Prefix and key of an expression: what stands before and behind the first colon. */
export function splitExpression(expression: string): { prefix: string; key: string } {
  const [, prefix = '', key = ''] = /^([^:]*):?(.*)$/s.exec(expression) ?? [];
  return { prefix, key };
}

/** An expression that means nothing for this kind of artifact: every assertion on it fails. */
export function invalidOperation(expression: string, kind: 'sequences' | 'services'): Found {
  const text = `Received assert expression: ${expression} is not a valid operation type for ${kind}`;
  return { text, raw: true, present: false };
}
