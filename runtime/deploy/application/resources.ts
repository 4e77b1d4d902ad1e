import path from 'node:path/posix';
import type { ConfigElement } from '../../configuration/element.js';
import type { RegistryResource } from '../../message/registry.js';
import type { Artifact } from '../compile-artifact.js';
import { canonicalKey } from '../memory-registry.js';
import { type ApplicationPart, read } from './layout.js';

/** Registry paths and the scheme of their keys (artifacts 4.3). */
const roots: readonly (readonly [path: string, scheme: string])[] = [
  ['/_system/governance', 'gov'],
  ['/_system/config', 'conf'],
  ['/_system/local', 'local'],
];

/**
 * The registry resources of a `registry/resource` artifact: its file lists items and collections, whose contents are in
 * the folder `resources` beside it (artifacts 4.3).
 * @throws ConfigurationError for a path outside of the registry
 */
export function registryResources(
  part: ApplicationPart,
  files: ReadonlyMap<string, Uint8Array>,
  archive: string,
): Artifact[] {
  const list = read(files, `${part.folder}/${part.files[0] ?? ''}`, archive);
  return list.elements().flatMap((entry): Artifact[] => {
    const target = entry.element('path')?.text.trim() ?? '';
    const properties = readProperties(entry.element('properties'));
    if (entry.localName === 'item') {
      const name = entry.element('file')?.text.trim() ?? '';
      const content = files.get(path.join(part.folder, 'resources', name));
      if (!content) return [];
      const mediaType = entry.element('mediaType')?.text.trim() || undefined;
      return [resource(keyOf(entry, `${target}/${path.basename(name)}`), { mediaType, content, properties })];
    }
    if (entry.localName !== 'collection') return [];
    const folder = `${path.join(part.folder, 'resources', entry.element('directory')?.text.trim() ?? '')}/`;
    return [...files]
      .filter(([file]) => file.startsWith(folder) && !/\/\.meta\//.test(file))
      .map(([file, content]) => {
        const key = keyOf(entry, `${target}/${file.slice(folder.length)}`);
        return resource(key, { mediaType: undefined, content, properties });
      });
  });
}

const resource = (key: string, value: RegistryResource): Artifact => ({ kind: 'resource', name: key, value });

function keyOf(entry: ConfigElement, text: string): string {
  const target = path.normalize(text);
  const root = roots.find(([start]) => target.startsWith(`${start}/`));
  if (root) return canonicalKey(`${root[1]}:${target.slice(root[0].length + 1)}`);
  return entry.fail(
    'invalid-registry-path',
    `The registry path ${text} is in none of ${roots.map(([start]) => start).join(', ')}`,
  );
}

function readProperties(element: ConfigElement | undefined): Map<string, string> {
  const children = element?.elements().filter(({ localName }) => localName === 'property') ?? [];
  return new Map(children.map((child) => [child.attribute('key') ?? '', child.attribute('value') ?? '']));
}
