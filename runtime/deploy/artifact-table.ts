import { ApiTable } from './api-table.js';
import type { Artifact, ArtifactKind } from './compile-artifact.js';
import type { ConnectorLibraries } from './connector/libraries.js';
import type { ShippedRegistry } from './shipped-registry.js';

/** A refused deployment: the name or the context is taken. */
export class DuplicateArtifact extends Error {}

/** What an artifact of this kind compiles to. */
export type ArtifactValue<Kind extends ArtifactKind> = Extract<Artifact, { kind: Kind }>['value'];

/** Kinds that are kept by nothing but their name. */
type NamedKind = Exclude<ArtifactKind, 'api' | 'resource'>;
type Maps = { readonly [Kind in NamedKind]: Map<string, ArtifactValue<Kind>> };

/** The artifacts that are deployed, by kind and name. */
export class ArtifactTable {
  readonly apis = new ApiTable();
  readonly #maps: Maps;

  constructor(
    private readonly registry: ShippedRegistry,
    { libraries, imports }: ConnectorLibraries,
  ) {
    this.#maps = {
      proxy: new Map(),
      sequence: new Map(),
      endpoint: new Map(),
      localEntry: new Map(),
      template: new Map(),
      endpointTemplate: new Map(),
      library: libraries,
      import: imports,
      application: new Map(),
      messageStore: new Map(),
      messageProcessor: new Map(),
      task: new Map(),
      eventSink: new Map(),
      eventSource: new Map(),
    };
  }

  of<Kind extends NamedKind>(kind: Kind): Maps[Kind] {
    return this.#maps[kind];
  }

  get(kind: ArtifactKind, name: string): unknown {
    if (kind === 'api') return this.apis.get(name);
    return kind === 'resource' ? this.registry.shipped(name) : this.#maps[kind].get(name);
  }

  /** @throws DuplicateArtifact */
  add(artifact: Artifact): void {
    const taken = this.#taken(artifact);
    if (taken !== undefined) throw new DuplicateArtifact(taken);
    if (artifact.kind === 'api') this.apis.add(artifact.value);
    else if (artifact.kind === 'resource') this.registry.ship(artifact.name, artifact.value);
    else (this.#maps[artifact.kind] as Map<string, unknown>).set(artifact.name, artifact.value);
  }

  /** What keeps an artifact out, in words. */
  #taken(artifact: Artifact): string | undefined {
    const { kind, name } = artifact;
    if (kind === 'api') {
      const other = this.apis.conflict(artifact.value);
      if (other?.name === name) return `Duplicate resource definition by the name: ${name}`;
      return other && `URL context: ${artifact.value.context} is already registered with the API: ${other.name}`;
    }
    const other = otherService(kind);
    if (other && this.#maps[other].has(name)) return `The address /services/${name} belongs to the ${other} ${name}`;
    if (kind === 'resource' || !this.#maps[kind].has(name)) return undefined;
    return kind === 'application'
      ? `${name} already exists. Two applications can't have the same Id. Deployment aborted.`
      : `A ${kind} named ${name} is already deployed`;
  }

  /** @returns whether it was there */
  delete(kind: ArtifactKind, name: string): boolean {
    if (kind === 'api') return this.apis.delete(name);
    return kind === 'resource' ? this.registry.withdraw(name) : this.#maps[kind].delete(name);
  }
}

/** The kind that has addresses below `/services/`, too. */
function otherService(kind: ArtifactKind): 'proxy' | 'eventSource' | undefined {
  if (kind === 'proxy') return 'eventSource';
  return kind === 'eventSource' ? 'proxy' : undefined;
}
