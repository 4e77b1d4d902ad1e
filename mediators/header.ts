import type { Element } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { removeBlock } from '../runtime/message/envelope.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { createElement, documentOf } from '../runtime/xml/create.js';
import { childElements, cloneInto } from '../runtime/xml/walk.js';
import { choiceAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { convertXml } from './property-type.js';

const addressingFields = {
  To: 'to',
  From: 'from',
  Action: 'action',
  FaultTo: 'faultTo',
  ReplyTo: 'replyTo',
  RelatesTo: 'relatesTo',
} as const;
type AddressingName = keyof typeof addressingFields;

/**
 * ```xml
 * <header name="N" value="v"|expression="…" action="set|remove" scope="default|transport" type="OM"/>
 * <header><p:Block xmlns:p="…">…</p:Block></header>
 * ```
 * Sets or removes a transport header, a SOAP header block or an addressing field (mediators 3.4). In the default scope
 * an unprefixed name is an addressing field, a prefixed one a header block, which is appended, never replaced.
 */
export const header = defineMediator({
  name: 'header',
  summary: 'Sets or removes a transport header, a SOAP header or an addressing field.',
  attributes: {
    name: { description: 'Name of the header; in the default scope To, From, … or prefix:Name.' },
    value: { description: 'Literal value.' },
    expression: { description: 'Expression whose text is the value.' },
    action: { description: '`remove` removes; anything else sets.', default: 'set' },
    scope: { description: 'Where the header lives.', default: 'default', values: ['default', 'transport'] },
    type: { description: 'OM: the value is XML that becomes the content of the block.' },
  },
  compile(element, context) {
    const scope = choiceAttribute(element, 'scope', ['default', 'transport'], 'default');
    const name = element.attribute('name');
    if (!name) return implicitHeader(element, scope);
    const remove = element.attribute('action') === 'remove';
    const value = remove ? undefined : valueSource(element, context, name);
    const apply =
      scope === 'transport' ? transport(name) : name.includes(':') ? block(element, name) : field(element, name);
    return {
      contentAware: scope === 'default' || (value?.contentAware ?? false),
      mediate(message) {
        apply(message, value ? value.text(message) : undefined);
        return true;
      },
    };
  },
});

/** Sets the header to the text, or removes it when there is none. */
type Apply = (message: Message, text: string | undefined) => void;

function valueSource(element: ConfigElement, context: CompileContext, name: string) {
  const literal = element.attribute('value');
  if (literal !== undefined) return { contentAware: false, text: () => literal };
  if (element.attribute('expression') === undefined) {
    element.fail('missing-attribute', `header ${name} needs "value" or "expression"`, {
      hint: 'add value="…" or expression="…", or action="remove"',
    });
  }
  const expression = context.expression(element, 'expression');
  const text = (message: Message) => {
    const result = expression.text(message);
    if (result === null) {
      message.environment.logger.log('WARN', 'HeaderMediator', `Header ${name}: ${expression.source} has no value`);
    }
    return result ?? '';
  };
  return { contentAware: expression.contentAware, text };
}

function transport(name: string): Apply {
  return (message, text) => {
    if (text === undefined) message.headers.delete(name);
    else message.headers.set(name, text);
  };
}

function field(element: ConfigElement, name: string): Apply {
  if (!(name in addressingFields)) {
    element.fail('invalid-attribute-value', `header "${name}" is neither an addressing field nor prefixed`, {
      attribute: 'name',
      hint: 'add scope="transport" for an HTTP header, or a namespace prefix for a SOAP header',
    });
  }
  const key = addressingFields[name as AddressingName];
  return ({ addressing }, text) => {
    addressing[key] = text;
    if (key === 'action') addressing.soapAction = text;
  };
}

function block(element: ConfigElement, name: string): Apply {
  const [prefix = '', localName = ''] = name.split(':');
  const namespace = element.node.lookupNamespaceURI(prefix);
  if (!namespace) {
    element.fail('undeclared-prefix', `the prefix of header "${name}" is not declared`, {
      attribute: 'name',
      hint: `add xmlns:${prefix}="…" to <header>, or scope="transport" for an HTTP header`,
    });
  }
  const asXml = element.attribute('type')?.toUpperCase() === 'OM';
  return (message, text) => {
    if (text === undefined) removeBlocks(message, localName, namespace);
    else addBlock(message, name, namespace, text, asXml);
    message.payload.changed();
  };
}

function removeBlocks(message: Message, localName: string, namespace: string): void {
  const parent = message.payload.header();
  if (!parent) return;
  for (const child of childElements(parent)) {
    if (child.localName === localName && child.namespaceURI === namespace) removeBlock(parent, child);
  }
}

function addBlock(message: Message, name: string, namespace: string, text: string, asXml: boolean): void {
  const parent = soapHeader(message);
  const added = createElement(documentOf(parent), name, namespace);
  parent.appendChild(added);
  if (!asXml) {
    added.appendChild(documentOf(parent).createTextNode(text));
    return;
  }
  try {
    cloneInto(convertXml(text), added);
  } catch (error) {
    throw new Fault(`Header ${name}: ${(error as Error).message}`, { cause: error });
  }
}

/** `<header>` with child elements and no name: each becomes a header block. */
function implicitHeader(element: ConfigElement, scope: 'default' | 'transport') {
  const blocks = element.elements();
  if (blocks.length === 0 || scope === 'transport') {
    element.fail('missing-attribute', '<header> needs "name", or child elements that become SOAP headers', {
      hint: 'add name="…"',
    });
  }
  const mediate = (message: Message) => {
    const parent = soapHeader(message);
    for (const child of blocks) cloneInto(child.node, parent);
    message.payload.changed();
    return true;
  };
  return { contentAware: true, mediate };
}

function soapHeader(message: Message): Element {
  const parent = message.payload.header(true);
  if (!parent) throw new Fault('The message has no SOAP header');
  return parent;
}
