import { readFileSync, statSync } from 'node:fs';
import type { Problem } from '../configuration/problem.js';
import type { Artifact } from './compile-artifact.js';
import { type Deployed, DuplicateArtifact } from './deployed.js';
import { findArtifacts, problemText } from './folder.js';

/** How the log names each kind (artifacts 4.2): in `… named 'N' has been …` and in `…: N has been updated …`. */
const words: Readonly<Record<Artifact['kind'], string>> = {
  api: 'API',
  proxy: 'ProxyService',
  sequence: 'Sequence',
  endpoint: 'Endpoint',
  localEntry: 'LocalEntry',
  template: 'Template',
  endpointTemplate: 'Endpoint Template',
  messageStore: 'Message Store',
  messageProcessor: 'Message Processor',
  task: 'StartupTask',
};

interface KnownFile {
  /** Changes with the file's content. */
  readonly signature: string;
  /** What of the file is deployed: of its newest version that could be. */
  readonly artifacts: readonly Artifact[];
  /** A name or context was taken; tried again when artifacts are gone. */
  readonly refused: boolean;
}

/**
 * The artifact files of `--deploy` paths and what is deployed from each (artifacts 4.1, 4.2). A broken file harms no other;
 * the broken version of a deployed file changes nothing. Files are only read.
 */
export class ArtifactFiles {
  readonly #deployed: Deployed;
  readonly #locations: readonly string[];
  readonly #known = new Map<string, KnownFile>();
  #started = false;
  /** Whether a name has become free that a refused file may have asked for. */
  #freed = false;

  /** @param locations paths as `--deploy` takes them */
  constructor(deployed: Deployed, locations: readonly string[]) {
    this.#deployed = deployed;
    this.#locations = locations;
  }

  /**
   * Makes what is deployed follow the files: the first time all of them, later those that are new, changed or gone.
   * @returns the problems of the files that were read
   */
  scan(): Problem[] {
    const found = this.#find();
    for (const [file, { artifacts }] of this.#known) {
      if (found.has(file)) continue;
      this.#known.delete(file);
      this.#undeploy(artifacts);
    }
    const problems = this.#loadChanged(found);
    // What a changed file gave up may be what an earlier one was refused for.
    if (this.#freed) problems.push(...this.#loadChanged(found));
    this.#started = true;
    return problems;
  }

  /** The files in the order of deployment, with their signatures. */
  #find(): Map<string, string> {
    const found = new Map<string, string>();
    for (const file of this.#locations.flatMap(filesOf)) {
      const stats = statSync(file, { throwIfNoEntry: false });
      if (stats) found.set(file, `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}`);
    }
    return found;
  }

  #loadChanged(found: ReadonlyMap<string, string>): Problem[] {
    const retry = this.#freed;
    this.#freed = false;
    return [...found].flatMap(([file, signature]) => {
      const known = this.#known.get(file);
      return known?.signature === signature && !(retry && known.refused) ? [] : this.#load(file, signature);
    });
  }

  #load(file: string, signature: string): Problem[] {
    const old = this.#known.get(file)?.artifacts ?? [];
    const { artifacts, problems } = this.#compile(file);
    const update = old.length > 0;
    // A new file gives what it can; of a deployed one the old version stays whole.
    const keep = update && problems.some(isError);
    const { active, clashes } = keep ? { active: old, clashes: [] } : this.#swap(old, artifacts, file);
    const all = [...problems, ...clashes];
    this.#known.set(file, { signature, artifacts: active, refused: clashes.length > 0 });
    if (active !== old) this.#logDeployed(file, old, active);
    this.#logProblems(file, all, update);
    return all;
  }

  #compile(file: string): { artifacts: readonly Artifact[]; problems: readonly Problem[] } {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      return { artifacts: [], problems: [problemOf(file, 'unreadable-file', (error as Error).message)] };
    }
    return this.#deployed.compile(text, file);
  }

  /**
   * Puts the new artifacts in the place of the old ones, between two messages. When a name or context belongs to another
   * file, all old ones come back; without old ones those that are free are deployed.
   */
  #swap(
    old: readonly Artifact[],
    artifacts: readonly Artifact[],
    file: string,
  ): { active: readonly Artifact[]; clashes: Problem[] } {
    for (const artifact of old) this.#deployed.remove(artifact.kind, artifact.name);
    const active: Artifact[] = [];
    const clashes: Problem[] = [];
    for (const artifact of artifacts) {
      try {
        this.#deployed.add(artifact);
        active.push(artifact);
      } catch (error) {
        if (!(error instanceof DuplicateArtifact)) throw error;
        clashes.push(problemOf(file, 'duplicate-artifact', error.message));
      }
    }
    if (clashes.length === 0 || old.length === 0) {
      for (const artifact of active)
        this.#deployed.succeed(
          artifact,
          old.find((other) => isSame(artifact, other)),
        );
      return { active, clashes };
    }
    for (const { kind, name } of active) this.#deployed.remove(kind, name);
    for (const artifact of old) this.#deployed.add(artifact);
    return { active: old, clashes };
  }

  #undeploy(artifacts: readonly Artifact[]): void {
    for (const artifact of artifacts) {
      if (this.#deployed.has(artifact)) this.#deployed.remove(artifact.kind, artifact.name);
      this.#logGone(artifact);
    }
  }

  #logDeployed(file: string, old: readonly Artifact[], active: readonly Artifact[]): void {
    for (const artifact of active) {
      const word = words[artifact.kind];
      if (artifact.kind === 'api') this.#log(`Initializing API: ${artifact.name}`);
      if (old.some((other) => isSame(artifact, other))) {
        this.#log(`${word}: ${artifact.name} has been updated from the file: ${file}`);
      } else this.#log(`${word} named '${artifact.name}' has been deployed from file : ${file}`);
    }
    for (const artifact of old) if (!active.some((other) => isSame(artifact, other))) this.#logGone(artifact);
  }

  #logGone({ kind, name }: Artifact): void {
    this.#freed = true;
    if (kind === 'api') this.#log(`Destroying API: ${name}`);
    this.#log(`${words[kind]} named '${name}' has been undeployed`);
  }

  #logProblems(file: string, problems: readonly Problem[], update: boolean): void {
    const { logger } = this.#deployed;
    const failed = problems.some(isError);
    const what = update ? 'Update' : 'Deployment';
    if (failed) logger.log('ERROR', 'Deployer', `${what} of the Synapse Artifact from file : ${file} : Failed!`);
    for (const problem of problems) logger.log(isError(problem) ? 'ERROR' : 'WARN', 'Deployer', problemText(problem));
    if (failed && update) logger.log('WARN', 'Deployer', `The version of ${file} before this one stays active`);
  }

  /** At the start a line for each artifact is too much; later each is an answer to what somebody just did. */
  #log(text: string): void {
    this.#deployed.logger.log(this.#started ? 'INFO' : 'DEBUG', 'Deployer', text);
  }
}

const isError = ({ severity }: Problem): boolean => severity === 'error';

const isSame = (one: Artifact, other: Artifact): boolean => one.kind === other.kind && one.name === other.name;

/** The files of a path; none when the path is gone, which undeploys them. */
function filesOf(location: string): readonly string[] {
  try {
    return findArtifacts(location).files;
  } catch {
    return [];
  }
}

function problemOf(file: string, code: string, message: string): Problem {
  return { file, line: 1, column: 1, severity: 'error', code, message };
}
