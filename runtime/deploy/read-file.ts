import { readFileSync } from 'node:fs';
import type { Problem } from '../configuration/problem.js';
import type { Artifact, Compilation } from './compile-artifact.js';
import type { MediatorCatalogue } from './compile-list.js';
import { importName } from './connector/import.js';
import { readLibrary } from './connector/library.js';

/** Compiles artifact files among what is deployed. */
export interface Compiler {
  /** @param catalogue when it is another one than that of what is deployed */
  compile(text: string, file: string, catalogue?: MediatorCatalogue): Compilation;
  /** The catalogue with the connectors and imports among artifacts that are about to be deployed. */
  catalogueWith(artifacts: readonly Artifact[]): MediatorCatalogue;
}

/**
 * Reads a file of a deploy folder and compiles what is in it: an XML file, or the zip of a connector. What goes wrong is
 * among the problems.
 */
export function readArtifactFile(file: string, compiler: Compiler): Compilation {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return { artifacts: [], problems: [fileProblem(file, 'unreadable-file', (error as Error).message)] };
  }
  if (file.endsWith('.zip')) return readConnector(bytes, file, { compiler, isImported: isOfProject(file) });
  return compiler.compile(bytes.toString('utf8'), file);
}

/**
 * Reads the zip of a connector, with the local entries that it brings along.
 * @param isImported whether it is imported by being there
 */
export function readConnector(
  bytes: Uint8Array,
  file: string,
  { compiler, isImported }: { compiler: Compiler; isImported: boolean },
): Compilation {
  const { library, problems } = readLibrary(bytes, file);
  if (!library) return { artifacts: [], problems };
  const artifacts: Artifact[] = [{ kind: 'library', name: library.name, value: library }];
  const name = importName(library.package, library.connector);
  if (isImported) artifacts.push({ kind: 'import', name, value: { name, isEnabled: true } });
  const entries = library.entries.map((entry) => compiler.compile(entry.text, entry.file));
  return {
    artifacts: [...artifacts, ...entries.flatMap((entry) => entry.artifacts)],
    problems: [...problems, ...entries.flatMap((entry) => entry.problems)],
  };
}

/** A connector of an MI project needs no import: the application that is made of the project imports it. */
const isOfProject = (file: string): boolean => /[\\/]wso2mi[\\/]resources[\\/]connectors[\\/][^\\/]+$/.test(file);

/** A problem of a file as a whole. */
export function fileProblem(file: string, code: string, message: string, hint?: string): Problem {
  return { file, line: 1, column: 1, severity: 'error', code, message, ...(hint === undefined ? {} : { hint }) };
}
