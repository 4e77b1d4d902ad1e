import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Fault } from '../message/fault.js';
import type { Registry, RegistryResource } from '../message/registry.js';
import { parseProperties } from '../settings/properties-format.js';

/**
 * The registry in folders: `config`, `governance` and `local` below each root (artifacts 2.4). The first root takes the
 * writes; reads look into the roots in order. Resources are kept in memory after the first read and read again when
 * their file changes.
 */
export class FolderRegistry implements Registry {
  readonly #cache = new Map<string, { resource: RegistryResource; modified: number; checked: number }>();

  /** @param roots folders, the first one writable; they need not exist */
  constructor(readonly roots: readonly string[]) {}

  get(key: string): RegistryResource | undefined {
    const relative = relativePath(key);
    for (const root of this.roots) {
      const found = this.#read(locate(root, relative, key));
      if (found) return found;
    }
    return undefined;
  }

  put(key: string, content: string | Uint8Array, options: { mediaType?: string } = {}): void {
    const file = this.#writable(key);
    writeDurably(file, typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
    if (options.mediaType) writeDurably(metadataFile(file), Buffer.from(`mediaType=${options.mediaType}\n`));
    this.#cache.delete(file);
  }

  setProperty(key: string, name: string, value: string): void {
    const file = this.#writable(key);
    const properties = new Map(this.get(key)?.properties);
    properties.set(name, value);
    const text = [...properties]
      .map(([property, text]) => `${escapeProperty(property)}=${escapeProperty(text)}\n`)
      .join('');
    if (!existsSync(file)) this.put(key, '');
    writeDurably(`${file}.properties`, Buffer.from(text, 'utf8'));
    this.#cache.delete(file);
  }

  #writable(key: string): string {
    const root = this.roots[0];
    if (root === undefined) throw new Fault(`The registry is read-only: ${key} cannot be written`);
    return locate(root, relativePath(key), key);
  }

  #read(file: string): RegistryResource | undefined {
    const known = this.#cache.get(file);
    // A second is short enough for edits by hand and long enough that the hot path does not stat each time.
    if (known && Date.now() - known.checked < 1000) return known.resource;
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile()) {
      this.#cache.delete(file);
      return undefined;
    }
    if (known && known.modified === stat.mtimeMs) {
      known.checked = Date.now();
      return known.resource;
    }
    const resource = {
      mediaType: readProperties(metadataFile(file)).get('mediaType'),
      content: readFileSync(file),
      properties: readProperties(`${file}.properties`),
    };
    this.#cache.set(file, { resource, modified: stat.mtimeMs, checked: Date.now() });
    return resource;
  }
}

function relativePath(key: string): string {
  const separator = key.indexOf(':');
  const scheme = separator < 0 ? '' : key.slice(0, separator);
  const rest = (scheme in schemes ? key.slice(separator + 1) : key).replace(/^\//, '');
  return path.join(schemes[scheme] ?? 'governance', rest);
}

const schemes: Readonly<Record<string, string>> = {
  conf: 'config',
  gov: 'governance',
  local: 'local',
  resources: 'governance/mi-resources',
};

function locate(root: string, relative: string, key: string): string {
  const top = path.resolve(root, relative.split(path.sep)[0] ?? '');
  const file = path.resolve(root, relative);
  if (file !== top && !file.startsWith(top + path.sep)) {
    throw new Fault(`The registry key '${key}' is illegal which points to a location outside the registry`);
  }
  return file;
}

const metadataFile = (file: string): string =>
  path.join(path.dirname(file), '.metadata', `${path.basename(file)}.meta`);

/** Replaces a file so that a crash leaves the old or the new content, never a part. */
function writeDurably(file: string, content: Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}

function readProperties(file: string): Map<string, string> {
  return existsSync(file) ? parseProperties(readFileSync(file, 'utf8')) : new Map();
}

const escapeProperty = (text: string): string => text.replace(/[\\=:#!]/g, '\\$&').replace(/\n/g, '\\n');
