import type { CompileContext } from '../../configuration/context.js';
import type { ConfigElement } from '../../configuration/element.js';
import { type CronTimes, cronTimes } from '../background/cron.js';
import { Parameters } from '../parameters.js';
import {
  type Deliver,
  deliverToEndpoint,
  deliverToStore,
  type ForwardingSettings,
  forwardingPoll,
} from './forwarding.js';
import type { MessageProcessor, MessageProcessorType } from './message-processor.js';
import { type Poll, PollingProcessor } from './polling.js';
import { samplingPoll } from './sampling.js';

/** Parameters of every processor (artifacts 2.8). */
const common = [
  'interval',
  'cronExpression',
  'is.active',
  'max.store.connection.attempts',
  'store.connection.retry.interval',
];

/** Understood, without effect: there is one process, and a blocking call needs no Axis2 of its own. */
const withoutEffect = ['throttle', 'quartz.conf', 'pinnedServers', 'axis2.repo', 'axis2.config'];

const forwarding = [
  'throttle.interval',
  'member.count',
  'client.retry.interval',
  'max.delivery.attempts',
  'max.delivery.drop',
  'message.processor.failMessagesStore',
  'message.processor.fault.sequence',
  'message.processor.deactivate.sequence',
];

const toEndpoint = [...forwarding, 'non.retry.status.codes', 'message.processor.reply.sequence'];
const toStore = [...forwarding, 'message.target.store.name'];
const sampling = ['sequence', 'concurrency'];

interface Parts {
  readonly name: string;
  readonly element: ConfigElement;
  readonly parameters: Parameters;
}

interface ProcessorKind {
  readonly type: MessageProcessorType;
  readonly parameters: readonly string[];
  poll(parts: Parts): Poll;
}

const forwardingKind: ProcessorKind = {
  type: 'Scheduled-message-forwarding-processor',
  parameters: toEndpoint,
  poll: (parts) => forwardingPoll(forwardingSettings(parts, endpointDelivery(parts))),
};

const failoverKind: ProcessorKind = {
  type: 'Failover-scheduled-message-forwarding-processor',
  parameters: toStore,
  poll: (parts) =>
    forwardingPoll(forwardingSettings(parts, deliverToStore(parts.parameters.required('message.target.store.name')))),
};

const samplingKind: ProcessorKind = {
  type: 'Sampling-processor',
  parameters: sampling,
  poll: ({ name, parameters }) =>
    samplingPoll({
      name,
      sequence: parameters.required('sequence'),
      concurrency: Math.max(1, parameters.integer('concurrency', 1)),
    }),
};

const implementations = 'org.apache.synapse.message.processor.impl';

/** Classes of existing configurations, those of the first versions among them. */
export const processorKinds: Readonly<Record<string, ProcessorKind>> = {
  [`${implementations}.forwarder.ScheduledMessageForwardingProcessor`]: forwardingKind,
  'org.apache.synapse.message.processors.forward.ScheduledMessageForwardingProcessor': forwardingKind,
  [`${implementations}.failover.FailoverScheduledMessageForwardingProcessor`]: failoverKind,
  [`${implementations}.sampler.SamplingProcessor`]: samplingKind,
  'org.apache.synapse.message.processors.sampler.SamplingProcessor': samplingKind,
};

/** Names of the parameters that a class takes, those without effect included. */
export const parametersOf = (kind: ProcessorKind): readonly string[] => [
  ...common,
  ...kind.parameters,
  ...withoutEffect,
];

/** Compiles a `<messageProcessor>` (artifacts 2.8). Its store, sequences and endpoint are looked up when they are needed. */
export function compileMessageProcessor(element: ConfigElement, context: CompileContext): MessageProcessor {
  const required = (name: string): string =>
    element.attribute(name) || element.fail('missing-attribute', `A message processor needs a ${name} attribute`);
  const name = required('name');
  const kind = kindOf(element, required('class'));
  const messageStore = required('messageStore');
  const parameters = new Parameters(element, context, parametersOf(kind));
  const throttle = parameters.integer('throttle.interval', -1);
  return new PollingProcessor(
    {
      name,
      type: kind.type,
      messageStore,
      parameters: parameters.all,
      active: parameters.flag('is.active', true),
      interval: Math.max(0, parameters.integer('interval', 1000)),
      cron: cronOf(parameters),
      throttleInterval: throttle > -1 ? throttle : undefined,
      members: Math.max(1, parameters.integer('member.count', 1)),
      storeAttempts: parameters.integer('max.store.connection.attempts', -1),
      storeRetryInterval: Math.max(0, parameters.integer('store.connection.retry.interval', 1000)),
    },
    kind.poll({ name, element, parameters }),
  );
}

function kindOf(element: ConfigElement, className: string): ProcessorKind {
  const kind = processorKinds[className];
  if (kind) return kind;
  const known = Object.keys(processorKinds).filter((one) => one.startsWith(implementations));
  return element.fail(
    'unsupported-message-processor',
    `${className} is a processor of a class that is not known here`,
    {
      attribute: 'class',
      hint: `use one of ${known.join(', ')}`,
    },
  );
}

function cronOf(parameters: Parameters): CronTimes | undefined {
  const expression = parameters.text('cronExpression');
  if (expression === undefined) return undefined;
  try {
    return cronTimes(expression);
  } catch (error) {
    const text = `The cronExpression ${expression} cannot be read: ${(error as Error).message}`;
    return parameters.refuse('cronExpression', text, 'six or seven fields, seconds first: 0 0/5 * * * ?');
  }
}

function forwardingSettings({ name, parameters }: Parts, delivery: Deliver): ForwardingSettings {
  const store = parameters.text('message.processor.failMessagesStore');
  const drops = parameters.text('max.delivery.drop') === 'Enabled';
  return {
    name,
    delivery,
    maxAttempts: parameters.integer('max.delivery.attempts', 4),
    retryInterval: Math.max(0, parameters.integer('client.retry.interval', 1000)),
    giveUp: drops ? 'drop' : store === undefined ? undefined : { store },
    faultSequence: parameters.text('message.processor.fault.sequence'),
    deactivateSequence: parameters.text('message.processor.deactivate.sequence'),
  };
}

function endpointDelivery({ element, parameters }: Parts): Deliver {
  const statuses = parameters.text('non.retry.status.codes')?.split(',') ?? [];
  return deliverToEndpoint({
    endpoint: element.attribute('targetEndpoint') || undefined,
    replySequence: parameters.text('message.processor.reply.sequence'),
    nonRetryStatuses: statuses.map((status) => status.trim()).filter((status) => status !== ''),
  });
}
