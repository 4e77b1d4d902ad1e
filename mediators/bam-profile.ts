import type { ConfigElement } from '../runtime/configuration/element.js';
import { parseConfiguration } from '../runtime/configuration/parse.js';
import type { AttributeType } from '../runtime/databridge/data-event.js';
import { type ReceiverGroupUrls, readReceiverUrls } from '../runtime/databridge/receiver-urls.js';
import { compileExpression } from '../runtime/expression/compile.js';
import type { Expression } from '../runtime/expression/expression.js';
import { attributeType } from './event-attribute.js';
import { isCipherText } from './cipher-text.js';

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
export interface ServerProfile {
  readonly groups: readonly ReceiverGroupUrls[];
  readonly user: string;
  /** As written: it may stand for a secret. */
  readonly password: string;
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
  const password = required(credential, 'password');
  if (isCipherText(password)) {
    credential.fail('encrypted-password', 'The password is encrypted with the key store of a Carbon server', {
      attribute: 'password',
      hint: "write wso2:vault-lookup('alias') instead",
    });
  }
  return {
    groups: readGroups(child(root, 'connection')),
    user: required(credential, 'userName'),
    password,
    streams: children(child(root, 'streams'), 'stream').map(readStream),
  };
}

function readGroups(connection: ConfigElement): ReceiverGroupUrls[] {
  if (connection.attribute('loadbalancer') === 'true') return readReceiverUrls(required(connection, 'urlSet'));
  const host = required(connection, 'ip');
  const login = `ssl://${host}:${required(connection, 'authPort')}`;
  if (required(connection, 'secure') === 'true') return readReceiverUrls(login, login);
  return readReceiverUrls(`tcp://${host}:${required(connection, 'receiverPort')}`, login);
}

function readStream(stream: ConfigElement): ProfileStream {
  const properties = stream.element('properties');
  return {
    name: required(stream, 'name'),
    version: required(stream, 'version'),
    nickName: required(stream, 'nickName'),
    description: required(stream, 'description'),
    entries: children(child(stream, 'payload'), 'entry').map((entry) => ({
      name: entryName(required(entry, 'name')),
      type: typeOf(entry),
      value: required(entry, 'value'),
    })),
    properties: properties ? children(properties, 'property').map(readProperty) : [],
  };
}

function readProperty(property: ConfigElement): ProfileProperty {
  const value = required(property, 'value');
  const isExpression = required(property, 'isExpression') === 'true';
  return {
    name: required(property, 'name'),
    type: typeOf(property),
    source: isExpression ? compileExpression(value, property.namespaces()) : value,
  };
}

/** Parts of the envelope have names of their own in a stream. */
const entryName = (name: string): string =>
  name === 'SOAPBody' ? 'soap_body' : name === 'SOAPHeader' ? 'soap_header' : name;

const typeOf = (element: ConfigElement): AttributeType => attributeType(required(element, 'type')) ?? 'STRING';

function child(parent: ConfigElement, name: string): ConfigElement {
  return parent.element(name) ?? parent.fail('missing-element', `<${parent.localName}> needs a <${name}>`);
}

const children = (parent: ConfigElement, name: string): ConfigElement[] =>
  parent.elements().filter(({ localName }) => localName === name);

function required(element: ConfigElement, name: string): string {
  return (
    element.attribute(name) ||
    element.fail('missing-attribute', `<${element.localName}> needs a non-empty attribute "${name}"`)
  );
}
