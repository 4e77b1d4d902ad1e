import { randomUUID } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { TimeLimitError } from '../limit/time-limit.js';
import { buildBody } from '../message/build.js';
import { respondEmpty } from '../message/empty-answer.js';
import type { Environment, Message } from '../message/message.js';
import type { Subscription, SubscriptionFilter, SubscriptionState } from '../message/subscription-state.js';
import { addExpires, addManager, respond, respondFault } from './answer.js';
import { Deliveries } from './deliveries.js';
import { EventingFault } from './eventing-fault.js';
import {
  type EventingRequest,
  expiryOf,
  identifierOf,
  notifyAddress,
  type Operation,
  operationElement,
  readRequest,
} from './request.js';
import { hasExpired } from './subscription-book.js';

/** An event on its way to subscribers. */
export interface EventOnTopic {
  readonly message: Message;
  readonly topic: string | undefined;
}

/** How one kind of event service differs from another. */
export interface EventRules {
  readonly name: string;
  /** Name of its subscriptions among all of the server. */
  readonly owner: string;
  /** Subscriptions of the configuration: they cannot be changed by requests. */
  readonly fixed: readonly Subscription[];
  /** Whether a second subscription of an address to the same renews the first. */
  readonly once: boolean;
  /** The filter of a `wse:Subscribe`; undefined: every event. @throws EventingFault for one that it does not know */
  filterOf(subscribe: Element, message: Message): SubscriptionFilter | undefined;
  matches(filter: SubscriptionFilter, event: EventOnTopic): boolean;
}

type Answer = (message: Message, request: EventingRequest) => Promise<void>;

/** What event sources and the event broker have in common: WS-Eventing, and the way to the subscribers (mediators 12). */
export class EventService {
  readonly #rules: EventRules;
  readonly #deliveries: Deliveries;
  readonly #answers: Readonly<Record<Operation, Answer>> = {
    Subscribe: (message, request) => this.#subscribe(message, request),
    Renew: (message, request) => this.#renew(message, request),
    GetStatus: (message, request) => this.#getStatus(message, request),
    Unsubscribe: (message, request) => this.#unsubscribe(message, request),
  };

  constructor(rules: EventRules) {
    this.#rules = rules;
    this.#deliveries = new Deliveries(rules.name);
  }

  /**
   * Answers a WS-Eventing request, and refuses what is no POST. Builds the body.
   * @returns false when the message is neither: it is an event
   */
  async answer(message: Message): Promise<boolean> {
    if (message.axis2Text('HTTP_METHOD') !== 'POST') {
      await refuseMethod(message);
      return true;
    }
    await buildBody(message);
    const request = readRequest(message);
    if (!request) return false;
    try {
      await this.#answers[request.operation](message, request);
    } catch (error) {
      if (!(error instanceof EventingFault)) throw error;
      await respondFault(message, request, error);
    }
    return true;
  }

  /**
   * Sends a copy of the message, as it is now, to each subscriber whose filter lets it pass. Resolves when the copies are
   * on their way.
   */
  async publish(message: Message, topic: string | undefined): Promise<void> {
    const { fixed } = this.#rules;
    const event = { message, topic };
    const taken = await this.#taken(message.environment);
    for (const subscription of fixed) {
      if (!hasExpired(subscription, Date.now()) && this.#wants(subscription, event))
        this.#deliveries.send(message, subscription, { isTrusted: true });
    }
    for (const subscription of taken) {
      if (this.#wants(subscription, event)) this.#deliveries.send(message, subscription, { isTrusted: false });
    }
  }

  /** Waits for the copies that are on their way. */
  settled(): Promise<void> {
    return this.#deliveries.settled();
  }

  /** A filter that fails lets nothing pass, and harms nobody else; one that takes too long does so once. */
  #wants(subscription: Subscription, event: EventOnTopic): boolean {
    const { filter, id } = subscription;
    if (!filter) return true;
    try {
      return this.#rules.matches(filter, event);
    } catch (error) {
      const { environment } = event.message;
      const tooLong = error instanceof TimeLimitError;
      if (tooLong) void environment.subscriptions?.unsubscribe(this.#rules.owner, id).catch(() => {});
      const text = `${this.#rules.name}: the filter of the subscription ${id} failed${tooLong ? ' and it was ended' : ''}`;
      environment.logger.log('WARN', 'EventSource', `${text}: ${(error as Error).message}`);
      return false;
    }
  }

  async #taken({ subscriptions }: Environment): Promise<readonly Subscription[]> {
    return (await subscriptions?.subscriptions(this.#rules.owner)) ?? [];
  }

  async #subscribe(message: Message, request: EventingRequest): Promise<void> {
    const { owner, once } = this.#rules;
    const element = operationElement(request);
    const address = notifyAddress(element);
    const filter = this.#rules.filterOf(element, message);
    const expires = expiryOf(element, Date.now());
    const subscription: Subscription = {
      id: `urn:uuid:${randomUUID()}`,
      address,
      ...(filter ? { filter } : {}),
      ...(expires ? { expires } : {}),
    };
    const id = await stateOf(message).subscribe(owner, subscription, once);
    if (id === undefined) throw unable('There are as many subscriptions as the event source takes');
    await respond(message, request, (response) => {
      addManager(response, managerAddress(message, request), id);
      addExpires(response, subscription);
    });
  }

  async #renew(message: Message, request: EventingRequest): Promise<void> {
    const id = identifierOf(request);
    const expires = expiryOf(operationElement(request), Date.now());
    if (!expires) throw new EventingFault('InvalidExpirationTime', 'The expiration time requested is invalid');
    const renewed = await stateOf(message).renew(this.#rules.owner, id, expires);
    if (!renewed) throw new EventingFault('UnableToRenew', 'Subscription Not Found', 'Receiver');
    await respond(message, request, (response) => addExpires(response, { expires }));
  }

  async #getStatus(message: Message, request: EventingRequest): Promise<void> {
    const id = identifierOf(request);
    const known = [...this.#rules.fixed, ...(await this.#taken(message.environment))];
    const found = known.find((subscription) => subscription.id === id && !hasExpired(subscription, Date.now()));
    if (!found) throw unable('Subscription Not Found');
    await respond(message, request, (response) => addExpires(response, found, '*'));
  }

  async #unsubscribe(message: Message, request: EventingRequest): Promise<void> {
    const id = identifierOf(request);
    if (!(await stateOf(message).unsubscribe(this.#rules.owner, id))) throw unable('Unable to Unsubscribe');
    await respond(message, request, () => {});
  }
}

function unable(text: string): EventingFault {
  return new EventingFault('EventSourceUnableToProcess', text, 'Receiver');
}

function stateOf({ environment }: Message): SubscriptionState {
  if (environment.subscriptions) return environment.subscriptions;
  throw unable('Nothing keeps subscriptions here');
}

/** Where the subscription is managed: where it was asked for. */
function managerAddress(message: Message, { addressing }: EventingRequest): string {
  if (addressing.to) return addressing.to;
  const transport = String(message.properties.get('TRANSPORT_IN_NAME'));
  const path = (message.axis2Text('TransportInURL') ?? '').replace(/\?.*$/s, '');
  return path.startsWith('/') ? `${transport}://${message.headers.text('Host') ?? ''}${path}` : path;
}

async function refuseMethod(message: Message): Promise<void> {
  message.headers.clear();
  message.headers.set('Allow', 'POST');
  await respondEmpty(message, 405);
}
