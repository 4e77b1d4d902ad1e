import { zipSync } from 'fflate';
import { BundleError, readBundleZip } from '../../../deploy/apigee/bundle-files.js';
import type { BundleKind } from '../../../store/apigee-schema.js';
import { badRequest } from './error.js';

/** The folder of a bundle in its zip. */
export const bundleFolders = { apiproxy: 'apiproxy', sharedflow: 'sharedflowbundle' } as const;

/**
 * Files of a bundle by their path below its folder (api-management 2.1).
 * @throws ApigeeError 400 for what is no such zip
 */
export function bundleFiles(kind: BundleKind, zip: Uint8Array): Map<string, Uint8Array> {
  try {
    return new Map(readBundleZip(zip, bundleFolders[kind]).files);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    throw badRequest(error.message, 'messaging.config.beans.InvalidBundle');
  }
}

/** The zip of a bundle that was made here and not imported. */
export function packBundle(kind: BundleKind, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return zipSync(Object.fromEntries([...files].map(([path, bytes]) => [`${bundleFolders[kind]}/${path}`, bytes])));
}
