import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ArchiveError, readArchive } from '../archive.js';

export type BundleKind = 'apiproxy' | 'sharedflowbundle';

/** The files of a bundle by their path below `apiproxy/` or `sharedflowbundle/`, e.g. `policies/Verify.xml`. */
export interface BundleFiles {
  readonly kind: BundleKind;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What is no bundle; the message says why. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/**
 * Reads a zip whose root has the folder of this kind; everything else in it is left alone (api-management 2.1).
 * @throws BundleError
 */
export function readBundleZip(zip: Uint8Array, kind: BundleKind): BundleFiles {
  const folder = `${kind}/`;
  const files = new Map<string, Uint8Array>();
  try {
    const entries = readArchive(zip, (entry) => entry.startsWith(folder) && !isRubbish(entry));
    for (const [entry, bytes] of entries) files.set(entry.slice(folder.length), bytes);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new BundleError(`The bundle cannot be read. ${error.message}`);
  }
  return checked({ kind, files }, 'the root of the zip file');
}

/** What file managers leave behind. */
function isRubbish(name: string): boolean {
  return /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|\._|Thumbs\.db$)/.test(name);
}

/**
 * Reads a bundle from a folder: the `apiproxy` or `sharedflowbundle` folder itself, or one that holds it.
 * @throws BundleError
 */
export function readBundleFolder(folder: string, kind: BundleKind): BundleFiles {
  const root = path.basename(path.resolve(folder)) === kind ? folder : path.join(folder, kind);
  const files = new Map<string, Uint8Array>();
  if (existsSync(root) && statSync(root).isDirectory()) {
    for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(root, file).split(path.sep).join('/');
      if (!isRubbish(name)) files.set(name, readFileSync(file));
    }
  }
  return checked({ kind, files }, folder);
}

function checked(bundle: BundleFiles, where: string): BundleFiles {
  if (bundle.files.size > 0) return bundle;
  throw new BundleError(`There is no folder ${bundle.kind}/ with files in ${where}`);
}
