import { unzipSync, zipSync } from 'fflate';
import type { BundleKind } from '../../../store/apigee-schema.js';
import { badRequest } from './error.js';

/** Limits of an imported zip: more than any honest bundle has, and little enough to be unpacked in memory. */
const maxEntries = 5_000;
const maxUnpackedBytes = 64 * 1024 * 1024;

/** The folder of a bundle in its zip. */
const roots: Readonly<Record<BundleKind, string>> = { apiproxy: 'apiproxy/', sharedflow: 'sharedflowbundle/' };

/**
 * Files of a bundle by their path below `apiproxy/` or `sharedflowbundle/` (api-management 2.1). What else stands in the
 * zip is passed over, as are directories and what macOS adds.
 *
 * @throws ApigeeError 400 for what is no such zip, leaves its folder or is too large when unpacked
 */
export function bundleFiles(kind: BundleKind, zip: Uint8Array): Map<string, Uint8Array> {
  const root = roots[kind];
  const names = wantedEntries(zip, root);
  if (names.size === 0) {
    throw badRequest(`The zip has no folder ${root} with files at its top`, 'messaging.config.beans.InvalidBundle');
  }
  const unpacked = unzip(zip, ({ name }) => names.has(name));
  return new Map([...names].map(([entry, path]) => [path.slice(root.length), unpacked[entry] ?? new Uint8Array()]));
}

/** The zip of a bundle that was made here and not imported. */
export function packBundle(kind: BundleKind, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return zipSync(Object.fromEntries([...files].map(([path, bytes]) => [roots[kind] + path, bytes])));
}

/** Path of each entry to read, by the name that it has in the zip. Nothing is unpacked yet. */
function wantedEntries(zip: Uint8Array, root: string): Map<string, string> {
  const wanted = new Map<string, string>();
  let entries = 0;
  let bytes = 0;
  unzip(zip, ({ name, originalSize }) => {
    entries += 1;
    if (entries > maxEntries) throw badRequest(`The zip has more than ${maxEntries} entries`);
    const path = safePath(name);
    if (path === undefined || !path.startsWith(root) || path.endsWith('/')) return false;
    bytes += originalSize;
    if (bytes > maxUnpackedBytes) throw badRequest(`The bundle is larger than ${maxUnpackedBytes} bytes when unpacked`);
    wanted.set(name, path);
    return false;
  });
  return wanted;
}

/** @returns undefined for what is passed over. @throws ApigeeError 400 for a path that leaves the folder */
function safePath(name: string): string | undefined {
  const segments = name
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
    .split('/');
  if (segments[0] === '' || segments.includes('..') || /^[a-z]:/i.test(name)) {
    throw badRequest(`The zip has an entry outside of its own folder: ${JSON.stringify(name)}`);
  }
  const skipped = segments.some((segment) => segment === '__MACOSX' || segment === '.DS_Store');
  return skipped ? undefined : segments.join('/');
}

function unzip(zip: Uint8Array, filter: (entry: { name: string; originalSize: number }) => boolean) {
  try {
    return unzipSync(zip, { filter });
  } catch (error) {
    if (error instanceof Error && error.name === 'ApigeeError') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw badRequest(`The body is no zip that can be read: ${reason}`, 'messaging.config.beans.InvalidBundle');
  }
}
