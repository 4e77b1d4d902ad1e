import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { SYNAPSE_NAMESPACE } from '../configuration/element.js';
import { Lifetime } from '../configuration/lifetime.js';
import { parseConfiguration } from '../configuration/parse.js';
import { ConfigurationError, type Problem } from '../configuration/problem.js';
import { compileEndpointTemplate, type EndpointTemplate } from '../endpoint/template.js';
import type { DeployedEventSource } from '../eventing/event-source.js';
import type { Endpoint, Sequence, SequenceTemplate } from '../message/message.js';
import type { EntryValue, RegistryResource } from '../message/registry.js';
import { type Api, compileApi } from './api/compile-api.js';
import { type CompileSettings, createCompileContext } from './compile-context.js';
import type { MediatorCatalogue } from './compile-list.js';
import { type ConnectorImport, compileImport } from './connector/import.js';
import type { ConnectorLibrary } from './connector/library.js';
import { compileEventSink } from './event-sink/compile.js';
import type { EventSinkArtifact } from './event-sink/event-sink.js';
import { compileEventSource } from './event-source/compile.js';
import { compileLocalEntry } from './local-entry.js';
import { compileMessageProcessor } from './message-processor/compile.js';
import type { MessageProcessor } from './message-processor/message-processor.js';
import { compileMessageStore } from './message-store/compile.js';
import type { StoreArtifact } from './message-store/message-store.js';
import { compileProxy, type ProxyService } from './proxy.js';
import { compileSequence } from './sequence.js';
import { compileSequenceTemplate } from './sequence-template.js';
import { compileTask } from './task/compile.js';
import type { Task } from './task/task.js';

/** A Carbon application that was deployed from a `.car` file. */
export interface Application {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** What it consists of, by kind and name. */
  readonly artifacts: readonly { readonly kind: ArtifactKind; readonly name: string }[];
}

/** A compiled artifact, ready to be deployed. */
export type Artifact = { readonly lifetime?: Lifetime } & CompiledArtifact;

type CompiledArtifact =
  | { readonly kind: 'api'; readonly name: string; readonly value: Api }
  | { readonly kind: 'proxy'; readonly name: string; readonly value: ProxyService }
  | { readonly kind: 'sequence'; readonly name: string; readonly value: Sequence }
  | { readonly kind: 'endpoint'; readonly name: string; readonly value: Endpoint }
  | { readonly kind: 'localEntry'; readonly name: string; readonly value: EntryValue }
  | { readonly kind: 'template'; readonly name: string; readonly value: SequenceTemplate }
  | { readonly kind: 'endpointTemplate'; readonly name: string; readonly value: EndpointTemplate }
  | { readonly kind: 'library'; readonly name: string; readonly value: ConnectorLibrary }
  | { readonly kind: 'import'; readonly name: string; readonly value: ConnectorImport }
  | { readonly kind: 'resource'; readonly name: string; readonly value: RegistryResource }
  | { readonly kind: 'application'; readonly name: string; readonly value: Application }
  | { readonly kind: 'messageStore'; readonly name: string; readonly value: StoreArtifact }
  | { readonly kind: 'messageProcessor'; readonly name: string; readonly value: MessageProcessor }
  | { readonly kind: 'task'; readonly name: string; readonly value: Task }
  | { readonly kind: 'eventSink'; readonly name: string; readonly value: EventSinkArtifact }
  | { readonly kind: 'eventSource'; readonly name: string; readonly value: DeployedEventSource };

export type ArtifactKind = Artifact['kind'];

/** What compiling one file yields: its artifacts, unless a problem is an error. */
export interface Compilation {
  readonly artifacts: readonly Artifact[];
  readonly problems: readonly Problem[];
}

/** Kinds that exist in the field and do not run in this version; a file of one is reported and harms nothing else. */
const otherKinds: Readonly<Record<string, string>> = {
  inboundEndpoint: 'inbound endpoint',
  taskManager: 'task manager',
  registry: 'registry declaration',
  priorityExecutor: 'priority executor',
};

/**
 * Compiles the text of an artifact file. All problems are collected; an artifact is returned only when none of them is
 * an error. `<definitions>` holds several artifacts (artifacts 4.1).
 */
