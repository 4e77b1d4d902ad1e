import { buildBody } from '../message/build.js';
import { errorCode, Fault } from '../message/fault.js';
import type { Message } from '../message/message.js';
import { type ChildEndpoint, forgetError, reportedCode, type SendMode } from './endpoint.js';
import { GivenUp } from './failure.js';
import { GroupEndpoint } from './group.js';
import type { EndpointProperties } from './property-children.js';

/** Chooses the next child to try; undefined when none is ready. */
export type Choose = (message: Message, tried: readonly ChildEndpoint[]) => ChildEndpoint | undefined;

export interface CompositeParts {
  readonly name: string | undefined;
  /** How the texts call it: `Loadbalance`, `Failover`. */
  readonly label: 'Loadbalance' | 'Failover';
  readonly choose: Choose;
  /** Whether another child is tried after a failure. */
  readonly failover: boolean;
  /** Whether the body is read before the first attempt, so that another child gets it too. */
  readonly buildMessage: boolean;
  readonly properties: EndpointProperties;
  /** Attempts for one message at most. */
  readonly attempts: number;
  /** Told which child took the message, with its answer in place. */
  readonly taken?: (message: Message, child: ChildEndpoint) => void;
}

/** Sends to one of several endpoints, and on to another when that fails (artifacts 3.8). */
export class CompositeEndpoint extends GroupEndpoint {
  constructor(private readonly parts: CompositeParts) {
    super(parts.name);
  }

  protected async sendBy(message: Message, mode: SendMode): Promise<void> {
    const { properties, buildMessage, choose, failover, attempts, taken } = this.parts;
    await properties.apply(message);
    if (buildMessage || message.environment.property('build.message.on.failover.enable') === 'true') {
      if (!message.payload.built) await buildBody(message);
    }
    const tried: ChildEndpoint[] = [];
    let last: unknown;
    while (tried.length < attempts) {
      const child = choose(message, tried);
      if (!child) break;
      tried.push(child);
      forgetError(message);
      message.properties.delete('last_endpoint');
      const handlers = [...message.faultStack];
      const { payload } = message;
      try {
        await child[mode](message);
        taken?.(message, child);
        return;
      } catch (error) {
        if (error instanceof GivenUp || !failover) throw error;
        last = error;
        if (!child.retryable(reportedCode(message))) {
          this.#logNoRetry(message);
          throw error;
        }
        // The next attempt handles the failure: an onError of the child does not.
        message.faultStack = handlers;
        if (payload.built || payload.source instanceof Uint8Array) message.payload = payload;
      }
    }
    throw last ?? this.#noneReady();
  }

  #noneReady(): Fault {
    const name = this.parts.name ?? 'AnonymousEndpoint';
    const text = `${this.parts.label} endpoint : ${name} - no ready child endpoints`;
    return new Fault(text, { code: errorCode.endpointsNotReady, detail: text });
  }

  #logNoRetry(message: Message): void {
    const text =
      `Endpoint : ${this.parts.name ?? 'AnonymousEndpoint'} - one of the child endpoints encounterd a non-retry error, ` +
      'not sending message to another endpoint';
    message.environment.logger.log('WARN', `${this.parts.label}Endpoint`, text);
  }
}
