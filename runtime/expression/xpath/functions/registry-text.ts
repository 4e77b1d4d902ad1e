import type { Registry } from '../../../message/registry.js';

/**
 * A registry resource as `get-property('registry', key)` gives it: its text, or Base64 when it is JSON; `path@property`
 * reads a property of the resource. "" when there is none (message-model 3.2).
 */
export function registryText(registry: Registry, key: string): string {
  const at = key.indexOf('@');
  if (at >= 0) return registry.get(key.slice(0, at))?.properties.get(key.slice(at + 1)) ?? '';
  const resource = registry.get(key);
  if (!resource) return '';
  const isJson = resource.mediaType?.toLowerCase().startsWith('application/json') === true;
  return Buffer.from(resource.content).toString(isJson ? 'base64' : 'utf8');
}
