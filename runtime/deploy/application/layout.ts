import path from 'node:path/posix';
import type { ConfigElement } from '../../configuration/element.js';
import { parseConfiguration } from '../../configuration/parse.js';
import { ConfigurationError, type Problem } from '../../configuration/problem.js';

/** One artifact of an application: a folder with an `artifact.xml` (artifacts 4.3). */
export interface ApplicationPart {
  readonly name: string;
  readonly version: string;
  /** E.g. `synapse/api`, `registry/resource`. */
  readonly type: string;
  /** Folder in the archive. */
  readonly folder: string;
  /** Names of its files, in the folder. */
  readonly files: readonly string[];
}

/** An application as it is packed: its parts, in the order in which they are deployed. */
export interface ApplicationLayout {
  readonly name: string;
  readonly version: string;
  readonly parts: readonly ApplicationPart[];
}

/** The types of artifacts in the order of deployment; all others come last (artifacts 4.3). */
const order = [
  'config/property',
  'registry/resource',
  'lib/synapse/mediator',
  'lib/connector/dependency',
  'synapse/lib',
  'synapse/local-entry',
  'synapse/endpoint',
  'synapse/sequence',
  'synapse/message-store',
  'synapse/template',
  'synapse/proxy-service',
  'synapse/task',
  'synapse/event-source',
  'synapse/message-processors',
  'synapse/api',
  'synapse/inbound-endpoint',
];

/**
 * Reads what an application is made of: `artifacts.xml`, and the `artifact.xml` of each of its artifacts.
 * @param files the files of the archive
 * @param archive its name in problems
 * @param report takes warnings
 * @throws ConfigurationError when an artifact is missing, or a file cannot be read
 */
export function readLayout(
  files: ReadonlyMap<string, Uint8Array>,
  archive: string,
  report: (problem: Problem) => void,
): ApplicationLayout {
  const root = read(files, 'artifacts.xml', archive);
  const main = root.elements().find((child) => child.attribute('type') === 'carbon/application');
  if (!main) return root.fail('invalid-application', 'artifacts.xml has no artifact of the type carbon/application');
  const name = main.attribute('name') || path.basename(archive, '.car');
  const version = main.attribute('version') ?? '';
  const found = [...files.keys()]
    .filter((file) => /^[^/]+\/artifact\.xml$/.test(file))
    .map((file) => readPart(read(files, file, archive), path.dirname(file)));
  const metadata = metadataNames(files, archive);
  const dependencies = main.elements().filter(({ localName }) => localName === 'dependency');
  if (dependencies.length === 0) {
    report(main.problem('empty-application', `The application ${name} has no artifacts`, { severity: 'warning' }));
  }
  const parts = dependencies
    .filter((dependency) => !metadata.has(dependency.attribute('artifact') ?? ''))
    .map((dependency) => matching(dependency, found, `${name}_${version}`));
  return { name, version, parts: parts.sort((one, other) => rank(one) - rank(other)) };
}

function rank({ type }: ApplicationPart): number {
  const found = order.indexOf(type);
  return found < 0 ? order.length : found;
}

function matching(dependency: ConfigElement, parts: readonly ApplicationPart[], application: string): ApplicationPart {
  const name = dependency.attribute('artifact') ?? '';
  const version = dependency.attribute('version') ?? '';
  return (
    parts.find((part) => part.name === name && part.version === version) ??
    dependency.fail(
      'missing-artifact',
      `Some dependencies were not satisfied in cApp:${application}: ${name} ${version}`,
      {
        hint: 'the archive is not complete: build it once more',
      },
    )
  );
}

function readPart(element: ConfigElement, folder: string): ApplicationPart {
  const files = element.elements().filter(({ localName }) => localName === 'file');
  return {
    name: element.attribute('name') ?? '',
    version: element.attribute('version') ?? '',
    type: element.attribute('type') ?? '',
    folder,
    files: files.map(({ text }) => text.trim()),
  };
}

/** Definitions of APIs for their publication; a dependency on one is none. */
function metadataNames(files: ReadonlyMap<string, Uint8Array>, archive: string): Set<string> {
  const names = [...files.keys()].filter((file) => /^metadata\/[^/]+\/artifact\.xml$/.test(file));
  return new Set(names.map((file) => read(files, file, archive).attribute('name') ?? ''));
}

/**
 * Parses a file of an archive.
 * @throws ConfigurationError when it is not there or no XML
 */
export function read(files: ReadonlyMap<string, Uint8Array>, file: string, archive: string): ConfigElement {
  const bytes = files.get(file);
  if (bytes) return parseConfiguration(Buffer.from(bytes).toString('utf8'), `${archive}/${file}`);
  throw new ConfigurationError({
    file: `${archive}/${file}`,
    line: 1,
    column: 1,
    severity: 'error',
    code: 'missing-file',
    message: `The archive has no file ${file}`,
    hint: 'the archive is not complete: build it once more',
  });
}
