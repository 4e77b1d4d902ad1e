import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
  readonly nodeOptions: readonly string[];
  /** The script that is `mediant`. */
  readonly entry: string;
}

/** A checkout of Mediant as `npm run build` left it, with the artifacts of Synapse, unchanged. */
export function mediantOf(
  name: string,
  root: string,
  { nodeOptions, entry }: Launch = { nodeOptions: [], entry: path.join(root, 'runtime/launch.mjs') },
): Peer {
  return {
    name,
    prepare() {
      const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
      return `Mediant ${version} (${commit(root)}), Node.js ${process.versions.node}`;
    },
    start({ port, backendPort, run }) {
      copyConfigs(`${run}/configs`, backendPort);
      const ports = ['https', 'admin', 'management', 'internal'].flatMap((purpose) => [`--${purpose}-port`, '0']);
      const where = ['--home', `${run}/home`, '--deploy', `${run}/configs`, '--host', '127.0.0.1'];
      const log = ['--log-format', 'text', '--log-level', 'WARN'];
      const launch = [entry, 'start', ...where, '--http-port', String(port)];
      return {
        command: [process.execPath, ...nodeOptions, ...launch, ...ports, ...log],
        cwd: run,
        env: { NODE_ENV: 'production', MEDIANT_ADMIN_PASSWORD: 'bench-password' },
      };
    },
    ready: '/ready',
    warm: { first: 5, next: 2, max: 30, requests: 5_000 },
    scenarios: synapsePaths,
  };
}

export const mediant = mediantOf('mediant', inCheckout('.'));
