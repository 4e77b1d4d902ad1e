import { hostname } from 'node:os';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { EventPublisher } from '../runtime/databridge/data-bridge.js';
import type { AttributeType, AttributeValue, DataEvent, StreamDefinition } from '../runtime/databridge/data-event.js';
import { FloatNumber, WholeNumber } from '../runtime/java/value.js';
import { buildBody } from '../runtime/message/build.js';
import type { Environment, Message } from '../runtime/message/message.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import { childElements } from '../runtime/xml/walk.js';
import { setActivityId } from './activity-id.js';
import { requiredAttribute } from './attribute.js';
import { type ProfileProperty, type ProfileStream, readServerProfile } from './bam-profile.js';
import { attributeValue } from './event-attribute.js';
import { openPublisher } from './event-receivers.js';
import { defineMediator } from './mediator.js';

/** The one tenant, as the reference calls it. */
const tenant = WholeNumber.integer(-1234);

/** This server, as the reference names one. */
const server = `${hostname()}:9763`;

/**
 * `<bam><serverProfile name="profile"><streamConfig name="stream" version="1.0.0"/></serverProfile></bam>`
 *
 * Publishes what it knows of the message as an event to the receivers of a server profile: the registry resource
 * `conf:/bamServerProfiles/NAME`, which says where they are and what the stream has beside tenant, method, addresses,
 * direction, message id and time (mediators 12). The transport header `activityID` and the property `bam_activity_id` get
 * the id of the message's way, if they have none. Events wait in a queue in memory, and the flow goes on whatever happens:
 * failures are in the log. A value that does not convert is 0.
 */
export const bam = defineMediator({
  name: 'bam',
  summary: 'Publishes an event about the message to the receivers of a server profile.',
  attributes: {},
  children: ['serverProfile'],
  inner: { serverProfile: ['name'], 'serverProfile/streamConfig': ['name', 'version'] },
  compile(element, context) {
    const profile = child(element, 'serverProfile');
    const config = child(profile, 'streamConfig');
    const publication = new Publication({
      key: `conf:/bamServerProfiles/${requiredAttribute(profile, 'name')}`,
      name: requiredAttribute(config, 'name'),
      version: requiredAttribute(config, 'version'),
    });
    context.lifetime?.follow({ begin: () => {}, end: (environment) => publication.end(environment) });
    return {
      contentAware: false,
      async mediate(message) {
        setActivityId(message, 'bam_activity_id');
        try {
          await publication.publish(message);
        } catch (error) {
          const text = `Problem occurred while logging events in the BAM Mediator. ${(error as Error).message}`;
          message.environment.logger.log('ERROR', 'BamMediator', text);
        }
        return true;
      },
    };
  },
});

function child(parent: ConfigElement, name: string): ConfigElement {
  return (
    parent.element(name) ??
    parent.fail('missing-element', `<${parent.localName}> needs a <${name}>`, {
      hint: 'docs/mediators.md has an example',
    })
  );
}

/** What the profile says, as long as the registry holds this text of it. */
interface Target {
  readonly text: string;
  readonly publisher: EventPublisher;
  readonly stream: ProfileStream;
  readonly definition: StreamDefinition;
}

/** The stream of a profile, read again when the registry has another one. */
class Publication {
  readonly #where: { readonly key: string; readonly name: string; readonly version: string };
  #target: Target | undefined;

  constructor(where: { readonly key: string; readonly name: string; readonly version: string }) {
    this.#where = where;
  }

  /** @throws Error when there is no such profile or stream, or nothing can leave */
  async publish(message: Message): Promise<void> {
    const { publisher, stream, definition } = this.#read(message.environment);
    if (needsBody(stream)) await buildBody(message);
    publisher.offer(eventOf(message, stream, definition));
  }

  end(environment: Environment): void {
    if (this.#target) environment.dataBridge?.retire(this.#target.publisher);
    this.#target = undefined;
  }

  #read(environment: Environment): Target {
    const { key, name, version } = this.#where;
    const content = environment.registry.get(key)?.content;
    if (!content) throw new Error(`The registry has no server profile ${key}`);
    const text = Buffer.from(content).toString('utf8');
    if (this.#target?.text === text) return this.#target;
    this.end(environment);
    const profile = readServerProfile(text, key);
    const stream = profile.streams.find((one) => one.name === name && one.version === version);
    if (!stream) throw new Error(`The server profile ${key} has no stream ${name}:${version}`);
    const publisher = openPublisher(profile, environment);
    this.#target = { text, publisher, stream, definition: definitionOf(stream) };
    return this.#target;
  }
}

const needsBody = ({ entries, properties }: ProfileStream): boolean =>
  entries.some(({ value }) => value.startsWith('$SOAP')) ||
  properties.some(({ source }) => typeof source !== 'string' && source.contentAware);

function definitionOf({ name, version, nickName, description, entries, properties }: ProfileStream): StreamDefinition {
  const texts = (...names: string[]) => names.map((text) => ({ name: text, type: 'STRING' as const }));
  return {
    name,
    version,
    nickName,
    description,
    meta: [
      { name: 'tenant_id', type: 'INT' },
      ...texts('http_method', 'character_set_encoding', 'remote_address', 'transport_in_url', 'message_type'),
      ...texts('remote_host', 'service_prefix', 'host'),
    ],
    correlation: texts('activity_id'),
    payload: [
      ...texts('message_direction', 'operation_name', 'message_id'),
      { name: 'timestamp', type: 'LONG' },
      ...[...properties, ...entries].map((one) => ({ name: one.name, type: one.type })),
    ],
  };
}

function eventOf(message: Message, stream: ProfileStream, definition: StreamDefinition): DataEvent {
  const now = Date.now();
  const activity = message.properties.get('bam_activity_id');
  const known = ['HTTP_METHOD', 'CHARACTER_SET_ENCODING', 'REMOTE_ADDR', 'TransportInURL', 'messageType'];
  const ownText = (name: string) => {
    const value = message.axis2.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    stream: definition,
    timestamp: now,
    meta: [tenant, ...[...known, 'REMOTE_HOST', 'SERVICE_PREFIX'].map(ownText), server],
    correlation: [activity === undefined || activity === null ? null : String(activity)],
    payload: [
      message.isResponse ? 'OUT' : 'IN',
      'mediate',
      message.id,
      WholeNumber.long(now),
      ...stream.properties.map((property) => propertyValue(property, message)),
      ...stream.entries.map(({ value, type }) => leniently(entryText(value, message), type)),
    ],
  };
}

function propertyValue({ source, type }: ProfileProperty, message: Message): AttributeValue {
  return leniently(typeof source === 'string' ? source : (source.text(message) ?? ''), type);
}

/** What does not convert is 0. */
function leniently(text: string, type: AttributeType): AttributeValue {
  return attributeValue(text, type) ?? zeros[type];
}

const zeros: Readonly<Record<AttributeType, AttributeValue>> = {
  STRING: '',
  INT: WholeNumber.integer(0),
  LONG: WholeNumber.long(0),
  FLOAT: new FloatNumber(0),
  DOUBLE: 0,
  BOOL: false,
};

function entryText(value: string, message: Message): string {
  if (!value.startsWith('$')) return value;
  if (value !== '$SOAPHeader' && value !== '$SOAPBody') return 'Invalid Entity Parameter !';
  const name = value.slice('$SOAP'.length);
  const part = childElements(message.payload.envelope()).find(({ localName }) => localName === name);
  if (name === 'Header' && (!part || childElements(part).length === 0)) return 'Header is empty';
  return part ? serializeElement(part) : '';
}
