import type { Problem } from '../../configuration/problem.js';
import type { CheckSequence } from './context.js';
import { type ApimError, badRequest } from './error.js';
import type { JsonObject } from './json-object.js';
import type { Policy } from './policy.js';
import { isSampled, renderPolicy, sampleParameters } from './policy-template.js';
import { asSequence, shapeOf } from './sequence-document.js';

/** One line about a problem: place, what is wrong, what to do. */
export function problemText({ line, column, message, hint }: Problem): string {
  return `line ${line}, column ${column}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/**
 * Checks an uploaded sequence, whose root must be `<sequence>` (4.1 C8).
 *
 * @returns the warnings
 * @throws ApimError 400 that names line, column and what was expected
 */
export function checkUploadedSequence(check: CheckSequence, xml: string, file: string): Problem[] {
  return split(check(xml, { file }));
}

/**
 * Checks the definition of an operation policy at upload. A template is rendered with samples: an error where a sample
 * stands is a warning, since the value may put it right.
 */
export function checkDefinition(check: CheckSequence, policy: Policy, file: string): Problem[] {
  const rendered = renderPolicy(policy, sampleParameters(policy));
  const lines = rendered.split('\n');
  const problems = checkRendered(check, rendered, file).map((problem): Problem => {
    const excused = policy.template && isSampled(lines[problem.line - 1] ?? '');
    return excused ? { ...problem, severity: 'warning' } : problem;
  });
  return split(problems);
}

/** Checks what a policy renders to with the parameters of an attachment. */
export function checkAttachment(check: CheckSequence, policy: Policy, parameters: JsonObject): Problem[] {
  return split(checkRendered(check, renderPolicy(policy, parameters), `${policy.name}.j2`));
}

function checkRendered(check: CheckSequence, rendered: string, file: string): Problem[] {
  if (shapeOf(rendered) === undefined) return check(rendered, { file });
  const { xml, shift } = asSequence(rendered);
  return check(xml, { file }).map((problem) =>
    problem.line === 1 ? { ...problem, column: Math.max(1, problem.column - shift) } : problem,
  );
}

function split(problems: Problem[]): Problem[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw refusal(errors);
  return problems;
}

function refusal(errors: Problem[]): ApimError {
  return badRequest(
    errors.map((problem) => `${problem.file}: ${problemText(problem)}`).join('; '),
    400,
    errors.map((problem) => ({ code: problem.code, message: problem.message, description: problemText(problem) })),
  );
}
