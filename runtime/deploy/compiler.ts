import type { Problem } from '../configuration/problem.js';
import type { Artifact, Compilation } from './compile-artifact.js';
import type { MediatorCatalogue } from './compile-list.js';

/** Compiles artifact files among what is deployed. */
export interface Compiler {
  /** @param catalogue when it is another one than that of what is deployed */
  compile(text: string, file: string, catalogue?: MediatorCatalogue): Compilation;
  /** The catalogue with the connectors and imports among artifacts that are about to be deployed. */
  catalogueWith(artifacts: readonly Artifact[]): MediatorCatalogue;
}

/** A problem of a file as a whole. */
export function fileProblem(file: string, code: string, message: string, hint?: string): Problem {
  return { file, line: 1, column: 1, severity: 'error', code, message, ...(hint === undefined ? {} : { hint }) };
}
