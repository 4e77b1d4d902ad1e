import type { MediatorDefinition } from '../../mediators/mediator.js';
import type { Problem } from '../configuration/problem.js';
import { adviseOn } from './advice.js';
import { compileArtifact } from './compile-artifact.js';
import { MediatorCatalogue } from './compile-list.js';
import type { Operations } from './operation.js';

export interface CheckOptions {
  /** Name of the file in the problems. */
  file: string;
  mediators?: readonly MediatorDefinition[];
  /** Operations of connectors that artifacts may use; none when absent. */
  operations?: Operations;
  /** Which mediators may not be used, by the local names of their elements. */
  isBlocked?: (name: string) => boolean;
}

/**
 * Checks an artifact as a deployment would, and adds advice about flows that deploy but will disappoint.
 * @returns problems in the order of the file; empty: nothing to say
 */
export function check(xml: string, options: CheckOptions): Problem[] {
  const catalogue = new MediatorCatalogue(options.mediators, options.operations, options.isBlocked);
  const { problems } = compileArtifact(xml, options.file, catalogue);
  const all = [...problems, ...adviseOn(xml, options.file)];
  return all.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** {@link check} for an uploaded sequence: any other artifact is refused (api-management 4.1 C8). */
export function checkSequence(xml: string, options: CheckOptions): Problem[] {
  const problems = check(xml, options);
  if (problems.some(({ severity }) => severity === 'error')) return problems;
  const { artifacts } = compileArtifact(xml, options.file, new MediatorCatalogue(options.mediators));
  const [artifact] = artifacts;
  if (artifact?.kind === 'sequence' && artifacts.length === 1) return problems;
  const found = artifact ? `a ${artifact.kind}` : 'no artifact';
  return [
    ...problems,
    {
      file: options.file,
      line: 1,
      column: 1,
      severity: 'error',
      code: 'not-a-sequence',
      message: `Expected one <sequence>, found ${found}`,
      hint: 'the root element of an uploaded flow is <sequence name="…">',
    },
  ];
}
