import { Fault } from '../../message/fault.js';
import { runForks, setErrorProperties } from '../../message/flow.js';
import type { Message } from '../../message/message.js';
import { rememberCall } from '../../message/sent-credentials.js';
import { BackgroundExchange } from '../background/background-exchange.js';
import type { StoreArtifact, Taken } from '../message-store/message-store.js';
import type { Poll, Polled, Session } from './polling.js';

/** How messages are delivered (artifacts 2.8). */
export interface ForwardingSettings {
  readonly name: string;
  readonly delivery: Deliver;
  /** Attempts after which a message is given up; 0 or less: never. */
  readonly maxAttempts: number;
  /** Milliseconds between two attempts. */
  readonly retryInterval: number;
  /** What becomes of a message that is given up, other than the processor being deactivated. */
  readonly giveUp: 'drop' | { readonly store: string } | undefined;
  readonly faultSequence: string | undefined;
  readonly deactivateSequence: string | undefined;
}

/** What came of a delivery: done, or of no use until somebody sees to it. */
export type Delivered = 'delivered' | { readonly deactivate: string };

/** Delivers a copy of the message once. What it throws is a failure, worth another attempt. */
export type Deliver = (message: Message) => Promise<Delivered>;

/** Takes one message and delivers it, with as many attempts as it needs or may have. */
export function forwardingPoll(settings: ForwardingSettings): Poll {
  return async (store: StoreArtifact, session: Session): Promise<Polled> => {
    const taken = await store.take(session.host.environment);
    if (!taken) return 'empty';
    return new Forwarding(settings, session, taken).run();
  };
}

class Forwarding {
  constructor(
    private readonly settings: ForwardingSettings,
    private readonly session: Session,
    private readonly taken: Taken,
  ) {}

  async run(): Promise<Polled> {
    const { session, taken } = this;
    const { maxAttempts, retryInterval } = this.settings;
    for (let attempt = 1; ; attempt++) {
      const ended = await this.#attempt();
      if (ended === 'delivered') {
        await session.acknowledge(taken);
        return 'processed';
      }
      if (ended !== 'failed') return this.#deactivate(ended.deactivate);
      if (maxAttempts > 0 && attempt >= maxAttempts) return this.#giveUp(attempt);
      session.log('DEBUG', `tries the message ${taken.id} again`);
      if (!(await session.pause(retryInterval))) {
        await taken.release();
        return 'empty';
      }
    }
  }

  /** Each attempt has a copy of the message as it was stored. */
  async #attempt(): Promise<Delivered | 'failed'> {
    const { exchange, message } = this.#copy();
    try {
      return await this.settings.delivery(message);
    } catch (error) {
      message.fork = undefined;
      setErrorProperties(message, error);
      this.session.log('WARN', `could not deliver the message ${this.taken.id}: ${textOf(error)}`);
      await this.#runSequence(this.settings.faultSequence, message);
      return 'failed';
    } finally {
      await exchange.settle();
    }
  }

  #copy(): { exchange: BackgroundExchange; message: Message } {
    const { host } = this.session;
    const exchange = new BackgroundExchange(host, `message processor ${this.settings.name}`);
    const message = this.taken.copy(exchange, host.environment);
    message.setProperty('message.processor.name', this.settings.name);
    return { exchange, message };
  }

  async #giveUp(attempts: number): Promise<Polled> {
    const { session, taken } = this;
    const { giveUp } = this.settings;
    const what = `could not deliver the message ${taken.id} in ${attempts} attempts`;
    if (giveUp === undefined) return this.#deactivate(what);
    if (giveUp === 'drop') {
      session.log('ERROR', `${what}; it is dropped`);
      await session.acknowledge(taken);
      return 'processed';
    }
    const store = session.host.environment.messageStore?.(giveUp.store);
    if (!store) return this.#deactivate(`${what}, and there is no message store ${giveUp.store} for it`);
    try {
      await store.put(this.#copy().message);
    } catch (error) {
      return this.#deactivate(`${what}, and ${giveUp.store} does not take it: ${textOf(error)}`);
    }
    session.log('WARN', `${what}; it is in the message store ${giveUp.store} now`);
    await session.acknowledge(taken);
    return 'processed';
  }

  /** The message stays in its store. */
  async #deactivate(reason: string): Promise<Polled> {
    this.session.log('ERROR', reason);
    const { exchange, message } = this.#copy();
    await this.#runSequence(this.settings.deactivateSequence, message);
    await exchange.settle();
    await this.taken.release();
    return 'deactivate';
  }

  /** An error in such a sequence is told and changes nothing. */
  async #runSequence(key: string | undefined, message: Message): Promise<void> {
    if (key === undefined) return;
    const sequence = message.environment.sequence(key);
    if (!sequence) {
      this.session.log('ERROR', `there is no sequence ${key}`);
      return;
    }
    try {
      await runForks(message, (flow) => sequence.mediate(flow));
    } catch (error) {
      message.fork = undefined;
      this.session.log('ERROR', `the sequence ${key} failed: ${textOf(error)}`);
    }
  }
}

export interface EndpointDelivery {
  /** Name of the endpoint; without one that of the message's property `target.endpoint`. */
  readonly endpoint: string | undefined;
  readonly replySequence: string | undefined;
  /** Statuses, or parts of them, that count as success. */
  readonly nonRetryStatuses: readonly string[];
}

/** Delivers by a blocking call; the reply sequence gets the answer (artifacts 2.8). */
export function deliverToEndpoint(settings: EndpointDelivery): Deliver {
  const { endpoint: configured, replySequence, nonRetryStatuses } = settings;
  const isAccepted = (status: string): boolean =>
    /^2\d\d$/.test(status) || nonRetryStatuses.some((part) => status.includes(part));
  return async (message) => {
    const key = configured ?? message.properties.get('target.endpoint');
    if (typeof key !== 'string')
      return { deactivate: 'the message has no target.endpoint, and the processor no targetEndpoint' };
    const endpoint = message.environment.endpoint(key);
    if (!endpoint) return { deactivate: `there is no endpoint ${key}` };
    // A status that is not tried again is no error of the call either.
    if (nonRetryStatuses.length > 0) message.axis2.set('non.error.http.status.codes', nonRetryStatuses.join(','));
    rememberCall(message);
    try {
      await endpoint.sendBlocking(message);
    } catch (error) {
      if (!isAccepted(statusOf(message))) throw error;
    }
    const status = statusOf(message);
    if (!isAccepted(status)) throw new Fault(`The endpoint ${key} answered with the status ${status || 'unknown'}`);
    return message.properties.get('OUT_ONLY') === 'true' ? 'delivered' : reply(message, replySequence);
  };
}

/** Without a sequence for it the answer would be lost; one that stops counts as a failure. */
async function reply(message: Message, key: string | undefined): Promise<Delivered> {
  const sequence = key === undefined ? undefined : message.environment.sequence(key);
  if (!sequence) {
    const which = key === undefined ? 'message.processor.reply.sequence is not set' : `there is no sequence ${key}`;
    return { deactivate: `there is an answer, but ${which}` };
  }
  message.response = true;
  if (await runForks(message, (flow) => sequence.mediate(flow))) return 'delivered';
  throw new Fault(`The reply sequence ${key} did not run through`);
}

/** Delivers into another message store: the failover processor. */
export function deliverToStore(name: string): Deliver {
  return async (message) => {
    const store = message.environment.messageStore?.(name);
    if (!store) return { deactivate: `there is no message store ${name}` };
    await store.put(message);
    return 'delivered';
  };
}

const statusOf = (message: Message): string => String(message.axis2Property('HTTP_SC') ?? '');

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
