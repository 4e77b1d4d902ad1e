import type { ConfigElement } from '../configuration/element.js';
import type { Lifetime } from '../configuration/lifetime.js';
import type { Connection } from '../database/database.js';
import { DataBridge } from '../databridge/data-bridge.js';
import type { EndpointTemplate } from '../endpoint/template.js';
import { ServerEventBroker } from '../eventing/event-broker.js';
import type { DeployedEventSource } from '../eventing/event-source.js';
import { SubscriptionBook } from '../eventing/subscription-book.js';
import type { Logger } from '../message/logger.js';
import type { Endpoint, Environment, Mediate, Sequence, SequenceTemplate } from '../message/message.js';
import type { EntryValue } from '../message/registry.js';
import type { SharedState } from '../message/shared-state.js';
import type { SubscriptionState } from '../message/subscription-state.js';
import { TokenClient } from '../outbound-oauth/token-client.js';
import type { Transport } from '../transport/transport.js';
import type { ApiTable } from './api-table.js';
import { ArtifactTable } from './artifact-table.js';
import type { BackgroundShare, Host } from './background/host.js';
import { Runners } from './background/runners.js';
import {
  type Application,
  type Artifact,
  type ArtifactKind,
  type Compilation,
  compileArtifact,
  compileArtifactElement,
} from './compile-artifact.js';
import type { CompileSettings } from './compile-context.js';
import { MediatorCatalogue } from './compile-list.js';
import type { Compiler } from './compiler.js';
import { compileConnection } from './connector/connection.js';
import { type CompiledTemplate, ConnectorLibraries } from './connector/libraries.js';
import { defaultSequences } from './default-sequences.js';
import type { DeploymentOptions } from './deployment-options.js';
import type { EventSinkArtifact } from './event-sink/event-sink.js';
import { FoundArtifacts } from './found-artifacts.js';
import { mediatorAccess } from './mediator-access.js';
import type { MessageProcessor } from './message-processor/message-processor.js';
import type { StoreArtifact } from './message-store/message-store.js';
import type { ProxyService } from './proxy.js';
import { ShippedRegistry } from './shipped-registry.js';
import type { Task } from './task/task.js';

/**
 * Everything that is deployed: the artifacts by kind and name, and the {@link Environment} in which messages run.
 * Definitions are looked up when a message needs them, so that a redeployed one counts at once; a message keeps what it has
 * looked up (message-model 1.1).
 */
export class Deployed implements Environment {
  readonly catalogue: MediatorCatalogue;
  readonly connectors: ConnectorLibraries;
  readonly registry: ShippedRegistry;
  readonly logger: Logger;
  readonly systemProperties: Map<string, string>;
  readonly userCheck?: (user: string, password: string) => Promise<boolean>;
  readonly transport?: Transport;
  readonly tokens?: TokenClient;
  readonly dataBridge?: DataBridge;
  readonly shared?: SharedState;
  readonly subscriptions: SubscriptionState;
  readonly eventBroker = new ServerEventBroker();
  readonly redirect?: (endpoint: string, url: string) => string;
  readonly #artifacts: ArtifactTable;
  readonly #runners = new Runners();
  readonly #defaults: ReadonlyMap<string, Sequence>;
  readonly #options: DeploymentOptions;
  /** Of what is deployed, by the artifact's value. */
  readonly #lifetimes = new WeakMap<object, Lifetime>();
  readonly #found: FoundArtifacts;
  readonly #isBlocked: (name: string) => boolean;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.registry = new ShippedRegistry(options.registry);
    this.logger = options.logger;
    this.systemProperties = options.systemProperties ?? new Map();
    const tokens = options.tokens ?? (options.transport && tokenClient(options.transport, options.logger));
    if (options.transport) this.transport = options.transport;
    if (tokens) this.tokens = tokens;
    const dataBridge = options.transport && DataBridge.over(options.transport, options.logger);
    if (dataBridge) this.dataBridge = dataBridge;
    if (options.shared) this.shared = options.shared;
    this.subscriptions = options.shared ?? new SubscriptionBook();
    if (options.redirect) this.redirect = options.redirect;
    if (options.userCheck) this.userCheck = options.userCheck;
    this.connectors = new ConnectorLibraries((element) => this.#template(element, this.catalogue));
    this.#artifacts = new ArtifactTable(this.registry, this.connectors);
    this.#isBlocked = mediatorAccess((name) => this.property(name));
    this.catalogue = new MediatorCatalogue(options.mediators, this.connectors, this.#isBlocked);
    // What Mediant itself ships may use every mediator.
    this.#defaults = defaultSequences(new MediatorCatalogue());
    this.#found = new FoundArtifacts(this, {
      artifact: (text, key) => this.compile(text, key).artifacts[0],
      connection: (key, content) => compileConnection(key, content, this.catalogue, this.#settings),
    });
  }

  get apis(): ApiTable {
    return this.#artifacts.apis;
  }

  get proxies(): ReadonlyMap<string, ProxyService> {
    return this.#artifacts.of('proxy');
  }

  get messageStores(): ReadonlyMap<string, StoreArtifact> {
    return this.#artifacts.of('messageStore');
  }

  get messageProcessors(): ReadonlyMap<string, MessageProcessor> {
    return this.#artifacts.of('messageProcessor');
  }

  get tasks(): ReadonlyMap<string, Task> {
    return this.#artifacts.of('task');
  }

  get eventSources(): ReadonlyMap<string, DeployedEventSource> {
    return this.#artifacts.of('eventSource');
  }

