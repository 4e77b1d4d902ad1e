import type { Element } from '@xmldom/xmldom';
import { entryOf } from '../../mediators/entry.js';
import type { MediatorDefinition } from '../../mediators/mediator.js';
import type { ConfigElement } from '../configuration/element.js';
import type { Lifetime } from '../configuration/lifetime.js';
import type { Connection } from '../database/database.js';
import type { EndpointTemplate } from '../endpoint/template.js';
import type { Logger } from '../message/logger.js';
import type { Endpoint, Environment, Mediate, Sequence, SequenceTemplate } from '../message/message.js';
import type { EntryValue, Registry } from '../message/registry.js';
import { TokenClient } from '../outbound-oauth/token-client.js';
import type { Transport } from '../transport/transport.js';
import { serializeElement } from '../xml/serialize.js';
import { ApiTable } from './api-table.js';
import {
  type Artifact,
  type ArtifactKind,
  type Compilation,
  compileArtifact,
  compileArtifactElement,
} from './compile-artifact.js';
import type { CompileSettings } from './compile-context.js';
import { MediatorCatalogue } from './compile-list.js';
import { compileConnection } from './connector/connection.js';
import { type CompiledTemplate, ConnectorLibraries } from './connector/libraries.js';
import { defaultSequences } from './default-sequences.js';
import type { ProxyService } from './proxy.js';
import type { Compiler } from './read-file.js';

/** What a deployment takes from the server around it. */
export interface DeploymentOptions {
  readonly registry: Registry;
  readonly logger: Logger;
  readonly systemProperties?: Map<string, string>;
  /** `synapse.properties` keys (message-model 4.6). */
  readonly properties?: ReadonlyMap<string, string>;
  readonly fileProperty?: (name: string) => string | undefined;
  readonly secret?: (alias: string) => string | undefined;
  /** Data sources by the names that configurations give them. */
  readonly dataSources?: ReadonlyMap<string, Connection>;
  /** The way out for endpoints; without one nothing can be called. */
  readonly transport?: Transport;
  /** Access tokens for what is called; one of its own when absent. */
  readonly tokens?: TokenClient;
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
  readonly connectors: ConnectorLibraries;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly systemProperties: Map<string, string>;
  readonly userCheck?: (user: string, password: string) => Promise<boolean>;
  readonly transport?: Transport;
  readonly tokens?: TokenClient;
  readonly #sequences = new Map<string, Sequence>();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #entries = new Map<string, EntryValue>();
  readonly #templates = new Map<string, SequenceTemplate>();
  readonly #defaults: ReadonlyMap<string, Sequence>;
  readonly #options: DeploymentOptions;
  /** Of what is deployed, by the artifact's value. */
  readonly #lifetimes = new WeakMap<object, Lifetime>();
  /** Artifacts found in local entries and in the registry, compiled once for each content. */
  readonly #found = new Map<string, { content: unknown; artifact: Artifact | undefined }>();
  /** Connections of connectors, likewise. */
  readonly #connections = new Map<string, { content: Element; mediate: Mediate }>();

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.registry = options.registry;
    this.logger = options.logger;
    this.systemProperties = options.systemProperties ?? new Map();
    const tokens = options.tokens ?? (options.transport && tokenClient(options.transport, options.logger));
    if (options.transport) this.transport = options.transport;
    if (tokens) this.tokens = tokens;
    if (options.userCheck) this.userCheck = options.userCheck;
    this.connectors = new ConnectorLibraries((element) => this.#template(element, this.catalogue));
    this.catalogue = new MediatorCatalogue(options.mediators, this.connectors);
    this.#defaults = defaultSequences(this.catalogue);
  }

