import type { Element } from '@xmldom/xmldom';
import type { CompileContext } from '../configuration/context.js';
import { ConfigElement } from '../configuration/element.js';
import type { Endpoint, EndpointTemplate } from '../message/message.js';
import { childElements } from '../xml/walk.js';

export type { EndpointTemplate };

const systemProperty = /\{system\.prop\.([^{}]+)\}/g;

/**
 * `<template name> <parameter name/>* <endpoint …/> </template>` (artifacts 3.8). Attributes and element texts that are
 * `$` and a parameter's name are replaced when an endpoint is made from it; nothing is replaced within a text.
 * @throws ConfigurationError without a name or an endpoint.
 */
export function compileEndpointTemplate(element: ConfigElement, context: CompileContext): EndpointTemplate {
  const name = element.attribute('name');
  if (!name) element.fail('missing-attribute', 'A template needs a name', { hint: 'add name="…"' });
  const body = element.element('endpoint');
  if (!body) element.fail('missing-element', 'An endpoint template needs an <endpoint>');
  const declared = new Set(['name', 'uri']);
  for (const child of element.elements().filter(({ localName }) => localName === 'parameter')) {
    const parameter = child.attribute('name');
    if (!parameter) child.fail('missing-attribute', '<parameter> of a template needs a name', { hint: 'add name="…"' });
    declared.add(parameter as string);
  }
  return {
    name: name as string,
    endpoint(parameters): Endpoint {
      const copy = (body as ConfigElement).node.cloneNode(true) as Element;
      copyPositions((body as ConfigElement).node, copy);
      replace(copy, declared, parameters);
      return context.endpoint(new ConfigElement(copy, element.file, undefined));
    },
  };
}

function replace(element: Element, declared: ReadonlySet<string>, parameters: ReadonlyMap<string, string>): void {
  const argumentFor = (text: string): string | undefined => {
    const name = text.trim().startsWith('$') ? text.trim().slice(1) : undefined;
    return name !== undefined && declared.has(name) ? parameters.get(name) : undefined;
  };
  for (const attribute of Array.from(element.attributes)) {
    const value = argumentFor(attribute.value);
    if (value !== undefined)
      attribute.value = value.replace(systemProperty, (_, name: string) => process.env[name] ?? '');
  }
  const children = childElements(element);
  for (const child of children) replace(child, declared, parameters);
  if (children.length > 0) return;
  const value = argumentFor(element.textContent ?? '');
  if (value !== undefined) element.textContent = value;
}

/** Problems of an endpoint made from a template point into the template. */
function copyPositions(from: Element, to: Element): void {
  const place = (source: unknown, target: object) => {
    const { lineNumber, columnNumber } = source as { lineNumber?: number; columnNumber?: number };
    Object.assign(target, { lineNumber, columnNumber });
  };
  place(from, to);
  for (const attribute of Array.from(from.attributes)) {
    const copy = to.getAttributeNode(attribute.name);
    if (copy) place(attribute, copy);
  }
  const copies = childElements(to);
  for (const [index, child] of childElements(from).entries()) copyPositions(child, copies[index] as Element);
}
