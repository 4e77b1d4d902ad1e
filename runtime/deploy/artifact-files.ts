import { statSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../configuration/problem.js';
import { DuplicateArtifact } from './artifact-table.js';
import type { Artifact } from './compile-artifact.js';
import { fileProblem } from './compiler.js';
import type { Deployed } from './deployed.js';
import { findArtifacts, problemText } from './folder.js';
import { readArtifactFile } from './read-file.js';

/** How the log names each kind (artifacts 4.2): in `… named 'N' has been …` and in `…: N has been updated …`. */
const words: Readonly<Record<Artifact['kind'], string>> = {
  api: 'API',
  proxy: 'ProxyService',
  sequence: 'Sequence',
  endpoint: 'Endpoint',
  localEntry: 'LocalEntry',
  template: 'Template',
  endpointTemplate: 'Endpoint Template',
  library: 'Synapse Library',
  import: 'Synapse Import',
  resource: 'Registry Resource',
  application: 'Carbon Application',
  messageStore: 'Message Store',
  messageProcessor: 'Message Processor',
  task: 'StartupTask',
  eventSink: 'Event Sink',
  eventSource: 'EventSource',
};

interface KnownFile {
  /** Changes with the file's content. */
  readonly signature: string;
  /** What of the file is deployed: of its newest version that could be. */
  readonly artifacts: readonly Artifact[];
  /** A name or context was taken, or an operation unknown; tried again when artifacts are gone, or connectors change. */
  readonly refused: boolean;
  /** Its newest version could not be deployed. */
  readonly failed: boolean;
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
  /** Whether a name has become free, or a connector has come, that a refused file may have asked for. */
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

  /** Names of the `.car` files whose newest version could not be deployed. */
  get faultyApplications(): string[] {
    const known = [...this.#known].filter(([file, { failed }]) => failed && isApplication(file));
    return known.map(([file]) => path.basename(file));
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
    const plain = new Set([...found.keys()].filter((file) => !isApplication(file)).map((file) => path.basename(file)));
    return [...found].flatMap(([file, signature]) => {
      const known = this.#known.get(file);
      if (known?.signature === signature && !(retry && known.refused)) return [];
      return this.#load(file, signature, (name) => plain.has(name));
    });
  }

  #load(file: string, signature: string, isTaken: (name: string) => boolean): Problem[] {
    const old = this.#known.get(file)?.artifacts ?? [];
    const compiler = this.#deployed.ofOwner;
    const { artifacts, problems } = readArtifactFile(file, {
      compiler,
      isTaken,
      configured: (name) => this.#deployed.configured(name),
    });
    const update = old.length > 0;
    // A new file gives what it can; of a deployed one the old version stays whole.
    const keep = update && problems.some(isError);
    const { active, clashes } = keep ? { active: old, clashes: [] } : this.#swap(old, artifacts, file);
    const all = [...problems, ...clashes];
    this.#known.set(file, { signature, artifacts: active, refused: all.some(isRefusal), failed: all.some(isError) });
    if (active !== old) this.#logDeployed(file, old, active);
    if ([...old, ...active].some(isConnectorPart)) this.#freed = true;
    this.#logProblems(file, all, update);
    return all;
  }

  /**
   * Puts the new artifacts in the place of the old ones, between two messages. When a name or context belongs to another
   * file, all old ones come back; without old ones those that are free are deployed, but not those of an application.
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
        clashes.push(fileProblem(file, 'duplicate-artifact', error.message));
      }
    }
    if (clashes.length === 0 || (old.length === 0 && !isApplication(file))) {
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
      if (artifact.kind === 'application') {
        this.#log(`Successfully Deployed Carbon Application : ${artifact.name}{super-tenant}`);
        continue;
      }
      if (artifact.kind === 'api') this.#log(`Initializing API: ${artifact.name}`);
      if (old.some((other) => isSame(artifact, other))) {
        this.#log(`${word}: ${shownName(artifact)} has been updated from the file: ${file}`);
      } else this.#log(`${word} named '${shownName(artifact)}' has been deployed from file : ${file}`);
    }
    for (const artifact of old) if (!active.some((other) => isSame(artifact, other))) this.#logGone(artifact);
  }

  #logGone(artifact: Artifact): void {
    this.#freed = true;
    if (artifact.kind === 'api') this.#log(`Destroying API: ${artifact.name}`);
    this.#log(`${words[artifact.kind]} named '${shownName(artifact)}' has been undeployed`);
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

const isApplication = (file: string): boolean => file.endsWith('.car');

/** Connectors are deployed by names of their own, as several files may hold the same one. */
const shownName = (artifact: Artifact): string =>
  artifact.kind === 'library' || artifact.kind === 'import' ? artifact.value.name : artifact.name;

const isError = ({ severity }: Problem): boolean => severity === 'error';

const isConnectorPart = ({ kind }: Artifact): boolean => kind === 'library' || kind === 'import';

/** What may be right once other files have changed. */
const isRefusal = ({ code, severity }: Problem): boolean =>
  severity === 'error' && /^(?:duplicate-artifact|unknown-mediator|unsupported-operation)$/.test(code);

const isSame = (one: Artifact, other: Artifact): boolean => one.kind === other.kind && one.name === other.name;

/** The files of a path; none when the path is gone, which undeploys them. */
function filesOf(location: string): readonly string[] {
  try {
    return findArtifacts(location).files;
  } catch {
    return [];
  }
}
