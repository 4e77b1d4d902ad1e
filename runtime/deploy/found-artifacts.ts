import type { Element } from '@xmldom/xmldom';
import { entryOf } from '../../mediators/entry.js';
import type { Environment, Mediate } from '../message/message.js';
import { serializeElement } from '../xml/serialize.js';
import type { Artifact } from './compile-artifact.js';

/** How what is found is compiled. */
export interface FoundCompiler {
  artifact(text: string, key: string): Artifact | undefined;
  /** @throws Fault when the content is no connection of a connector */
  connection(key: string, content: Element): Mediate;
}

/** Artifacts and connections that local entries and the registry hold, each compiled once for its content. */
export class FoundArtifacts {
  readonly #artifacts = new Map<string, { content: unknown; artifact: Artifact | undefined }>();
  readonly #connections = new Map<string, { content: Element; mediate: Mediate }>();

  constructor(
    private readonly environment: Environment,
    private readonly compiler: FoundCompiler,
  ) {}

  /** A definition held by a local entry, else by the registry (mediators 4.1). */
  artifact(key: string): Artifact | undefined {
    return this.#entryArtifact(key) ?? this.#registryArtifact(key);
  }

  /** The operation of a connector that an entry holds (mediators 8.2). @throws Fault when it holds something else */
  connection(key: string): Mediate | undefined {
    const content = entryOf(this.environment, key);
    if (content === undefined || typeof content === 'string') return undefined;
    const known = this.#connections.get(key);
    if (known?.content === content) return known.mediate;
    const mediate = this.compiler.connection(key, content);
    this.#connections.set(key, { content, mediate });
    return mediate;
  }

  /** Everything is compiled anew when it is needed. */
  forget(): void {
    for (const { artifact } of this.#artifacts.values()) artifact?.lifetime?.end(this.environment);
    this.#artifacts.clear();
    this.#connections.clear();
  }

  #entryArtifact(key: string): Artifact | undefined {
    const entry = this.environment.localEntry(key);
    if (entry === undefined || typeof entry === 'string') return undefined;
    return this.#compileOnce(key, entry, () => serializeElement(entry));
  }

  #registryArtifact(key: string): Artifact | undefined {
    // Plain names are deployed artifacts; only keys with a scheme or a path name a registry resource.
    if (!/[:/]/.test(key)) return undefined;
    const content = this.environment.registry.get(key)?.content;
    return content && this.#compileOnce(key, content, () => Buffer.from(content).toString('utf8'));
  }

  #compileOnce(key: string, content: unknown, text: () => string): Artifact | undefined {
    let known = this.#artifacts.get(key);
    if (known?.content !== content) {
      known?.artifact?.lifetime?.end(this.environment);
      known = { content, artifact: this.compiler.artifact(text(), key) };
      known.artifact?.lifetime?.begin(this.environment);
      this.#artifacts.set(key, known);
    }
    return known?.artifact;
  }
}
