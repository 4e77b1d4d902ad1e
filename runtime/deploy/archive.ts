import { type UnzipFileInfo, unzipSync } from 'fflate';

/** What an archive of artifacts may hold: far more than real ones do, and far less than would exhaust a server. */
const limits = { entries: 10_000, entryBytes: 64 * 1024 * 1024, bytes: 256 * 1024 * 1024 } as const;

/** An archive that is not read; the message says why. */
export class ArchiveError extends Error {}

/**
 * The files of a zip archive by their path, without folders. Backslashes of archives made on Windows are read as slashes,
 * and a leading `./` is dropped.
 * @param wanted which files are unpacked, by that path; others only count for the limits on numbers and names
 * @throws ArchiveError for what is no zip archive, is too large, or has a path that leads out of it
 */
export function readArchive(bytes: Uint8Array, wanted: (path: string) => boolean): Map<string, Uint8Array> {
  let entries = 0;
  let total = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    entries++;
    if (entries > limits.entries) throw new ArchiveError(`It has more than ${limits.entries} entries`);
    const path = entryPath(name);
    if (path.endsWith('/') || !wanted(path)) return false;
    total += originalSize;
    if (originalSize > limits.entryBytes || total > limits.bytes) {
      throw new ArchiveError(`It is larger than ${limits.bytes} bytes when it is unpacked, or its entry ${name} is`);
    }
    return true;
  };
  try {
    return new Map(Object.entries(unzipSync(bytes, { filter })).map(([name, file]) => [entryPath(name), file]));
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError(`It is no zip archive that can be read: ${(error as Error).message}`);
  }
}

/** @throws ArchiveError for a name that does not mean the same place below the archive everywhere */
function entryPath(name: string): string {
  const path = name.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names with control characters are what is refused
  const strange = name === '' || path.startsWith('/') || /[\u0000-\u001f]|^[a-z]:/i.test(path);
  if (strange || path.split('/').some((part) => part === '..' || part === '.')) {
    throw new ArchiveError(`It has an entry whose path leads out of it: ${JSON.stringify(name)}`);
  }
  return path;
}