  /** Carbon applications by name and version, `Name_1.0.0`. */
  get applications(): ReadonlyMap<string, Application> {
    return this.#artifacts.of('application');
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
    const { compiled } = this.#options;
    return {
      fileProperty: (name) => this.fileProperty(name),
      unresolvedPlaceholders: 'warning',
      ...(compiled ? { compiled } : {}),
    };
  }

  #template(element: ConfigElement, catalogue: MediatorCatalogue): CompiledTemplate {
    const { artifacts, problems } = compileArtifactElement(element, catalogue, this.#settings);
    const template = artifacts.find(({ kind }) => kind === 'template')?.value as SequenceTemplate | undefined;
    return { template, problems };
  }

  /** Adds a compiled artifact, or replaces the one of its kind and name. @throws DuplicateArtifact */
  add(artifact: Artifact, options: { replace?: boolean } = {}): void {
    if (options.replace) this.remove(artifact.kind, artifact.name);
    this.#artifacts.add(artifact);
    if (artifact.kind === 'library' || artifact.kind === 'import') this.#connectorsChanged();
    if (artifact.kind === 'messageProcessor' || artifact.kind === 'task') this.#runners.add(artifact.value);
    if (!artifact.lifetime || typeof artifact.value !== 'object') return;
    this.#lifetimes.set(artifact.value, artifact.lifetime);
    artifact.lifetime.begin(this);
  }

  /** Lets an artifact take over from the one that it has replaced. */
  succeed(artifact: Artifact, predecessor: Artifact | undefined): void {
    if (artifact.kind === 'messageStore' && predecessor?.kind === 'messageStore')
      artifact.value.succeed(predecessor.value);
  }

  /** Starts what runs by itself, and from now on what is deployed of that kind. */
  start(host: Host, share: BackgroundShare): void {
    this.#runners.start(host, (runner) => {
      const isTask = this.tasks.get(runner.name) === runner;
      return share === 'all' || share === (isTask ? 'tasks' : 'message processors');
    });
  }

  /** Stops what runs by itself, and frees the connections of message stores. @param timeoutMs for what is under way */
  async close(timeoutMs = 30_000): Promise<void> {
    if (!(await this.#runners.close(timeoutMs))) return;
    await Promise.all([...this.messageStores.values()].map((store) => store.close().catch(() => {})));
  }

  /** Whether this very artifact is deployed, not another one of its name. */
  has({ kind, name, value }: Artifact): boolean {
    return this.#artifacts.get(kind, name) === value;
  }

  remove(kind: ArtifactKind, name: string): boolean {
    const value = this.#artifacts.get(kind, name);
    this.#end(kind, name);
    const isThere = this.#artifacts.delete(kind, name);
    if (typeof value === 'object' && value !== null) this.#lifetimes.get(value)?.end(this);
    if (kind === 'library' || kind === 'import') this.#connectorsChanged();
    return isThere;
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

  /** What was compiled with other connectors, or refused for want of one, is compiled anew when it is needed. */
  #connectorsChanged(): void {
    this.connectors.changed();
    this.#found.forget();
  }

  /** The catalogue with the connectors and imports among artifacts that are about to be deployed. */
  catalogueWith(artifacts: readonly Artifact[]): MediatorCatalogue {
    const connectors = new ConnectorLibraries((element) => this.#template(element, catalogue), this.connectors);
    for (const { kind, name, value } of artifacts) {
      if (kind === 'library') connectors.libraries.set(name, value);
      if (kind === 'import') connectors.imports.set(name, value);
    }
    const catalogue = new MediatorCatalogue(this.#options.mediators, connectors, this.#isBlocked);
    return catalogue;
  }

  sequence(key: string): Sequence | undefined {
    return this.#artifacts.of('sequence').get(key) ?? this.#elsewhere('sequence', key) ?? this.#defaults.get(key);
  }

  endpoint(key: string): Endpoint | undefined {
    return this.#artifacts.of('endpoint').get(key) ?? this.#elsewhere('endpoint', key);
  }

  sequenceTemplate(name: string): SequenceTemplate | undefined {
    return this.#artifacts.of('template').get(name) ?? this.connectors.template(name);
  }

  endpointTemplate(name: string): EndpointTemplate | undefined {
    return this.#artifacts.of('endpointTemplate').get(name);
  }

  messageStore(name: string): StoreArtifact | undefined {
    return this.messageStores.get(name);
  }

  eventSink(name: string): EventSinkArtifact | undefined {
    return this.#artifacts.of('eventSink').get(name);
  }

  eventSource(name: string): DeployedEventSource | undefined {
    return this.eventSources.get(name);
  }

  /** Waits for events that are on their way to subscribers. */
  async eventsDelivered(): Promise<void> {
    const sources = [this.eventBroker, ...this.eventSources.values()];
    await Promise.all(sources.map((source) => source.settled()));
  }

  localEntry(key: string): EntryValue | undefined {
    return this.#artifacts.of('localEntry').get(key);
  }

  connection(key: string): Mediate | undefined {
    return this.#found.connection(key);
  }

  fileProperty(name: string): string | undefined {
    return this.#options.fileProperty?.(name);
  }

  /** A value for `${configs.name}`: of the environment, a system property or the properties file, in that order. */
  configured(name: string): string | undefined {
    return this.environmentVariable(name) || this.systemProperties.get(name) || this.fileProperty(name);
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
    const artifact = this.#found.artifact(key);
    return artifact?.kind === kind ? artifact.value : undefined;
  }
}

function tokenClient(transport: Transport, logger: Logger): TokenClient {
  return new TokenClient({ transport, log: (level, text) => logger.log(level, 'OutboundOAuth', text) });
}
