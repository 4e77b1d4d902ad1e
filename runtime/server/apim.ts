import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { Logger } from '../message/logger.js';
import type { Secrets } from '../store/secrets.js';
import type { Store } from '../store/store.js';
import { Apis } from './apim-model/apis.js';
import { ApplicationKeys } from './apim-model/application-keys.js';
import { Applications } from './apim-model/applications.js';
import { Changes } from './apim-model/changes.js';
import { Clients } from './apim-model/clients.js';
import type { CheckSequence, ModelContext } from './apim-model/context.js';
import { GatewayIndex, type GatewayModel } from './apim-model/gateway-model.js';
import { Policies } from './apim-model/policies.js';
import { Publication } from './apim-model/publication.js';
import { Revisions } from './apim-model/revisions.js';
import { Subscriptions } from './apim-model/subscriptions.js';
import { Users } from './apim-model/users.js';
import { gatewayTokenEndpoints, oauthEndpoints } from './oauth/endpoints.js';
import { createTokenService, type TokenService } from './oauth/token-service.js';

/** What API management is built from. */
export interface ApimOptions {
  store: Store;
  secrets: Secrets;
  settings: {
    /** MEDIANT_ADMIN_PASSWORD; without one a password is generated at the first start. */
    adminPassword?: string | undefined;
    /** `iss` of the tokens; default `https://localhost:9443/oauth2/token`. */
    issuer?: string | undefined;
  };
  /** Checks an uploaded sequence: errors refuse the upload, warnings go into the answer. */
  checkSequence: CheckSequence;
  logger: Logger;
  /** Makes the administrator at the first start; default true: one process of several does. */
  ensureAdministrator?: boolean;
  /** How changes made in other processes arrive; default: there are none. */
  changes?: Changes;
}

/** API management, ready to be mounted. */
export interface Apim {
  /** For the admin port: `/oauth2/*`, `/client-registration/*`, `/api/am/*`; passes other paths on. */
  readonly adminMiddleware: Middleware;
  /** For the gateway ports: `/token` and `/revoke`; passes other paths on. */
  readonly gatewayTokenMiddleware: Middleware;
  /** What the gateway asks about APIs and callers. */
  readonly model: GatewayModel;
  readonly users: Users;
  /** Set at the first start without a configured password: to be printed once, never logged again. */
  readonly generatedPassword: string | undefined;
}

/**
 * Opens API management over a store and loads what the gateway serves.
 *
 * @throws StoreError, or the store's error when it cannot be read
 */
export async function createApim(options: ApimOptions): Promise<Apim> {
  const { store, secrets, settings, checkSequence, logger } = options;
  const context: ModelContext = { store, secrets, changes: options.changes ?? new Changes(), checkSequence };
  const users = new Users(store);
  const clients = new Clients(context);
  const policies = new Policies(context);
  const apis = new Apis(context, policies);
  const revisions = new Revisions(context, apis, policies);
  const publication = new Publication(context, apis);
  const applications = new Applications(context, clients);
  const keys = new ApplicationKeys(context, clients);
  const subscriptions = new Subscriptions(context, apis);
  const issuer = settings.issuer ?? 'https://localhost:9443/oauth2/token';
  const service = createTokenService({
    context,
    clients,
    users,
    issuer,
    bindings: (scope) => model.bindings(scope),
  });
  const model = new GatewayIndex(context, { apis, revisions, tokens: service.reader });
  const { ensureAdministrator = true } = options;
  const generatedPassword = ensureAdministrator ? await users.ensureAdministrator(settings.adminPassword) : undefined;
  await model.load();
  const publisherParts = { apis, policies, revisions, publication, subscriptions, applications };
  const devportalParts = { apis, applications, keys, subscriptions, tokens: service.tokens };
  const rest = (): Promise<Middleware> =>
    import('./management-api.js').then(({ managementApi }) =>
      managementApi({ publisherParts, devportalParts, clients, users, reader: service.reader, logger }),
    );
  return {
    adminMiddleware: compose([oauthEndpoints(endpointParts(service, clients, users)), management(rest)]),
    gatewayTokenMiddleware: gatewayTokenEndpoints(endpointParts(service, clients, users)),
    model,
    users,
    generatedPassword,
  };
}

function endpointParts({ provider, reader }: TokenService, clients: Clients, users: Users) {
  return { provider, reader, clients, users };
}

/** The REST APIs. They are loaded by the first call: a gateway that nobody manages starts without them. */
function management(load: () => Promise<Middleware>): Middleware {
  let loaded: Promise<Middleware> | undefined;
  return async function managementApi(ctx, next) {
    const ours = ctx.path.startsWith('/api/am/') || ctx.path.startsWith('/client-registration/');
    if (!ours) return next();
    loaded ??= load();
    await (await loaded)(ctx, async () => {});
  };
}
