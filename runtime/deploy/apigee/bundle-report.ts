import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../../configuration/problem.js';
import { BundleError, type BundleFiles, type BundleKind, readBundleFolder, readBundleZip } from './bundle-files.js';
import { compileBundle } from './compile-bundle.js';

/** A bundle that was found, and whether it can be deployed. */
export interface BundleReport {
  /** The folder around it, or its zip file, as it was found. */
  readonly location: string;
  readonly kind: BundleKind;
  /** Everything that is wrong with it; one error refuses it. */
  readonly problems: readonly Problem[];
}

const kinds: readonly BundleKind[] = ['apiproxy', 'sharedflowbundle'];

/** Compiles every bundle below a folder: its `apiproxy` and `sharedflowbundle` folders, and the zip files with such a one. */
export function reportBundles(root: string): BundleReport[] {
  return [...bundlesBelow(root)];
}

function* bundlesBelow(folder: string): Generator<BundleReport> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  // A zip file beside a bundle's folder is that bundle, packed.
  const hasFolder = entries.some((entry) => entry.isDirectory() && kinds.some((kind) => kind === entry.name));
  for (const entry of entries) {
    const location = path.join(folder, entry.name);
    const kind = kinds.find((one) => one === entry.name);
    if (entry.isDirectory() && kind) yield report(folder, kind, () => readBundleFolder(location, kind));
    else if (entry.isDirectory() && !/^(?:node_modules|\.git)$/.test(entry.name)) yield* bundlesBelow(location);
    else if (isZip(entry) && !hasFolder) yield* zipReports(location);
  }
}

const isZip = (entry: Dirent): boolean => entry.isFile() && entry.name.toLowerCase().endsWith('.zip');

function* zipReports(location: string): Generator<BundleReport> {
  const zip = readFileSync(location);
  for (const kind of kinds) {
    let files: BundleFiles;
    try {
      files = readBundleZip(zip, kind);
    } catch (error) {
      // Not every zip file is a bundle.
      if (error instanceof BundleError) continue;
      throw error;
    }
    yield report(location, kind, () => files);
  }
}

function report(location: string, kind: BundleKind, read: () => BundleFiles): BundleReport {
  const name = path.basename(location).replace(/\.zip$/i, '');
  try {
    return { location, kind, problems: compileBundle(read(), { name, revision: '1' }).problems };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    const problem: Problem = {
      file: location,
      line: 1,
      column: 1,
      severity: 'error',
      code: 'bundle',
      message: error.message,
    };
    return { location, kind, problems: [problem] };
  }
}
