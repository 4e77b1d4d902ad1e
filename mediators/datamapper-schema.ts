import { parseJson } from '../runtime/json/parse.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';

/** A schema of a data mapper: JSON Schema with attributes, the text of elements and namespaces (mediators 6.8). */
export interface MapperSchema {
  /** Name of the root, perhaps with a prefix. */
  readonly title: string;
  readonly root: JsonObject;
  readonly namespaces: ReadonlyMap<string, string>;
  /** `XML`, `JSON` or `CSV` as the schema names it for its side. */
  readonly type: string | undefined;
}

/** The text of an element that has attributes, too. */
export const ELEMENT_VALUE = '_ELEMVAL';
export const ATTRIBUTE_PREFIX = 'attr_';

/** @param side which member names the type of data. @throws Fault for a text that is no schema */
export function parseMapperSchema(text: string, side: 'inputType' | 'outputType'): MapperSchema {
  let root: JsonValue;
  try {
    root = parseJson(text);
  } catch (error) {
    throw new Fault(`A schema of the data mapper is no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isJsonObject(root)) throw new Fault('A schema of the data mapper is no JSON object');
  const type = textMember(root, side);
  return { title: textMember(root, 'title') ?? 'root', root, namespaces: namespacesOf(root), type };
}

function namespacesOf(root: JsonObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const namespaces = root.get('namespaces');
  for (const one of isJsonArray(namespaces) ? namespaces : []) {
    if (!isJsonObject(one)) continue;
    const url = textMember(one, 'url');
    if (url !== undefined) found.set(textMember(one, 'prefix') ?? '', url);
  }
  return found;
}

export function textMember(object: JsonObject, name: string): string | undefined {
  const value = object.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** A member that maps names to schemas: `properties`, `attributes`. */
export function schemasOf(schema: JsonObject | undefined, member: string): ReadonlyMap<string, JsonObject> {
  const value = schema?.get(member);
  if (!isJsonObject(value)) return new Map();
  return new Map([...value].filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1])));
}

/** The schema of an array's items, which stands in a list of its own. */
export function itemSchema(schema: JsonObject): JsonObject | undefined {
  const items = schema.get('items');
  const first = isJsonArray(items) ? items[0] : items;
  return isJsonObject(first) ? first : undefined;
}

/** A name of a schema as the scripts write it: `ns:a-b,xsi:type=xsd:int` is `ns_a_EnC0DeCHaRHyPh3n_b_Separat0r_xsi_type_xsd_int`. */
export function scriptName(name: string): string {
  return name.replaceAll(',', '_Separat0r_').replaceAll('-', '_EnC0DeCHaRHyPh3n_').replace(/[:=]/g, '_');
}

/** The part of a name in front of its conditions, and the conditions: attributes that the element must have. */
export function splitName(name: string): { element: string; conditions: readonly (readonly [string, string])[] } {
  const [element = '', ...conditions] = name.split(',');
  return {
    element,
    conditions: conditions.map((condition) => {
      const [attribute = '', value = ''] = condition.split('=');
      return [attribute, value] as const;
    }),
  };
}
