import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, textIn } from '../configured.js';
import type { Fields } from '../fields.js';
import type { ApigeeMessage } from '../message.js';
import { resolvedText } from '../template.js';
import { fieldNames, fieldsOf, type MessageAction } from './message-action.js';

type CopyPart = (from: ApigeeMessage, to: ApigeeMessage) => void;

/** `<Copy source="…">`: without children everything that the kinds of the messages have in common. */
export function compileCopy(element: ConfigElement): MessageAction {
  const source = attributeText(element, 'source') ?? 'message';
  const children = element.elements();
  const copies = children.length === 0 ? Object.values(wholeParts) : children.flatMap(compileCopyPart);
  return {
    contentAware: true,
    run: (message, flow, ignoreUnresolved) => {
      const from = flow.messageVariable(source);
      if (from) for (const copy of copies) copy(from, message);
      else resolvedText({ get: () => undefined }, source, ignoreUnresolved);
    },
  };
}

function compileCopyPart(element: ConfigElement): CopyPart[] {
  const { localName } = element;
  if (localName === 'Headers' || localName === 'QueryParams' || localName === 'FormParams') {
    const names = fieldNames(element);
    return [(from, to) => copyFields(fieldsOf(from, element), fieldsOf(to, element), names)];
  }
  const copy = Object.hasOwn(wholeParts, localName) ? wholeParts[localName] : undefined;
  if (!copy) return element.fail('unknown-element', `<Copy> cannot hold <${localName}>`);
  return textIn(element)?.toLowerCase() === 'false' ? [] : [copy];
}

function copyFields(from: Fields, to: Fields, names: readonly string[]): void {
  for (const name of names.length > 0 ? names : from.names()) {
    const values = from.all(name);
    if (values.length > 0) to.delete(name);
    for (const value of values) to.add(name, value);
  }
}

const wholeParts: Readonly<Record<string, CopyPart>> = {
  Headers: (from, to) => copyFields(from.headers, to.headers, []),
  QueryParams: (from, to) => copyFields(from.queryParams, to.queryParams, []),
  Payload: (from, to) => {
    const type = from.headers.get('Content-Type');
    if (type !== undefined && !to.headers.has('Content-Type')) to.headers.set('Content-Type', type);
    to.content = from.bytes;
  },
  Verb: (from, to) => {
    to.verb = from.verb;
  },
  Path: (from, to) => {
    to.path = from.path;
  },
  Version: (from, to) => {
    to.version = from.version;
  },
  StatusCode: (from, to) => {
    if (from.kind === 'response') to.status = from.status;
  },
  ReasonPhrase: (from, to) => {
    if (from.kind === 'response') to.reason = from.reason;
  },
};
