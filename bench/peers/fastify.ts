import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { inCheckout } from '../compare/files.js';
import type { Peer } from './peer.js';

const folder = inCheckout('bench/peers/fastify/');

/** @fastify/http-proxy, one worker a core: what a Node gateway of today costs. */
export const fastify: Peer = {
  name: 'fastify',
  prepare() {
    if (!existsSync(`${folder}node_modules/.package-lock.json`)) {
      execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
    }
    const { version } = JSON.parse(readFileSync(`${folder}node_modules/@fastify/http-proxy/package.json`, 'utf8'));
    return `@fastify/http-proxy ${version}`;
  },
  start: ({ port, backendPort, cores }) => ({
    command: [process.execPath, 'server.mjs'],
    cwd: folder,
    env: {
      PORT: String(port),
      BACKEND: `http://127.0.0.1:${backendPort}`,
      WORKERS: String(cores),
      NODE_ENV: 'production',
    },
  }),
  ready: '/direct',
  warm: { first: 5, next: 2, max: 20 },
  scenarios: { direct: '/direct', proxy: '/services/DirectProxy', header: '/header' },
};
