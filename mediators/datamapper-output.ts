import type { Document, Element } from '@xmldom/xmldom';
import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import { appendNew, createElement, newDocument, setAttribute } from '../runtime/xml/create.js';
import {
  ATTRIBUTE_PREFIX,
  ELEMENT_VALUE,
  itemSchema,
  type MapperSchema,
  schemasOf,
  scriptName,
  splitName,
} from './datamapper-schema.js';

/** The element that a script's result makes: named and placed by the output schema (mediators 6.8). @throws Fault */
export function outputToElement(value: JsonValue, schema: MapperSchema): Element {
  if (!isJsonObject(value)) throw new Fault('The data mapper gave no object that could become an XML element');
  return new Writer(newDocument(), schema.namespaces).element(schema.title, value, schema.root);
}

class Writer {
  constructor(
    readonly document: Document,
    readonly namespaces: ReadonlyMap<string, string>,
  ) {}

  element(name: string, value: JsonValue, schema: JsonObject | undefined): Element {
    const qualified = splitName(name).element;
    const element = createElement(this.document, qualified, this.#namespaceOf(qualified));
    if (isJsonObject(value)) this.#fill(element, value, schema);
    else this.#text(element, value);
    return element;
  }

  #fill(element: Element, value: JsonObject, schema: JsonObject | undefined): void {
    const properties = byScriptName(schema, 'properties');
    const attributes = byScriptName(schema, 'attributes');
    for (const [name, member] of value) {
      if (name === ELEMENT_VALUE) this.#text(element, member);
      else if (name.startsWith(ATTRIBUTE_PREFIX)) {
        const own = name.slice(ATTRIBUTE_PREFIX.length);
        const attribute = attributes.get(own)?.name ?? own;
        if (member !== null) setAttribute(element, attribute, textOf(member), this.#attributeNamespace(attribute));
      } else {
        const property = properties.get(name);
        this.#children(element, property?.name ?? plainName(name), member, property?.schema);
      }
    }
  }

  #children(parent: Element, name: string, value: JsonValue, schema: JsonObject | undefined): void {
    const items = schema && itemSchema(schema);
    for (const item of isJsonArray(value) ? value : [value])
      appendNew(parent, this.element(name, item, items ?? schema));
  }

  #text(element: Element, value: JsonValue): void {
    if (value === null) return;
    appendNew(element, this.document.createTextNode(textOf(value)));
  }

  #namespaceOf(name: string): string {
    const colon = name.indexOf(':');
    return this.namespaces.get(colon < 0 ? '' : name.slice(0, colon)) ?? '';
  }

  #attributeNamespace(name: string): string {
    return name.includes(':') ? this.#namespaceOf(name) : '';
  }
}

function byScriptName(schema: JsonObject | undefined, member: string) {
  return new Map([...schemasOf(schema, member)].map(([name, own]) => [scriptName(name), { name, schema: own }]));
}

/** The name of a member that no schema knows. */
const plainName = (name: string): string => name.replaceAll('_EnC0DeCHaRHyPh3n_', '-');

function textOf(value: JsonValue): string {
  return value instanceof JsonNumber ? value.literal : String(value);
}
