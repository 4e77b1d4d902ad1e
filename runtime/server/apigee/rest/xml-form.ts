import type { ConfigElement } from '../../../configuration/element.js';
import { escapeAttribute, escapeText } from '../../../xml/serialize.js';
import type { JsonObject } from '../../apim-model/json-object.js';

/** Members that are lists, and the element of an item: `<Scopes><Scope>READ</Scope></Scopes>`. */
const lists: Readonly<Record<string, string>> = {
  apiProducts: 'ApiProduct',
  apiResources: 'ApiResource',
  apps: 'App',
  attributes: 'Attribute',
  basePaths: 'BasePath',
  credentials: 'Credential',
  environments: 'Environment',
  policies: 'Policy',
  proxies: 'Proxy',
  proxyEndpoints: 'ProxyEndpoint',
  resources: 'Resource',
  scopes: 'Scope',
  sharedFlows: 'SharedFlow',
  steps: 'Step',
  targetEndpoints: 'TargetEndpoint',
  ciphers: 'Cipher',
  protocols: 'Protocol',
};

/** Elements that stand in their parent as often as there are items, without one around them. */
const repeated = new Set(['entry']);

/** Elements whose name is an attribute and no child. */
const namedByAttribute = new Set([
  'APIProxy',
  'ApiProduct',
  'App',
  'Cache',
  'Deployment',
  'Entry',
  'Environment',
  'KeyValueMap',
  'Organization',
  'Revision',
  'SharedFlowBundle',
  'TargetServer',
]);

/** The same entity as XML: an element for each member, named with a capital letter (api-management 2.9). */
export function toXml(root: string, view: unknown): string {
  const content = Array.isArray(view) ? view.map((item) => element('Item', item, '    ')).join('') : undefined;
  const body = content === undefined ? element(root, view, '') : `<Items>\n${content}</Items>\n`;
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${body}`;
}

function element(name: string, value: unknown, indent: string): string {
  if (value === null || value === undefined || value === '') return `${indent}<${name}/>\n`;
  if (typeof value !== 'object') return `${indent}<${name}>${escapeText(String(value))}</${name}>\n`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const [only] = members;
  if (only !== undefined && members.length === 1 && only[0] === 'value') return element(name, only[1], indent);
  const attribute = members.find(([member]) => member === 'name' && namedByAttribute.has(name));
  const start = attribute === undefined ? name : `${name} name="${escapeAttribute(String(attribute[1]))}"`;
  const children = members.filter((member) => member !== attribute).map(([key, member]) => child(key, member, indent));
  const content = children.join('');
  return content === '' ? `${indent}<${start}/>\n` : `${indent}<${start}>\n${content}${indent}</${name}>\n`;
}

function child(member: string, value: unknown, indent: string): string {
  const deeper = `${indent}    `;
  const name = elementName(member);
  if (!Array.isArray(value)) return element(name, value, deeper);
  const item = lists[member];
  if (item === undefined) return value.map((one) => element(name, one, deeper)).join('');
  if (value.length === 0) return `${deeper}<${name}/>\n`;
  const items = value.map((one) => element(item, one, `${deeper}    `)).join('');
  return `${deeper}<${name}>\n${items}${deeper}</${name}>\n`;
}

/** A product of a key is called apiproduct in JSON and has a name in XML. */
function elementName(member: string): string {
  return member === 'apiproduct' ? 'Name' : member.charAt(0).toUpperCase() + member.slice(1);
}

/** The members of an entity that came as XML; values are texts, lists and objects. */
export function fromXml(element: ConfigElement): JsonObject {
  const object: JsonObject = {};
  for (const { name, value } of element.attributes()) object[name] = value;
  for (const part of element.elements()) {
    const member = memberName(part.localName);
    if (lists[member] !== undefined) object[member] = part.elements().map(valueOfElement);
    else if (repeated.has(member)) object[member] = [...((object[member] as unknown[]) ?? []), valueOfElement(part)];
    else object[member] = valueOfElement(part);
  }
  return object;
}

function valueOfElement(element: ConfigElement): unknown {
  if (element.elements().length > 0) return fromXml(element);
  const text = element.text.trim();
  return element.attributes().length === 0 ? text : { ...fromXml(element), value: text };
}

function memberName(element: string): string {
  return element.charAt(0).toLowerCase() + element.slice(1);
}
