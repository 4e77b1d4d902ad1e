import type { Element } from '@xmldom/xmldom';
import { remembering } from '../expression/cache.js';
import { ExpressionSyntaxError } from '../expression/expression.js';
import { compileXPathOnNode } from '../expression/xpath/on-node.js';
import { booleanOf } from '../expression/xpath/values.js';
import { limited } from '../limit/time-limit.js';
import type { EventSource } from '../message/events.js';
import type { Message } from '../message/message.js';
import type { Subscription, SubscriptionFilter } from '../message/subscription-state.js';
import { documentOf } from '../xml/create.js';
import { childNamed, directText } from '../xml/walk.js';
import { type EventOnTopic, type EventRules, EventService } from './event-service.js';
import { EventingFault } from './eventing-fault.js';
import { filterOf, xpathDialect } from './request.js';

/** Filters by the header block that names an event's topic. */
export const topicDialect = 'http://synapse.apache.org/eventing/dialect/topicFilter';

/** The dialects that filters may be written in. */
export const dialects: readonly string[] = [topicDialect, xpathDialect];

/** What a deployed event source is made of. */
export interface EventSourceParts {
  readonly name: string;
  /** Local name and namespace of the SOAP header block that names an event's topic. */
  readonly topicHeader: { readonly name: string; readonly namespace: string };
  readonly fixed: readonly Subscription[];
}

/** The name of an event source's subscriptions among all of the server. */
export const ownerOf = (name: string): string => `eventSource:${name}`;

/** A deployed event source (mediators 12). */
export class DeployedEventSource implements EventSource<Message> {
  readonly name: string;
  readonly #topicHeader: EventSourceParts['topicHeader'];
  readonly #service: EventService;

  constructor({ name, topicHeader, fixed }: EventSourceParts) {
    this.name = name;
    this.#topicHeader = topicHeader;
    const rules: EventRules = {
      name: `Event source ${name}`,
      owner: ownerOf(name),
      fixed,
      once: false,
      filterOf: checkedFilter,
      matches,
    };
    this.#service = new EventService(rules);
  }

  /** Takes a request for `/services/NAME`: of WS-Eventing, else an event. */
  async receive(message: Message): Promise<void> {
    if (!(await this.#service.answer(message))) await this.publish(message);
  }

  publish(message: Message): Promise<void> {
    return this.#service.publish(message, this.#topicOf(message));
  }

  settled(): Promise<void> {
    return this.#service.settled();
  }

  #topicOf({ payload }: Message): string | undefined {
    const header = payload.header();
    const block = header && childNamed(header, this.#topicHeader.name, this.#topicHeader.namespace);
    return block && directText(block).trim();
  }
}

function checkedFilter(subscribe: Element): SubscriptionFilter | undefined {
  const filter = filterOf(subscribe);
  if (!filter) return undefined;
  try {
    checkFilter(filter);
  } catch (error) {
    throw new EventingFault('FilteringRequestedUnavailable', (error as Error).message);
  }
  return filter;
}

/**
 * Checks that a filter can be used.
 * @throws Error for a dialect that is not known, an ExpressionSyntaxError for what is no XPath 1.0
 */
export function checkFilter(filter: SubscriptionFilter): void {
  if (!dialects.includes(filter.dialect)) {
    throw new Error(`The filter dialect ${filter.dialect} is not supported; ${dialects.join(' and ')} are`);
  }
  if (filter.dialect === xpathDialect) compiled(keyOf(filter));
}

/** A topic and those below it, or what an XPath on the SOAP envelope says. */
function matches(filter: SubscriptionFilter, { message, topic }: EventOnTopic): boolean {
  if (filter.dialect === topicDialect) return topic === filter.text || topic?.startsWith(`${filter.text}/`) === true;
  const evaluate = compiled(keyOf(filter));
  return inDocument(message.payload.envelope(), (envelope) => limited(() => booleanOf(evaluate(envelope))));
}

/** An absolute path starts above the envelope, whether the message came in as SOAP or not. */
function inDocument<Result>(envelope: Element, evaluate: (envelope: Element) => Result): Result {
  const document = documentOf(envelope);
  if (envelope.parentNode || document.documentElement) return evaluate(envelope);
  document.appendChild(envelope);
  try {
    return evaluate(envelope);
  } finally {
    document.removeChild(envelope);
  }
}

const keyOf = ({ text, namespaces }: SubscriptionFilter): string => JSON.stringify([text, namespaces]);

/** Filters come with the subscriptions, as text, for every event. They may use nothing but the message. */
const compiled = remembering((key) => {
  const [text, namespaces] = JSON.parse(key) as [string, Record<string, string>];
  try {
    return compileXPathOnNode(text, new Map(Object.entries(namespaces)));
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    throw new ExpressionSyntaxError(`The filter is no XPath 1.0: ${error.message}`, error.column, error.hint);
  }
}, 1_000);
