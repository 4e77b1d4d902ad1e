import type { Element } from '@xmldom/xmldom';
import { cloneWith } from '../message/clone.js';
import { DOING_REST } from '../message/content-type.js';
import { respondEmpty } from '../message/empty-answer.js';
import { bodyOf, createEnvelope, headerOf } from '../message/envelope.js';
import type { EventBroker } from '../message/events.js';
import { TransportHeaders } from '../message/headers.js';
import type { Message } from '../message/message.js';
import { Payload } from '../message/payload.js';
import type { SubscriptionFilter } from '../message/subscription-state.js';
import { parseBasic } from '../transport/basic-credentials.js';
import { createElement, documentOf } from '../xml/create.js';
import { childNamed, cloneInto, directText } from '../xml/walk.js';
import { hopsHeader } from './deliveries.js';
import { EventService } from './event-service.js';
import { EventingFault } from './eventing-fault.js';
import { filterOf } from './request.js';

/** Name of the broker's service, below `/services/`. */
export const brokerService = 'EventBrokerService';

const NOTIFICATION = 'http://wso2.org/ns/2009/09/eventing/notify';
const publishAction = 'http://ws.apache.org/ws/2007/05/eventing-extended/Publish';

/** The topic that a message names: behind `/publish/` in its address, else in the header block `topic` (mediators 12). */
export function topicOf({ addressing, payload }: Message): string | undefined {
  const [, inAddress] = /^\/services\/.*\/publish\/([^?#]+)/.exec(addressing.to ?? '') ?? [];
  if (inAddress) return inAddress;
  const header = payload.header();
  const block = header && childNamed(header, 'topic', NOTIFICATION);
  return (block && directText(block).trim()) || undefined;
}

/**
 * The one event broker of a server, with topics like paths: `orders/*` is `orders` and what is directly below it,
 * `orders/#` is `orders` and all below it (mediators 12).
 */
export class ServerEventBroker implements EventBroker<Message> {
  readonly name = brokerService;
  #publishers = 0;
  readonly #service = new EventService({
    name: 'Event broker',
    owner: 'eventBroker',
    fixed: [],
    once: true,
    filterOf: topicFilter,
    matches: (filter, { topic }) => topic !== undefined && isTopic(normal(filter.text), normal(topic)),
  });

  /** Whether anything that is deployed publishes to it: else there is no service. */
  get isOpen(): boolean {
    return this.#publishers > 0;
  }

  addPublisher(): void {
    this.#publishers++;
  }

  removePublisher(): void {
    this.#publishers--;
  }

  /** Publishes a copy of the element under a topic, as a SOAP 1.1 message of its own. */
  publish(message: Message, element: Element, topic: string): Promise<void> {
    return this.#service.publish(notification(message, element, topic), topic);
  }

  /** Takes a request of one of the server's users: of WS-Eventing, else an event. One without a topic is dropped. */
  async receive(message: Message): Promise<void> {
    if (!(await isUser(message))) return refuse(message);
    if (await this.#service.answer(message)) return;
    const topic = topicOf(message);
    const element = message.payload.firstElement();
    if (topic !== undefined && element) await this.publish(message, element, topic);
  }

  settled(): Promise<void> {
    return this.#service.settled();
  }
}

/** The topic of a subscription, in whatever dialect: the filter's, else what is behind the service in the address. */
function topicFilter(subscribe: Element, { addressing }: Message): SubscriptionFilter {
  const [, inAddress] = new RegExp(`^/services/${brokerService}/([^?#]+)`).exec(addressing.to ?? '') ?? [];
  const filter = filterOf(subscribe);
  const text = filter?.text || inAddress;
  if (!text) throw new EventingFault('InvalidMessage', 'The subscription names no topic');
  return { dialect: filter?.dialect ?? '', text, namespaces: {} };
}

/** `a/b/`, `/a/b` and `a/b` are one topic. */
function normal(topic: string): string {
  return `/${topic.replace(/^\/|\/$/g, '')}`;
}

function isTopic(wanted: string, topic: string): boolean {
  const [, above, wildcard] = /^(.*)\/([*#])$/.exec(wanted) ?? [];
  if (above === undefined) return topic === wanted;
  if (topic === above) return true;
  return topic.startsWith(`${above}/`) && (wildcard === '#' || !topic.includes('/', above.length + 1));
}

function notification(message: Message, element: Element, topic: string): Message {
  const payload = Payload.empty('1.1');
  const envelope = createEnvelope('1.1');
  const document = documentOf(envelope);
  const block = createElement(document, 'ns:topic', NOTIFICATION);
  block.appendChild(document.createTextNode(topic));
  headerOf(envelope)?.appendChild(block);
  cloneInto(element, bodyOf(envelope) as Element);
  payload.setEnvelope(envelope);
  const event = cloneWith(message, payload);
  const hops = message.headers.get(hopsHeader);
  event.headers = TransportHeaders.of([['Content-Type', 'text/xml; charset=UTF-8']]);
  if (hops !== undefined) event.headers.set(hopsHeader, hops);
  event.axis2 = new Map<string, unknown>([
    ['messageType', 'text/xml'],
    ['ContentType', 'text/xml; charset=UTF-8'],
    [DOING_REST, false],
    ['correlation_id', event.axis2.get('correlation_id')],
  ]);
  event.addressing = { action: publishAction, soapAction: publishAction };
  event.response = false;
  return event;
}

/** Where a server has users, the broker is theirs alone. */
async function isUser({ headers, environment }: Message): Promise<boolean> {
  if (!environment.userCheck) return true;
  const [, encoded] = /^Basic +(.*)$/i.exec(headers.text('Authorization') ?? '') ?? [];
  const [user, password] = (encoded && parseBasic(encoded)) || [];
  return user !== undefined && password !== undefined && environment.userCheck(user, password);
}

async function refuse(message: Message): Promise<void> {
  message.headers.clear();
  message.headers.set('WWW-Authenticate', `Basic realm="${brokerService}"`);
  await respondEmpty(message, 401);
}
