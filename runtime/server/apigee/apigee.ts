import type { Context, Middleware, Next } from 'koa';
import type { Organizations } from './model/organizations.js';
import type { ApigeeOptions, ApigeeService } from './service.js';

export type { ApigeeOptions } from './service.js';

/** The Apigee side of the server (api-management 2.9). Nothing of it is loaded before something is deployed or managed. */
export interface Apigee {
  /** For the admin port: `/v1/organizations` and `/v1/o`; passes other paths on. */
  readonly adminMiddleware: Middleware;
  /** Deploys what is deployed; call it once, before the gateway listens. */
  start(): Promise<void>;
  /** The organisations; opens them when nobody has yet. */
  organizations(): Promise<Organizations>;
}

export function createApigee(options: ApigeeOptions): Apigee {
  let opened: Promise<ApigeeService> | undefined;
  const open = (): Promise<ApigeeService> => {
    opened ??= import('./service.js').then(({ openApigee }) => openApigee(options));
    // A store that was away for a moment is asked again by the next call.
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
  return {
    async adminMiddleware(ctx: Context, next: Next): Promise<void> {
      if (!/^\/v1\/(o|organizations)(\/|$)/.test(ctx.path)) return next();
      await (await open()).management(ctx as Parameters<Middleware>[0], async () => {});
    },
    async start() {
      const deployed = await options.store.db.selectFrom('apigee_deployments').select('bundle').limit(1).execute();
      if (deployed.length > 0) await open();
    },
    organizations: async () => (await open()).organizations,
  };
}
