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
  /** Connectors (.zip), XML files and applications (.car), in the order of deployment. */
  readonly files: readonly string[];
  /** Registry folder of an MI server given to `--deploy`, when there is one. */
  readonly registry: string | undefined;
  /** Folders whose files, and those of their direct folders, are the artifacts; the path itself when it is a file. */
  readonly roots: readonly string[];
}

/** A layout of folders: where each kind of artifact is, seen from the path that was given. */
interface Layout {
  /** Folder of XML files, in folders by their kind. */
  readonly artifacts: string;
  readonly connectors?: string;
  /** Folder of event sinks, which are no part of the Synapse configuration. */
  readonly eventSinks?: string;
  readonly applications?: string;
}

/** The layouts that are known, by the folder that shows which one it is (artifacts 4.1, 4.5). */
const layouts: readonly Layout[] = [
  {
    artifacts: 'synapse-configs/default',
    connectors: 'synapse-libs',
    eventSinks: 'event-sinks',
    applications: 'carbonapps',
  },
  {
    artifacts: 'repository/deployment/server/synapse-configs/default',
    connectors: 'repository/deployment/server/synapse-libs',
    eventSinks: 'repository/deployment/server/event-sinks',
    applications: 'repository/deployment/server/carbonapps',
  },
  { artifacts: 'src/main/wso2mi/artifacts', connectors: 'src/main/wso2mi/resources/connectors' },
];

/**
 * Finds the artifact files of a path: a file, a folder of XML files and applications, a `synapse-configs/default`
 * folder, an MI server's `deployment/server` folder, or an MI project.
 * @throws Error when the path does not exist
 */
export function findArtifacts(location: string): DeployFolder {
  const root = path.resolve(location);
  if (!existsSync(root)) throw Object.assign(new Error(`${location} does not exist`), { code: 'ENOENT' });
  if (statSync(root).isFile()) return { files: [root], registry: undefined, roots: [root] };
  const layout = layouts.find(({ artifacts }) => existsSync(path.join(root, artifacts)));
  // Folders that are not there yet are watched, too.
  const at = (folder: string | undefined): string[] => (folder === undefined ? [] : [path.join(root, folder)]);
  const artifacts = path.join(root, layout?.artifacts ?? '.');
  const connectors = [...at(layout?.connectors), ...besideDefault(root, 'synapse-libs')];
  const eventSinks = [...at(layout?.eventSinks), ...besideDefault(root, 'event-sinks')];
  const applications = [artifacts, ...at(layout?.applications)];
  const registry = [path.join(root, 'registry'), path.join(root, '..', '..', '..', 'registry')].find(
    (folder) => layout !== undefined && existsSync(folder),
  );
  return {
    files: [
      ...connectors.flatMap((folder) => filesIn(folder, '.zip')),
      ...artifactFiles(artifacts),
      ...eventSinks.flatMap((folder) => filesIn(folder, '.xml')),
      ...applications.flatMap((folder) => filesIn(folder, '.car')),
    ],
    registry,
    roots: [...new Set([artifacts, ...connectors, ...eventSinks, ...applications])],
  };
}

/** A folder of the server whose `synapse-configs/default` folder was given. */
function besideDefault(root: string, name: string): string[] {
  return root.endsWith(path.join('synapse-configs', 'default')) ? [path.resolve(root, '..', '..', name)] : [];
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
  return [...filesIn(folder, '.xml'), ...sorted.flatMap((name) => filesIn(path.join(folder, name), '.xml'))];
}

function filesIn(folder: string, extension: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => path.join(folder, entry.name))
    .sort();
}

/** `file:line:column severity message (hint)`: the line that `mediant check` prints. */
export function problemText(problem: Problem): string {
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${problem.file}:${problem.line}:${problem.column} ${problem.severity} ${problem.message}${hint}`;
}
