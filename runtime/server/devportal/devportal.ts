import type { Middleware } from 'koa';
import { routes } from '../rest/routes.js';
import { apiRoutes } from './apis.js';
import { applicationRoutes } from './applications.js';
import { keyRoutes } from './keys.js';
import type { DevportalParts } from './parts.js';
import { subscriptionRoutes } from './subscriptions.js';
import { v016Routes } from './v016.js';

/** Prefixes of the modern form; `store` is what the portal was called in APIM 3. */
const modern = ['/api/am/devportal/v3', '/api/am/devportal/v2', '/api/am/devportal/v1', '/api/am/store/v1'];

/**
 * The developer portal REST API in every generation (api-management 1.1, 1.12).
 *
 * @param before authentication and reading of the body
 */
export function devportal(parts: DevportalParts, before: readonly Middleware[]): Middleware[] {
  const table = [...applicationRoutes(parts), ...keyRoutes(parts), ...subscriptionRoutes(parts), ...apiRoutes(parts)];
  return [
    ...modern.map((prefix) => routes(prefix, before, table)),
    routes('/api/am/store/v0.16', before, [...v016Routes(parts), ...apiRoutes(parts)]),
  ];
}
