import type { Middleware } from 'koa';
import { type Route, routes } from '../rest/routes.js';
import { apiRoutes } from './apis.js';
import { deploysAtOnce, deploysByRevision, type Generation } from './generation.js';
import { lifecycleRoutes } from './lifecycle.js';
import { mediationPolicyRoutes } from './mediation-policies.js';
import { operationPolicyRoutes } from './operation-policies.js';
import type { PublisherParts } from './parts.js';
import { revisionRoutes } from './revisions.js';
import { subscriptionRoutes } from './subscriptions.js';
import { v016Routes } from './v016.js';

const base = '/api/am/publisher';

/**
 * The publisher REST API in every generation, over the same objects (api-management 1.1).
 *
 * @param before authentication and reading of the body
 */
export function publisher(parts: PublisherParts, before: readonly Middleware[]): Middleware[] {
  const modern = (generation: Generation): Route[] => [
    ...lifecycleRoutes(parts, generation),
    ...apiRoutes(parts, generation),
    ...revisionRoutes(parts),
    ...operationPolicyRoutes(parts),
    ...subscriptionRoutes(parts),
  ];
  const withSequences = (generation: Generation) => [...modern(generation), ...mediationPolicyRoutes(parts)];
  return [
    routes(`${base}/v4`, before, modern(deploysByRevision)),
    routes(`${base}/v3`, before, withSequences(deploysByRevision)),
    routes(`${base}/v2`, before, withSequences(deploysByRevision)),
    routes(`${base}/v1`, before, withSequences(deploysAtOnce)),
    routes(`${base}/v0.16`, before, v016Routes(parts)),
  ];
}
