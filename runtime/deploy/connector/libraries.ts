import type { ConfigElement } from '../../configuration/element.js';
import { nearest } from '../../configuration/nearest.js';
import type { Problem } from '../../configuration/problem.js';
import type { SequenceTemplate } from '../../message/message.js';
import { missingConnector, type Operation, type Operations } from '../operation.js';
import type { ConnectorImport } from './import.js';
import type { ConnectorLibrary } from './library.js';

/** A template that was compiled; none when a problem is an error. */
export interface CompiledTemplate {
  readonly template: SequenceTemplate | undefined;
  readonly problems: readonly Problem[];
}

/** An operation with its template, compiled when a sequence or a message first asks for it. */
class LibraryOperation implements Operation {
  #compiled: CompiledTemplate | undefined;
  #isCompiling = false;

  constructor(
    readonly target: string,
    private readonly element: ConfigElement,
    private readonly compile: (element: ConfigElement) => CompiledTemplate,
  ) {}

  get parameters(): readonly string[] {
    const children = this.element.elements().filter(({ localName }) => localName === 'parameter');
    return children.map((child) => child.attribute('name') ?? '');
  }

  get obstacle(): Operation['obstacle'] {
    // A template that uses its own operation is judged by the rest of it.
    if (this.#isCompiling) return undefined;
    const problem = this.#template().problems.find(({ severity }) => severity === 'error');
    if (!problem) return undefined;
    const { file, line, column, message, hint } = problem;
    return { reason: `${message} (${file}:${line}:${column})`, hint };
  }

  get template(): SequenceTemplate | undefined {
    return this.#template().template;
  }

  #template(): CompiledTemplate {
    if (!this.#compiled) {
      this.#isCompiling = true;
      try {
        this.#compiled = this.compile(this.element);
      } finally {
        this.#isCompiling = false;
      }
    }
    return this.#compiled;
  }
}

/** The connectors that are deployed, and the imports that make their operations known (mediators 2.1, 8.2). */
export class ConnectorLibraries implements Operations {
  /** By their names, `{package}connector`. */
  readonly libraries = new Map<string, ConnectorLibrary>();
  readonly imports = new Map<string, ConnectorImport>();
  #operations: Map<string, LibraryOperation> | undefined;

  /**
   * @param compile compiles the template of an operation
   * @param outer connectors that are known besides
   */
  constructor(
    private readonly compile: (element: ConfigElement) => CompiledTemplate,
    private readonly outer?: ConnectorLibraries,
  ) {}

  /** To be called when a library or an import has come or gone. */
  changed(): void {
    this.#operations = undefined;
  }

  find(name: string): LibraryOperation | undefined {
    for (const { name: imported, isEnabled } of this.#allImports()) {
      const library = isEnabled ? this.library(imported) : undefined;
      if (library && name.startsWith(`${library.connector}.`)) {
        const found = this.#byTarget(`${library.package}.${name}`);
        if (found) return found;
      }
    }
    return undefined;
  }

  /** The template of an operation by its full name; templates of a connector call each other by it. */
  template(target: string): SequenceTemplate | undefined {
    return this.#byTarget(target)?.template;
  }

  /** A deployed connector by its name, `{package}connector`. */
  library(name: string): ConnectorLibrary | undefined {
    return this.libraries.get(name) ?? this.outer?.library(name);
  }

  hint(name: string): string {
    const [connector = name, ...rest] = name.split('.');
    const library = this.#allLibraries().find((one) => one.connector === connector);
    if (!library) return missingConnector(connector);
    const imported = this.#allImports().find((one) => one.name === library.name);
    if (!imported) {
      return `the connector "${connector}" is deployed, but not imported: add imports/${library.name}.xml with <import name="${connector}" package="${library.package}" status="enabled"/>`;
    }
    if (!imported.isEnabled) return `the import of the connector "${connector}" is disabled`;
    const meant = nearest(rest.join('.'), library.templates.keys());
    return meant
      ? `did you mean <${connector}.${meant}>?`
      : `the connector "${connector}" has the operations ${[...library.templates.keys()].join(', ')}`;
  }

  #byTarget(target: string): LibraryOperation | undefined {
    this.#operations ??= new Map(
      [...this.libraries.values()].flatMap((library) =>
        [...library.templates].map(([name, element]) => {
          const full = `${library.package}.${library.connector}.${name}`;
          return [full, new LibraryOperation(full, element, this.compile)] as const;
        }),
      ),
    );
    const own = this.#operations.get(target);
    return own ?? (this.outer ? this.outer.#byTarget(target) : undefined);
  }

  #allImports(): ConnectorImport[] {
    return [...this.imports.values(), ...(this.outer?.imports.values() ?? [])];
  }

  #allLibraries(): ConnectorLibrary[] {
    return [...this.libraries.values(), ...(this.outer?.libraries.values() ?? [])];
  }
}
