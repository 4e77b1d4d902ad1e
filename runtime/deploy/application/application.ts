import type { Problem } from '../../configuration/problem.js';
import { ConfigurationError } from '../../configuration/problem.js';
import { parseProperties } from '../../settings/properties-format.js';
import { ArchiveError, readArchive } from '../archive.js';
import type { Artifact, Compilation } from '../compile-artifact.js';
import type { MediatorCatalogue } from '../compile-list.js';
import { type Compiler, fileProblem } from '../compiler.js';
import { readConnector } from '../read-connector.js';
import { type ApplicationPart, read, readLayout } from './layout.js';
import { registryResources } from './resources.js';

/** What reading an application takes from what is around it. */
export interface ApplicationOptions {
  readonly compiler: Compiler;
  /** Whether an artifact file of this name is deployed by itself, which beats the one in an application. */
  readonly isTaken: (file: string) => boolean;
  /** A value for `${configs.name}`. */
  readonly configured: (name: string) => string | undefined;
}

/** What a type of artifact that does not run here would need. */
const unsupported: Readonly<Record<string, string>> = {
  'lib/synapse/mediator': 'Java class mediators; port their classes with defineMediator',
  'lib/connector/dependency': 'Java libraries of connectors; port the classes of the connector with defineMediator',
  'service/dataservice': 'the data services engine; query the database with <dblookup>',
  'datasource/datasource': 'named data sources; give the database to <dblookup> and <dbreport> directly',
};

/**
 * Reads a Carbon application, a `.car` file, and compiles its artifacts in the order of deployment (artifacts 4.3). With
 * an error it yields none of them: an application is deployed whole or not at all.
 * @param file name of the file for problems; that of a file in it is appended with a slash
 */
export function readApplication(bytes: Uint8Array, file: string, options: ApplicationOptions): Compilation {
  const problems: Problem[] = [];
  let artifacts: readonly Artifact[] = [];
  try {
    artifacts = new ApplicationFiles(bytes, file, options, problems).artifacts();
  } catch (error) {
    if (error instanceof ConfigurationError) problems.push(error.problem);
    else if (error instanceof ArchiveError) {
      problems.push(fileProblem(file, 'unreadable-archive', `The application cannot be read. ${error.message}`));
    } else throw error;
  }
  return { artifacts: problems.some(({ severity }) => severity === 'error') ? [] : artifacts, problems };
}

/** The files of an application while its artifacts are made. */
class ApplicationFiles {
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #artifacts: Artifact[] = [];

  constructor(
    bytes: Uint8Array,
    private readonly file: string,
    private readonly options: ApplicationOptions,
    private readonly problems: Problem[],
  ) {
    this.#files = readArchive(bytes, (name) => !name.endsWith('.jar'));
  }

  artifacts(): readonly Artifact[] {
    this.#warnAboutVersions();
    for (const [name, bytes] of this.#files) if (/^dependencies\/[^/]+\.car$/.test(name)) this.#nested(name, bytes);
    const { name, version, parts } = readLayout(this.#files, this.file, (problem) => void this.problems.push(problem));
    const own = this.#artifacts.length;
    for (const part of parts) this.#add(part);
    const id = `${name}_${version}`;
    const made = this.#artifacts.slice(own).map((artifact) => ({ kind: artifact.kind, name: artifact.name }));
    return [
      ...this.#artifacts,
      { kind: 'application', name: id, value: { name, version, file: this.file, artifacts: made } },
    ];
  }

  #nested(name: string, bytes: Uint8Array): void {
    const options = { ...this.options, compiler: this.#compiler() };
    this.#take(readApplication(bytes, `${this.file}/${name}`, options));
  }

  #add(part: ApplicationPart): void {
    const { type, name } = part;
    if (type === 'registry/resource') this.#artifacts.push(...registryResources(part, this.#files, this.file));
    else if (type === 'config/property') this.#checkProperties(part);
    else if (!type.startsWith('synapse/'))
      this.#warn(part, `needs ${unsupported[type] ?? `what knows the type ${type}`}`);
    else if (part.files.length !== 1) this.#warn(part, `has ${part.files.length} files instead of one`);
    else if (type === 'synapse/lib') {
      const label = `${this.file}/${part.folder}/${part.files[0]}`;
      this.#take(readConnector(this.#content(part), label, { compiler: this.#compiler(), isShared: true }));
    } else if (this.options.isTaken(part.files[0] ?? '')) {
      this.#warn(part, `is ignored: the file ${part.files[0]} is deployed by itself`);
    } else {
      const text = Buffer.from(this.#content(part)).toString('utf8');
      const compiled = this.#compiler().compile(text, `${this.file}/${part.folder}/${part.files[0]}`);
      if (compiled.artifacts.length === 0 && compiled.problems.length === 0) this.#warn(part, `${name} is empty`);
      this.#take(compiled);
    }
  }

  #take({ artifacts, problems }: Compilation): void {
    this.#artifacts.push(...artifacts);
    this.problems.push(...problems);
    this.#known = undefined;
  }

  #known: MediatorCatalogue | undefined;

  /** Compiles with the connectors that the application itself brings along. */
  #compiler(): Compiler {
    const { compiler } = this.options;
    return {
      compile: (text, file) => {
        this.#known ??= compiler.catalogueWith(this.#artifacts);
        return compiler.compile(text, file, this.#known);
      },
      catalogueWith: (artifacts) => compiler.catalogueWith([...this.#artifacts, ...artifacts]),
    };
  }

  #content(part: ApplicationPart): Uint8Array {
    const name = `${part.folder}/${part.files[0]}`;
    return this.#files.get(name) ?? read(this.#files, name, this.file).fail('missing-file', name);
  }

  /** Lines `name:type`; each name has to have a value around the server. */
  #checkProperties(part: ApplicationPart): void {
    const text = Buffer.from(this.#content(part)).toString('utf8');
    for (const name of parseProperties(text).keys()) {
      if (this.options.configured(name) === undefined) this.#warn(part, `The value of the key:[${name}] is not found.`);
    }
  }

  /** Names stay as they are written: artifacts of several applications share them. */
  #warnAboutVersions(): void {
    if (!this.#files.has('descriptor.xml')) return;
    const descriptor = read(this.#files, 'descriptor.xml', this.file);
    if (descriptor.element('versionedDeployment')?.text.trim().toLowerCase() !== 'true') return;
    this.problems.push(
      descriptor.problem('versioned-deployment', 'Artifacts are deployed by their own names, without versions', {
        severity: 'warning',
        hint: 'give artifacts of different applications different names',
      }),
    );
  }

  #warn({ folder, name, type }: ApplicationPart, message: string): void {
    const text = message.startsWith('The ') ? message : `The artifact ${name} (${type}) ${message}`;
    const problem = fileProblem(`${this.file}/${folder}/artifact.xml`, 'skipped-artifact', text);
    this.problems.push({ ...problem, severity: 'warning' });
  }
}