export function compileArtifact(
  text: string,
  file: string,
  catalogue: MediatorCatalogue,
  settings: CompileSettings = {},
): Compilation {
  const problems: Problem[] = [];
  let root: ConfigElement;
  try {
    root = parseConfiguration(text, file);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { artifacts: [], problems: [error.problem] };
  }
  const elements = root.localName === 'definitions' ? root.elements() : [root];
  const artifacts = elements.flatMap((element) => compileRoot(element, catalogue, problems, settings));
  return { artifacts, problems };
}

/** {@link compileArtifact} of an element that has been parsed. */
export function compileArtifactElement(
  element: ConfigElement,
  catalogue: MediatorCatalogue,
  settings: CompileSettings = {},
): Compilation {
  const problems: Problem[] = [];
  return { artifacts: compileRoot(element, catalogue, problems, settings), problems };
}

function compileRoot(
  element: ConfigElement,
  catalogue: MediatorCatalogue,
  problems: Problem[],
  settings: CompileSettings,
): Artifact[] {
  const found: Problem[] = [];
  const name = element.attribute('name') ?? element.attribute('key') ?? '';
  const lifetime = new Lifetime();
  const context = createCompileContext(`${element.localName}:${name}`, catalogue, found, { ...settings, lifetime });
  let artifact: Artifact | undefined;
  try {
    checkNamespace(element, context);
    artifact = compileKind(element, context);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    found.push(error.problem);
  }
  problems.push(...found);
  return artifact && !found.some(({ severity }) => severity === 'error') ? [{ ...artifact, lifetime }] : [];
}

const eventSinkNamespaces: readonly string[] = ['', 'http://wso2.org/carbon/eventsink'];

function checkNamespace(element: ConfigElement, context: CompileContext): void {
  if (element.namespace === SYNAPSE_NAMESPACE) return;
  // The files of event sinks have no namespace.
  if (element.localName === 'eventSink' && eventSinkNamespaces.includes(element.namespace)) return;
  const problem = element.problem(
    'unexpected-namespace',
    element.namespace === ''
      ? `<${element.localName}> has no namespace; it is read as ${SYNAPSE_NAMESPACE}`
      : `<${element.localName}> is in the namespace ${element.namespace}, expected ${SYNAPSE_NAMESPACE}`,
    {
      severity: element.namespace === '' ? 'warning' : 'error',
      hint: `write xmlns="${SYNAPSE_NAMESPACE}" on the root element`,
    },
  );
  context.report(problem);
}

function compileKind(element: ConfigElement, context: CompileContext): Artifact | undefined {
  switch (element.localName) {
    case 'api':
      return named('api', compileApi(element, context));
    case 'proxy':
      return named('proxy', compileProxy(element, context));
    case 'sequence':
      return named('sequence', compileSequence(element, context));
    case 'endpoint': {
      const name = element.attribute('name') || element.fail('missing-attribute', 'An endpoint artifact needs a name');
      return { kind: 'endpoint', name, value: context.endpoint(element) };
    }
    case 'localEntry':
      return compileLocalEntry(element, context);
    case 'import':
      return named('import', compileImport(element));
    case 'template':
      return element.element('endpoint')
        ? named('endpointTemplate', compileEndpointTemplate(element, context))
        : named('template', compileSequenceTemplate(element, context));
    case 'messageStore':
      return named('messageStore', compileMessageStore(element, context));
    case 'messageProcessor':
      return named('messageProcessor', compileMessageProcessor(element, context));
    case 'eventSink':
      return named('eventSink', compileEventSink(element, context));
    case 'task':
      return named('task', compileTask(element, context));
    case 'eventSource':
      return named('eventSource', compileEventSource(element, context));
    default:
      return refuseKind(element, context);
  }
}

function named<Kind extends ArtifactKind, Value extends { readonly name: string }>(kind: Kind, value: Value) {
  return { kind, name: value.name, value } as unknown as Extract<Artifact, { kind: Kind }>;
}

function refuseKind(element: ConfigElement, context: CompileContext): undefined {
  const other = otherKinds[element.localName];
  const known =
    'api, proxy, sequence, endpoint, localEntry, template, import, messageStore, messageProcessor, task, eventSource, eventSink';
  context.report(
    other
      ? element.problem('unsupported-artifact', `A ${other} (<${element.localName}>) does not run in this version`, {
          severity: 'warning',
          hint: `these kinds run: ${known}; everything else that was deployed is not affected`,
        })
      : element.problem('unknown-artifact', `<${element.localName}> is not an artifact`, {
          hint: `the root element must be one of ${known}`,
        }),
  );
  return undefined;
}
