import type { MediatorDefinition } from '../../mediators/mediator.js';
import type { Connection } from '../database/database.js';
import type { EndpointTemplate } from '../endpoint/template.js';
import type { Logger } from '../message/logger.js';
import type { Endpoint, Environment, Sequence, SequenceTemplate } from '../message/message.js';
import type { EntryValue, Registry } from '../message/registry.js';
import type { Transport } from '../transport/transport.js';
import { serializeElement } from '../xml/serialize.js';
import type { Api } from './api/compile-api.js';
import { ApiTable } from './api-table.js';
import type { Host } from './background/host.js';
import { Runners } from './background/runners.js';
import { type Artifact, type ArtifactKind, type Compilation, compileArtifact } from './compile-artifact.js';
import { MediatorCatalogue } from './compile-list.js';
import { defaultSequences } from './default-sequences.js';
import type { MessageProcessor } from './message-processor/message-processor.js';
import type { StoreArtifact } from './message-store/message-store.js';
import type { ProxyService } from './proxy.js';
import type { Task } from './task/task.js';

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
  readonly userCheck?: (user: string, password: string) => Promise<boolean>;
  readonly mediators?: readonly MediatorDefinition[];
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
  readonly messageStores = new Map<string, StoreArtifact>();
  readonly messageProcessors = new Map<string, MessageProcessor>();
  readonly tasks = new Map<string, Task>();
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
  readonly #runners = new Runners();
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

  /** Compiles an artifact file; nothing is deployed. */
  compile(text: string, file: string): Compilation {
    return compileArtifact(text, file, this.catalogue, {
      fileProperty: (name) => this.fileProperty(name),
      unresolvedPlaceholders: 'warning',
    });
  }

  /** Adds a compiled artifact, or replaces the one of its kind and name. @throws DuplicateArtifact */
  add(artifact: Artifact, options: { replace?: boolean } = {}): void {
    if (options.replace) this.remove(artifact.kind, artifact.name);
    if (artifact.kind === 'api') this.#addApi(artifact.value);
    else addTo(this.#ofKind(artifact.kind), artifact);
    if (artifact.kind === 'messageProcessor' || artifact.kind === 'task') this.#runners.add(artifact.value);
  }

  #addApi(api: Api): void {
    const other = this.apis.conflict(api);
    if (other?.name === api.name) throw new DuplicateArtifact(`Duplicate resource definition by the name: ${api.name}`);
    if (other)
      throw new DuplicateArtifact(`URL context: ${api.context} is already registered with the API: ${other.name}`);
    this.apis.add(api);
  }

  /** Lets an artifact take over from the one that it has replaced. */
  succeed(artifact: Artifact, predecessor: Artifact | undefined): void {
    if (artifact.kind === 'messageStore' && predecessor?.kind === 'messageStore')
      artifact.value.succeed(predecessor.value);
  }

  /** Starts what runs by itself, and from now on what is deployed of that kind. */
  start(host: Host): void {
    this.#runners.start(host);
  }

  /** Stops what runs by itself, and frees the connections of message stores. @param timeoutMs for what is under way */
  async close(timeoutMs = 30_000): Promise<void> {
    if (!(await this.#runners.close(timeoutMs))) return;
    await Promise.all([...this.messageStores.values()].map((store) => store.close().catch(() => {})));
  }

  /** Whether this very artifact is deployed, not another one of its name. */
  has({ kind, name, value }: Artifact): boolean {
    return (kind === 'api' ? this.apis.get(name) : this.#ofKind(kind).get(name)) === value;
  }

  remove(kind: ArtifactKind, name: string): boolean {
    this.#end(kind, name);
    return kind === 'api' ? this.apis.delete(name) : this.#ofKind(kind).delete(name);
  }

  /** What runs by itself ends when it has finished what it is at. */
  #end(kind: ArtifactKind, name: string): void {
    const runner = kind === 'task' ? this.tasks.get(name) : undefined;
    const processor = kind === 'messageProcessor' ? this.messageProcessors.get(name) : undefined;
    for (const ended of [runner, processor]) if (ended) this.#runners.remove(ended);
    if (kind === 'messageStore')
      void this.messageStores
        .get(name)
        ?.close()
        .catch(() => {});
  }

  #ofKind(kind: Exclude<ArtifactKind, 'api'>): Map<string, unknown> {
    return {
      proxy: this.proxies,
      sequence: this.#sequences,
      endpoint: this.#endpoints,
      localEntry: this.#entries,
      template: this.#templates,
      endpointTemplate: this.endpointTemplates,
      messageStore: this.messageStores,
      messageProcessor: this.messageProcessors,
      task: this.tasks,
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

  messageStore(name: string): StoreArtifact | undefined {
    return this.messageStores.get(name);
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
      known = { content, artifact: this.compile(text(), key).artifacts[0] };
      this.#found.set(key, known);
    }
    return known?.artifact;
  }
}

function addTo(map: Map<string, unknown>, artifact: Artifact): void {
  if (map.has(artifact.name))
    throw new DuplicateArtifact(`A ${artifact.kind} named ${artifact.name} is already deployed`);
  map.set(artifact.name, artifact.value);
}
