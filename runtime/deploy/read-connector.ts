import type { Artifact, Compilation } from './compile-artifact.js';
import type { Compiler } from './compiler.js';
import { readLibrary } from './connector/library.js';

/**
 * Reads the zip of a connector, with the local entries that it brings along.
 * @param isShared whether it comes with an application or a project: then it needs no import, and others may have it, too
 */
export function readConnector(
  bytes: Uint8Array,
  file: string,
  { compiler, isShared }: { compiler: Compiler; isShared: boolean },
): Compilation {
  const { library, problems } = readLibrary(bytes, file);
  if (!library) return { artifacts: [], problems };
  const name = isShared ? `${library.name} of ${file}` : library.name;
  const artifacts: Artifact[] = [{ kind: 'library', name, value: library }];
  if (isShared) artifacts.push({ kind: 'import', name, value: { name: library.name, isEnabled: true } });
  const entries = library.entries.map((entry) => compiler.compile(entry.text, entry.file));
  return {
    artifacts: [...artifacts, ...entries.flatMap((entry) => entry.artifacts)],
    problems: [...problems, ...entries.flatMap((entry) => entry.problems)],
  };
}