  /** Compiles an artifact file; nothing is deployed. */
  compile(text: string, file: string, catalogue: MediatorCatalogue = this.catalogue): Compilation {
    return compileArtifact(text, file, catalogue, this.#settings);
  }

  /** Compiles files that the server's owner deploys, not uploaded ones: their scripts may be trusted. */
  get ofOwner(): Compiler {
    const settings = { ...this.#settings, trusted: this.#options.trustedScripts === true };
    return {
      compile: (text, file, catalogue = this.catalogue) => compileArtifact(text, file, catalogue, settings),
      catalogueWith: (artifacts) => this.catalogueWith(artifacts),
    };
  }

  get #settings(): CompileSettings {
    return { fileProperty: (name) => this.fileProperty(name), unresolvedPlaceholders: 'warning' };
  }

  #template(element: ConfigElement, catalogue: MediatorCatalogue): CompiledTemplate {
    const { artifacts, problems } = compileArtifactElement(element, catalogue, this.#settings);
    const template = artifacts.find(({ kind }) => kind === 'template')?.value as SequenceTemplate | undefined;
    return { template, problems };
  }

  /** Adds a compiled artifact, or replaces the one of its kind and name. @throws DuplicateArtifact */
  add(artifact: Artifact, options: { replace?: boolean } = {}): void {
    if (options.replace) this.remove(artifact.kind, artifact.name);
    this.#put(artifact);
    if (!artifact.lifetime || typeof artifact.value !== 'object') return;
    this.#lifetimes.set(artifact.value, artifact.lifetime);
    artifact.lifetime.begin(this);
  }

  #put(artifact: Artifact): void {
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
      case 'library':
        addTo(this.connectors.libraries, artifact);
        this.#connectorsChanged();
        return;
      case 'import':
        addTo(this.connectors.imports, artifact);
        this.#connectorsChanged();
        return;
    }
  }

  /** Whether this very artifact is deployed, not another one of its name. */
  has({ kind, name, value }: Artifact): boolean {
    return (kind === 'api' ? this.apis.get(name) : this.#ofKind(kind).get(name)) === value;
  }

  remove(kind: ArtifactKind, name: string): boolean {
    const value = kind === 'api' ? this.apis.get(name) : this.#ofKind(kind).get(name);
    const isThere = kind === 'api' ? this.apis.delete(name) : this.#ofKind(kind).delete(name);
    if (typeof value === 'object' && value !== null) this.#lifetimes.get(value)?.end(this);
    if (kind === 'library' || kind === 'import') this.#connectorsChanged();
    return isThere;
  }

  /** What was compiled with other connectors, or refused for want of one, is compiled anew when it is needed. */
  #connectorsChanged(): void {
    this.connectors.changed();
    this.#found.clear();
    this.#connections.clear();
  }

  /** The catalogue with the connectors and imports among artifacts that are about to be deployed. */
  catalogueWith(artifacts: readonly Artifact[]): MediatorCatalogue {
    const connectors = new ConnectorLibraries((element) => this.#template(element, catalogue), this.connectors);
    for (const { kind, name, value } of artifacts) {
      if (kind === 'library') connectors.libraries.set(name, value);
      if (kind === 'import') connectors.imports.set(name, value);
    }
    const catalogue = new MediatorCatalogue(this.#options.mediators, connectors);
    return catalogue;
  }

  #ofKind(kind: Exclude<ArtifactKind, 'api'>): Map<string, unknown> {
    return {
      proxy: this.proxies,
      sequence: this.#sequences,
      endpoint: this.#endpoints,
      localEntry: this.#entries,
      template: this.#templates,
      endpointTemplate: this.endpointTemplates,
      library: this.connectors.libraries,
      import: this.connectors.imports,
    }[kind];
  }

  sequence(key: string): Sequence | undefined {
    return this.#sequences.get(key) ?? this.#elsewhere('sequence', key) ?? this.#defaults.get(key);
  }

  endpoint(key: string): Endpoint | undefined {
    return this.#endpoints.get(key) ?? this.#elsewhere('endpoint', key);
  }

  sequenceTemplate(name: string): SequenceTemplate | undefined {
    return this.#templates.get(name) ?? this.connectors.template(name);
  }

  endpointTemplate(name: string): EndpointTemplate | undefined {
    return this.endpointTemplates.get(name);
  }

  localEntry(key: string): EntryValue | undefined {
    return this.#entries.get(key);
  }

  connection(key: string): Mediate | undefined {
    const content = entryOf(this, key);
    if (content === undefined || typeof content === 'string') return undefined;
    const known = this.#connections.get(key);
    if (known?.content === content) return known.mediate;
    const mediate = compileConnection(key, content, this.catalogue, this.#settings);
    this.#connections.set(key, { content, mediate });
    return mediate;
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

  dataSource(name: string): Connection | undefined {
    return this.#options.dataSources?.get(name);
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
      known?.artifact?.lifetime?.end(this);
      known = { content, artifact: this.compile(text(), key).artifacts[0] };
      known.artifact?.lifetime?.begin(this);
      this.#found.set(key, known);
    }
    return known?.artifact;
  }
}

function tokenClient(transport: Transport, logger: Logger): TokenClient {
  return new TokenClient({ transport, log: (level, text) => logger.log(level, 'OutboundOAuth', text) });
}

function addTo<Value>(map: Map<string, Value>, artifact: { kind: string; name: string; value: Value }): void {
  if (map.has(artifact.name))
    throw new DuplicateArtifact(`A ${artifact.kind} named ${artifact.name} is already deployed`);
  map.set(artifact.name, artifact.value);
}
