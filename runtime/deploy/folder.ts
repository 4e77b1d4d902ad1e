import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../configuration/problem.js';
import { type Deployed, DuplicateArtifact } from './deployed.js';

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
}

/**
 * Finds the artifact files of a path: a file, a folder of XML files, a `synapse-configs/default` folder, an MI server's
 * `deployment/server` folder, or an MI project's `src/main/wso2mi/artifacts`.
 * @throws Error when the path does not exist
 */
export function findArtifacts(location: string): DeployFolder {
  const root = path.resolve(location);
  if (!existsSync(root)) throw new Error(`${location} does not exist`);
  if (statSync(root).isFile()) return { files: [root], registry: undefined };
  const base = [
    path.join(root, 'synapse-configs', 'default'),
    path.join(root, 'repository', 'deployment', 'server', 'synapse-configs', 'default'),
    path.join(root, 'src', 'main', 'wso2mi', 'artifacts'),
  ].find((folder) => existsSync(folder));
  const registry = [path.join(root, 'registry'), path.join(root, '..', '..', '..', 'registry')].find(
    (folder) => base !== undefined && existsSync(folder),
  );
  return { files: artifactFiles(base ?? root), registry };
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

/** Words of the deployment log lines, by kind (artifacts 4.2). */
const deployedAs: Readonly<Record<string, string>> = {
  api: 'API named',
  proxy: 'ProxyService named',
  sequence: 'Sequence named',
  endpoint: 'Endpoint named',
  localEntry: 'LocalEntry named',
  template: 'Template named',
  endpointTemplate: 'Endpoint Template named',
};

/**
 * Deploys the files; a broken one is logged with every problem and harms no other (artifacts 4.1).
 * @returns all problems found
 */
export function deployFiles(deployed: Deployed, files: readonly string[]): Problem[] {
  return files.flatMap((file) => deployFile(deployed, file));
}

/** Deploys one artifact file; with `replace`, its artifacts take the place of those of their names. */
export function deployFile(deployed: Deployed, file: string, options: { replace?: boolean } = {}): Problem[] {
  const { artifacts, problems } = deployed.compile(readFileSync(file, 'utf8'), file);
  const found = [...problems];
  for (const artifact of artifacts) {
    try {
      deployed.add(artifact, options);
      deployed.logger.log(
        'DEBUG',
        'Deployer',
        `${deployedAs[artifact.kind]} '${artifact.name}' has been deployed from file : ${file}`,
      );
    } catch (error) {
      if (!(error instanceof DuplicateArtifact)) throw error;
      found.push({ file, line: 1, column: 1, severity: 'error', code: 'duplicate-artifact', message: error.message });
    }
  }
  logProblems(deployed, file, found);
  return found;
}

function logProblems(deployed: Deployed, file: string, problems: readonly Problem[]): void {
  if (problems.some(({ severity }) => severity === 'error')) {
    deployed.logger.log('ERROR', 'Deployer', `Deployment of the Synapse Artifact from file : ${file} : Failed!`);
  }
  for (const problem of problems)
    deployed.logger.log(problem.severity === 'error' ? 'ERROR' : 'WARN', 'Deployer', problemText(problem));
}

/** `file:line:column severity message (hint)`: the line that `mediant check` prints. */
export function problemText(problem: Problem): string {
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${problem.file}:${problem.line}:${problem.column} ${problem.severity} ${problem.message}${hint}`;
}
