import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Middleware, Next } from 'koa';
import type { Changes } from '../apim-model/changes.js';
import type { Organizations } from './model/organizations.js';
import type { PartCall } from './model/server-parts.js';
import type { ApigeeOptions, ApigeeService } from './service.js';

export type { ApigeeOptions } from './service.js';

/** The Apigee side of the server (api-management 2.9). Nothing of it is loaded before something is deployed or managed. */
export interface Apigee {
  /** For the admin port: `/v1/organizations` and `/v1/o`; passes other paths on. */
  readonly adminMiddleware: Middleware;
  /** Deploys what is deployed; call it once, before the gateway listens. */
  start(): Promise<void>;
  /** Takes a request of the gateway when a deployed proxy does; undefined when none does. */
  take(request: IncomingMessage, response: ServerResponse, transport: 'http' | 'https'): Promise<void> | undefined;
  /** Does what a gateway process asks of the server; an organisation that is gone has nothing. */
  answer(call: PartCall): Promise<unknown>;
  /** The organisations; opens them when nobody has yet. */
  organizations(): Promise<Organizations>;
}

/**
 * @param changes tells of changes that another process made; a management call of this one is answered after the others
 *   have taken its change
 */
export function createApigee(options: ApigeeOptions, changes?: Changes): Apigee {
  let opened: Promise<ApigeeService> | undefined;
  let service: ApigeeService | undefined;
  const open = (): Promise<ApigeeService> => {
    opened ??= import('./service.js').then(async ({ openApigee }) => {
      service = await openApigee(options);
      return service;
    });
    // A store that was away for a moment is asked again by the next call.
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
  const start = async (): Promise<void> => {
    const deployed = await options.store.db.selectFrom('apigee_deployments').select('bundle').limit(1).execute();
    if (deployed.length > 0) await open();
  };
  changes?.listen(async (change) => {
    if (change.kind !== 'apigee' || options.manages !== false) return;
    // What was served goes on until the new state is there.
    opened = undefined;
    await start();
    if (opened === undefined) service = undefined;
  });
  return {
    async adminMiddleware(ctx: Context, next: Next): Promise<void> {
      if (!/^\/v1\/(o|organizations)(\/|$)/.test(ctx.path)) return next();
      await (await open()).management(ctx as Parameters<Middleware>[0], async () => {});
      const isRead = ctx.method === 'GET' || ctx.method === 'HEAD';
      if (!isRead && ctx.status < 400) await changes?.announce({ kind: 'apigee' });
    },
    start,
    take: (request, response, transport) => service?.engine.take(request, response, transport),
    async answer({ organization, part, operation, values }) {
      const parts = (await open()).organizations.find(organization)?.[part];
      const operations = parts as Record<string, (...values: readonly unknown[]) => unknown> | undefined;
      return operations?.[operation]?.(...values);
    },
    organizations: async () => (await open()).organizations,
  };
}
