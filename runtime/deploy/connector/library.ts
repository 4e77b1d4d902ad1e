import path from 'node:path/posix';
import type { ConfigElement } from '../../configuration/element.js';
import { parseConfiguration } from '../../configuration/parse.js';
import { ConfigurationError, type Problem } from '../../configuration/problem.js';
import { ArchiveError, readArchive } from '../archive.js';

/** A connector: the templates of its operations, read from its zip, not yet compiled (mediators 8.2). */
export interface ConnectorLibrary {
  /** Name of the connector, the part before the dot in its operations. */
  readonly connector: string;
  readonly package: string;
  /** `{package}connector`: what it is known by. */
  readonly name: string;
  readonly description: string;
  /** `<template>` elements by the name of the operation. */
  readonly templates: ReadonlyMap<string, ConfigElement>;
  /** Local entries that the connector brings along. */
  readonly entries: readonly { readonly file: string; readonly text: string }[];
}

/**
 * Reads a connector's zip: `connector.xml` names the connector and its components; the `component.xml` in a component's
 * folder names the files of its templates.
 * @param file name of the zip for problems; that of a file in it is appended with a slash
 */
export function readLibrary(
  bytes: Uint8Array,
  file: string,
): { library: ConnectorLibrary | undefined; problems: readonly Problem[] } {
  try {
    const files = readArchive(bytes, (name) => name.endsWith('.xml'));
    return { library: new LibraryFiles(files, file).library(), problems: [] };
  } catch (error) {
    if (error instanceof ConfigurationError) return { library: undefined, problems: [error.problem] };
    if (!(error instanceof ArchiveError)) throw error;
    const problem: Problem = {
      file,
      line: 1,
      column: 1,
      severity: 'error',
      code: 'unreadable-archive',
      message: `The connector cannot be read. ${error.message}`,
    };
    return { library: undefined, problems: [problem] };
  }
}

/** The XML files of a connector. */
class LibraryFiles {
  constructor(
    private readonly files: ReadonlyMap<string, Uint8Array>,
    private readonly archive: string,
  ) {}

  library(): ConnectorLibrary {
    const main = this.#required('connector.xml').element('component');
    if (!main) throw this.#problem('connector.xml', 'connector.xml has no <component>');
    const connector = main.attribute('name') || main.fail('missing-attribute', 'The connector has no name');
    const packageName = main.attribute('package') || main.fail('missing-attribute', 'The connector has no package');
    const components = this.#components();
    const dependencies = main.elements().filter(({ localName }) => localName === 'dependency');
    const templates = dependencies.flatMap((dependency) => {
      const name = dependency.attribute('component') ?? '';
      const component = components.get(name);
      if (component) return this.#templates(component.root, component.folder, undefined);
      return dependency.fail('missing-component', `The connector has no component "${name}"`, {
        hint: 'the zip is not complete: take it from where it was published once more',
      });
    });
    return {
      connector,
      package: packageName,
      name: `{${packageName}}${connector}`,
      description: main.element('description')?.text.trim() ?? '',
      templates: new Map(templates),
      entries: this.#entries(),
    };
  }

  #components(): Map<string, { root: ConfigElement; folder: string }> {
    const found = new Map<string, { root: ConfigElement; folder: string }>();
    for (const name of this.files.keys()) {
      if (!/^[^/]+\/component\.xml$/.test(name)) continue;
      const root = this.#required(name);
      const component = root.attribute('name') ?? '';
      if (!found.has(component)) found.set(component, { root, folder: path.dirname(name) });
    }
    return found;
  }

  #templates(component: ConfigElement, folder: string, outer: string | undefined): [string, ConfigElement][] {
    const type = component.attribute('type') ?? outer;
    const children = component.element('subComponents')?.elements() ?? [];
    return children
      .filter(({ localName }) => localName === 'component')
      .flatMap((child) => {
        const own = child.attribute('type') ?? type;
        const file = child.element('file');
        if (!file) return this.#templates(child, folder, own);
        if (own !== 'synapse/template') {
          file.fail('unsupported-component', `A component of the type "${own}" is not supported in a connector`);
        }
        const template = this.#required(path.join(folder, file.text.trim()));
        const name = template.attribute('name') || template.fail('missing-attribute', 'A template needs a name');
        return [[name, template]];
      });
  }

  #entries(): { file: string; text: string }[] {
    return [...this.files]
      .filter(([name]) => /^local-entries\/[^/]+\.xml$/.test(name))
      .map(([name, bytes]) => ({ file: `${this.archive}/${name}`, text: Buffer.from(bytes).toString('utf8') }));
  }

  #required(name: string): ConfigElement {
    const bytes = this.files.get(name);
    if (!bytes) throw this.#problem(name, `The connector has no file ${name}`);
    return parseConfiguration(Buffer.from(bytes).toString('utf8'), `${this.archive}/${name}`);
  }

  #problem(name: string, message: string): ConfigurationError {
    return new ConfigurationError({
      file: `${this.archive}/${name}`,
      line: 1,
      column: 1,
      severity: 'error',
      code: 'incomplete-connector',
      message,
      hint: 'the zip is not complete: take it from where it was published once more',
    });
  }
}
