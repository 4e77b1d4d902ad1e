import type { ConfigElement } from '../runtime/configuration/element.js';
import { requiredAttribute } from './attribute.js';

/**
 * The `<resource location="…" key="…"/>` children of validate and xslt: the keys of entries by the locations under which
 * a schema or stylesheet includes them. @throws ConfigurationError for one without location or key
 */
export function resourceKeys(element: ConfigElement): ReadonlyMap<string, string> {
  const resources = element.elements().filter(({ localName }) => localName === 'resource');
  return new Map(
    resources.map((resource) => [requiredAttribute(resource, 'location'), requiredAttribute(resource, 'key')]),
  );
}
