import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { EventPublisher } from '../runtime/databridge/data-bridge.js';
import type { DataEvent } from '../runtime/databridge/data-event.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message, Outcome } from '../runtime/message/message.js';
import { setActivityId } from './activity-id.js';
import { compileEventAttribute, type EventAttribute } from './event-attribute.js';
import { defineMediator } from './mediator.js';

/** Milliseconds that a flow waits for a receiver when it has to and nothing else is said. */
const deliveryTimeout = 30_000;

/**
 * ```xml
 * <publishEvent async="true|false" timeout="milliseconds">
 *   <streamName>orders</streamName> <streamVersion>1.0.0</streamVersion> <eventSink>analytics</eventSink>
 *   <attributes>
 *     <meta> <attribute name="method" type="STRING" expression="$axis2:HTTP_METHOD"/> </meta>
 *     <correlation> <attribute name="activity" type="STRING" expression="$ctx:activity_id"/> </correlation>
 *     <payload> <attribute name="total" type="DOUBLE" expression="//total" defaultValue="0"/> </payload>
 *     <arbitrary> <attribute name="note" type="STRING" value="…"/> </arbitrary>
 *   </attributes>
 * </publishEvent>
 * ```
 * Publishes an event of a stream to the receivers of an event sink (mediators 12). Types are STRING, INTEGER, LONG, FLOAT,
 * DOUBLE and BOOLEAN; `arbitrary` takes STRING only. The transport header `activityID` and the property `activity_id` get
 * the id of the message's way, if they have none.
 *
 * An event waits in a queue in memory until a receiver has taken it; the flow goes on. When the queue is full it waits up
 * to `timeout`, else not at all, and the event is dropped with a line in the log. With `async="false"` the flow waits until
 * a receiver has taken the event, 30 s or `timeout`, and faults when none does. A sink that is not deployed and a value that
 * does not convert are faults.
 */
export const publishEvent = defineMediator({
  name: 'publishEvent',
  summary: 'Publishes an event to the receivers of an event sink.',
  attributes: {
    async: { description: 'Whether the flow goes on before a receiver has the event.', default: 'true' },
    timeout: { description: 'Milliseconds to wait for room in the queue, or for a receiver with `async="false"`.' },
  },
  children: ['streamName', 'streamVersion', 'eventSink', 'attributes'],
  inner: {
    streamName: [],
    streamVersion: [],
    eventSink: [],
    attributes: [],
    ...Object.fromEntries(
      ['meta', 'correlation', 'payload', 'arbitrary'].flatMap((list) => [
        [`attributes/${list}`, []],
        [`${list}/attribute`, ['name', 'type', 'value', 'expression', 'defaultValue', 'default']],
      ]),
    ),
  },
  compile(element, context) {
    const sink = requiredText(element, 'eventSink');
    const eventOf = compileEvent(element, context);
    const hand = compileHandOver(element, context);
    return {
      contentAware: true,
      mediate(message) {
        const publisher = publisherOf(message, sink);
        setActivityId(message, 'activity_id');
        return hand(publisher, eventOf(message));
      },
    };
  },
});

function publisherOf({ environment }: Message, name: string): EventPublisher {
  const sink = environment.eventSink?.(name);
  if (sink) return sink.publisher(environment);
  const reason = `Error: Event sink "${name}" not found`;
  throw new Fault(`Cannot mediate message. Failed to load event sink '${name}'. ${reason}`);
}

function compileEvent(element: ConfigElement, context: CompileContext): (message: Message) => DataEvent {
  const lists = element.element('attributes') ?? missing(element, 'attributes');
  const attributes = (name: string): EventAttribute[] => {
    const children = lists.element(name)?.elements() ?? [];
    const found = children.filter(({ localName }) => localName === 'attribute');
    if (name === 'arbitrary') for (const child of found) requireString(child);
    return found.map((child) => compileEventAttribute(child, context));
  };
  const name = requiredText(element, 'streamName');
  const version = requiredText(element, 'streamVersion');
  const [meta, correlation, payload] = [attributes('meta'), attributes('correlation'), attributes('payload')];
  const arbitrary = attributes('arbitrary');
  const shape = (list: readonly EventAttribute[]) => list.map(({ name, type }) => ({ name, type }));
  const stream = { name, version, meta: shape(meta), correlation: shape(correlation), payload: shape(payload) };
  return (message) => {
    const values = (list: readonly EventAttribute[]) => list.map((attribute) => attribute.value(message));
    try {
      return {
        stream,
        timestamp: Date.now(),
        meta: values(meta),
        correlation: values(correlation),
        payload: values(payload),
        arbitrary: new Map(arbitrary.map((attribute) => [attribute.name, String(attribute.value(message))])),
      };
    } catch (error) {
      throw new Fault(`Error occurred while constructing the event: ${(error as Error).message}`, { cause: error });
    }
  };
}

function requireString(attribute: ConfigElement): void {
  const type = attribute.attribute('type');
  if (type === undefined || type === 'STRING') return;
  attribute.fail('invalid-attribute-value', `An attribute of <arbitrary> has to be of type STRING, not ${type}`, {
    attribute: 'type',
    hint: 'write type="STRING", or move it to <payload>',
  });
}

type HandOver = (publisher: EventPublisher, event: DataEvent) => Outcome | Promise<Outcome>;

function compileHandOver(element: ConfigElement, context: CompileContext): HandOver {
  const timeout = compileTimeout(element, context);
  const isAsync = (element.attribute('async') ?? 'true').toLowerCase() === 'true';
  if (!isAsync) {
    return async (publisher, event) => {
      try {
        await publisher.deliver(event, timeout ?? deliveryTimeout);
      } catch (error) {
        const text = `Error occurred while sending the event: ${(error as Error).message}`;
        throw new Fault(text, { cause: error });
      }
      return true;
    };
  }
  if (timeout !== undefined) {
    return async (publisher, event) => {
      await publisher.offerWithin(event, timeout);
      return true;
    };
  }
  return (publisher, event) => {
    publisher.offer(event);
    return true;
  };
}

/** One that is no number of milliseconds is ignored, as in the reference. */
function compileTimeout(element: ConfigElement, context: CompileContext): number | undefined {
  const text = element.attribute('timeout');
  if (text === undefined) return undefined;
  if (/^\+?0*[1-9]\d{0,8}$/.test(text)) return Number(text);
  const problem = `timeout="${text}" is no positive number of milliseconds; it is ignored`;
  context.report(element.problem('invalid-attribute-value', problem, { severity: 'warning', attribute: 'timeout' }));
  return undefined;
}

function requiredText(element: ConfigElement, name: string): string {
  return element.element(name)?.text.trim() || missing(element.element(name) ?? element, name);
}

function missing(element: ConfigElement, name: string): never {
  return element.fail(
    'missing-element',
    `<publishEvent> needs a <${name}>${name === 'attributes' ? '' : ' that is not empty'}`,
    {
      hint: 'docs/mediators.md has an example',
    },
  );
}
