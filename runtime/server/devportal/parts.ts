import type { Apis } from '../apim-model/apis.js';
import type { ApplicationKeys } from '../apim-model/application-keys.js';
import type { Applications } from '../apim-model/applications.js';
import type { Subscriptions } from '../apim-model/subscriptions.js';
import type { TokenMaker } from '../oauth/token-maker.js';

/** Services behind the developer portal's routes. */
export interface DevportalParts {
  readonly apis: Apis;
  readonly applications: Applications;
  readonly keys: ApplicationKeys;
  readonly subscriptions: Subscriptions;
  readonly tokens: TokenMaker;
}

/** Scopes of the portal's operations; one of a list is enough (api-management 1.2). */
export const scopes = {
  subscribe: ['apim:subscribe'],
  applications: ['apim:app_manage', 'apim:subscribe'],
  subscriptions: ['apim:sub_manage', 'apim:subscribe'],
} as const;
