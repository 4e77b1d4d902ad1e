import { filledIn, inCheckout } from '../compare/files.js';
import { needProgram, versionOf } from './install.js';
import type { Peer } from './peer.js';

/** The physical limit: forwards, no mediation. */
export const nginx: Peer = {
  name: 'nginx',
  prepare() {
    needProgram('nginx', 'nginx-light');
    return versionOf(['nginx', '-v'], /nginx\/(\S+)/);
  },
  start({ port, backendPort, cores, run }) {
    const values = { PORT: port, BACKEND_PORT: backendPort, WORKERS: cores, RUN: run };
    const file = filledIn(inCheckout('bench/peers/nginx.conf'), `${run}/nginx.conf`, values);
    return { command: ['nginx', '-p', run, '-c', file, '-e', 'stderr'] };
  },
  ready: '/ready',
  warm: { first: 1, next: 1, max: 4 },
  scenarios: {
    direct: '/direct',
    proxy: '/proxy',
    header: '/header',
    'cbr-transport': '/cbr-transport',
    'cbr-soapaction': '/cbr-soapaction',
  },
};
