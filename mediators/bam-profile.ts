import type { ConfigElement } from '../runtime/configuration/element.js';
import { parseConfiguration } from '../runtime/configuration/parse.js';
import type { AttributeType } from '../runtime/databridge/data-event.js';
import { type ReceiverGroupUrls, readReceiverUrls } from '../runtime/databridge/receiver-urls.js';
import { compileExpression } from '../runtime/expression/compile.js';
import type { Expression } from '../runtime/expression/expression.js';
import { requiredAttribute } from './attribute.js';
import { refuseCipherText } from './cipher-text.js';
import { attributeType } from './event-attribute.js';
import type { EventReceivers } from './event-receivers.js';

/** A property of a stream: what it is called, and where its text comes from. */
export interface ProfileProperty {
  readonly name: string;
  readonly type: AttributeType;
  readonly source: string | Expression;
}

/** A part of the message, or a text, as the payload of a stream. */
export interface ProfileEntry {
  readonly name: string;
  readonly type: AttributeType;
  /** `$SOAPHeader`, `$SOAPBody` or a text. */
  readonly value: string;
}

export interface ProfileStream {
  readonly name: string;
  readonly version: string;
  readonly nickName: string;
  readonly description: string;
  readonly entries: readonly ProfileEntry[];
  readonly properties: readonly ProfileProperty[];
}

/** A server profile of the mediator `bam`: receivers and their streams. */
export interface ServerProfile extends EventReceivers {
  readonly streams: readonly ProfileStream[];
}

/**
 * Reads the registry resource `bamServerProfiles/NAME` (mediators 12): `<serverProfile>` with
 * `<connection secure ip authPort receiverPort/>` or `<connection loadbalancer="true" urlSet/>`,
 * `<credential userName password/>` and `<streams><stream name version nickName description><payload><entry name value
 * type/></payload><properties><property name value type isExpression/></properties></stream></streams>`.
 * @throws Error saying what is wrong with it
 */
export function readServerProfile(text: string, key: string): ServerProfile {
  const root = parseConfiguration(text, key);
  const credential = child(root, 'credential');
  const password = requiredAttribute(credential, 'password');
  refuseCipherText(credential, password, 'password');
  return {
    groups: readGroups(child(root, 'connection')),
    user: requiredAttribute(credential, 'userName'),
    password,
    streams: children(child(root, 'streams'), 'stream').map(readStream),
  };
}

function readGroups(connection: ConfigElement): ReceiverGroupUrls[] {
  if (connection.attribute('loadbalancer') === 'true') return readReceiverUrls(requiredAttribute(connection, 'urlSet'));
  const host = requiredAttribute(connection, 'ip');
  const login = `ssl://${host}:${requiredAttribute(connection, 'authPort')}`;
  if (requiredAttribute(connection, 'secure') === 'true') return readReceiverUrls(login, login);
  return readReceiverUrls(`tcp://${host}:${requiredAttribute(connection, 'receiverPort')}`, login);
}

function readStream(stream: ConfigElement): ProfileStream {
  const properties = stream.element('properties');
  return {
    name: requiredAttribute(stream, 'name'),
    version: requiredAttribute(stream, 'version'),
    nickName: requiredAttribute(stream, 'nickName'),
    description: requiredAttribute(stream, 'description'),
    entries: children(child(stream, 'payload'), 'entry').map((entry) => ({
      name: entryName(requiredAttribute(entry, 'name')),
      type: typeOf(entry),
      value: requiredAttribute(entry, 'value'),
    })),
    properties: properties ? children(properties, 'property').map(readProperty) : [],
  };
}

function readProperty(property: ConfigElement): ProfileProperty {
  const value = requiredAttribute(property, 'value');
  const isExpression = requiredAttribute(property, 'isExpression') === 'true';
  return {
    name: requiredAttribute(property, 'name'),
    type: typeOf(property),
    source: isExpression ? compileExpression(value, property.namespaces()) : value,
  };
}

/** Parts of the envelope have names of their own in a stream. */
const entryName = (name: string): string =>
  name === 'SOAPBody' ? 'soap_body' : name === 'SOAPHeader' ? 'soap_header' : name;

const typeOf = (element: ConfigElement): AttributeType => attributeType(requiredAttribute(element, 'type')) ?? 'STRING';

function child(parent: ConfigElement, name: string): ConfigElement {
  return parent.element(name) ?? parent.fail('missing-element', `<${parent.localName}> needs a <${name}>`);
}

const children = (parent: ConfigElement, name: string): ConfigElement[] =>
  parent.elements().filter(({ localName }) => localName === name);
