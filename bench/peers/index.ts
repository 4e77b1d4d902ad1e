import { fastify } from './fastify.js';
import { mediant, mediantTwo } from './mediant.js';
import { nginx } from './nginx.js';
import type { Peer } from './peer.js';
import { synapse } from './synapse.js';

/** Every gateway that can take part; ratios are to Mediant. */
export const peers: readonly Peer[] = [mediant, mediantTwo, nginx, fastify, synapse];
