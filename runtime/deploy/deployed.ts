import type { MediatorDefinition } from '../../mediators/mediator.js';
import type { EndpointTemplate } from '../endpoint/template.js';
import type { Logger } from '../message/logger.js';
import type { Endpoint, Environment, Sequence, SequenceTemplate } from '../message/message.js';
import type { EntryValue, Registry } from '../message/registry.js';
import type { Transport } from '../transport/transport.js';
import { serializeElement } from '../xml/serialize.js';
import { ApiTable } from './api-table.js';
import { type Artifact, type ArtifactKind, type Compilation, compileArtifact } from './compile-artifact.js';
import { MediatorCatalogue } from './compile-list.js';
import { defaultSequences } from './default-sequences.js';
import type { ProxyService } from './proxy.js';

/** What a deployment takes from the server around it. */
export interface DeploymentOptions {
  readonly registry: Registry;
  readonly logger: Logger;
  readonly systemProperties?: Map<string, string>;
  /** `synapse.properties` keys (message-model 4.6). */
  readonly properties?: ReadonlyMap<string, string>;
  readonly fileProperty?: (name: string) => string | undefined;
  readonly secret?: (alias: string) => string | undefined;
  /** The way out for endpoints; without one nothing can be called. */
  readonly transport?: Transport;
  readonly userCheck?: (user: string, password: string) => Promise<boolean>;
  readonly mediators?: readonly MediatorDefinition[];
  /** Scripts of the owner's files run outside of the sandbox. */
  readonly trustedScripts?: boolean;
}

/** A refused deployment: the name or the context is taken. */
export class DuplicateArtifact extends Error {}

/**
 * Everything that is deployed: the artifacts by kind and name, and the {@link Environment} in which messages run.
 * Definitions are looked up when a message needs them, so that a redeployed one counts at once.
 */
