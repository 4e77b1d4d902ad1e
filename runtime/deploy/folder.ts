import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../configuration/problem.js';

/** Folders of a `synapse-configs/default` layout in the order in which they are started (artifacts 4.1). */
const orderedFolders = [
  'imports',
  'local-entries',
  'endpoints',
  'sequences',
  'templates',
  'proxy-services',
  'tasks',
  'event-sources',
  'priority-executors',
  'message-stores',
  'message-processors',
  'api',
  'inbound-endpoints',
];

/** Where the artifacts of a `--deploy` path are (product 1). */
export interface DeployFolder {
  /** Artifact files, in the order of deployment. */
  readonly files: readonly string[];
  /** Registry folder of an MI server given to `--deploy`, when there is one. */
  readonly registry: string | undefined;
  /** Folder whose XML files, and those of its direct folders, are the artifacts; the path itself when it is a file. */
  readonly root: string;
}

/**
 * Finds the artifact files of a path: a file, a folder of XML files, a `synapse-configs/default` folder, an MI server's
 * `deployment/server` folder, or an MI project's `src/main/wso2mi/artifacts`.
 * @throws Error when the path does not exist
 */
export function findArtifacts(location: string): DeployFolder {
  const root = path.resolve(location);
  if (!existsSync(root)) throw Object.assign(new Error(`${location} does not exist`), { code: 'ENOENT' });
  if (statSync(root).isFile()) return { files: [root], registry: undefined, root };
  const base = [
    path.join(root, 'synapse-configs', 'default'),
    path.join(root, 'repository', 'deployment', 'server', 'synapse-configs', 'default'),
    path.join(root, 'src', 'main', 'wso2mi', 'artifacts'),
  ].find((folder) => existsSync(folder));
  const registry = [path.join(root, 'registry'), path.join(root, '..', '..', '..', 'registry')].find(
    (folder) => base !== undefined && existsSync(folder),
  );
  return { files: artifactFiles(base ?? root), registry, root: base ?? root };
}

function artifactFiles(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true });
  const folders = names.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const rank = (name: string): number => {
    const found = orderedFolders.findIndex(
      (ordered) => ordered === name || ordered === `${name}s` || `${ordered}s` === name,
    );
    return found < 0 ? orderedFolders.length : found;
  };
  const sorted = folders.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return [...xmlFiles(folder), ...sorted.flatMap((name) => xmlFiles(path.join(folder, name)))];
}

function xmlFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.xml'))
    .map((entry) => path.join(folder, entry.name))
    .sort();
}

/** `file:line:column severity message (hint)`: the line that `mediant check` prints. */
export function problemText(problem: Problem): string {
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${problem.file}:${problem.line}:${problem.column} ${problem.severity} ${problem.message}${hint}`;
}
