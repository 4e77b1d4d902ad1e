import { Fault } from '../runtime/message/fault.js';
import type { Environment } from '../runtime/message/message.js';
import type { EntryValue, RegistryResource } from '../runtime/message/registry.js';
import { parseElement } from '../runtime/xml/parse.js';
import { serializeElement } from '../runtime/xml/serialize.js';

/** What registry resources hold, for as long as the registry gives the same object. */
const readResources = new WeakMap<RegistryResource, EntryValue>();

/**
 * What a key names: the local entry, else the registry's resource, which is XML when it is well-formed and text
 * otherwise (artifacts 2.3, 2.4). Undefined when there is neither. XML is shared: copy it before it is changed.
 */
export function entryOf(
  environment: Pick<Environment, 'localEntry' | 'registry'>,
  key: string,
): EntryValue | undefined {
  const entry = environment.localEntry(key);
  if (entry !== undefined) return entry;
  const resource = environment.registry.get(key);
  if (!resource) return undefined;
  const known = readResources.get(resource);
  if (known !== undefined) return known;
  const value = resourceValue(resource);
  readResources.set(resource, value);
  return value;
}

/** {@link entryOf} as text; XML is written. @throws Fault when there is no such entry */
export function entryText(environment: Environment, key: string): string {
  const entry = requiredEntry(environment, key);
  return typeof entry === 'string' ? entry : serializeElement(entry);
}

/** {@link entryOf}. @throws Fault when there is no such entry */
export function requiredEntry(environment: Environment, key: string): EntryValue {
  const entry = entryOf(environment, key);
  if (entry === undefined) throw new Fault(`There is no local entry and no registry resource "${key}"`);
  return entry;
}

/** The last line break of a text is not part of it. */
function resourceValue(resource: RegistryResource): EntryValue {
  const text = Buffer.from(resource.content).toString('utf8');
  try {
    if (text.trimStart().startsWith('<')) return parseElement(text);
  } catch {
    // Not well-formed: a text.
  }
  return text.replace(/\r?\n$/, '');
}