export class Deployed implements Environment {
  readonly apis = new ApiTable();
  readonly proxies = new Map<string, ProxyService>();
  readonly endpointTemplates = new Map<string, EndpointTemplate>();
  readonly catalogue: MediatorCatalogue;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly systemProperties: Map<string, string>;
  readonly userCheck?: (user: string, password: string) => Promise<boolean>;
  readonly transport?: Transport;
  readonly #sequences = new Map<string, Sequence>();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #entries = new Map<string, EntryValue>();
  readonly #templates = new Map<string, SequenceTemplate>();
  readonly #defaults: ReadonlyMap<string, Sequence>;
  readonly #options: DeploymentOptions;
  /** Artifacts found in local entries and in the registry, compiled once for each content. */
  readonly #found = new Map<string, { content: unknown; artifact: Artifact | undefined }>();

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.registry = options.registry;
    this.logger = options.logger;
    this.systemProperties = options.systemProperties ?? new Map();
    if (options.transport) this.transport = options.transport;
    if (options.userCheck) this.userCheck = options.userCheck;
    this.catalogue = new MediatorCatalogue(options.mediators);
    this.#defaults = defaultSequences(this.catalogue);
  }

  /**
   * Compiles an artifact file; nothing is deployed.
   * @param isOwners the file is one that the server's owner deploys, not one that was uploaded
   */
  compile(text: string, file: string, { isOwners = false } = {}): Compilation {
    return compileArtifact(text, file, this.catalogue, {
      fileProperty: (name) => this.fileProperty(name),
      unresolvedPlaceholders: 'warning',
      trusted: isOwners && this.#options.trustedScripts === true,
    });
  }

  /** Adds a compiled artifact, or replaces the one of its kind and name. @throws DuplicateArtifact */
  add(artifact: Artifact, options: { replace?: boolean } = {}): void {
    if (options.replace) this.remove(artifact.kind, artifact.name);
    switch (artifact.kind) {
      case 'api': {
        const other = this.apis.conflict(artifact.value);
        if (other?.name === artifact.name)
          throw new DuplicateArtifact(`Duplicate resource definition by the name: ${artifact.name}`);
        if (other)
          throw new DuplicateArtifact(
            `URL context: ${artifact.value.context} is already registered with the API: ${other.name}`,
          );
        this.apis.add(artifact.value);
        return;
      }
      case 'proxy':
        addTo(this.proxies, artifact);
        return;
      case 'sequence':
        addTo(this.#sequences, artifact);
        return;
      case 'endpoint':
        addTo(this.#endpoints, artifact);
        return;
      case 'localEntry':
        addTo(this.#entries, artifact);
        return;
      case 'template':
        addTo(this.#templates, artifact);
        return;
      case 'endpointTemplate':
        addTo(this.endpointTemplates, artifact);
        return;
    }
  }

  /** Whether this very artifact is deployed, not another one of its name. */
  has({ kind, name, value }: Artifact): boolean {
    return (kind === 'api' ? this.apis.get(name) : this.#ofKind(kind).get(name)) === value;
  }

  remove(kind: ArtifactKind, name: string): boolean {
    return kind === 'api' ? this.apis.delete(name) : this.#ofKind(kind).delete(name);
  }

  #ofKind(kind: Exclude<ArtifactKind, 'api'>): Map<string, unknown> {
    return {
      proxy: this.proxies,
      sequence: this.#sequences,
      endpoint: this.#endpoints,
      localEntry: this.#entries,
      template: this.#templates,
      endpointTemplate: this.endpointTemplates,
    }[kind];
  }

  sequence(key: string): Sequence | undefined {
    return this.#sequences.get(key) ?? this.#elsewhere('sequence', key) ?? this.#defaults.get(key);
  }

  endpoint(key: string): Endpoint | undefined {
    return this.#endpoints.get(key) ?? this.#elsewhere('endpoint', key);
  }

  sequenceTemplate(name: string): SequenceTemplate | undefined {
    return this.#templates.get(name);
  }

  endpointTemplate(name: string): EndpointTemplate | undefined {
    return this.endpointTemplates.get(name);
  }

  localEntry(key: string): EntryValue | undefined {
    return this.#entries.get(key);
  }

  fileProperty(name: string): string | undefined {
    return this.#options.fileProperty?.(name);
  }

  environmentVariable(name: string): string | undefined {
    return process.env[name];
  }

  secret(alias: string): string | undefined {
    return this.#options.secret?.(alias);
  }

  property(key: string): string | undefined {
    return this.#options.properties?.get(key);
  }

  /** A definition held by a local entry, else by the registry (mediators 4.1). */
  #elsewhere(kind: 'sequence', key: string): Sequence | undefined;
  #elsewhere(kind: 'endpoint', key: string): Endpoint | undefined;
  #elsewhere(kind: ArtifactKind, key: string): unknown {
    const artifact = this.#entryArtifact(key) ?? this.#registryArtifact(key);
    return artifact?.kind === kind ? artifact.value : undefined;
  }

  #entryArtifact(key: string): Artifact | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || typeof entry === 'string') return undefined;
    return this.#compileOnce(key, entry, () => serializeElement(entry));
  }

  #registryArtifact(key: string): Artifact | undefined {
    // Plain names are deployed artifacts; only keys with a scheme or a path name a registry resource.
    if (!/[:/]/.test(key)) return undefined;
    const content = this.registry.get(key)?.content;
    return content && this.#compileOnce(key, content, () => Buffer.from(content).toString('utf8'));
  }

  #compileOnce(key: string, content: unknown, text: () => string): Artifact | undefined {
    let known = this.#found.get(key);
    if (known?.content !== content) {
      known = { content, artifact: this.compile(text(), key).artifacts[0] };
      this.#found.set(key, known);
    }
    return known?.artifact;
  }
}

function addTo<Value>(map: Map<string, Value>, artifact: { kind: string; name: string; value: Value }): void {
  if (map.has(artifact.name))
    throw new DuplicateArtifact(`A ${artifact.kind} named ${artifact.name} is already deployed`);
  map.set(artifact.name, artifact.value);
}
