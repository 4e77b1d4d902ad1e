import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';

export type BundleKind = 'apiproxy' | 'sharedflowbundle';

/** The files of a bundle by their path below `apiproxy/` or `sharedflowbundle/`, e.g. `policies/Verify.xml`. */
export interface BundleFiles {
  readonly kind: BundleKind;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What is no bundle: not a zip, without the folder, too large. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/** Bytes that the files of a bundle may unfold to, together. */
const largest = 128 * 1024 * 1024;
const mostFiles = 10_000;

/**
 * Reads a zip whose root has the folder of this kind; everything else in it is left alone (api-management 2.1).
 * @throws BundleError
 */
export function readBundleZip(zip: Uint8Array, kind: BundleKind): BundleFiles {
  let size = 0;
  let count = 0;
  const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    if (relativePath(name, kind) === undefined) return false;
    size += originalSize;
    count++;
    if (size > largest || count > mostFiles) {
      throw new BundleError(`The bundle is too large: at most ${mostFiles} files and ${largest / 1024 / 1024} MiB`);
    }
    return true;
  };
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(zip, { filter });
  } catch (error) {
    if (error instanceof BundleError) throw error;
    throw new BundleError(`The bundle is no zip file that can be read: ${(error as Error).message}`);
  }
  const files = new Map<string, Uint8Array>();
  for (const [name, bytes] of Object.entries(entries)) files.set(relativePath(name, kind) as string, bytes);
  return checked({ kind, files }, 'the root of the zip file');
}

/** The path inside of the bundle's folder; undefined for what is no file of the bundle. @throws BundleError */
function relativePath(entry: string, kind: BundleKind): string | undefined {
  const name = entry.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  if (name.split('/').includes('..') || name.startsWith('/')) {
    throw new BundleError(`The bundle has an entry outside of itself: ${entry}`);
  }
  if (!name.startsWith(`${kind}/`) || name.endsWith('/')) return undefined;
  return isRubbish(name) ? undefined : name.slice(kind.length + 1);
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
