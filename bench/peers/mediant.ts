import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inCheckout } from '../compare/files.js';
import type { Peer } from './peer.js';
import { copyConfigs, synapsePaths } from './synapse.js';

/** Commit of a checkout; `+` for changes that are not committed. */
function commit(root: string): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty=+'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'no repository';
  }
}

export interface Launch {
  /** Options of Node for the server, such as `--inspect`. */
  readonly nodeOptions?: readonly string[];
  /** The script that is `mediant`. */
  readonly entry?: string;
  /** Further options of `mediant start`. */
  readonly options?: readonly string[];
  /** Writes what it deploys into an empty folder; the artifacts of Synapse when absent. */
  readonly deploy?: (folder: string, backendPort: number) => void;
}

/** Password of the administrator of every Mediant under measurement. */
export const adminPassword = 'bench-password';

/** A checkout of Mediant as `npm run build` left it, with the artifacts of Synapse, unchanged. */
export function mediantOf(name: string, root: string, launch: Launch = {}): Peer {
  const {
    nodeOptions = [],
    entry = path.join(root, 'runtime/launch.mjs'),
    options = [],
    deploy = copyConfigs,
  } = launch;
  return {
    name,
    prepare() {
      const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
      return `Mediant ${version} (${commit(root)}), Node.js ${process.versions.node}`;
    },
    start({ port, backendPort, run }) {
      mkdirSync(`${run}/configs`);
      deploy(`${run}/configs`, backendPort);
      const ports = ['https', 'admin', 'management', 'internal'].flatMap((purpose) => [`--${purpose}-port`, '0']);
      const where = ['--home', `${run}/home`, '--deploy', `${run}/configs`, '--host', '127.0.0.1'];
      const log = ['--log-format', 'text', '--log-level', 'WARN'];
      const start = [entry, 'start', ...where, '--http-port', String(port)];
      return {
        command: [process.execPath, ...nodeOptions, ...start, ...ports, ...log, ...options],
        cwd: run,
        env: { NODE_ENV: 'production', MEDIANT_ADMIN_PASSWORD: adminPassword },
      };
    },
    ready: '/ready',
    warm: { first: 5, next: 2, max: 30, requests: 5_000 },
    scenarios: synapsePaths,
  };
}

/** One process. */
export const mediant = mediantOf('mediant', inCheckout('.'));

/** Two gateway processes on one port. */
export const mediantTwo: Peer = {
  ...mediantOf('mediant-2', inCheckout('.'), { options: ['--workers', '2'] }),
  needsCores: 2,
  // Both processes have to get warm.
  warm: { first: 5, next: 2, max: 30, requests: 10_000 },
};
