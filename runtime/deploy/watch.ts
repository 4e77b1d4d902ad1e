import path from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { Logger } from '../message/logger.js';
import type { ArtifactFiles } from './artifact-files.js';

/** How long nothing has to happen to the files before they are read, ms: who writes a file writes it in several steps. */
const quiet = 100;

/** However busy the folders are: the longest time that a change waits, ms. */
const longest = 500;

export interface ArtifactWatch {
  close(): Promise<void>;
}

/**
 * Hot deployment (artifacts 4.2): new, changed and removed files take effect within a second.
 *
 * Events of the file system only say that it is time to look: what is there then counts, so that lost or doubled events,
 * and the several ways in which editors save, make no difference.
 *
 * @param folders folders and files to watch, with the files in their direct folders
 */
export function watchArtifacts(files: ArtifactFiles, folders: readonly string[], logger: Logger): ArtifactWatch {
  const scan = new QuietTimer(() => {
    try {
      files.scan();
    } catch (error) {
      logger.log('ERROR', 'Deployer', `The deploy folders cannot be read: ${(error as Error).message}`);
    }
  });
  let closed = false;
  const opening = openWatcher(folders).then(async (watcher) => {
    if (closed) return watcher.close();
    // `ready` looks once more: a file may have changed between the start and now.
    watcher.on('all', () => scan.restart()).on('ready', () => scan.restart());
    watcher.on('error', (error) => {
      logger.log('WARN', 'Deployer', `Changes of deployed files may go unseen: ${(error as Error).message}`);
    });
    return watcher;
  });
  return {
    async close() {
      closed = true;
      const watcher = await opening;
      scan.stop();
      await watcher?.close();
    },
  };
}

async function openWatcher(folders: readonly string[]): Promise<FSWatcher> {
  const { watch } = await import('chokidar');
  const roots = folders.map((folder) => path.resolve(folder));
  return watch(roots, {
    ignoreInitial: true,
    depth: 1,
    ignored: (file, stats) => {
      if (roots.includes(path.resolve(file))) return false;
      return stats?.isFile() ? !/\.(?:xml|zip|car)$/.test(file) : /^(?:node_modules|\..*)$/.test(path.basename(file));
    },
  });
}

/** Runs an action when calls of `restart` have stopped for a while, or have gone on for too long. */
class QuietTimer {
  readonly #action: () => void;
  #timer: NodeJS.Timeout | undefined;
  #end = 0;

  constructor(action: () => void) {
    this.#action = action;
  }

  restart(): void {
    const now = Date.now();
    if (this.#timer === undefined) this.#end = now + longest;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#action();
      },
      Math.max(0, Math.min(quiet, this.#end - now)),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
