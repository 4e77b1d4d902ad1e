import type { MediatorDefinition } from '../../../mediators/mediator.js';
import { ArtifactFiles } from '../../deploy/artifact-files.js';
import { Deployed } from '../../deploy/deployed.js';
import { findArtifacts } from '../../deploy/folder.js';
import { MemoryRegistry } from '../../deploy/memory-registry.js';
import { FolderRegistry } from '../../deploy/registry.js';
import type { Logger } from '../../message/logger.js';
import type { Message } from '../../message/message.js';
import type { Recorder } from '../../message/recorder.js';
import { HttpTransport } from '../../transport/http-transport.js';
import { createMessage } from '../gateway/inbound.js';
import type { Mocks } from '../unit-test/mocks.js';
import { DryRunExchange } from './dry-run-exchange.js';
import { type MessageInput, requestOf } from './message-input.js';

export interface DryRunContext {
  /** Paths of artifacts that the sequence refers to. */
  deploy?: readonly string[];
  mediators?: readonly MediatorDefinition[];
  logger?: Logger;
  recorder?: Recorder<Message>;
  /** Mock services that answer instead of backends. */
  mocks?: Mocks;
}

const silent: Logger = { enabled: () => true, log: () => {} };

/** Makes a message outside of any server, with an environment and an exchange of its own. */
export function dryRunMessage(
  input: MessageInput,
  context: DryRunContext = {},
): { message: Message; deployed: Deployed; exchange: DryRunExchange } {
  const folders = (context.deploy ?? []).map(findArtifacts);
  const roots = folders.flatMap(({ registry }) => registry ?? []);
  const deployed = new Deployed({
    registry: new MemoryRegistry(new FolderRegistry(roots)),
    logger: context.logger ?? silent,
    transport: context.mocks?.transport() ?? new HttpTransport(),
    ...(context.mocks ? { redirect: context.mocks.redirect } : {}),
    ...(context.mediators ? { mediators: context.mediators } : {}),
  });
  new ArtifactFiles(deployed, context.deploy ?? []).scan();
  const request = requestOf(input);
  const exchange = new DryRunExchange(deployed, { method: request.method, ifNoneMatch: undefined });
  const message = createMessage(request, {
    environment: deployed,
    exchange,
    ...(context.recorder ? { recorder: context.recorder } : {}),
  });
  return { message, deployed, exchange };
}
